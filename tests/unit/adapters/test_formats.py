"""What a format may be: with paths of its own, made by a mapping file, and documented in its own way."""

import gzip
import json
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from uuid import UUID

import aiohttp
import pytest

from adapters.bridge import formats
from adapters.bridge.answers import Refused
from adapters.bridge.doors import callers
from adapters.bridge.doors.callers import Callers
from adapters.bridge.doors.http import create_app
from adapters.bridge.doors.routes import Page, Post, Reply
from adapters.bridge.formats import MappedFormat, configured, describe
from adapters.bridge.spool.store import Accepted
from adapters.police import FORMAT
from hub.facts.errors import Unavailable, UserError
from tests.unit.adapters.builders import CALEDON, SATURDAY_NIGHT
from tests.unit.adapters.test_http import FakeIntake, serving

# --- paths of its own ------------------------------------------------------------------------------------------------


def taken(asked, record, answers):
    accepted = [bool(answer.accepted) for answer in answers]
    told = f"{asked.content_type} {asked.at:%H:%M} {record.decode()} {accepted}"
    return Reply(201, "text/x-own", told.encode(), {"X-Own": "yes"})


def turned(asked, why):
    return Reply(why.status, "text/x-own", f"{asked.accept}: {why.faults[0]}".encode(), why.headers)


OWN = replace(
    FORMAT,
    routes=(
        Post("/own/$process", "Take one.", taken, turned),
        Page("/own/metadata", "What it can do.", lambda asked: Reply(200, "text/x-own", asked.accept.encode())),
    ),
)


class Door:
    def __init__(self, address, session, intake, secret):
        self.address, self.session, self.intake, self.secret = address, session, intake, secret

    async def ask(self, method, path, body=None, **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.session.request(method, f"{self.address}{path}", data=body, headers=named) as answer:
            return answer.status, await answer.text(), answer.headers

    async def post(self, body, **headers):
        return await self.ask(
            "POST", "/own/$process", body, Authorization=f"Bearer {self.secret}", Accept="text/x-own", **headers
        )


@pytest.fixture
async def door(tmp_path):
    intake = FakeIntake()
    secret = callers.add(tmp_path / CALEDON, "system", "system", now=SATURDAY_NIGHT, random_bytes=bytes)
    app = create_app(intake, OWN, Callers(tmp_path), lambda: None, lambda: None, now=lambda: SATURDAY_NIGHT)
    async with serving(app) as address, aiohttp.ClientSession() as session:
        yield Door(address, session, intake, secret)


async def test_a_path_of_a_formats_own_answers_in_its_manner(door):
    status, told, headers = await door.post(b"one", Content_Type="text/x-own")
    assert (status, told) == (201, "text/x-own 23:15 one [True]")
    assert headers["X-Own"] == "yes"
    assert headers["Content-Type"].startswith("text/x-own")
    door.intake.answer = Refused(("x: is required.",))
    assert (await door.post(b"one", Content_Type="text/x-own"))[1].endswith("[False]")


async def test_its_callers_limits_and_encodings_are_those_of_every_path_and_only_the_wording_is_its_own(door):
    said = "Send a known secret as `Authorization: Bearer <secret>`."
    status, told, headers = await door.ask("POST", "/own/$process", b"one", Accept="text/x-own")
    assert (status, told, headers["WWW-Authenticate"]) == (401, f"text/x-own: {said}", "Bearer")
    assert (await door.post(gzip.compress(b"one"), Content_Encoding="gzip"))[1].endswith("one [True]")
    status, told, headers = await door.post(b"one", Content_Encoding="br")
    assert (status, headers["Accept-Encoding"]) == (415, "gzip, identity")
    assert told.startswith("text/x-own: content-encoding:")
    assert (await door.post(BytesIO(b"x" * 8_388_609)))[0] == 413
    door.intake.answer = Unavailable("The spool cannot be used.")
    status, told, headers = await door.post(b"one")
    assert (status, headers["Retry-After"]) == (503, "30")
    assert told == "text/x-own: The adapter cannot accept notices now: send this notice again later."


async def test_a_page_is_told_to_anybody_and_the_usual_path_stays(door):
    assert (await door.ask("GET", "/own/metadata", Accept="text/x-own"))[:2] == (200, "text/x-own")
    bearer = {"Authorization": f"Bearer {door.secret}"}
    door.intake.answer = Accepted(UUID(int=1))
    status, told, _ = await door.ask("POST", "/v1/concerns", b"{}", **bearer)
    assert (status, json.loads(told)["repeated"]) == (202, False)


# --- made by a mapping file ------------------------------------------------------------------------------------------


def make(mapping):
    if mapping is None:
        return replace(FORMAT, title="as shipped")
    if "wrong" in mapping.read_text():
        raise UserError(f"{mapping}:1: wrong is not known here.")
    return replace(FORMAT, title=mapping.read_text())


MAPPED = MappedFormat("Mapped", "text/csv", make, lambda: "What a mapping may say.")


@pytest.fixture
def mapped(monkeypatch):
    def register(found):
        monkeypatch.setattr(formats, "find", lambda name: found if name == "mapped" else FORMAT)

    register(MAPPED)
    return register


def test_a_mapping_file_makes_the_format(mapped, tmp_path):
    path = tmp_path / "mapping.yaml"
    path.write_text("caledon's")
    assert configured("mapped", path).title == "caledon's"
    assert configured("mapped").title == "as shipped"


def test_what_is_wrong_in_a_mapping_is_named_by_file_and_line(mapped, tmp_path):
    path = tmp_path / "mapping.yaml"
    path.write_text("wrong: 1")
    with pytest.raises(UserError, match=r"mapping\.yaml:1: wrong is not known here\."):
        configured("mapped", path)


def test_a_mapping_that_is_needed_must_be_named_and_one_that_is_not_must_not(mapped):
    mapped(replace(MAPPED, needs=True))
    with pytest.raises(UserError, match="needs a mapping file: name it with --mapping"):
        configured("mapped")
    with pytest.raises(UserError, match="has no mapping"):
        configured("police", Path("mapping.yaml"))


def test_a_format_is_described_by_its_own_words_or_its_json_schema(mapped):
    assert describe("mapped") == "What a mapping may say."
    assert describe("police")["title"] == "Public protection notice"
