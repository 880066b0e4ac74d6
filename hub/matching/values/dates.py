"""Dates of birth as people write them, brought to ISO 8601: a day, a month, a year, or nothing.

Nothing is cut off. A time of day other than midnight makes no date: midnight in London is the evening before in UTC.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Literal

_REMEMBERED = 1 << 15
FULL = len("2015-03-12")
OLDEST = 26
"""A child's age in years at most: care and special needs duties end at 25."""

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
_MONTHS_LONG = re.compile("january|february|march|april|june|july|august|september|october|november|december")
_MIDNIGHT = r"(?:[t ](?:0?0:00(?::00(?:\.0+)?)?(?: ?(?:z|utc|gmt|[+-]\d{2}:?\d{2}))?|12:00(?::00)? ?am))?"
_TIMED = re.compile(r".*\d[t ]\d{1,2}:\d{2}.*")
_SERIAL = re.compile(r"[1-9]\d{4}(?:\.\d+)?")
"""Days since 1900, as spreadsheets count: five digits from 1927 on."""
_TWO_DIGITS = re.compile(r"\d{1,2}[-/. ](?:\d{1,2}|[a-z]{3,9})[-/. ]\d{2}")
_NUMBERS = re.compile(r"(?P<one>\d{1,2})[-/. ](?P<other>\d{1,2})[-/. ]\d{4}" + _MIDNIGHT)
_MONTHS_A_YEAR, _DAYS_A_MONTH = 12, 31
_FORMS = tuple(
    re.compile(form)
    for form in (
        r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})" + _MIDNIGHT,
        r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})",
        r"(?P<y>\d{4})[/.](?P<m>\d{1,2})[/.](?P<d>\d{1,2})" + _MIDNIGHT,
        r"(?P<d>\d{1,2})[-/. ](?P<m>\d{1,2})[-/. ](?P<y>\d{4})" + _MIDNIGHT,
        r"(?P<d>\d{1,2})(?:st|nd|rd|th)?[-/. ]?(?P<m>[a-z]{3})[-/. ]?,? ?(?P<y>\d{4})",
        r"(?P<y>\d{4})-(?P<m>\d{1,2})",
        r"(?P<m>\d{1,2})/(?P<y>\d{4})",
        r"(?P<y>\d{4})",
    )
)


@lru_cache(_REMEMBERED)
def birth_date(text: str) -> str:
    """`2015-03-12`, `2015-03` or `2015`; empty for what is no date (31/02, 00/00/0000, a two-digit year).

    Days come before months where slashes, dots or blanks part them, as in the United Kingdom.
    """
    text = text.strip().lower()
    if text.isascii():
        text = _MONTHS_LONG.sub(lambda name: name[0][:3], text)
        for form in _FORMS:
            if found := form.fullmatch(text):
                return _iso(found.groupdict())
    return ""


def is_full(birth: str) -> bool:
    """Whether it names a day."""
    return len(birth) == FULL


def no_date(text: str) -> str:
    """What is wrong with what `birth_date` does not take for a date, as a sentence goes on; without the value."""
    text = text.strip().lower()
    if text.strip("#") == "" and text:
        return "is a column too narrow for its dates: widen it and export again"
    if _TIMED.fullmatch(text):
        return "has a time of day, so its day may be another: export days alone"
    if _SERIAL.fullmatch(text):
        return "is a spreadsheet's number of a day: format the column as dates"
    if _TWO_DIGITS.fullmatch(text):
        return "has a year of two digits: export it with four"
    return "is not a date"


def order_of(text: str) -> Literal["day", "month"] | None:
    """Which comes first in a date of numbers alone, where the other cannot be the month; None where either could."""
    found = _NUMBERS.fullmatch(text.strip().lower()) if text.isascii() else None
    if found is None:
        return None
    one, other = int(found["one"]), int(found["other"])
    if one <= _MONTHS_A_YEAR < other <= _DAYS_A_MONTH:
        return "month"
    return "day" if other <= _MONTHS_A_YEAR < one <= _DAYS_A_MONTH else None


def fault_of_birth(text: str, today: date) -> str | None:
    """Why a date of birth as written cannot be a child's on a roll, in words without the date; None if it can."""
    birth = birth_date(text)
    if not birth:
        return f"date_of_birth {no_date(text)}"
    if not is_full(birth):
        return "date_of_birth lacks its day or month"
    born = date.fromisoformat(birth)
    if born > today:
        return "date_of_birth lies in the future"
    if born.replace(day=1).replace(year=born.year + OLDEST) < today.replace(day=1):
        return f"date_of_birth is more than {OLDEST} years ago"
    return None


def _iso(parts: dict[str, str | None]) -> str:
    month = parts.get("m")
    number = _MONTHS.get(month, 0) if month and month.isalpha() else int(month or 1)
    try:
        day = date(int(parts["y"] or 0), number, int(parts.get("d") or 1))
    except ValueError:
        return ""
    if not 1900 <= day.year <= 2200:  # noqa: PLR2004 - outside it the year is a slip or a placeholder
        return ""
    return day.isoformat()[: 10 if parts.get("d") else 7 if month else 4]
