"""This release's adapter before the router of the release before: nothing of it becomes a dead letter.

That router runs as it was, from release_before/router.zip, in a process of its own. It answers the adapter's test of
its connection, and from that answer the adapter knows what it reads.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from adapters.bridge.answers import Answer, Door, Refused
from adapters.bridge.spool.store import Waiting
from adapters.bridge.wiring import source_keys
from hub.facts.terms import Tier
from hub.kafka.topics import concern_topic
from hub.keys.files import FileKeys
from hub.settings import Settings
from hub.wire.connection import seal_test
from hub.wire.news import read_news
from hub.wire.sealed import check, open_part, part_info
from tests.unit.adapters.builders import (
    CALEDON,
    EXAMPLES,
    SATURDAY_NIGHT,
    SCHEMAS,
    a_child,
    a_notice,
    an_agency,
    an_intake,
    ids,
    raw,
)

BEFORE = Path(__file__).with_name("release_before")
Reads = Mapping[str, int]
RICHER = a_child(
    whereabouts="Upstairs in bed.",
    telephone=["07700 900341"],
    earlier_addresses=[{"postcode": "ZG1 1AB"}],
    spoken_to={"spoken_to": True, "alone": True},
    narrative="He had found them at ZG1 1AB before.",
)
CARETAKER = {"role": "alleged_perpetrator", "name": "C Vale",
             "link": {"organisation": "school.glenmore-primary", "role": "caretaker"}}  # fmt: skip


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("older")
    with zipfile.ZipFile(BEFORE / "router.zip") as kept:
        kept.extractall(folder)
    return folder


@pytest.fixture
def agency(tmp_path: Path) -> Settings:
    return an_agency(tmp_path)


def route(older: Path, settings: Settings, records: list[tuple[str, bytes, bytes]]) -> list[dict[str, Any]]:
    """What the router of the release before makes of these (topic, key, value)."""
    lines = [
        json.dumps({"topic": topic, "key": key.hex(), "value": value.hex(), "at": SATURDAY_NIGHT.isoformat()})
        for topic, key, value in records
    ]
    made = subprocess.run(
        [sys.executable, BEFORE / "router.py", settings.home],
        input="\n".join(lines), capture_output=True, text=True, check=False, timeout=60,
        env={**os.environ, "PYTHONPATH": str(older)},
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    return [json.loads(line) for line in made.stdout.splitlines()]


@pytest.fixture(scope="module")
def reads(older: Path, tmp_path_factory: pytest.TempPathFactory) -> Reads:
    """What that router's answer to a test of the connection lists."""
    settings = an_agency(tmp_path_factory.mktemp("tested"))
    keys = source_keys(settings, CALEDON)
    key, value = seal_test(next(ids()), CALEDON, SATURDAY_NIGHT, SCHEMAS, keys)
    [result] = route(older, settings, [(concern_topic(Tier.ROUTINE), key, value)])
    [answer] = result["answers"]
    own = FileKeys(settings.agency_keys(CALEDON), publics=settings.keys / "public")
    heard = read_news(bytes.fromhex(answer), SCHEMAS, own.public, own.unseal)
    assert heard is not None
    return heard.said.reads


def take(settings: Settings, reads: Reads, *notices: bytes) -> tuple[list[Answer], list[tuple[str, bytes, bytes]]]:
    """What the adapter says to each notice, and the records that it would publish."""
    with an_intake(settings, reads=lambda: reads) as (intake, spool):
        taken = [answer for notice in notices for answer in intake.take(notice, Door.COMMAND)]
        waiting: list[Waiting] = [one for tier in Tier for one in spool.waiting(concern_topic(tier), 100)]
    return taken, [(one.topic, one.case_key, one.value) for one in waiting]


def facts_written_under(settings: Settings, key: bytes, value: bytes) -> int:
    """The version of Facts that a record was written under, read off its frame."""
    hub = FileKeys(settings.keys)
    event = check(value, key, SCHEMAS, hub.public)
    frame = hub.unseal(event.headers[0].key_id, event.parts[0], part_info(event.sent_as, event.source, 0))
    return next(one.version for one in SCHEMAS.versions if one.id == int.from_bytes(frame[1:5], "big"))


def versioned(path: Path) -> bytes:
    """An example as if it were sent on Saturday night already: ordered by a version, not by when it was modified."""
    notice = json.loads(path.read_text(encoding="utf-8"))
    modified = notice.pop("last_modified", None)
    return raw(notice | ({"version": 1 + (notice["notice_type"] == "retract")} if modified else {}))


@pytest.mark.parametrize("answered", [True, False], ids=["it has answered", "it has not answered yet"])
def test_every_notice_that_a_force_sent_before_is_routed(
    older: Path, agency: Settings, reads: Reads, answered: bool
) -> None:
    examples = [versioned(path) for path in sorted(EXAMPLES.glob("*.json")) if path.stem != "unborn-sibling"]
    taken, records = take(agency, reads if answered else {}, *examples)
    assert all(one.accepted and one.left_out == () for one in taken)
    results = route(older, agency, records)
    assert len(results) == len(examples)
    assert [one for one in results if "dead_letter" in one] == []


def test_what_it_does_not_read_is_left_out_and_named_and_the_rest_is_routed(
    older: Path, agency: Settings, reads: Reads
) -> None:
    assert (reads["Facts"], reads["Content"]) == (2, 1)
    notice = a_notice(children=[RICHER], people=[CARETAKER], consent_reason="He would hear.")
    [taken], records = take(agency, reads, raw(notice))
    assert taken.accepted
    assert [sentence.partition(":")[0] for sentence in taken.left_out] == [
        "child.earlier_addresses",
        "child.spoken_to",
        "child.telephone",
        "child.whereabouts",
        "concern.consent_reason",
        "people[0].link.role",
    ]
    assert not any("07700" in sentence for sentence in taken.left_out)
    assert route(older, agency, records) == [{"outcome": "not_found"}]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"caveats": ["telephone_only"]}, "caveats"),
        ({"children": [a_child(), {"unborn": {"due_date": "2026-06"}}]}, "children[1]"),
    ],
)
def test_what_would_do_harm_if_it_went_missing_is_refused(
    agency: Settings, reads: Reads, changes: dict[str, Any], field: str
) -> None:
    [taken], records = take(agency, reads, raw(a_notice(**changes)))
    assert isinstance(taken.taken, Refused)
    assert [fault.partition(":")[0] for fault in taken.taken.faults] == [field]
    assert records == []


def test_a_hub_of_this_release_is_written_to_under_its_newest_versions(agency: Settings) -> None:
    newest = {one.name: one.version for one in SCHEMAS.versions}
    [taken], [(_, key, value)] = take(agency, newest, (EXAMPLES / "unborn-sibling.json").read_bytes())
    assert taken.accepted
    assert taken.left_out == ()
    assert facts_written_under(agency, key, value) == newest["Facts"] == 3
    hub = FileKeys(agency.keys)
    event = check(value, key, SCHEMAS, hub.public)
    assert open_part(event, 0, "Facts", SCHEMAS, hub.unseal)["caveats"] == ["delete_by", "do_not_raise_with_parents"]


def test_under_versions_that_it_does_not_read_it_would_be_a_dead_letter_there(older: Path, agency: Settings) -> None:
    newest = {one.name: one.version for one in SCHEMAS.versions}
    _, records = take(agency, newest, (EXAMPLES / "unborn-sibling.json").read_bytes())
    assert route(older, agency, records) == [{"dead_letter": "unknown_schema"}]
