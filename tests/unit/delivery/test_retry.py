"""When a delivery is tried again, on which channel, and when a person is asked."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.delivery.reasons import Fault
from hub.delivery.retry import (
    MOST_ATTEMPTS,
    SHORTEST_PAUSE,
    Hold,
    NextAttempt,
    NextChannel,
    Schedule,
    Standing,
    last_call,
    next_step,
    schedule,
)
from hub.facts.outcome import Invalid, Refused, Retry
from hub.facts.terms import Unsent
from tests.unit.delivery.world import SATURDAY_NIGHT

NOW = SATURDAY_NIGHT
FAILED = Retry(Fault.SERVER_ERROR)
PLAN = schedule((timedelta(seconds=10), timedelta(seconds=30), timedelta(minutes=5)), timedelta(hours=1))
MIDDLE = 0.5
"""A chance that leaves a pause as long as it is written."""


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def standing(
    *, now: datetime = NOW, due_in: float = 3_600, tries: int = 1, following: str | None = None, since: datetime = NOW
) -> Standing:
    return Standing(now, after(due_in), since, tries, following)


def test_each_pause_of_the_schedule_comes_in_turn_and_the_last_repeats():
    pauses = [next_step(PLAN, standing(tries=tries), FAILED, MIDDLE) for tries in (1, 2, 3, 4, 9)]
    assert pauses == [NextAttempt(after(seconds), ask=False) for seconds in (10, 30, 300, 300, 300)]


def test_the_pause_varies_by_a_fifth_so_that_what_failed_together_is_not_tried_together():
    assert next_step(PLAN, standing(), FAILED, 0.0) == NextAttempt(after(8), ask=False)
    assert next_step(PLAN, standing(), FAILED, 1.0) == NextAttempt(after(12), ask=False)


def test_an_exhausted_schedule_moves_to_the_next_channel():
    assert next_step(PLAN, standing(tries=3, following="inbox"), FAILED, MIDDLE) == NextAttempt(after(300), ask=False)
    assert next_step(PLAN, standing(tries=4, following="inbox"), FAILED, MIDDLE) == NextChannel("inbox")


def test_an_urgent_delivery_goes_on_by_the_next_channel_after_its_second_failure():
    urgent = schedule((timedelta(seconds=10), timedelta(minutes=5)), timedelta(hours=1), most_failures=2)
    assert next_step(urgent, standing(tries=1, following="inbox"), FAILED, MIDDLE) == NextAttempt(after(10), ask=False)
    assert next_step(urgent, standing(tries=2, following="inbox"), FAILED, MIDDLE) == NextChannel("inbox")
    assert next_step(urgent, standing(tries=2), FAILED, MIDDLE) == NextAttempt(after(300), ask=False)


@pytest.mark.parametrize("following", [None, "inbox"])
def test_a_person_is_asked_when_half_of_the_time_is_gone(following: str | None):
    before = standing(now=after(1_799), due_in=3_600, following=following)
    assert next_step(PLAN, before, FAILED, MIDDLE) == NextAttempt(after(1_809), ask=False)
    half = standing(now=after(1_800), due_in=3_600, following=following)
    assert next_step(PLAN, half, FAILED, MIDDLE) == NextAttempt(after(1_810), ask=True)


def test_an_attempt_is_brought_forward_to_the_last_call():
    """Five minutes before the deadline of an hour: a pause of five minutes begun 2 minutes earlier ends there."""
    decision = next_step(PLAN, standing(due_in=300 + 120, tries=3), FAILED, MIDDLE)
    assert decision == NextAttempt(after(120), ask=False)


def test_a_threatened_deadline_moves_to_the_next_channel_at_once():
    assert next_step(PLAN, standing(due_in=299, following="inbox"), FAILED, MIDDLE) == NextChannel("inbox")


def test_on_the_last_channel_a_threatened_deadline_asks_a_person_and_attempts_grow_denser():
    assert next_step(PLAN, standing(due_in=200, tries=3), FAILED, MIDDLE) == NextAttempt(after(100), ask=True)
    assert next_step(PLAN, standing(due_in=20, tries=3), FAILED, MIDDLE) == NextAttempt(after(10), ask=True)


def test_after_the_deadline_the_hub_goes_on_at_the_last_pause_and_then_holds():
    late = standing(due_in=-60, tries=20)
    assert next_step(PLAN, late, FAILED, MIDDLE) == NextAttempt(after(300), ask=True)
    day_later = standing(now=after(24 * 3_600), due_in=-60, since=after(-3_600), tries=20)
    assert next_step(PLAN, day_later, FAILED, MIDDLE) == Hold(Unsent.DEADLINE_MISSED)


def test_what_was_late_when_it_was_made_is_still_tried_for_a_day():
    assert isinstance(next_step(PLAN, standing(due_in=-7 * 86_400), FAILED, MIDDLE), NextAttempt)


def test_a_replayed_delivery_has_its_time_again():
    replayed = standing(now=after(60), due_in=-7 * 86_400, since=NOW)
    assert isinstance(next_step(PLAN, replayed, FAILED, MIDDLE), NextAttempt)


@pytest.mark.parametrize(
    ("failed", "reason"),
    [(Refused(Fault.GONE), Unsent.ENDPOINT_REFUSED), (Invalid(Fault.MESSAGE_INVALID), Unsent.MESSAGE_INVALID)],
)
def test_a_refusal_goes_on_by_the_next_channel_or_is_held(failed: Refused | Invalid, reason: Unsent):
    assert next_step(PLAN, standing(following="inbox"), failed, MIDDLE) == NextChannel("inbox")
    assert next_step(PLAN, standing(), failed, MIDDLE) == Hold(reason)


def test_an_endpoint_may_ask_for_time_but_not_for_the_deadline():
    assert next_step(PLAN, standing(), Retry(Fault.BUSY, after(90)), MIDDLE) == NextAttempt(after(90), ask=False)
    assert next_step(PLAN, standing(), Retry(Fault.BUSY, after(3)), MIDDLE) == NextAttempt(after(10), ask=False)
    assert next_step(PLAN, standing(), Retry(Fault.BUSY, after(86_400)), MIDDLE) == NextAttempt(after(3_300), ask=False)
    near = next_step(PLAN, standing(due_in=100), Retry(Fault.BUSY, after(86_400)), MIDDLE)
    assert near == NextAttempt(after(100), ask=True)


def test_the_margin_is_a_tenth_of_the_time_to_deliver_within_bounds():
    assert schedule((timedelta(seconds=1),), timedelta(minutes=5)).margin == timedelta(seconds=30)
    assert schedule((timedelta(seconds=1),), timedelta(seconds=10)).margin == timedelta(seconds=5)
    assert schedule((timedelta(seconds=1),), timedelta(days=3)).margin == timedelta(minutes=5)


def test_nothing_is_tried_without_end():
    assert next_step(PLAN, standing(tries=MOST_ATTEMPTS), FAILED, MIDDLE) == Hold(Unsent.ATTEMPTS_EXHAUSTED)


# --- for every input -------------------------------------------------------------------------------------------------

_seconds = st.floats(min_value=0, max_value=200_000, allow_nan=False)
_plans = st.builds(
    lambda pauses, deliver: schedule(tuple(timedelta(seconds=one) for one in pauses), timedelta(seconds=deliver)),
    st.lists(_seconds, min_size=1, max_size=8),
    st.floats(min_value=1, max_value=400_000),
)
_waits = st.none() | st.floats(min_value=-1_000, max_value=1_000_000).map(after)
_chances = st.floats(min_value=0, max_value=1)


@given(_plans, st.floats(min_value=-400_000, max_value=400_000), st.integers(1, 2_000), _waits, _chances, st.booleans())
def test_a_retry_never_sleeps_past_the_deadline(
    plan: Schedule, due_in: float, tries: int, wait: datetime | None, chance: float, further: bool
):
    here = standing(due_in=due_in, tries=tries, following="inbox" if further else None)
    decision = next_step(plan, here, Retry(Fault.BUSY, wait), chance)
    match decision:
        case NextAttempt(at=at, ask=ask):
            assert at >= NOW + SHORTEST_PAUSE
            if last_call(plan, here.due_by) > NOW:
                assert at < here.due_by
                assert not ask
            else:
                assert ask
                assert not further
                assert at <= max(here.due_by, NOW + SHORTEST_PAUSE) or here.due_by <= NOW
        case NextChannel():
            assert further
        case Hold():
            assert here.due_by < NOW or tries >= MOST_ATTEMPTS


@given(_plans, st.floats(min_value=-1_000, max_value=100_000), _chances, st.booleans())
def test_a_delivery_that_always_fails_is_held_in_the_end_and_a_person_was_asked_before_the_deadline(
    plan: Schedule, due_in: float, chance: float, further: bool
):
    now, tries, asked_at, following = NOW, 1, None, "inbox" if further else None
    due_by = after(due_in)
    for _ in range(2 * MOST_ATTEMPTS + 2):
        match next_step(plan, Standing(now, due_by, NOW, tries, following), FAILED, chance):
            case NextAttempt(at=at, ask=ask):
                asked_at = asked_at or (now if ask else None)
                assert at > now
                now, tries = at, tries + 1
            case NextChannel():
                tries, following = 1, None
            case Hold(reason=reason):
                assert reason in {Unsent.DEADLINE_MISSED, Unsent.ATTEMPTS_EXHAUSTED}
                if due_in > 0 and reason is Unsent.DEADLINE_MISSED:
                    assert asked_at is not None
                    assert asked_at <= due_by
                assert now <= max(due_by, NOW) + plan.keep_trying + timedelta(seconds=1)
                return
    raise AssertionError("it was never held")
