"""The way in: accepted means sealed and on disk, and nothing there can be read."""

import json
import subprocess
import sys
import time
from uuid import UUID

import pytest

from adapters.bridge.answers import Door, Refused
from adapters.bridge.intake import SEND_ANEW, identify
from adapters.bridge.spool.store import DATABASE, RESERVE, Accepted, Full, Limits, Spool
from adapters.bridge.wiring import FreshKeys, source_keys
from hub.facts.errors import ConfigurationError
from hub.keys.files import FileKeys
from hub.keys.provider import Use
from hub.settings import Settings
from hub.wire.sealed import check
from tests.unit.adapters.builders import (
    A_CHILD,
    CALEDON,
    EXAMPLES,
    SCHEMAS,
    a_child,
    a_notice,
    an_agency,
    an_intake,
    raw,
    taken,
    the_concern,
)

URGENT, ROUTINE = "concern.urgent", "concern.routine"


def test_what_is_spooled_is_the_signed_event_under_its_case_key(agency):
    with an_intake(agency) as (intake, spool):
        assert taken(intake, a_notice()) == Accepted(UUID(int=1))
        (event,) = spool.waiting(ROUTINE, 10)
    checked = check(event.value, event.case_key, SCHEMAS, FileKeys(agency.keys).public)
    assert (checked.sent_as, checked.source, checked.sequence) == (event.event_id, CALEDON, 1)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"raised_at": "1970-01-01T00:00:00Z"}, "raised_at"),
        ({"raised_at": "1999-12-31T23:59:59+00:00"}, "raised_at"),
        ({"raised_at": "2016-03-06T00:00:00Z"}, "raised_at"),
        ({"raised_at": "1899-12-30T00:00:00Z"}, "raised_at"),
        ({"raised_at": "9999-12-31T23:59:59Z"}, "raised_at"),
        ({"version": None, "last_modified": "1970-01-01T00:00:00Z"}, "last_modified"),
        ({"version": None, "last_modified": "1970-01-11T23:59:59Z"}, "last_modified"),
        ({"version": None, "last_modified": "1903-01-01T00:00:00Z"}, "last_modified"),
        ({"version": None, "last_modified": "2031-01-01T00:00:00Z"}, "last_modified"),
    ],
    ids=lambda one: next(iter(one.values())) or str(list(one.values())[-1]) if isinstance(one, dict) else one,
)
def test_a_date_that_the_hub_would_refuse_is_refused_at_the_door(agency, change, field):
    with an_intake(agency) as (intake, spool):
        found = taken(intake, a_notice(**change))
        assert isinstance(found, Refused)
        assert [fault.partition(":")[0] for fault in found.faults] == [field]
        assert spool.totals().events == 0
        assert isinstance(taken(intake, a_notice(raised_at="2016-03-10T00:00:00Z")), Accepted)


def test_a_notice_that_kafka_would_refuse_by_its_size_is_refused_at_the_door(agency):
    long = [a_child(narrative="é" * 20_000, voice="é" * 20_000, injuries="é" * 20_000) for _ in range(20)]
    with an_intake(agency) as (intake, spool):
        found = taken(intake, a_notice(children=long))
        assert isinstance(found, Refused)
        assert "once it is sealed" in found.faults[0]
        assert spool.totals().events == 0


def test_no_fact_of_a_notice_can_be_read_in_the_spool(agency):
    notice = json.loads((EXAMPLES / "siblings-on-saturday-night.json").read_text())
    with an_intake(agency) as (intake, _):
        taken(intake, notice)
        on_disk = b"".join(path.read_bytes() for path in agency.spool(CALEDON).iterdir() if path.name != RESERVE)
    told = [notice["notice_reference"], notice["detail"][:20], "Larkspur", "ZG1", "C1417"]
    for child in notice["children"]:
        told += [child["given_names"], child["family_name"], child["date_of_birth"], child["voice"][:20]]
    for text in told:
        assert text.encode() not in on_disk
    assert CALEDON.encode() in on_disk, "the clear header names the source, so this search would find what is clear"


def test_the_same_notice_posted_twice_is_one_event_and_another_text_is_told(agency):
    with an_intake(agency) as (intake, spool):
        first = taken(intake, a_notice())
        spaced = json.dumps(a_notice(), indent=4).encode()
        assert taken(intake, spaced, Door.DROP) == Accepted(first.event_id, repeated=True)
        other = raw(a_notice(children=[a_child(narrative="More.")]))
        assert taken(intake, other) == Accepted(first.event_id, repeated=True, differs=True)
        assert taken(intake, a_notice(version=2)).repeated is False
        assert taken(intake, a_notice(notice_reference="CAL-2")).repeated is False
        assert len(spool.waiting(ROUTINE, 10)) == 3


def test_a_notice_is_known_again_after_its_signing_key_was_rotated(tmp_path):
    agency = an_agency(tmp_path)
    with an_intake(agency) as (intake, _):
        first = taken(intake, a_notice())
    FileKeys(agency.agency_keys(CALEDON)).make(CALEDON, Use.SIGN)
    with an_intake(agency) as (intake, _):
        assert taken(intake, a_notice()) == Accepted(first.event_id, repeated=True)


def test_a_wrong_notice_is_refused_and_leaves_nothing(agency):
    with an_intake(agency) as (intake, spool):
        assert taken(intake, a_notice(risk="grave")) == Refused(
            ("risk: must be one of 'none', 'some', 'significant_harm' or 'life_at_risk'.",)
        )
        assert taken(intake, b" " * 9_000_000) == Refused(("notice: is larger than 8,388,608 bytes.",))
        assert spool.totals().events == 0


def test_a_full_spool_takes_nothing_and_says_so(agency):
    with an_intake(agency, Limits(events=1)) as (intake, _):
        taken(intake, a_notice())
        assert taken(intake, a_notice(version=2)) == Full()


@pytest.mark.parametrize(
    ("missing", "command"),
    [("agency", f"hub keys new --organisation {CALEDON}"), ("hub", "hub keys new")],
)
def test_missing_keys_are_said_with_the_command_that_makes_them(tmp_path, missing, command):
    settings = Settings(home=tmp_path)
    if missing == "hub":
        for use in (Use.SIGN, Use.CASE):
            FileKeys(settings.agency_keys(CALEDON)).make(CALEDON, use)
    with pytest.raises(ConfigurationError, match=f"run `{command}`"):
        source_keys(settings, CALEDON)


def test_a_rotated_key_is_used_within_a_minute():
    answers, clock = iter(["old", "new"]), iter([0.0, 59.0, 61.0, 61.0])
    keys = FreshKeys(lambda: next(answers), lambda: next(clock))
    assert [keys(), keys()] == ["old", "new"]


KILLED = """
import sys
from pathlib import Path
from tests.unit.adapters.builders import *
from hub.log import configure
from hub.settings import Settings
from adapters.bridge.answers import Door
configure("critical")
with an_intake(Settings(home=Path(sys.argv[1]))) as (intake, _):
    for version in range(int(sys.argv[2]), 1_000_000):
        print(version, taken(intake, a_notice(version=version)).event_id.int, flush=True)
"""


@pytest.mark.parametrize("seconds", [0.0, 0.03, 0.11, 0.2])
def test_what_was_accepted_is_there_after_kill_9(agency, seconds):
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(agency.home), "1"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    first = child.stdout.readline()
    time.sleep(seconds)
    child.kill()
    accepted = (first + child.communicate(timeout=10)[0]).decode().splitlines()
    whole = [int(line.split()[0]) for line in accepted if len(line.split()) == 2]
    assert whole == list(range(1, len(whole) + 1))

    spool = Spool(agency.spool(CALEDON))
    events = spool.waiting(ROUTINE, 1_000_000, limit_bytes=10**12)
    public = FileKeys(agency.keys).public
    there = [check(event.value, event.case_key, SCHEMAS, public).sequence for event in events]
    assert there[: len(whole)] == whole, "every notice that was answered is there, in order"
    assert len(there) <= len(whole) + 1, "and at most the one that was being answered besides"
    assert spool._database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    spool.close()
    with an_intake(agency) as (intake, _):
        assert taken(intake, a_notice(version=1)).repeated
    assert (agency.spool(CALEDON) / DATABASE).exists()


@pytest.mark.parametrize(
    ("example", "digest"),
    [
        ("siblings-on-saturday-night", "2dd8903c03c1b14f959c6cf7b7178f4dd659e89077f769ed2f04b8cf14599f08"),
        ("single-child", "5d807a26b601a7319a42bde505477f974f8ff7a248b8e97443ad41958c0851f5"),
    ],
)
def test_a_notice_that_the_release_before_took_in_is_known_again(example, digest):
    """The digests are that release's own; with another one a repeat would be refused as a change."""
    notice = the_concern((EXAMPLES / f"{example}.json").read_bytes())
    assert identify(notice, b"a secret of tests").facts_mac.hex() == digest


OLDER = {"Content": 1, "Facts": 2}
TELEPHONES = [{**A_CHILD, "telephone": ["07700 900123"]}]


def test_what_an_older_hub_does_not_read_is_named_again_to_who_sends_the_notice_again(agency):
    left = "child.telephone: is left out, for the hub does not read it yet."
    with an_intake(agency, reads=lambda: OLDER) as (intake, _):
        assert [intake.take(raw(a_notice(children=TELEPHONES)), Door.HTTP)[0].left_out for _ in "12"] == [(left,)] * 2


def test_who_repeats_it_after_the_hubs_upgrade_hears_that_it_is_the_same_event_and_how_the_rest_goes_on(agency):
    hub = dict(OLDER)
    with an_intake(agency, reads=lambda: hub) as (intake, _):
        (first,) = intake.take(raw(a_notice(children=TELEPHONES)), Door.HTTP)
        hub.clear()
        (again,) = intake.take(raw(a_notice(children=TELEPHONES)), Door.HTTP)
        assert (again.accepted, again.taken.repeated) == (first.accepted, True)
        assert again.left_out == (*first.left_out, SEND_ANEW)
        (anew,) = intake.take(raw(a_notice(children=TELEPHONES, version=2)), Door.HTTP)
        assert (anew.taken.repeated, anew.left_out) == (False, ())
