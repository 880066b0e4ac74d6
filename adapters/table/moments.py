"""Days and times as an export writes them, by the pattern that the mapping gives: `DD/MM/YYYY HH:MM`.

Nothing is guessed: what does not fit the pattern is no date. A year has four digits, for two do not say the century.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

from hub.facts.model import Personal

_TOKENS = {
    "YYYY": r"(?P<year>\d{4})",
    "MON": r"(?P<name>[A-Za-z]{3,9})",
    "MM": r"(?P<month>\d{1,2})",
    "DD": r"(?P<day>\d{1,2})",
    "HH": r"(?P<hour>\d{1,2})",
    "MI": r"(?P<minute>\d{2})",
    "SS": r"(?P<second>\d{2})(?:\.\d{1,9})?",
}
_TIGHT = {"MM": r"(?P<month>\d{2})", "DD": r"(?P<day>\d{2})", "HH": r"(?P<hour>\d{2})"}
"""Where another number follows without anything between them."""
_TOKEN = re.compile("YYYY|MON|MM|DD|HH|MI|SS|.", re.DOTALL)
_BETWEEN = frozenset("/.-: T,")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SERIAL = re.compile(r"[1-9]\d{4}(?:\.\d+)?")
HOW = "is written with DD, MM, MON, YYYY, HH, MM (or MI) and SS, such as DD/MM/YYYY HH:MM"


class PatternFault(ValueError):
    """Why a text is no pattern, as a sentence goes on behind it."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One way of writing a day, a time, or both."""

    text: str
    form: re.Pattern[str]

    @property
    def has_day(self) -> bool:
        """Whether it says a year at least."""
        return "year" in self.form.groupindex

    @property
    def has_time(self) -> bool:
        """Whether it says an hour."""
        return "hour" in self.form.groupindex


@dataclass(frozen=True, slots=True, repr=False)
class Moment(Personal):
    """What one cell says: a day, of which month and day may be unknown; a time of day; or both."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    at: time | None = None

    def partial(self) -> str:
        """`2017-11-02`, `2017-11` or `2017`."""
        parts = [f"{self.year:04}", *(f"{part:02}" for part in (self.month, self.day) if part is not None)]
        return "-".join(parts)


@lru_cache(256)
def read_pattern(text: str) -> Pattern:
    """The pattern that a mapping writes. Raises PatternFault."""
    form, seen = "", []
    tokens = _TOKEN.findall(text.strip())
    for place, part in enumerate(tokens):
        name = "MI" if part == "MM" and "HH" in seen else part
        following = tokens[place + 1] if place + 1 < len(tokens) else ""
        if name in _TOKENS:
            if name in seen:
                raise PatternFault(f"names {name} twice")
            seen.append(name)
            form += _TIGHT.get(name, _TOKENS[name]) if following in _TOKENS else _TOKENS[name]
        elif part in _BETWEEN:
            form += r"[ ]+" if part == " " else re.escape(part)
        else:
            raise PatternFault(_why_not(text))
    said = set(seen)
    if not (said & {"YYYY", "HH"}) or ("DD" in said and not said & {"MM", "MON"}) or {"MM", "MON"} <= said:
        raise PatternFault(HOW)
    if ("HH" in said) != ("MI" in said) or ("SS" in said and "HH" not in said):
        raise PatternFault(HOW)
    return Pattern(text.strip(), re.compile(form, re.ASCII))


def read_moment(text: str, patterns: Sequence[Pattern]) -> Moment | str:
    """What the cell says by the first pattern that it fits; else what is wrong, as a sentence goes on."""
    said = " ".join(text.split())
    for pattern in patterns:
        if found := pattern.form.fullmatch(said):
            return _moment(found.groupdict()) or "is not a day or time that there is."
    if _SERIAL.fullmatch(said):
        return "is a spreadsheet's number of a day: format the column as dates, and export it again."
    if said.strip("#") == "":
        return "is a column too narrow for its dates: widen it, and export it again."
    return f"is not written as {' or '.join(pattern.text for pattern in patterns)}."


def moment_of(cell: date | time) -> Moment:
    """What a spreadsheet's own day or time says."""
    if isinstance(cell, time):
        return Moment(at=cell)
    return Moment(cell.year, cell.month, cell.day, cell.time() if isinstance(cell, datetime) else None)


def instant(day: Moment, at: time, zone: tzinfo) -> datetime | str:
    """A whole day and a time on the clock of a zone, in UTC; or what is wrong, as a sentence goes on.

    A time that the clock shows twice, when summer time ends, is taken as the first of the two.
    """
    if day.year is None or day.month is None or day.day is None:
        return "says no whole day."
    local = datetime.combine(date(day.year, day.month, day.day), at).replace(tzinfo=zone, fold=0)
    there = local.astimezone(UTC)
    if there.astimezone(zone).replace(tzinfo=None) - local.replace(tzinfo=None) != timedelta():
        return "is a time that the clock never showed, for summer time began then: export times in UTC."
    return there


def _moment(parts: dict[str, str | None]) -> Moment | None:
    number = {name: int(text) for name, text in parts.items() if text and name != "name"}
    if name := parts.get("name"):
        number["month"] = _month_of(name)
    try:
        year = number.get("year")
        if year is not None:
            date(year, number.get("month", 1), number.get("day", 1))
        at = time(number["hour"], number["minute"], number.get("second", 0)) if "hour" in number else None
    except ValueError:
        return None
    return Moment(year, number.get("month"), number.get("day"), at)


def _month_of(name: str) -> int:
    """Its number; 0, which no month has, for what is none."""
    short = name.lower()[:3]
    full = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
            "november", "december")  # fmt: skip
    known = short in _MONTHS and name.lower() in {short, "sept", *full}
    return _MONTHS.index(short) + 1 if known else 0


def _why_not(text: str) -> str:
    if re.search("(?<!Y)YY(?!Y)", text):
        return "has a year of two digits, which does not say the century: export it with four (YYYY)"
    return HOW
