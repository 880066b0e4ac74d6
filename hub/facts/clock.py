"""Time: instants are UTC on the wire and in the store; days, ages and bells are those of Europe/London."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
Clock = Callable[[], datetime]
"""Now, aware and in UTC. Handed in, never read in a step."""


def utc_now() -> datetime:
    """The machine's clock, UTC."""
    return datetime.now(UTC)


def local_day(moment: datetime) -> date:
    """The day that an instant falls on in Europe/London."""
    return moment.astimezone(LONDON).date()


def spoken(at: datetime | str) -> str:
    """An instant (or its ISO 8601 text) as people here say it: Europe/London, weekday first, `Sat 07 Mar 23:12`."""
    moment = at if isinstance(at, datetime) else datetime.fromisoformat(at)
    return f"{moment.astimezone(LONDON):%a %d %b %H:%M}"


def years_between(born: date, on: date) -> int:
    """Whole years of age on a day; somebody born on 29 February has their birthday on 1 March of other years."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
