"""School days: term dates, bank holidays and bells -> the next opening bell.

Local time is Europe/London; what is returned is UTC. Bank holidays are those of the recipient's own nation (package
`holidays`). Without a calendar every weekday that is no bank holiday is a school day and the bell is at 08:45. Where a
calendar lists holidays the list is complete: within its terms a bank holiday that it leaves out is a school day.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Annotated

import holidays
from pydantic import BeforeValidator, Field, model_validator

from hub.facts.clock import LONDON
from hub.sharing.writing.organisations import Jurisdiction
from hub.written.entry import Day, Entry, Sentence, read_bell

BELL = time(8, 45)
SATURDAY = 5
LONGEST_WEEKEND = 4
"""Days in a row without school that a weekend with bank holidays may make; more are ahead, and the school is closed."""
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
    """One file of routing_rules/calendars/: a school's or an authority's year.

    `holidays` None: those within the terms are the nation's bank holidays. Given, they are these and no others.
    """

    title: Sentence | None = None
    terms: tuple[Term, ...] = ()
    in_service_days: frozenset[Day] = frozenset()
    holidays: frozenset[Day] | None = None
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
        ahead = [first + timedelta(days=days) for days in range(MAX_SEARCHED)]
        school = next(filter(self.is_school_day, ahead), None)
        closed = school is None or (self._knows_terms and self._without_school(day, school) > LONGEST_WEEKEND)
        if closed or school is None:
            school = next(one for one in ahead if is_working_day(one, self.jurisdiction))
        return NextBell(datetime.combine(school, self._bell, LONDON).astimezone(UTC), closed)

    def _without_school(self, day: date, school: date) -> int:
        """Days without school until then; the day of the concern is one of them only if there was none on it either."""
        return sum(not self.is_school_day(day + timedelta(days=days)) for days in range((school - day).days))

    @property
    def _knows_terms(self) -> bool:
        return self.calendar is not None and bool(self.calendar.terms)

    def is_school_day(self, day: date) -> bool:
        """Whether pupils attend: the calendar's word within its terms, else working days but for its holidays."""
        calendar = self.calendar
        if calendar is None:
            return is_working_day(day, self.jurisdiction)
        if day.weekday() >= SATURDAY or day in calendar.in_service_days or day in (calendar.holidays or ()):
            return False
        if any(term.from_ <= day <= term.to for term in calendar.terms):
            return calendar.holidays is not None or is_working_day(day, self.jurisdiction)
        return not self._on_holiday(calendar, day) and is_working_day(day, self.jurisdiction)

    @staticmethod
    def _on_holiday(calendar: Calendar, day: date) -> bool:
        """Between the terms, or not long after the last; a calendar without terms knows of none."""
        if not calendar.terms:
            return False
        first = min(term.from_ for term in calendar.terms)
        last = max(term.to for term in calendar.terms)
        return first <= day <= last + LONGEST_HOLIDAY


def is_working_day(day: date, jurisdiction: Jurisdiction) -> bool:
    """Monday to Friday, and no bank holiday of that nation."""
    return day.weekday() < SATURDAY and day not in bank_holidays(jurisdiction, day.year)


@lru_cache(maxsize=1000)
def bank_holidays(jurisdiction: Jurisdiction, year: int) -> frozenset[date]:
    """The bank holidays of one nation in one year."""
    return frozenset(holidays.country_holidays("GB", subdiv=jurisdiction.value, years=year))
