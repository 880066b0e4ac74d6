"""The one clock by which due times, deadlines and retries are judged: the database's, `hub.now()`.

Statements that judge ask `hub.now()` where they run. For what is decided outside them a process follows that clock: it
is asked for every few seconds, and counted on in between by the machine's steady counter. What the machine itself says
that the time is decides nothing; where it differs, that is said, and the process goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, NamedTuple

import psycopg

from hub import metrics
from hub.facts.clock import Clock, utc_now
from hub.facts.errors import Unavailable
from hub.log import logger
from hub.store.connecting import Connection, Work, connect

APART = timedelta(seconds=2)
"""By so much the clock of a process may differ before that is said."""
_ASK = b"select clock_timestamp(), hub.now()"
_SET = b"""
insert into hub.clock (ahead) values (%(at)s - clock_timestamp())
on conflict (one) do update set ahead = excluded.ahead
"""
_AWAY = "PostgreSQL does not say what time it is: start it, or correct HUB_DATABASE_URL."


class Said(NamedTuple):
    """What the database said, and when: by the machine's clock and by its steady counter, before and after."""

    server: datetime
    now: datetime
    machine: tuple[datetime, datetime]
    counted: tuple[float, float]


@dataclass(slots=True)
class DatabaseClock:
    """Follows `hub.now()`; called, it is a `hub.facts.clock.Clock`, and asks by itself the first time.

    It never runs ahead of the database's: an answer is older than its arrival, never younger.
    """

    address: Callable[[], str]
    machine: Clock = utc_now
    counter: Callable[[], float] = monotonic
    apart: timedelta = timedelta()
    """By how much the machine's clock is behind the database's for certain; negative where it is ahead."""
    _known: tuple[datetime, float] | None = field(default=None)

    def __call__(self) -> datetime:
        """Now, by the database's clock; raises Unavailable where it was never asked and does not answer."""
        now, counted = self._known or self._ask()
        return now + timedelta(seconds=self.counter() - counted)

    async def ask(self, connection: Connection) -> None:
        """Ask the database for its time."""
        before = self._look()
        found = await (await connection.execute(_ASK)).fetchone()
        self._take(before, found)

    def ask_again(self) -> None:
        """Ask the database anew, because somebody has just set its clock; raises Unavailable."""
        self._ask()

    def warnings(self) -> list[str]:
        """That the machine's clock is wrong, for /readyz."""
        if abs(self.apart) <= APART:
            return []
        seconds, side = abs(self.apart).total_seconds(), "behind" if self.apart > timedelta() else "ahead of"
        return [
            f"This process's clock is {seconds:.0f} s {side} the database's, which counts: set the machine's (NTP)."
        ]

    def _ask(self) -> tuple[datetime, float]:
        try:
            with connect(self.address(), work=Work.LOOK, autocommit=True, name="hub-clock") as connection:
                before = self._look()
                return self._take(before, connection.execute(_ASK).fetchone())
        except psycopg.Error as error:
            raise Unavailable(_AWAY) from error

    def _look(self) -> tuple[datetime, float]:
        return self.machine(), self.counter()

    def _take(self, before: tuple[datetime, float], found: Any) -> tuple[datetime, float]:
        after = self._look()
        said = Said(found[0], found[1], (before[0], after[0]), (before[1], after[1]))
        before_apart, self.apart = self.apart, difference(said)
        self._known = follow(self._known, said)
        if abs(self.apart) > APART >= abs(before_apart):
            logger().warning("clock_apart", seconds=self.apart.total_seconds())
        metrics.CLOCK_APART.set(self.apart.total_seconds())
        return self._known


def follow(known: tuple[datetime, float] | None, said: Said) -> tuple[datetime, float]:
    """The time that is known from now on, with its count. An answer that was only slow to come sets nothing back."""
    began, ended = said.counted
    if known is not None:
        ahead = known[0] + timedelta(seconds=ended - known[1]) - said.now
        if timedelta() <= ahead <= timedelta(seconds=ended - began):
            return known
    return said.now, ended


def difference(said: Said) -> timedelta:
    """By how much the machine's clock is behind the server's at least, however long the answer took."""
    first, last = said.machine
    if said.server < first:
        return said.server - first
    return max(said.server - last, timedelta())


def set_clock(connection: psycopg.Connection[Any], at: datetime) -> None:
    """Make it that moment now, for whoever uses this database: the demonstration, and tests."""
    connection.execute(_SET, {"at": at})
