"""POST /v1/concerns, over a real connection."""

import asyncio
import gzip
import json
import os
import socket
from contextlib import asynccontextmanager
from io import BytesIO
from uuid import UUID

import aiohttp
import pytest
import uvicorn

from adapters.bridge.answers import Refused
from adapters.bridge.doors import callers
from adapters.bridge.doors.callers import Callers
from adapters.bridge.doors.http import Crowd, create_app
from adapters.bridge.formats import MAX_NATIVE
from adapters.bridge.health import Health
from adapters.bridge.spool.store import Accepted, Full
from adapters.police import FORMAT
from hub.facts.errors import Unavailable
from tests.unit.adapters.builders import CALEDON, SATURDAY_NIGHT, a_notice, answered, raw


class FakeIntake:
    source = CALEDON

    def __init__(self):
        self.answer = Accepted(UUID(int=1))
        self.taken = []

    def take(self, raw, _door):
        self.taken.append(raw)
        return answered(self.answer)


class Adapter:
    """A running adapter's HTTP door, and a client of it."""

    def __init__(self, address, session, intake, agencies):
        self.address, self.session, self.intake, self.agencies = address, session, intake, agencies
        self.health = Health(ready=True, parts={"spool": "ok", "kafka": "away"})

    def secret(self, *, source=CALEDON, role="system"):
        return callers.add(self.agencies / source, role, role, now=SATURDAY_NIGHT, random_bytes=os.urandom)

    async def post(self, body, *, secret=None, **headers):
        if secret:
            headers["Authorization"] = f"Bearer {secret}"
        async with self.session.post(f"{self.address}/v1/concerns", data=body, headers=headers) as answer:
            return answer.status, await answer.json(), answer.headers

    async def get(self, path):
        async with self.session.get(f"{self.address}{path}") as answer:
            return answer.status, await answer.text()


@asynccontextmanager
async def serving(app):
    with socket.create_server(("127.0.0.1", 0)) as door:
        config = uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        task = asyncio.create_task(server._serve(sockets=[door]))
        try:
            yield f"http://127.0.0.1:{door.getsockname()[1]}"
        finally:
            server.should_exit = True
            await task


@pytest.fixture
async def adapter(tmp_path):
    intake = FakeIntake()
    made = None
    app = create_app(intake, FORMAT, Callers(tmp_path), lambda: made.health, lambda: None)
    async with serving(app) as address, aiohttp.ClientSession() as session:
        made = Adapter(address, session, intake, tmp_path)
        yield made


async def test_an_accepted_notice_is_answered_with_its_event_id(adapter):
    status, answer, _ = await adapter.post(raw(a_notice()), secret=adapter.secret())
    assert status == 202
    assert answer == {"event_id": "00000000-0000-0000-0000-000000000001", "repeated": False}
    assert adapter.intake.taken == [raw(a_notice())]


async def test_a_notice_that_says_too_little_of_a_child_is_answered_with_what_will_come_of_it(adapter):
    adapter.intake.answer = Accepted(UUID(int=1), asks=True)
    status, answer, _ = await adapter.post(b"{}", secret=adapter.secret())
    assert (status, answer["likely"]) == (202, "a person will be asked")


async def test_a_repeated_notice_says_so(adapter):
    adapter.intake.answer = Accepted(UUID(int=1), repeated=True)
    status, answer, _ = await adapter.post(b"{}", secret=adapter.secret())
    assert (status, answer["repeated"]) == (202, True)


async def test_a_notice_repeated_with_another_text_is_not_called_accepted_for_it_was_not_taken_in(adapter):
    adapter.intake.answer = Accepted(UUID(int=1), repeated=True, differs=True)
    status, answer, _ = await adapter.post(b"{}", secret=adapter.secret())
    assert status == 422
    assert "under a higher version" in answer["faults"][0]


async def test_a_body_under_gzip_is_taken(adapter):
    body = raw(a_notice())
    status, _, _ = await adapter.post(gzip.compress(body), secret=adapter.secret(), **{"Content-Encoding": "gzip"})
    assert (status, adapter.intake.taken) == (202, [body])


@pytest.mark.parametrize("encoding", ["br", "deflate", "zstd", "gzip, gzip"])
async def test_a_body_in_another_encoding_is_415_and_says_what_is_taken_for_it_is_no_wrong_notice(adapter, encoding):
    named = {"Content-Encoding": encoding}
    status, answer, headers = await adapter.post(gzip.compress(b"{}"), secret=adapter.secret(), **named)
    assert (status, headers["Accept-Encoding"]) == (415, "gzip, identity")
    assert answer == {"faults": ["content-encoding: send the body as it is, or under gzip alone."]}
    assert adapter.intake.taken == []


async def test_a_body_that_is_not_what_it_is_said_to_be_or_unpacks_to_too_much_is_named(adapter):
    secret, named = adapter.secret(), {"Content-Encoding": "gzip"}
    assert (await adapter.post(b"{}", secret=secret, **named))[0] == 400
    assert (await adapter.post(gzip.compress(bytes(MAX_NATIVE + 1)), secret=secret, **named))[0] == 413
    assert adapter.intake.taken == []


async def test_a_wrong_notice_is_answered_with_every_fault(adapter):
    adapter.intake.answer = Refused(("risk: is required.", "officer: is required."))
    status, answer, _ = await adapter.post(b"{}", secret=adapter.secret())
    assert (status, answer) == (422, {"faults": ["risk: is required.", "officer: is required."]})


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer hub_unknown"}, {"Authorization": "Bearer"}, {"Authorization": "Basic eDp5"}],
)
async def test_an_unknown_caller_is_refused_before_anything_is_read(adapter, headers):
    adapter.secret()
    status, answer, answered = await adapter.post(raw(a_notice()), **headers)
    assert status == 401
    assert answer == {"faults": ["Send a known secret as `Authorization: Bearer <secret>`."]}
    assert answered["WWW-Authenticate"] == "Bearer"
    assert adapter.intake.taken == []


@pytest.mark.parametrize(
    "who", [{"source": "police.westshire"}, {"role": "subject_access_officer"}], ids=["another source", "a reader"]
)
async def test_a_known_caller_of_another_source_or_role_is_forbidden(adapter, who):
    status, answer, _ = await adapter.post(raw(a_notice()), secret=adapter.secret(**who))
    assert status == 403
    assert answer["faults"] == ["This secret may not post to this adapter: it belongs to another source or role."]
    assert adapter.intake.taken == []


async def test_a_removed_caller_is_out_at_once(adapter):
    secret = adapter.secret()
    assert (await adapter.post(b"{}", secret=secret))[0] == 202
    callers.remove(adapter.agencies / CALEDON, "system")
    assert (await adapter.post(b"{}", secret=secret))[0] == 401


@pytest.mark.parametrize("size", [8_388_609, 12_000_000])
async def test_a_body_above_eight_megabytes_is_too_large(adapter, size):
    status, answer, _ = await adapter.post(BytesIO(b"x" * size), secret=adapter.secret())
    assert (status, answer) == (413, {"faults": ["notice: is larger than 8,388,608 bytes."]})
    assert adapter.intake.taken == []


async def test_a_body_of_unsaid_length_is_measured_too(adapter):
    async def endless():
        for _ in range(20):
            yield b"x" * 1_000_000

    assert (await adapter.post(endless(), secret=adapter.secret()))[0] == 413


async def test_more_requests_than_the_process_can_hold_are_told_when_to_come_back():
    waiting, answered = asyncio.Event(), []

    async def slow(scope, receive, send):
        await waiting.wait()

    async def keep(message):
        answered.append(message)

    crowd = Crowd(slow, most=1)
    first = asyncio.create_task(crowd({"type": "http"}, None, keep))
    await asyncio.sleep(0)
    await crowd({"type": "http"}, None, keep)
    assert answered[0]["status"] == 503
    assert (b"retry-after", b"30") in answered[0]["headers"]
    waiting.set()
    await first
    await crowd({"type": "http"}, None, keep)
    assert len(answered) == 2, "the next one is let in"


@pytest.mark.parametrize("answer", [Full(), Unavailable("The spool cannot be used (OSError): see to its disk.")])
async def test_a_full_or_failing_spool_says_when_to_come_back(adapter, answer):
    adapter.intake.answer = answer
    status, told, headers = await adapter.post(raw(a_notice()), secret=adapter.secret())
    assert status == 503
    assert headers["Retry-After"] == "30"
    assert told["faults"][0].endswith("send this notice again later.")


async def test_a_bug_is_answered_without_what_was_posted(adapter, capfd):
    adapter.intake.answer = RuntimeError("Maisie")
    status, told, _ = await adapter.post(raw(a_notice()), secret=adapter.secret())
    assert (status, told) == (503, {"faults": ["The adapter cannot accept notices now: send this notice again later."]})
    captured = capfd.readouterr()
    assert "Maisie" not in captured.out + captured.err


async def test_readiness_says_which_part_is_down_and_kafka_may_be(adapter):
    status, text = await adapter.get("/readyz")
    assert (status, json.loads(text)) == (200, {"ready": True, "parts": {"spool": "ok", "kafka": "away"}})
    adapter.health = Health(ready=False, parts={"spool": "full"})
    assert (await adapter.get("/readyz"))[0] == 503
    assert (await adapter.get("/livez"))[0] == 200


async def test_metrics_count_callers_that_were_refused(adapter):
    await adapter.post(b"{}")
    _, text = await adapter.get("/metrics")
    assert 'hub_adapter_callers_refused_total{outcome="unknown"}' in text


async def test_the_openapi_document_describes_the_notice_and_every_answer(adapter):
    _, text = await adapter.get("/openapi.json")
    document = json.loads(text)
    post = document["paths"]["/v1/concerns"]["post"]
    assert set(post["responses"]) == {"202", "400", "401", "403", "408", "413", "415", "422", "503"}
    schema = post["requestBody"]["content"]["application/json"]["schema"]
    references = [one["$ref"] for one in schema["oneOf"]]
    assert references == ["#/components/schemas/Notice", "#/components/schemas/Retraction"]
    assert {"Notice", "Retraction", "NoticeChild", "Problem"} <= set(document["components"]["schemas"])
    assert "call 999" in document["info"]["description"]
