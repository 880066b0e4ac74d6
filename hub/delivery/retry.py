"""What comes after an attempt that did not deliver. Pure: a decision is returned, the lane acts on it.

- The last call is a margin before the deadline. No pause that begins before it ends after it.
- A threatened deadline (the last call has passed), a used-up schedule and a refusal move to the next channel.
- On the last channel the hub tries ever faster until the deadline, then at the schedule's last pause for `keep_trying`
  more, then holds. A person is asked as soon as half of the time is gone; nothing is ever dropped.
- An endpoint's own Retry-After counts, but never past the last call or the deadline.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.facts.outcome import Invalid, Refused, Retry
from hub.facts.terms import Unsent

SHORTEST_PAUSE = timedelta(seconds=1)
LEAST_MARGIN, MOST_MARGIN = timedelta(seconds=5), timedelta(minutes=5)
MOST_ATTEMPTS = 1_000
"""On one channel; only then is a delivery held before its time is up."""
JITTER = 0.2
"""A pause is its length give or take this share of it, so that what failed together is not tried together."""
_MARGIN_SHARE = 10


@dataclass(frozen=True, slots=True)
class Schedule:
    """How a tier retries: the pause before each further attempt, the last repeating, and both sides of the deadline."""

    pauses: tuple[timedelta, ...]
    margin: timedelta
    most_failures: int
    """On one channel, until it goes on by the next, where there is one."""
    hurries: bool = False
    """An endpoint whose circuit is open has failed often enough: nothing waits for it that has another way."""
    keep_trying: timedelta = timedelta(hours=24)


def schedule(pauses: tuple[timedelta, ...], deliver_within: timedelta, most_failures: int | None = None) -> Schedule:
    """A tier's schedule. The margin is a tenth of its time to deliver, within 5 seconds to 5 minutes.

    Without a limit of its own to failures, a channel is given up when every pause was made.
    """
    margin = min(max(deliver_within / _MARGIN_SHARE, LEAST_MARGIN), MOST_MARGIN)
    longer = tuple(max(pause, SHORTEST_PAUSE) for pause in pauses)
    return Schedule(longer, margin, most_failures or len(pauses) + 1, hurries=most_failures is not None)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a delivery stands. `tries` counts attempts on this channel; `since` is when it was made or replayed."""

    now: datetime
    due_by: datetime
    since: datetime
    tries: int
    following: str | None
    """The recipient's next channel after this one, if there is one."""


@dataclass(frozen=True, slots=True)
class NextAttempt:
    """Try again on this channel. `ask`: half of the time is gone or more, so a person is asked as well."""

    at: datetime
    ask: bool


@dataclass(frozen=True, slots=True)
class NextChannel:
    """Go on by the recipient's next channel, at once."""

    kind: str


@dataclass(frozen=True, slots=True)
class Hold:
    """Stop, keep, and ask a person."""

    reason: Unsent


Next = NextAttempt | NextChannel | Hold


def next_step(plan: Schedule, standing: Standing, failed: Retry | Refused | Invalid, chance: float) -> Next:
    """Decide. `chance` is a random number from 0 to 1."""
    match failed:
        case Refused():
            return NextChannel(standing.following) if standing.following else Hold(Unsent.ENDPOINT_REFUSED)
        case Invalid():
            return NextChannel(standing.following) if standing.following else Hold(Unsent.MESSAGE_INVALID)
        case Retry(not_before=not_before):
            return _retry(plan, standing, not_before, chance)


def last_call(plan: Schedule, due_by: datetime) -> datetime:
    """From when on a deadline is threatened."""
    return due_by - plan.margin


def half_gone(standing: Standing) -> datetime:
    """When half of the time to deliver is gone; at once for what was late when it was made."""
    return standing.since + max(standing.due_by - standing.since, timedelta()) / 2


def _retry(plan: Schedule, standing: Standing, not_before: datetime | None, chance: float) -> Next:
    now, call = standing.now, last_call(plan, standing.due_by)
    if standing.following and (now >= call or standing.tries >= plan.most_failures):
        return NextChannel(standing.following)
    if standing.tries >= MOST_ATTEMPTS:
        return Hold(Unsent.ATTEMPTS_EXHAUSTED)
    wished = max(now + _pause(plan, standing.tries, chance), not_before or now)
    if now < call:
        return NextAttempt(max(min(wished, call), now + SHORTEST_PAUSE), ask=now >= half_gone(standing))
    if now < standing.due_by:
        return NextAttempt(_before_deadline(wished, not_before, standing), ask=True)
    end = max(standing.due_by, standing.since) + plan.keep_trying
    if now >= end:
        return Hold(Unsent.DEADLINE_MISSED)
    return NextAttempt(max(min(wished, end), now + SHORTEST_PAUSE), ask=True)


def _pause(plan: Schedule, tries: int, chance: float) -> timedelta:
    pause = plan.pauses[min(max(tries, 1), len(plan.pauses)) - 1]
    return max(pause * (1 - JITTER + 2 * JITTER * chance), SHORTEST_PAUSE)


def _before_deadline(wished: datetime, not_before: datetime | None, standing: Standing) -> datetime:
    """Between last call and deadline: half of what is left, so that attempts grow denser as the deadline nears."""
    now = standing.now
    at = min(wished, now + (standing.due_by - now) / 2)
    if not_before is not None:
        at = max(at, min(not_before, standing.due_by))
    return max(at, now + SHORTEST_PAUSE)
