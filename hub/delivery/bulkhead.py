"""How many attempts may be under way at once: one tier's workers, and each endpoint's share of them. Pure; no clock.

Attempts that take longer than `slow_after` no longer count against the workers but against a pool of their own, and
their endpoint is given fewer at a time: so any number of hung endpoints leaves the workers to those that answer.
An endpoint that fails again and again is left alone for a while (its circuit is open), then tried by one attempt.
An endpoint here is (organisation, channel).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

Endpoint = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one tier. Every count is attempts under way at once."""

    workers: int = 128
    slow: int = 256
    per_endpoint: int = 8
    per_slow_endpoint: int = 2
    slow_after: timedelta = timedelta(seconds=1)
    failures: int = 5
    """In a row, until the circuit opens."""
    open_for: timedelta = timedelta(seconds=5)
    """At first; doubles with each probe that fails, up to `open_most`."""
    open_most: timedelta = timedelta(minutes=1)


@dataclass(slots=True)
class _State:
    started: dict[int, datetime] = field(default_factory=dict)
    failures: int = 0
    opened: int = 0
    open_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Room:
    """What an endpoint that is not idle can take now. `closed`: its circuit is open."""

    endpoint: Endpoint
    free: int
    closed: bool


class Bulkhead:
    """The attempts under way of one tier. Endpoints that are idle and healthy are not remembered."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._states: dict[Endpoint, _State] = {}
        self._started: dict[int, datetime] = {}
        self._next = 0

    @property
    def under_way(self) -> int:
        """Attempts started and not finished."""
        return len(self._started)

    def free(self, now: datetime) -> int:
        """How many attempts may start now, at endpoints that have room."""
        slow = self._slow(self._started, now)
        beyond = max(slow - self.limits.slow, 0)  # what the slow pool cannot take stays with the workers
        return max(self.limits.workers - (len(self._started) - slow) - beyond, 0)

    def rooms(self, now: datetime) -> Iterator[Room]:
        """Every endpoint that may take fewer than `per_endpoint`."""
        for endpoint, state in self._states.items():
            room = self._room(endpoint, state, now)
            if room.free < self.limits.per_endpoint or room.closed:
                yield room

    def closed(self, endpoint: Endpoint, now: datetime) -> bool:
        """Whether the endpoint is being left alone."""
        state = self._states.get(endpoint)
        return state is not None and state.open_until is not None and now < state.open_until

    def open_circuits(self, now: datetime) -> int:
        """Endpoints being left alone."""
        return sum(state.open_until is not None and now < state.open_until for state in self._states.values())

    def start(self, endpoint: Endpoint, now: datetime) -> int:
        """An attempt begins; returns its ticket."""
        ticket, self._next = self._next, self._next + 1
        self._started[ticket] = now
        self._states.setdefault(endpoint, _State()).started[ticket] = now
        return ticket

    def finish(self, endpoint: Endpoint, ticket: int) -> None:
        """An attempt is over without a word on the endpoint: it was cancelled, or never left the hub."""
        del self._started[ticket]
        state = self._states[endpoint]
        del state.started[ticket]
        if not state.started and not state.failures:
            del self._states[endpoint]

    def answered(self, endpoint: Endpoint, ticket: int) -> None:
        """An attempt is over and the endpoint answered for itself: its circuit closes."""
        state = self._states[endpoint]
        state.failures, state.opened, state.open_until = 0, 0, None
        self.finish(endpoint, ticket)

    def failed(self, endpoint: Endpoint, ticket: int, now: datetime, not_before: datetime | None = None) -> None:
        """An attempt is over without an answer, or with one that asks to wait (`not_before`): the circuit may open."""
        state, limits = self._states[endpoint], self.limits
        state.failures += 1
        if not_before is not None and not_before > now:
            state.open_until = min(not_before, now + limits.open_most)
        elif state.failures >= limits.failures and (state.open_until is None or now >= state.open_until):
            state.open_until = now + min(limits.open_for * 2 ** min(state.opened, 10), limits.open_most)
            state.opened += 1
        self.finish(endpoint, ticket)

    def _room(self, endpoint: Endpoint, state: _State, now: datetime) -> Room:
        busy = len(state.started)
        if state.open_until is not None and now < state.open_until:
            return Room(endpoint, 0, closed=True)
        if state.open_until is not None:
            return Room(endpoint, 1 if busy == 0 else 0, closed=False)  # one attempt to find out
        limit = self.limits.per_slow_endpoint if self._slow(state.started, now) else self.limits.per_endpoint
        return Room(endpoint, max(limit - busy, 0), closed=False)

    def _slow(self, started: dict[int, datetime], now: datetime) -> int:
        count = 0
        for at in started.values():  # oldest first
            if now - at < self.limits.slow_after:
                break
            count += 1
        return count
