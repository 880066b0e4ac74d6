"""School days: term dates, bank holidays and bells -> the next opening bell.

Local time is Europe/London; what is returned is UTC. Bank holidays are those of the recipient's own nation (package
`holidays`). Without a calendar every weekday that is no bank holiday is a school day and the bell is at 08:45.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Annotated

import holidays
from pydantic import BeforeValidator, Field, model_validator

from hub.facts.clock import LONDON
from hub.sharing.writing.entry import Day, Entry, Sentence, read_bell
from hub.sharing.writing.organisations import Jurisdiction

BELL = time(8, 45)
LONGEST_WEEKEND = 4
"""Days without a school day that a weekend with bank holidays may make; more, and the school is closed."""
LONGEST_HOLIDAY = timedelta(weeks=10)
"""So long after the last term that a calendar knows it counts as holiday; later the calendar is simply out of date."""
MAX_REMEMBERED = 20_000
MAX_SEARCHED = 120
"""Days ahead in which the next school day is looked for; none found means closed."""

Bell = Annotated[time, BeforeValidator(read_bell)]


class Term(Entry):
    """First and last day on which pupils attend."""

    from_: Day = Field(alias="from")
    to: Day
    title: Sentence | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Term:
        if self.to < self.from_:
            raise ValueError("ends before it begins")
        return self


class Calendar(Entry):
    """One file of routing_rules/calendars/: a school's or an authority's year."""

    title: Sentence | None = None
    terms: tuple[Term, ...] = ()
    in_service_days: frozenset[Day] = frozenset()
    holidays: frozenset[Day] = frozenset()
    opening_bell: Bell = BELL
    closing_bell: Bell | None = None


@dataclass(frozen=True, slots=True)
class NextBell:
    """The opening bell of the next school day, or of the next weekday where the school is closed for longer."""

    at: datetime
    closed: bool


@dataclass(frozen=True, slots=True)
class SchoolDays:
    """One calendar under one nation's bank holidays. What was found once is remembered; the answer never changes."""

    jurisdiction: Jurisdiction
    calendar: Calendar | None = None
    _found: dict[tuple[date, bool], NextBell] = field(default_factory=dict, repr=False, compare=False)

    def next_bell(self, moment: datetime) -> NextBell:
        """The first opening bell after `moment` (aware)."""
        local = moment.astimezone(LONDON)
        key = (local.date(), local.time() >= self._bell)
        found = self._found.get(key)
        if found is None:
            if len(self._found) >= MAX_REMEMBERED:
                self._found.clear()
            found = self._found[key] = self._search(*key)
        return found

    @property
    def _bell(self) -> time:
        return self.calendar.opening_bell if self.calendar else BELL

    def _search(self, day: date, rung: bool) -> NextBell:  # noqa: FBT001 - private, and the key of the memory
        first = day + timedelta(days=1) if rung else day
        working = [
            ahead
            for ahead in (first + timedelta(days=days) for days in range(MAX_SEARCHED))
            if is_working_day(ahead, self.jurisdiction)
        ]
        school = next((ahead for ahead in working if self._open(ahead)), None)
        closed = school is None or (self._knows_terms and (school - day).days > LONGEST_WEEKEND)
        bell = datetime.combine(working[0] if closed or school is None else school, self._bell, LONDON)
        return NextBell(bell.astimezone(UTC), closed)

    @property
    def _knows_terms(self) -> bool:
        return self.calendar is not None and bool(self.calendar.terms)

    def _open(self, day: date) -> bool:
        calendar = self.calendar
        if calendar is None:
            return True
        if day in calendar.in_service_days or day in calendar.holidays:
            return False
        if not calendar.terms or any(term.from_ <= day <= term.to for term in calendar.terms):
            return True
        first = min(term.from_ for term in calendar.terms)
        last = max(term.to for term in calendar.terms)
        return not first <= day <= last + LONGEST_HOLIDAY


def is_working_day(day: date, jurisdiction: Jurisdiction) -> bool:
    """Monday to Friday, and no bank holiday of that nation."""
    return day.weekday() < 5 and day not in bank_holidays(jurisdiction, day.year)  # noqa: PLR2004 - Saturday is 5


@lru_cache(maxsize=1000)
def bank_holidays(jurisdiction: Jurisdiction, year: int) -> frozenset[date]:
    """The bank holidays of one nation in one year."""
    return frozenset(holidays.country_holidays("GB", subdiv=jurisdiction.value, years=year))
