"""Deadlines and ages as a tired person reads them: a key of the catalogue, and London's moment to fill it in. Pure.

`before Monday's bell, 08:45`, `by 14:00 today`, `overdue since 09:10`: which one is said here, how in the catalogue.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from hub.facts.clock import LONDON, local_day
from hub.sharing.writing.calendars import SchoolDays

_WEEK = 7
_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)


class Group(StrEnum):
    """How near a deadline is, the nearest first."""

    OVERDUE = "overdue"
    TODAY = "today"
    BEFORE_BELL = "before_bell"
    THIS_WEEK = "this_week"
    LATER = "later"


class Said(NamedTuple):
    """What to say of an instant: `key` of the catalogue, the local moment, and how many minutes or hours, if that."""

    key: str
    at: datetime
    number: int = 0


def group(deadline: datetime, now: datetime, school_days: SchoolDays | None) -> Group:
    """Where a list puts it; a week ends with its Sunday. None: an organisation without school days knows no bell."""
    if deadline <= now:
        return Group.OVERDUE
    day, today = local_day(deadline), local_day(now)
    if day == today:
        return Group.TODAY
    if school_days is not None and deadline <= school_days.next_bell(now).at:
        return Group.BEFORE_BELL
    return Group.THIS_WEEK if day <= today + timedelta(days=6 - today.weekday()) else Group.LATER


def in_words(deadline: datetime, now: datetime, school_days: SchoolDays | None) -> Said:
    """By when it is to be read, or since when it should have been. A deadline that is a bell is called one."""
    if deadline <= now:
        how = _on(deadline, now, past=True)
        return Said(f"overdue.{how}", deadline.astimezone(LONDON))
    kind = "bell" if school_days is not None and _is_bell(deadline, school_days) else "by"
    return Said(f"{kind}.{_on(deadline, now, past=False)}", deadline.astimezone(LONDON))


def age(came_at: datetime, now: datetime) -> Said:
    """How long ago it came: minutes, hours, then the day."""
    passed, at = max(now - came_at, timedelta()), came_at.astimezone(LONDON)
    if passed < _MINUTE:
        return Said("age.now", at)
    if passed < _HOUR:
        return Said("age.minutes", at, int(passed.total_seconds() // 60))
    if local_day(came_at) == local_day(now):
        return Said("age.hours", at, int(passed.total_seconds() // 3_600))
    return Said(f"age.{_on(came_at, now, past=True)}", at)


def _on(moment: datetime, now: datetime, *, past: bool) -> str:
    """How its day is named: today, tomorrow or yesterday, its weekday within a week, else its date."""
    days: int = (local_day(moment) - local_day(now)).days
    near = {0: "today", -1 if past else 1: "yesterday" if past else "tomorrow"}
    return near.get(days) or ("weekday" if abs(days) < _WEEK else "date")


def _is_bell(moment: datetime, school_days: SchoolDays) -> bool:
    return school_days.next_bell(moment - timedelta(seconds=1)).at == moment
