"""The HTTP API of recipients as their software meets it: over a socket, on real PostgreSQL."""

from __future__ import annotations

import asyncio
import json
import re
import secrets
from base64 import b64decode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import pytest
import uvicorn

from hub.console.api import make_app
from hub.console.callers import new_api_key, revoke_api_key
from hub.console.health import health_app
from hub.console.limits import MAX_BODY, Rate
from hub.delivery.receipts import open_name
from hub.keys.files import FileKeys
from hub.model import Layer, OrganisationKind, Purpose, Role, Tier
from hub.redaction import jwe
from tests.unit.delivery.world import (
    ACADEMY,
    DSL,
    POLICE,
    PRIMARY,
    SECRET_STORY,
    World,
    an_organisation,
    inbox,
    utc_now,
)

NAME = "Morag Fraser"


@dataclass
class Api:
    """The API as one caller sees it."""

    url: str
    token: str | None
    session: aiohttp.ClientSession

    async def call(self, verb: str, path: str, *, body: Any = None, raw: bytes | None = None,
                   token: str | None = None) -> tuple[int, Any, str]:
        """(status, JSON, text)."""
        bearer = token if token is not None else self.token
        headers = {"content-type": "application/json"} | ({"authorization": f"Bearer {bearer}"} if bearer else {})
        data = raw if raw is not None else (json.dumps(body).encode() if body is not None else None)
        async with self.session.request(verb, self.url + path, data=data, headers=headers) as answer:
            self.headers = answer.headers
            text = await answer.text()
            return answer.status, json.loads(text) if "json" in answer.content_type else None, text

    async def get(self, path: str, **options: Any) -> tuple[int, Any, str]:
        return await self.call("GET", path, **options)

    async def post_receipt(self, delivery_id: UUID | str, layer: str = "opened", at: str | None = None,
                           by: str | None = NAME, **more: Any) -> tuple[int, Any, str]:
        body = {"layer": layer, "at": at or utc_now().isoformat(), "by": by, **more}
        return await self.call("POST", f"/v1/deliveries/{delivery_id}/receipts", body=body)


@asynccontextmanager
async def serving(app: Any) -> AsyncIterator[str]:
    """The app on a free port of this machine."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, ws="none", lifespan="on"))
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> World:
    return World(database_url, tmp_path, {
        POLICE: an_organisation(POLICE, kind=OrganisationKind.POLICE), PRIMARY: an_organisation(PRIMARY, inbox()),
        ACADEMY: an_organisation(ACADEMY, inbox())})


def a_key(world: World, organisation: str = PRIMARY, role: Role = DSL) -> tuple[str, str]:
    with world.connect() as connection:
        return new_api_key(connection, organisation, role, utc_now(), secrets.token_bytes)


def in_inbox(world: World, organisation: str = PRIMARY, **columns: Any) -> UUID:
    """A delivery that the dispatcher has put into the inbox."""
    delivery_id = world.deliver(organisation, wake=False, **{"status": "accepted", "channel": "inbox",
                                                             "settled_at": utc_now(), **columns})
    with world.connect() as connection:
        connection.execute("insert into receipt (delivery_id, layer, at, received_at) values (%s, 1, now(), now())",
                           (delivery_id,))
    return delivery_id


@asynccontextmanager
async def an_api(world: World, token: str | None) -> AsyncIterator[Api]:
    app = make_app(world.database_url, world.keys, world.news, clock=utc_now, random=secrets.token_bytes)
    async with serving(app) as url, aiohttp.ClientSession() as session:
        yield Api(url, token, session)


@pytest.fixture
async def api(world: World) -> AsyncIterator[Api]:
    async with an_api(world, a_key(world)[1]) as made:
        yield made


# --- inbox --------------------------------------------------------------------------------------------------------------


async def test_the_inbox_lists_ones_own_deliveries_without_content(api: Api, world: World):
    mine = in_inbox(world)
    in_inbox(world, ACADEMY)
    in_inbox(world, role=Role.HEAD_TEACHER)
    world.deliver(PRIMARY, wake=False)
    in_inbox(world, channel="webhook")

    status, page, text = await api.get("/v1/inbox")

    assert status == 200
    assert page["next"] is None
    [item] = page["deliveries"]
    assert item["delivery_id"] == str(mine)
    assert (item["type"], item["tier"], item["layer"]) == ("uk.concernhub.disclosure.v1", "urgent", "accepted")
    assert set(item) == {"delivery_id", "type", "tier", "received_at", "due_by", "layer"}
    assert SECRET_STORY not in text
    assert world.rows("select max(layer) from receipt") == [(1,)]


async def test_pages_follow_each_other_newest_first_and_miss_nothing(api: Api, world: World):
    start = utc_now()
    made = [in_inbox(world, settled_at=start + timedelta(seconds=place // 2)) for place in range(7)]

    seen, after = [], ""
    for _ in range(4):
        _, page, _ = await api.get(f"/v1/inbox?limit=2{after}")
        seen += [item["delivery_id"] for item in page["deliveries"]]
        after = f"&after={page['next']}"
        if page["next"] is None:
            break

    assert sorted(seen) == sorted(map(str, made))
    assert len(seen) == 7
    assert UUID(seen[0]) == made[6]


async def test_reading_opens_the_disclosure_marks_it_collected_and_is_audited(api: Api, world: World):
    delivery_id = in_inbox(world)

    status, event, _ = await api.get(f"/v1/inbox/{delivery_id}")

    assert status == 200
    assert event["specversion"] == "1.0"
    assert event["id"] == str(delivery_id)
    assert event["type"] == "uk.concernhub.disclosure.v1"
    assert event["datacontenttype"] == "application/json"
    assert event["data"] == {"items": {"concern.summary": SECRET_STORY}}
    assert world.rows("select layer from receipt order by layer") == [(1,), (2,)]
    [facts] = [json.loads(facts) for (facts,) in world.rows("select facts from ledger_entry where kind = 'read'")]
    assert facts["delivery_id"] == str(delivery_id)
    assert facts["key_id"] == f"{PRIMARY}.inbox.1"
    assert facts["caller"].startswith("api-")
    assert SECRET_STORY not in str(facts)
    await api.get(f"/v1/inbox/{delivery_id}")
    assert world.rows("select count(*) from ledger_entry where kind = 'read'") == [(2,)]
    assert world.rows("select count(*) from ledger_entry where kind = 'receipt'") == [(1,)]


async def test_a_notice_is_shown_as_it_is(api: Api, world: World):
    delivery_id = in_inbox(world, purpose=Purpose.NOTIFY)
    status, event, _ = await api.get(f"/v1/inbox/{delivery_id}")
    assert (status, event["type"], event["data"]) == (200, "uk.concernhub.notice.v1", {"reason": "test"})
    assert world.rows("select count(*) from outbox") == [(0,)]


@pytest.mark.parametrize("whose", ["another organisation", "another role", "webhook", "not there yet", "nobody"])
async def test_what_is_not_in_ones_inbox_does_not_exist(api: Api, world: World, whose: str):
    delivery_id = {
        "another organisation": lambda: in_inbox(world, ACADEMY),
        "another role": lambda: in_inbox(world, role=Role.HEAD_TEACHER),
        "webhook": lambda: in_inbox(world, channel="webhook"),
        "not there yet": lambda: world.deliver(PRIMARY, wake=False),
        "nobody": uuid4}[whose]()

    status, error, _ = await api.get(f"/v1/inbox/{delivery_id}")

    assert (status, error["error"]) == (404, "not_found")
    assert str(delivery_id) not in str(error)
    assert world.rows("select count(*) from ledger_entry where kind = 'read'") == [(0,)]


async def test_an_inbox_key_that_is_not_held_is_the_hubs_trouble_and_says_no_more(api: Api, world: World):
    delivery_id = in_inbox(world)
    (world.home / "keys" / "private" / f"{PRIMARY}.inbox.1.json").unlink()
    status, error, _ = await api.get(f"/v1/inbox/{delivery_id}")
    assert (status, error["error"]) == (503, "unavailable")
    assert world.rows("select max(layer) from receipt") == [(1,)]


# --- receipts -----------------------------------------------------------------------------------------------------------


async def test_a_receipt_stands_once_and_its_news_goes_to_the_sender(api: Api, world: World):
    delivery_id = in_inbox(world)

    assert (await api.post_receipt(delivery_id, "opened"))[:2] == (
        200, {"delivery_id": str(delivery_id), "layer": "opened", "new": True})
    assert (await api.post_receipt(delivery_id, "opened", by="Somebody Else"))[1]["new"] is False

    [(topic, value)] = world.rows("select topic, value from outbox")
    assert topic == f"receipts.{POLICE}"
    news = open_news(world, value)
    assert (news["outcome"], news["told"]) == ("matched", 1)
    assert {one["layer"]: one["count"] for one in news["layers"]} == {"accepted": 1, "collected": 1, "opened": 1}
    assert world.rows("select count(*) from ledger_entry where kind = 'receipt'") == [(1,)]
    assert PRIMARY.encode() not in value


async def test_who_opened_it_is_kept_sealed(api: Api, world: World):
    delivery_id = in_inbox(world)
    await api.post_receipt(delivery_id, "acted")

    [(key_id, sealed)] = world.rows("select by_key, by_sealed from receipt where layer = 4")
    assert NAME.encode() not in sealed
    assert open_name(world.keys, (delivery_id, Layer.ACTED, key_id, sealed)) == NAME
    assert NAME not in str(world.rows("select convert_from(facts, 'UTF8') from ledger_entry where facts is not null"))


async def test_a_late_lower_receipt_is_kept_and_never_lowers_the_layer(api: Api, world: World):
    delivery_id = in_inbox(world)
    await api.post_receipt(delivery_id, "acted")

    status, answer, _ = await api.post_receipt(delivery_id, "collected", by=None)

    assert (status, answer["layer"], answer["new"]) == (200, "acted", True)
    assert world.rows("select layer from receipt order by layer") == [(1,), (2,), (4,)]
    assert (await api.get("/v1/inbox"))[1]["deliveries"][0]["layer"] == "acted"


async def test_a_time_in_the_future_is_read_as_now(api: Api, world: World):
    delivery_id = in_inbox(world)
    await api.post_receipt(delivery_id, "opened", at="2199-01-01T00:00:00Z")
    [(at,)] = world.rows("select at from receipt where layer = 3")
    assert abs(at - utc_now()) < timedelta(minutes=1)


async def test_a_receipt_is_taken_by_whatever_channel_the_delivery_came(api: Api, world: World):
    delivery_id = in_inbox(world, channel="webhook")
    assert (await api.post_receipt(delivery_id, "acted"))[0] == 200


async def test_anothers_delivery_takes_no_receipt_and_is_not_told_of(api: Api, world: World):
    theirs = in_inbox(world, ACADEMY)
    refused = await api.post_receipt(theirs)
    assert refused[0] == 404
    assert refused[1] == (await api.post_receipt(uuid4()))[1]
    assert world.rows("select max(layer) from receipt") == [(1,)]


async def test_receipts_posted_at_the_same_time_are_written_once(api: Api, world: World):
    delivery_id = in_inbox(world)
    answers = await asyncio.gather(*(api.post_receipt(delivery_id, "acted") for _ in range(10)))
    assert sorted(answer[1]["new"] for answer in answers) == [False] * 9 + [True]
    assert world.rows("select count(*) from outbox") == [(1,)]


# --- bad input ----------------------------------------------------------------------------------------------------------

SECRET = "Zebedee Quill"


@pytest.mark.parametrize(("body", "field", "fault"), [
    ({"layer": SECRET, "at": "2026-03-09T08:00:00Z", "by": "x"}, "layer", "must be one of collected, opened and acted"),
    ({"layer": "accepted", "at": "2026-03-09T08:00:00Z"}, "layer", "must be one of collected, opened and acted"),
    ({"layer": "opened", "at": "2026-03-09T08:00:00", "by": SECRET}, "at", "must have an offset, such as Z"),
    ({"layer": "opened", "at": SECRET, "by": "x"}, "at", "must be an instant such as 2026-03-09T08:45:00Z"),
    ({"layer": "opened", "at": 17, "by": "x"}, "at", "must be text such as 2026-03-09T08:45:00Z"),
    ({"layer": "opened", "at": "2026-03-09T08:00:00Z"}, "by", "is needed: who opened it or acted"),
    ({"layer": "opened", "at": "2026-03-09T08:00:00Z", "by": f"{SECRET}\x00"}, "by",
     "must be a name without control characters"),
    ({"layer": "opened", "at": "2026-03-09T08:00:00Z", "by": f"{SECRET}\u202e"}, "by",
     "must be a name without control characters"),
    ({"layer": "opened", "at": "2026-03-09T08:00:00Z", "by": SECRET * 50}, "by", "is too long"),
    ({"layer": "opened", "at": "2026-03-09T08:00:00Z", "by": "   "}, "by", "must be a name without control characters"),
    ({"layer": "opened", "at": "2026-03-09T08:00:00Z", "by": "x", SECRET: SECRET}, "body", "is not known here"),
    ({}, "layer", "is missing"),
    (SECRET, "body", "is not valid"),
])
async def test_a_wrong_receipt_is_refused_with_the_fault_named_and_nothing_repeated(
        api: Api, world: World, body: Any, field: str, fault: str):
    delivery_id = in_inbox(world)
    status, error, text = await api.call("POST", f"/v1/deliveries/{delivery_id}/receipts", body=body)
    assert (status, error["error"]) == (422, "invalid")
    assert {"field": field, "fault": fault} in error["faults"]
    assert SECRET not in text
    assert world.rows("select count(*) from receipt where layer > 1") == [(0,)]


@pytest.mark.parametrize("raw", [b"{", SECRET.encode(), b"\xff\xfe", b"[" * 5_000])
async def test_what_is_not_json_is_refused_and_not_repeated(api: Api, world: World, raw: bytes):
    status, error, text = await api.call("POST", f"/v1/deliveries/{in_inbox(world)}/receipts", raw=raw)
    assert (status, error["error"]) in {(422, "invalid"), (400, "invalid")}
    assert SECRET not in text


@pytest.mark.parametrize("path", ["/v1/inbox?limit=0", "/v1/inbox?limit=201", f"/v1/inbox?limit={SECRET[:3]}",
                                  "/v1/inbox?after=Zebedee", "/v1/inbox/Zebedee"])
async def test_a_wrong_address_is_refused_and_not_repeated(api: Api, path: str):
    status, error, text = await api.get(path)
    assert (status, error["error"]) == (422, "invalid")
    assert "Zeb" not in text


async def test_a_body_beyond_the_limit_is_refused(api: Api, world: World):
    path = f"/v1/deliveries/{in_inbox(world)}/receipts"
    assert (await api.call("POST", path, raw=b" " * MAX_BODY + b"{}"))[0] == 413


# --- who calls ----------------------------------------------------------------------------------------------------------


async def test_without_a_key_that_is_in_force_nothing_is_answered(api: Api, world: World):
    delivery_id = in_inbox(world)
    key_id, token = a_key(world)
    wrong = ["", "x", key_id, f"{key_id}.", f"{key_id}.wrong", token.replace(key_id, "api-unknown"), token + "x",
             "ä.ö", "x" * 5_000]
    for bearer in wrong:
        for path in ("/v1/inbox", f"/v1/inbox/{delivery_id}"):
            api.token = None
            status, error, _ = await api.get(path, token=bearer.encode("utf-8").decode("latin-1"))
            assert status in {401, 429}, bearer
            assert error["error"] in {"unauthorised", "too_many"}
    api.token = token
    assert (await api.get("/v1/inbox"))[0] == 200


async def test_a_revoked_key_ends_at_once(api: Api, world: World):
    key_id, token = a_key(world)
    assert (await api.get("/v1/inbox", token=token))[0] == 200
    with world.connect() as connection:
        assert revoke_api_key(connection, key_id, utc_now(), secrets.token_bytes)
        assert not revoke_api_key(connection, key_id, utc_now(), secrets.token_bytes)
    assert (await api.get("/v1/inbox", token=token))[0] == 401
    assert api.headers["www-authenticate"] == "Bearer"
    assert world.rows("select count(*) from ledger_entry where kind = 'api_key'") == [(3,)]


def test_only_a_hash_of_the_secret_is_stored(world: World):
    key_id, token = a_key(world)
    secret = token.partition(".")[2]
    assert len(secret) == 43
    [(stored,)] = world.rows("select secret_hash from api_key where key_id = %s", key_id)
    assert len(stored) == 32
    assert secret not in str(world.rows("select * from api_key")) + str(world.rows("select facts from ledger_entry"))


async def test_a_caller_beyond_the_rate_is_told_to_wait(api: Api):
    statuses = [(await api.get("/v1/inbox"))[0] for _ in range(90)]
    assert statuses[:60] == [200] * 60
    assert 429 in statuses
    assert int(api.headers.get("retry-after", "1")) >= 1


def test_a_bucket_refills_with_time():
    now = [0.0]
    rate = Rate(lambda: now[0], per_second=2, burst=3)
    assert [rate.take("a") for _ in range(4)] == [0, 0, 0, 0.5]
    assert rate.take("b") == 0
    now[0] = 0.5
    assert rate.take("a") == 0
    assert rate.take("a") == 0.5


# --- pages, headers, health ---------------------------------------------------------------------------------------------


async def test_every_answer_bears_the_headers_of_safety(api: Api):
    for path in ("/v1/inbox", "/v1/nothing", "/docs", "/openapi.json", "/livez"):
        await api.get(path)
        assert api.headers["x-content-type-options"] == "nosniff"
        assert api.headers["cache-control"] == "no-store"
        assert api.headers["content-security-policy"].startswith("default-src 'none'")
        assert api.headers["referrer-policy"] == "no-referrer"
        assert "max-age" in api.headers["strict-transport-security"]


async def test_the_openapi_document_says_what_software_needs(api: Api):
    _, document, _ = await api.get("/openapi.json", token="")
    paths = document["paths"]
    assert set(paths) == {"/v1/inbox", "/v1/inbox/{delivery_id}", "/v1/deliveries/{delivery_id}/receipts",
                          "/v1/webhook-keys"}
    receipts = paths["/v1/deliveries/{delivery_id}/receipts"]["post"]
    assert {"200", "401", "404", "422", "429", "503"} == set(receipts["responses"])
    assert receipts["security"] == [{"HTTPBearer": []}]
    taken = document["components"]["schemas"]["ReceiptIn"]
    assert taken["properties"]["layer"]["enum"] == ["collected", "opened", "acted"]
    assert taken["required"] == ["layer", "at"]
    assert "ErrorOut" in document["components"]["schemas"]
    assert "ValidationError" not in str(receipts)


async def test_the_docs_are_one_plain_page_with_nothing_from_elsewhere(api: Api):
    status, _, page = await api.get("/docs", token="")
    assert status == 200
    assert "/v1/inbox/{delivery_id}" in page
    assert "999" in page
    assert re.findall(r"(?:src|href)=\"([^\"#]+)", page) == ["/docs/style.css", "/openapi.json"]
    assert "<script" not in page
    assert (await api.get("/docs/style.css", token=""))[0] == 200


async def test_the_webhook_key_is_the_one_that_signs(api: Api, world: World):
    _, answer, _ = await api.get("/v1/webhook-keys", token="")
    [key] = answer["keys"]
    assert key["key_id"] == "hub.webhook.1"
    assert b64decode(key["public_key"].removeprefix("whpk_")) == world.keys.public("hub.webhook.1").raw


async def test_health_names_the_part_that_is_down():
    async def up() -> bool:
        return True

    async def down() -> bool:
        raise ConnectionError(SECRET)

    async def slow() -> bool:
        await asyncio.sleep(60)
        return True

    async with serving(health_app({"postgresql": up})) as url, aiohttp.ClientSession() as session:
        assert (await session.get(f"{url}/readyz")).status == 200
        assert (await session.get(f"{url}/livez")).status == 200
        metrics = await (await session.get(f"{url}/metrics")).text()
        assert "hub_receipts_total" in metrics
    async with (serving(health_app({"postgresql": up, "kafka": down, "keys": slow})) as url,
                aiohttp.ClientSession() as session):
        answer = await session.get(f"{url}/readyz")
        assert answer.status == 503
        text = await answer.text()
        assert json.loads(text)["down"] == ["kafka", "keys"]
        assert SECRET not in text


async def test_when_postgresql_goes_away_callers_are_told_to_try_again(world: World):
    token = a_key(world)[1]
    app = make_app("postgresql://nobody@127.0.0.1:1/none", world.keys, world.news, clock=utc_now,
                   random=secrets.token_bytes)
    app.state.desk.pool.timeout = 0.5
    async with serving(app) as url, aiohttp.ClientSession() as session:
        api = Api(url, token, session)
        status, error, text = await api.get("/v1/inbox")
        assert (status, error["error"]) == (503, "unavailable")
        assert api.headers["retry-after"] == "2"
        assert "127.0.0.1:1" not in text
        status, ready, _ = await api.get("/readyz")
        assert (status, ready["down"]) == (503, ["postgresql"])


def test_a_recipients_own_system_opens_what_came_by_webhook(world: World):
    delivery_id = world.deliver(PRIMARY, wake=False, tier=Tier.ROUTINE)
    [(body,)] = world.rows("select body from delivery where delivery_id = %s", delivery_id)
    event = json.loads(body)
    opened = jwe.unseal(event["data"], f"{PRIMARY}.receive.1", world.private(PRIMARY))
    assert json.loads(opened) == {"items": {"concern.summary": SECRET_STORY}}
    assert SECRET_STORY.encode() not in body


def open_news(world: World, value: bytes) -> dict[str, Any]:
    """What the sender reads, with the sender's own key."""
    from hub.wire.news import news_info

    sealed = world.schemas.decode("SealedNews", value)
    own = FileKeys(world.home / "agencies" / POLICE / "keys")
    event_id = UUID(bytes=sealed["event_id"])
    return world.schemas.decode("News", own.unseal(sealed["key_id"], sealed["sealed"], news_info(event_id, POLICE)))
