"""A deadline as a tired person reads it: bells by the school's own days, London's clock on both sides of a change."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hub.people.receiving.deadlines import Group, age, group, in_words
from hub.sharing.writing.calendars import Calendar, SchoolDays
from hub.sharing.writing.organisations import Jurisdiction

SATURDAY_NIGHT = datetime(2026, 3, 7, 23, 12, tzinfo=UTC)
SCHOOL = SchoolDays(Jurisdiction.SCOTLAND, Calendar.model_validate({"in_service_days": ["2026-03-10"]}))


def at(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("deadline", "now", "key", "clock"),
    [
        (at(9, 8, 45), SATURDAY_NIGHT, "bell.weekday", "08:45"),
        (at(9, 8, 45), at(8, 12), "bell.tomorrow", "08:45"),
        (at(9, 8, 45), at(9, 7), "bell.today", "08:45"),
        (at(11, 8, 45), at(9, 9), "bell.weekday", "08:45"),
        (at(10, 8, 45), at(9, 9), "by.tomorrow", "08:45"),  # the tenth is in-service: no bell rings
        (at(23, 8, 45), at(9, 9), "bell.date", "08:45"),
        (at(9, 14), at(9, 9), "by.today", "14:00"),
        (at(9, 9, 10), at(9, 9, 10), "overdue.today", "09:10"),
        (at(8, 23), at(9, 9), "overdue.yesterday", "23:00"),
        (at(6, 9), at(9, 9), "overdue.weekday", "09:00"),
        (at(1, 9, month=2), at(9, 9), "overdue.date", "09:00"),
        (at(30, 7, 45), at(28, 12), "bell.weekday", "08:45"),  # clocks go forward on the twenty-ninth
        (at(28, 23, 30), at(28, 12), "by.today", "23:30"),
        (at(29, 23, 30), at(29, 12), "by.tomorrow", "00:30"),  # half past midnight in London
    ],
)
def test_a_deadline_in_words(deadline: datetime, now: datetime, key: str, clock: str) -> None:
    said = in_words(deadline, now, SCHOOL)
    assert (said.key, f"{said.at:%H:%M}") == (key, clock)


def test_an_organisation_without_school_days_knows_no_bell() -> None:
    assert in_words(at(9, 8, 45), SATURDAY_NIGHT, None).key == "by.weekday"


@pytest.mark.parametrize(
    ("deadline", "now", "expected"),
    [
        (at(9, 9), at(9, 9), Group.OVERDUE),
        (at(9, 16), at(9, 9), Group.TODAY),
        (at(9, 8, 45), SATURDAY_NIGHT, Group.BEFORE_BELL),
        (at(11, 8, 45), at(9, 9), Group.BEFORE_BELL),
        (at(13, 8, 45), at(9, 9), Group.THIS_WEEK),
        (at(16, 8, 45), at(9, 9), Group.LATER),
    ],
)
def test_how_near_it_is(deadline: datetime, now: datetime, expected: Group) -> None:
    assert group(deadline, now, SCHOOL) is expected


@pytest.mark.parametrize(
    ("came", "now", "key", "number"),
    [
        (at(9, 9), at(9, 9), "age.now", 0),
        (at(9, 9), at(9, 9, 59), "age.minutes", 59),
        (at(9, 9), at(9, 11), "age.hours", 2),
        (at(8, 23, 50), at(9, 0, 10), "age.minutes", 20),
        (at(8, 9), at(9, 9), "age.yesterday", 0),
        (at(5, 9), at(9, 9), "age.weekday", 0),
        (at(1, 9), at(9, 9), "age.date", 0),
        (at(9, 9, 1), at(9, 9), "age.now", 0),  # a clock that is ahead
    ],
)
def test_how_long_ago_it_came(came: datetime, now: datetime, key: str, number: int) -> None:
    said = age(came, now)
    assert (said.key, said.number) == (key, number)
