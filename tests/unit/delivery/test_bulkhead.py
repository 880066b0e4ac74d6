"""How many attempts run at once, and which endpoints are left alone."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hub.delivery.bulkhead import Bulkhead, Limits, Room
from tests.unit.delivery.world import SATURDAY_NIGHT

NOW = SATURDAY_NIGHT
SCHOOL, NURSERY = ("school.glenmore-primary", "webhook"), ("nursery.glenmore", "webhook")
LIMITS = Limits(workers=10, slow=20, per_endpoint=4, per_slow_endpoint=1, failures=3)


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def rooms(bulkhead: Bulkhead, seconds: float) -> dict[tuple[str, str], Room]:
    return {room.endpoint: room for room in bulkhead.rooms(after(seconds))}


def fail(bulkhead: Bulkhead, seconds: float, times: int = 1) -> None:
    for _ in range(times):
        bulkhead.failed(SCHOOL, bulkhead.start(SCHOOL, after(seconds)), after(seconds))


def test_an_idle_endpoint_is_not_limited_and_a_busy_one_takes_what_is_left_of_its_share():
    bulkhead = Bulkhead(LIMITS)
    assert rooms(bulkhead, 0) == {}
    tickets = [bulkhead.start(SCHOOL, NOW) for _ in range(3)]
    assert rooms(bulkhead, 0)[SCHOOL] == Room(SCHOOL, 1, closed=False)
    for ticket in tickets:
        bulkhead.answered(SCHOOL, ticket)
    assert rooms(bulkhead, 0) == {}


def test_a_hung_endpoint_takes_fewer_at_a_time_and_gives_its_workers_back():
    bulkhead = Bulkhead(LIMITS)
    for _ in range(4):
        bulkhead.start(SCHOOL, NOW)
    assert bulkhead.free(after(0.5)) == 6
    assert bulkhead.free(after(1.5)) == 10
    assert rooms(bulkhead, 1.5)[SCHOOL].free == 0


def test_what_the_slow_pool_cannot_take_stays_with_the_workers():
    bulkhead = Bulkhead(LIMITS)
    for place in range(24):
        bulkhead.start((f"school.{place}", "webhook"), NOW)
    assert bulkhead.free(after(2)) == 6
    for place in range(10):
        bulkhead.start((f"other.{place}", "webhook"), NOW)
    assert bulkhead.free(after(2)) == 0


def test_an_endpoint_that_fails_again_and_again_is_left_alone_then_tried_by_one_attempt():
    bulkhead = Bulkhead(LIMITS)
    fail(bulkhead, 0, 2)
    assert not bulkhead.closed(SCHOOL, NOW)
    fail(bulkhead, 0)
    assert rooms(bulkhead, 1)[SCHOOL] == Room(SCHOOL, 0, closed=True)
    assert bulkhead.open_circuits(after(1)) == 1
    assert rooms(bulkhead, 5)[SCHOOL] == Room(SCHOOL, 1, closed=False)
    probe = bulkhead.start(SCHOOL, after(5))
    assert rooms(bulkhead, 5)[SCHOOL].free == 0
    bulkhead.answered(SCHOOL, probe)
    assert rooms(bulkhead, 5) == {}


def test_each_failed_probe_doubles_the_wait_up_to_a_minute():
    bulkhead = Bulkhead(LIMITS)
    fail(bulkhead, 0, 3)
    at, waits = 5.0, []
    for _ in range(6):
        fail(bulkhead, at)
        wait = next(seconds for seconds in range(1, 200) if not bulkhead.closed(SCHOOL, after(at + seconds)))
        waits.append(wait)
        at += wait
    assert waits == [10, 20, 40, 60, 60, 60]


def test_an_endpoint_that_asks_for_time_is_left_alone_for_it_but_not_for_ever():
    bulkhead = Bulkhead(LIMITS)
    bulkhead.failed(SCHOOL, bulkhead.start(SCHOOL, NOW), NOW, after(7))
    assert bulkhead.closed(SCHOOL, after(6))
    assert not bulkhead.closed(SCHOOL, after(7))
    bulkhead.failed(NURSERY, bulkhead.start(NURSERY, NOW), NOW, after(86_400))
    assert not bulkhead.closed(NURSERY, after(60))


def test_one_endpoints_trouble_is_not_anothers():
    bulkhead = Bulkhead(LIMITS)
    fail(bulkhead, 0, 5)
    assert NURSERY not in rooms(bulkhead, 1)


def test_an_attempt_that_was_cancelled_says_nothing_of_its_endpoint():
    bulkhead = Bulkhead(LIMITS)
    fail(bulkhead, 0, 2)
    bulkhead.finish(SCHOOL, bulkhead.start(SCHOOL, NOW))
    assert not bulkhead.closed(SCHOOL, NOW)
    fail(bulkhead, 0)
    assert bulkhead.closed(SCHOOL, NOW)


@given(
    st.lists(
        st.tuples(st.sampled_from(["start", "answered", "failed", "finish"]), st.integers(0, 3), st.floats(0, 3)),
        max_size=80,
    )
)
def test_whatever_happens_the_counts_agree_and_nothing_idle_and_healthy_is_remembered(steps):
    bulkhead, now = Bulkhead(LIMITS), NOW
    under_way: list[tuple[tuple[str, str], int]] = []
    for what, which, seconds in steps:
        now += timedelta(seconds=seconds)
        endpoint = (f"school.{which}", "webhook")
        if what == "start":
            under_way.append((endpoint, bulkhead.start(endpoint, now)))
        elif under_way:
            endpoint, ticket = under_way.pop(which % len(under_way))
            if what == "failed":
                bulkhead.failed(endpoint, ticket, now)
            else:
                getattr(bulkhead, what)(endpoint, ticket)
        assert bulkhead.under_way == len(under_way)
        assert 0 <= bulkhead.free(now) <= LIMITS.workers
        assert all(0 <= room.free <= LIMITS.per_endpoint for room in bulkhead.rooms(now))
    for endpoint, ticket in under_way:
        bulkhead.answered(endpoint, ticket)
    assert bulkhead.under_way == 0
