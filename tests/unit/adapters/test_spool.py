"""The spool: what is accepted is on disk, once, in order, and within limits."""

import shutil
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest

from adapters.bridge.spool.disk import NoRoom
from adapters.bridge.spool.reserve import MOST
from adapters.bridge.spool.store import DATABASE, RESERVE, Accepted, Entry, Full, Limits, Notice, Spool, Waiting
from hub.facts.errors import Unavailable
from tests.unit.adapters.builders import SATURDAY_NIGHT

URGENT = "concern.urgent"


@pytest.fixture
def spool(tmp_path):
    made = Spool(tmp_path)
    yield made
    made.close()


def an_event(number, *, case=b"a" * 32, topic=URGENT, value=b"sealed"):
    return Waiting(0, UUID(int=number), topic, case, value)


def a_place(sequence=1, *, case=b"a" * 32, says=b"m" * 32):
    return Notice(case, sequence, says)


def append(spool, number, *, sequence=None, case=b"a" * 32, topic=URGENT, value=b"sealed", at=SATURDAY_NIGHT):
    event = an_event(number, case=case, topic=topic, value=value)
    appended = spool.append([Entry(event, a_place(sequence or number, case=case))], at=at)
    return appended if isinstance(appended, Full) else appended[0]


def test_events_wait_in_the_order_in_which_they_were_accepted(spool):
    for number in (3, 1, 2):
        append(spool, number)
    append(spool, 9, topic="concern.routine")
    assert [event.event_id.int for event in spool.waiting(URGENT, 10)] == [3, 1, 2]
    assert [event.event_id.int for event in spool.waiting(URGENT, 2)] == [3, 1]
    assert [event.event_id.int for event in spool.waiting("concern.routine", 10)] == [9]


def test_at_least_one_event_is_given_however_large(spool):
    for number in (1, 2, 3):
        append(spool, number, value=b"x" * 100)
    assert len(spool.waiting(URGENT, 10, limit_bytes=1)) == 1
    assert len(spool.waiting(URGENT, 10, limit_bytes=101)) == 2


def test_a_notice_taken_twice_is_one_event(spool):
    assert append(spool, 1, sequence=7) == Accepted(UUID(int=1))
    assert append(spool, 2, sequence=7) == Accepted(UUID(int=1), repeated=True)
    assert spool.find(a_place(7)) == Accepted(UUID(int=1), repeated=True)
    assert spool.find(a_place(7, says=b"n" * 32)) == Accepted(UUID(int=1), repeated=True, differs=True)
    assert spool.find(a_place(8)) is None
    assert len(spool.waiting(URGENT, 10)) == 1


def test_it_is_one_event_also_after_it_was_published_and_after_a_restart(spool, tmp_path):
    append(spool, 1, sequence=7)
    spool.remove([spool.waiting(URGENT, 1)[0].position])
    again = Spool(tmp_path)
    assert append(again, 2, sequence=7) == Accepted(UUID(int=1), repeated=True)
    assert again.waiting(URGENT, 10) == []
    again.close()


def test_it_is_one_event_when_many_post_it_at_once(spool):
    barrier = threading.Barrier(8)

    def post(number):
        barrier.wait(5)
        return append(spool, number, sequence=1)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(post, range(1, 9)))
    assert len({answer.event_id for answer in answers}) == 1
    assert sum(answer.repeated for answer in answers) == 7


def test_two_processes_may_append_at_once(spool, tmp_path):
    other = Spool(tmp_path)
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(append, spool, n, case=bytes(32)) for n in range(1, 40)]
        both += [pool.submit(append, other, n, case=b"b" * 32) for n in range(101, 140)]
        assert all(one.result() == Accepted(one.result().event_id) for one in both)
    assert len(spool.waiting(URGENT, 100)) == 78
    other.close()


def test_a_full_spool_says_so_and_takes_again_once_it_is_drained(tmp_path):
    spool = Spool(tmp_path, Limits(events=2))
    assert [type(append(spool, number)) for number in (1, 2, 3)] == [Accepted, Accepted, Full]
    assert spool.is_full(spool.totals())
    assert append(spool, 4, sequence=1) == Accepted(UUID(int=1), repeated=True), "a repeat needs no room"
    spool.remove([spool.waiting(URGENT, 1)[0].position])
    assert append(spool, 3) == Accepted(UUID(int=3))
    spool.close()


def test_a_spool_is_full_also_by_its_bytes(tmp_path):
    spool = Spool(tmp_path, Limits(bytes=10))
    assert append(spool, 1, value=b"x" * 6) == Accepted(UUID(int=1))
    assert append(spool, 2, value=b"x" * 5) == Full()
    assert append(spool, 3, value=b"x" * 4) == Accepted(UUID(int=3))
    spool.close()


class Disk:
    """The disk under a spool, which others may fill: the database grows no further, and nothing else finds room."""

    def __init__(self, spool, monkeypatch):
        self._spool, self._free, self._patch = spool, shutil.disk_usage, monkeypatch

    def fill(self):
        (pages,) = self._spool._database.execute("PRAGMA page_count").fetchone()
        self._spool._database.execute(f"PRAGMA max_page_count = {pages}")
        self._patch.setattr(shutil, "disk_usage", lambda path: self._free(path)._replace(free=0))

    def empty(self):
        self._spool._database.execute("PRAGMA max_page_count = 1000000")
        self._patch.setattr(shutil, "disk_usage", self._free)
        self._spool._room.look_at = 0.0


@pytest.fixture
def disk(spool, monkeypatch):
    return Disk(spool, monkeypatch)


def test_a_full_disk_takes_nothing_more_but_knows_what_it_took_lets_it_go_and_takes_again_once_it_has_room(spool, disk):
    append(spool, 1, value=b"x" * 50_000)
    disk.fill()
    assert append(spool, 2, value=b"x" * 50_000) == Full(disk=True)
    assert not spool.has_room()
    assert append(spool, 3, value=b"x") == Full(disk=True), "nor does it take what might just fit"
    assert append(spool, 4, sequence=1) == Accepted(UUID(int=1), repeated=True)
    spool.remove([event.position for event in spool.waiting(URGENT, 10)])
    assert spool.totals().events == 0
    disk.empty()
    assert spool.has_room()
    assert append(spool, 2) == Accepted(UUID(int=2))


def test_where_even_taking_out_finds_no_room_the_reserve_is_given_up_and_filled_again_later(
    spool, disk, tmp_path, monkeypatch
):
    append(spool, 1)
    reserve, delete, sizes = tmp_path / RESERVE, Spool._delete, []

    def with_the_reserve_s_room_alone(self, positions):
        sizes.append(reserve.stat().st_size)
        if sizes[-1]:
            raise NoRoom
        delete(self, positions)

    disk.fill()
    monkeypatch.setattr(Spool, "_delete", with_the_reserve_s_room_alone)
    spool.remove([spool.waiting(URGENT, 1)[0].position])
    assert (sizes, spool.totals().events) == ([MOST, 0], 0)
    assert (spool.has_room(), append(spool, 2)) == (False, Full(disk=True)), "the next would find no reserve"
    disk.empty()
    assert spool.has_room()
    assert reserve.stat().st_size == MOST


def test_what_kafka_has_is_not_sent_again_though_it_cannot_be_taken_out_yet(spool, monkeypatch):
    for number in (1, 2, 3):
        append(spool, number, at=SATURDAY_NIGHT + timedelta(minutes=number))

    def no_room(_self, _positions):
        raise NoRoom

    with monkeypatch.context() as full:
        full.setattr(Spool, "_delete", no_room)
        spool.remove([event.position for event in spool.waiting(URGENT, 2)])
        assert [event.event_id.int for event in spool.waiting(URGENT, 10)] == [3]
        assert spool.still_waiting([UUID(int=1), UUID(int=3)]) == {UUID(int=3)}
        assert spool.totals().oldest == {URGENT: SATURDAY_NIGHT + timedelta(minutes=3)}
        assert not spool.has_room()
    spool._room.look_at = 0.0
    assert spool.has_room()
    assert spool.totals().events == 1


def test_a_held_event_stops_no_other_and_is_tried_again_at_the_next_start(spool):
    for number in (1, 2):
        append(spool, number)
    spool.hold(spool.waiting(URGENT, 1)[0].position)
    assert [event.event_id.int for event in spool.waiting(URGENT, 10)] == [2]
    assert spool.totals().held == 1
    spool.release_held()
    assert [event.event_id.int for event in spool.waiting(URGENT, 10)] == [1, 2]


def test_totals_tell_how_much_waits_and_how_old_it_is(spool):
    append(spool, 1, value=b"x" * 10)
    append(spool, 2, value=b"x" * 5, at=SATURDAY_NIGHT + timedelta(minutes=1))
    append(spool, 3, topic="concern.routine", at=SATURDAY_NIGHT + timedelta(minutes=2))
    totals = spool.totals()
    assert (totals.events, totals.bytes, totals.held) == (3, 21, 0)
    assert totals.oldest == {URGENT: SATURDAY_NIGHT, "concern.routine": SATURDAY_NIGHT + timedelta(minutes=2)}
    spool.remove([event.position for event in spool.waiting(URGENT, 10)])
    assert spool.totals().events == 1
    assert spool.still_waiting([UUID(int=1), UUID(int=3)]) == {UUID(int=3)}


def test_old_notices_are_forgotten_and_so_are_too_many(tmp_path):
    spool = Spool(tmp_path, Limits(remember=timedelta(days=400), most_remembered=2))
    for day in range(4):
        append(spool, day + 1, at=SATURDAY_NIGHT + timedelta(days=day))
    assert spool.forget(now=SATURDAY_NIGHT + timedelta(days=400, hours=1)) == 2
    assert [spool.find(a_place(number)) is not None for number in (1, 2, 3, 4)] == [False, False, True, True]
    assert len(spool.waiting(URGENT, 10)) == 4, "what waits is never forgotten"
    spool.close()


def test_the_disk_is_written_through_before_an_append_returns(spool):
    (synchronous,) = spool._database.execute("PRAGMA synchronous").fetchone()
    (journal,) = spool._database.execute("PRAGMA journal_mode").fetchone()
    assert (synchronous, journal) == (2, "wal")  # 2 is FULL: every commit is synced


def test_a_spool_whose_disk_fails_is_unavailable(tmp_path):
    (tmp_path / DATABASE).write_bytes(b"this is no database" * 1_000)
    with pytest.raises(Unavailable, match="see to its disk"):
        Spool(tmp_path)


def test_a_spool_that_another_holds_locked_is_unavailable(spool, tmp_path):
    other = sqlite3.connect(tmp_path / DATABASE, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    spool._database.execute("PRAGMA busy_timeout = 50")
    with pytest.raises(Unavailable):
        append(spool, 1)
    other.execute("ROLLBACK")
    other.close()
    assert append(spool, 1) == Accepted(UUID(int=1))


def test_only_its_owner_may_read_a_spool(spool, tmp_path):
    append(spool, 1)
    assert {path.stat().st_mode & 0o077 for path in tmp_path.iterdir()} == {0}
