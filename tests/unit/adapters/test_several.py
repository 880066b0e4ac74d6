"""A record of several concerns: each taken or refused by itself, or all of them together; and every door says which."""

import json
import subprocess
import sys
import time
from dataclasses import replace
from uuid import UUID

import aiohttp
import pytest

from adapters.bridge.answers import Answer, Door, NotRaised, Refused, Unable
from adapters.bridge.doors import callers
from adapters.bridge.doors.callers import Callers
from adapters.bridge.doors.drop import DropFolder
from adapters.bridge.doors.http import create_app
from adapters.bridge.formats import Wrong
from adapters.bridge.intake import BROKEN, NO_CONCERN, NOT_ALONE, TWICE
from adapters.bridge.spool.store import Accepted, Full, Limits, Spool
from adapters.police import FORMAT
from hub.facts.errors import Unavailable
from hub.keys.files import FileKeys
from hub.wire.sealed import check
from tests.unit.adapters.builders import CALEDON, SATURDAY_NIGHT, SCHEMAS, a_notice, an_intake, raw
from tests.unit.adapters.test_http import serving

ROUTINE = "concern.routine"
WRONG_RISK = "risk: must be one of 'none', 'some', 'significant_harm' or 'life_at_risk'."


def translate(raw_list, **more):
    """A list of notices, each under the name of its place; a notice called odd has something that is left out."""
    return [
        replace(read, where=f"entry {number}", **_left_out(read, notice))
        for number, notice in enumerate(json.loads(raw_list), start=1)
        for read in FORMAT.translate(raw(notice), **more)
    ]


def _left_out(read, notice):
    odd = not isinstance(read, Wrong) and notice["notice_reference"].startswith("ODD")
    return {"left_out": ("shoe_size: has nowhere to go.",)} if odd else {}


LISTED = replace(FORMAT, title="Notices", translate=translate, batch=True)
WHOLE = replace(LISTED, whole=True)


def notices(*references, **changes):
    return [a_notice(notice_reference=reference, **changes) for reference in references]


def wrong(reference="WRONG"):
    return a_notice(notice_reference=reference, risk="grave")


def spooled(spool):
    return [event.event_id.int for event in spool.waiting(ROUTINE, 10_000, limit_bytes=10**12)]


# --- each by itself --------------------------------------------------------------------------------------------------


def test_each_concern_of_a_record_is_taken_or_refused_by_itself_in_its_order(agency):
    record = raw([*notices("A", "ODD"), wrong(), *notices("B")])
    with an_intake(agency, native=LISTED) as (intake, spool):
        assert intake.take(record, Door.DROP) == (
            Answer(Accepted(UUID(int=1)), "entry 1"),
            Answer(Accepted(UUID(int=2)), "entry 2", ("shoe_size: has nowhere to go.",)),
            Answer(Refused((WRONG_RISK,)), "entry 3"),
            Answer(Accepted(UUID(int=3)), "entry 4"),
        )
        assert spooled(spool) == [1, 2, 3]
        again = intake.take(record, Door.HTTP)
        assert [one.taken for one in again] == [
            Accepted(UUID(int=1), repeated=True),
            Accepted(UUID(int=2), repeated=True),
            Refused((WRONG_RISK,)),
            Accepted(UUID(int=3), repeated=True),
        ]
        assert spooled(spool) == [1, 2, 3]


def test_two_concerns_of_one_reference_in_a_record_are_one_event_or_one_is_refused(agency):
    with an_intake(agency, native=LISTED) as (intake, _):
        alike = intake.take(raw(notices("A", "A")), Door.HTTP)
        assert [one.taken for one in alike] == [Accepted(UUID(int=1)), Accepted(UUID(int=1), repeated=True)]
        other = intake.take(raw([*notices("B"), *notices("B", detail="Another.")]), Door.HTTP)
        assert other[1].taken == Accepted(other[0].accepted, repeated=True, differs=True)
        assert other[1].accepted is None


def test_a_record_that_holds_no_concern_is_refused(agency):
    with an_intake(agency, native=LISTED) as (intake, _):
        assert intake.take(b"[]", Door.HTTP) == (Answer(Refused((NO_CONCERN,))),)


def test_a_record_of_too_many_concerns_is_refused_for_others_would_wait_for_it(agency):
    def translate_many(_raw, **_more):
        return [Wrong(("x: is required.",))] * 2_001

    with an_intake(agency, native=replace(LISTED, translate=translate_many)) as (intake, _):
        sentence = "notice: holds more than 2,000 concerns: send it as several."
        assert intake.take(b"[]", Door.HTTP) == (Answer(Refused((sentence,))),)


def test_a_spool_that_fills_midway_takes_the_rest_when_the_record_comes_again(agency):
    record = raw(notices("A", "B", "C"))
    with an_intake(agency, Limits(events=2), native=LISTED) as (intake, _):
        found = [one.taken for one in intake.take(record, Door.HTTP)]
        assert found == [Accepted(UUID(int=1)), Accepted(UUID(int=2)), Full()]
    with an_intake(agency, native=LISTED) as (intake, spool):
        assert [one.taken.repeated for one in intake.take(record, Door.HTTP)] == [True, True, False]
        assert len(spooled(spool)) == 3


def failing_after(spool, monkeypatch, events):
    append, left = spool.append, [events]

    def failing(*args, **more):
        left[0] -= 1
        if left[0] < 0:
            raise Unavailable("The spool cannot be used (OperationalError): see to its disk.")
        return append(*args, **more)

    monkeypatch.setattr(spool, "append", failing)


def test_what_is_on_disk_is_answered_as_accepted_also_where_the_disk_fails_behind_it(agency, monkeypatch):
    monkeypatch.setattr("adapters.bridge.intake.TOGETHER", 2)
    with an_intake(agency, native=LISTED) as (intake, spool):
        failing_after(spool, monkeypatch, 1)
        found = [one.taken for one in intake.take(raw(notices("A", "B", "C", "D")), Door.HTTP)]
        why = "The spool cannot be used (OperationalError): see to its disk."
        assert found == [Accepted(UUID(int=1)), Accepted(UUID(int=2)), Unable(why), Unable(why)]
        assert spooled(spool) == [1, 2]
        with pytest.raises(Unavailable):
            intake.take(raw(notices("D", "E")), Door.HTTP)


def transactions(spool):
    """Fills with what begins and ends a transaction from now on."""
    found = []
    spool._database.set_trace_callback(lambda text: found.append(text) if text[:5] in {"BEGIN", "COMMI"} else None)
    return found


def test_concerns_that_are_taken_each_by_itself_share_transactions(agency, monkeypatch):
    monkeypatch.setattr("adapters.bridge.intake.TOGETHER", 3)
    with an_intake(agency, native=LISTED) as (intake, spool):
        intake.take(raw(notices("B")), Door.HTTP)
        written = transactions(spool)
        found = intake.take(raw([*notices("A", "B"), wrong(), *notices("C", "D", "E")]), Door.HTTP)
        assert [one.accepted and one.accepted.int for one in found] == [2, 1, None, 4, 5, 6]
        assert written == ["BEGIN IMMEDIATE", "COMMIT"] * 2
        assert spooled(spool) == [1, 2, 4, 5, 6]


@pytest.mark.parametrize("whole", [False, True])
def test_what_takes_back_a_concern_of_the_same_record_is_taken_in_and_what_takes_back_none_is_not(agency, whole):
    def translate_feed(raw_list, **more):
        return [replace(read, only_known=read.concern.sequence > 1) for read in translate(raw_list, **more)]

    with an_intake(agency, native=replace(LISTED, translate=translate_feed, whole=whole)) as (intake, spool):
        record = raw([*notices("A"), *notices("A", version=2), *notices("B", version=2)])
        first, second, other = intake.take(record, Door.HTTP)
        assert (first.accepted, second.accepted, other.taken) == (UUID(int=1), UUID(int=2), NotRaised())
        assert spooled(spool) == [1, 2]


def test_where_they_do_not_all_find_room_as_many_are_taken_as_do(agency):
    with an_intake(agency, Limits(events=3), native=LISTED) as (intake, spool):
        found = [one.taken for one in intake.take(raw(notices(*"ABCDE")), Door.HTTP)]
        assert found == [*(Accepted(UUID(int=number)) for number in (1, 2, 3)), Full(), Full()]
        assert spooled(spool) == [1, 2, 3]


def test_a_notice_that_comes_by_another_way_meanwhile_is_one_event_and_holds_up_no_other(agency, monkeypatch):
    with an_intake(agency, native=LISTED) as (intake, spool):
        (other,) = intake.take(raw(notices("B", detail="Another.")), Door.HTTP)
        find, blind = spool.find, [True, True, True]
        monkeypatch.setattr(spool, "find", lambda notice: None if blind and blind.pop() else find(notice))
        found = [one.taken for one in intake.take(raw(notices("A", "B", "C")), Door.HTTP)]
        assert found == [
            Accepted(UUID(int=2)),
            Accepted(other.accepted, repeated=True, differs=True),
            Accepted(UUID(int=4)),
        ]
        assert spooled(spool) == [1, 2, 4]


# --- all of them, or none --------------------------------------------------------------------------------------------


def test_of_a_whole_record_all_concerns_are_taken_in_one_transaction(agency):
    with an_intake(agency, native=WHOLE) as (intake, spool):
        written = transactions(spool)
        found = [one.taken for one in intake.take(raw(notices("A", "B", "C")), Door.HTTP)]
        assert found == [Accepted(UUID(int=number)) for number in (1, 2, 3)]
        assert written == ["BEGIN IMMEDIATE", "COMMIT"]
        assert spooled(spool) == [1, 2, 3]


def test_of_a_whole_record_nothing_is_taken_where_one_concern_is_wrong(agency):
    with an_intake(agency, native=WHOLE) as (intake, spool):
        found = intake.take(raw([*notices("A"), wrong(), *notices("B")]), Door.HTTP)
        assert [one.taken for one in found] == [Refused((NOT_ALONE,)), Refused((WRONG_RISK,)), Refused((NOT_ALONE,))]
        assert spooled(spool) == []


def test_of_a_whole_record_nothing_new_is_taken_where_one_concern_was_accepted_with_another_text(agency):
    with an_intake(agency, native=WHOLE) as (intake, spool):
        intake.take(raw(notices("A", "B")), Door.HTTP)
        found = intake.take(raw([*notices("A"), *notices("B", detail="Another."), *notices("C")]), Door.HTTP)
        assert [one.taken for one in found] == [
            Accepted(UUID(int=1), repeated=True),
            Accepted(UUID(int=2), repeated=True, differs=True),
            Refused((NOT_ALONE,)),
        ]
        assert spooled(spool) == [1, 2]


def test_a_whole_record_that_comes_again_with_one_concern_more_adds_that_one(agency):
    with an_intake(agency, native=WHOLE) as (intake, spool):
        intake.take(raw(notices("A", "B")), Door.HTTP)
        found = intake.take(raw(notices("C", "A", "B")), Door.HTTP)
        assert [one.taken.repeated for one in found] == [False, True, True]
        assert len(spooled(spool)) == 3


def test_a_whole_record_that_does_not_fit_into_the_spool_leaves_nothing_of_it(agency):
    with an_intake(agency, Limits(events=2), native=WHOLE) as (intake, spool):
        assert [one.taken for one in intake.take(raw(notices("A", "B", "C")), Door.HTTP)] == [Full()] * 3
        assert spooled(spool) == []


def test_a_whole_record_with_two_concerns_of_one_reference_is_refused(agency):
    with an_intake(agency, native=WHOLE) as (intake, spool):
        found = intake.take(raw(notices("A", "B", "A")), Door.HTTP)
        assert [one.taken for one in found] == [Refused((TWICE,))] * 3
        assert spooled(spool) == []


# --- where the adapter itself fails ----------------------------------------------------------------------------------


def fails(*_args, **_more):
    raise KeyError("Maisie")


async def test_a_record_that_a_format_fails_at_is_refused_and_stops_nothing(agency, tmp_path, capfd):
    broken = replace(LISTED, translate=fails)
    with an_intake(agency, native=broken) as (intake, _):
        assert intake.take(b"[]", Door.HTTP) == (Answer(Refused((BROKEN,))),)
        folder, _ = dropped(tmp_path, intake, b"[]")
    assert (folder / "rejected" / "one.json.reason.txt").read_text() == f"{BROKEN}\n"
    captured = capfd.readouterr()
    assert "Maisie" not in captured.out + captured.err


def test_a_concern_that_cannot_be_written_is_refused_and_those_beside_it_are_taken(agency):
    def translate_badly(raw_list, **more):
        first, second = translate(raw_list, **more)
        return [replace(first, concern=replace(first.concern, raised_at=None)), second]

    with an_intake(agency, native=replace(LISTED, translate=translate_badly)) as (intake, spool):
        found = intake.take(raw(notices("A", "B")), Door.HTTP)
        assert [one.taken for one in found] == [Refused((BROKEN,)), Accepted(UUID(int=2))]
        assert spooled(spool) == [2]


def hungry(*_args, **_more):
    raise MemoryError


def test_a_record_for_which_there_is_no_memory_waits(agency):
    with an_intake(agency, native=replace(LISTED, translate=hungry)) as (intake, _), pytest.raises(Unavailable):
        intake.take(b"[]", Door.HTTP)


@pytest.mark.parametrize("references", ["A", "AB"])
def test_a_record_waits_also_where_memory_ends_while_it_is_sealed(agency, monkeypatch, references):
    monkeypatch.setattr("adapters.bridge.intake.seal", hungry)
    with an_intake(agency, native=LISTED) as (intake, spool):
        with pytest.raises(Unavailable):
            intake.take(raw(notices(*references)), Door.HTTP)
        assert spooled(spool) == []


# --- killed in the midst of it ---------------------------------------------------------------------------------------

KILLED = """
import sys
from pathlib import Path
from hub.settings import Settings
from tests.unit.adapters.test_several import *
from hub.log import configure
configure("critical")
with an_intake(Settings(home=Path(sys.argv[1])), native=WHOLE if sys.argv[2] == "whole" else LISTED) as (intake, _):
    record = raw(notices(*map(str, range(40))))
    print("begun", flush=True)
    intake.take(record, Door.DROP)
"""


@pytest.mark.parametrize("how", ["each", "whole"])
def test_a_record_killed_between_its_concerns_is_taken_whole_the_next_time_and_nothing_twice(agency, how):
    child = subprocess.Popen([sys.executable, "-c", KILLED, str(agency.home), how], stdout=subprocess.PIPE)
    child.stdout.readline()
    spool = Spool(agency.spool(CALEDON))
    until = time.monotonic() + 60
    while len(before := spooled(spool)) < (3 if how == "each" else 40):
        assert time.monotonic() < until, "nothing is ever spooled"
        time.sleep(0.001)
    child.kill()
    child.communicate(timeout=10)
    if how == "whole":
        assert len(before) == 40, "all of them are seen at once"
    with an_intake(agency, native=WHOLE if how == "whole" else LISTED) as (intake, _):
        intake._new_id = (UUID(int=number) for number in range(1_000, 2_000)).__next__
        found = intake.take(raw(notices(*map(str, range(40)))), Door.DROP)
    assert all(one.accepted for one in found)
    assert [one.taken.repeated for one in found][: len(before)] == [True] * len(before)
    public = FileKeys(agency.keys).public
    events = spool.waiting(ROUTINE, 10_000, limit_bytes=10**12)
    assert len({check(event.value, event.case_key, SCHEMAS, public).sent_as for event in events}) == 40
    assert len({event.case_key for event in events}) == 40
    spool.close()


# --- over HTTP -------------------------------------------------------------------------------------------------------


async def posted(agency, intake, record):
    """Status, body and Retry-After of a record that is posted."""
    secret = callers.add(agency.home / "agencies" / CALEDON, "system", "system", now=SATURDAY_NIGHT, random_bytes=bytes)
    app = create_app(intake, intake._native, Callers(agency.home / "agencies"), lambda: None, lambda: None)
    headers = {"Authorization": f"Bearer {secret}"}
    async with (
        serving(app) as address,
        aiohttp.ClientSession() as session,
        session.post(f"{address}/v1/concerns", data=record, headers=headers) as answer,
    ):
        return answer.status, await answer.json(), answer.headers.get("Retry-After")


async def test_http_says_202_and_lists_every_concern_where_all_are_taken_in_and_where_there_is_one(agency):
    with an_intake(agency, native=LISTED) as (intake, _):
        status, answer, _ = await posted(agency, intake, raw(notices("ODD")))
    assert status == 202
    [concern] = answer["concerns"]
    assert concern == {
        "where": "entry 1",
        "state": "accepted",
        "event_id": str(UUID(int=1)),
        "left_out": ["shoe_size: has nowhere to go."],
    }


async def test_http_says_422_where_one_concern_is_refused_and_that_the_other_was_taken_in(agency):
    with an_intake(agency, native=LISTED) as (intake, _):
        status, answer, _ = await posted(agency, intake, raw([*notices("A"), wrong()]))
    assert (status, answer) == (
        422,
        {
            "faults": [
                "record: 1 of its 2 concerns were taken in; sent again with the others, none is sent twice.",
                f"entry 2: {WRONG_RISK}",
            ],
            "concerns": [
                {"where": "entry 1", "state": "accepted", "event_id": str(UUID(int=1))},
                {"where": "entry 2", "state": "refused", "faults": [WRONG_RISK]},
            ],
        },
    )


async def test_http_says_422_and_that_nothing_was_taken_in_where_a_whole_record_is_refused(agency):
    with an_intake(agency, native=WHOLE) as (intake, _):
        status, answer, _ = await posted(agency, intake, raw([*notices("A"), wrong()]))
    assert (status, answer["faults"]) == (
        422,
        ["record: none of its 2 concerns was taken in.", f"entry 1: {NOT_ALONE}", f"entry 2: {WRONG_RISK}"],
    )


async def test_http_says_503_and_when_to_come_back_where_one_concern_finds_no_room(agency):
    with an_intake(agency, Limits(events=1), native=LISTED) as (intake, _):
        status, answer, retry_after = await posted(agency, intake, raw([*notices("A", "B"), wrong()]))
    assert (status, retry_after) == (503, "30")
    assert [concern["state"] for concern in answer["concerns"]] == ["accepted", "later", "refused"]


async def test_http_says_of_one_concern_what_was_left_out(agency):
    one = replace(LISTED, batch=False)
    with an_intake(agency, native=one) as (intake, _):
        status, answer, _ = await posted(agency, intake, raw(notices("ODD")))
    assert (status, answer) == (
        202,
        {"event_id": str(UUID(int=1)), "repeated": False, "left_out": ["shoe_size: has nowhere to go."]},
    )


# --- in the drop folder ----------------------------------------------------------------------------------------------


def dropped(tmp_path, intake, record):
    folder, now, filed = tmp_path / "drop", [0.0], []
    folder.mkdir(exist_ok=True)
    drop = DropFolder(folder, intake, intake._native, monotonic=lambda: now[0], filed=lambda *one: filed.append(one))
    (folder / "one.json").write_bytes(record)
    drop.finished()
    now[0] += 2.0
    for name in drop.finished():
        drop.take(name)
    return folder, filed


def test_a_file_of_which_all_is_taken_is_accepted_with_a_line_for_each_concern(agency, tmp_path):
    with an_intake(agency, native=LISTED) as (intake, _):
        folder, filed = dropped(tmp_path, intake, raw(notices("A", "ODD")))
    assert [path.name for path in sorted((folder / "accepted").iterdir())] == ["one.json", "one.json.result.jsonl"]
    lines = (folder / "accepted" / "one.json.result.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in lines] == [
        {"where": "entry 1", "state": "accepted", "event_id": str(UUID(int=1))},
        {
            "where": "entry 2",
            "state": "accepted",
            "event_id": str(UUID(int=2)),
            "left_out": ["shoe_size: has nowhere to go."],
        },
    ]
    assert filed == [(UUID(int=number), folder / "accepted" / "one.json") for number in (1, 2, 1, 2)]


def test_a_file_of_which_one_concern_is_refused_is_rejected_and_says_what_was_taken_all_the_same(agency, tmp_path):
    with an_intake(agency, native=LISTED) as (intake, spool):
        folder, filed = dropped(tmp_path, intake, raw([*notices("A"), wrong()]))
        assert spooled(spool) == [1]
    assert (folder / "rejected" / "one.json.reason.txt").read_text().splitlines() == [
        "record: 1 of its 2 concerns were taken in; sent again with the others, none is sent twice.",
        f"entry 2: {WRONG_RISK}",
    ]
    lines = (folder / "rejected" / "one.json.result.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in lines] == [
        {"where": "entry 1", "state": "accepted", "event_id": str(UUID(int=1))},
        {"where": "entry 2", "state": "refused", "faults": [WRONG_RISK]},
    ]
    assert set(filed) == {(UUID(int=1), folder / "rejected" / "one.json")}, "its receipts come beside the file"


def test_a_file_that_finds_no_room_for_one_concern_stays_where_it_is(agency, tmp_path):
    with an_intake(agency, Limits(events=1), native=LISTED) as (intake, _):
        folder, _ = dropped(tmp_path, intake, raw([*notices("A", "B"), wrong()]))
    assert sorted(path.name for path in folder.iterdir() if path.is_file()) == ["one.json"]


def test_a_thousand_concerns_of_one_file_are_a_thousand_events(agency, tmp_path):
    references = [f"CAL-{number}" for number in range(1_000)]
    with an_intake(agency, native=LISTED) as (intake, spool):
        folder, _ = dropped(tmp_path, intake, raw(notices(*references)))
        assert len(set(spooled(spool))) == 1_000
    lines = (folder / "accepted" / "one.json.result.jsonl").read_text().splitlines()
    assert [json.loads(line)["where"] for line in (lines[0], lines[-1])] == ["entry 1", "entry 1000"]
    assert len(lines) == 1_000
