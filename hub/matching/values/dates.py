"""Dates of birth as people write them, brought to ISO 8601: a day, a month, a year, or nothing."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

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
_FORMS = tuple(
    re.compile(form)
    for form in (
        r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?:[t ].*)?",
        r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})",
        r"(?P<y>\d{4})[/.](?P<m>\d{1,2})[/.](?P<d>\d{1,2})",
        r"(?P<d>\d{1,2})[-/. ](?P<m>\d{1,2})[-/. ](?P<y>\d{4})(?: 0?0:00(?::00)?)?",
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


def fault_of_birth(birth: str, today: date) -> str | None:
    """Why a parsed date of birth cannot be a child's on a roll, in words without the date; None if it can."""
    if not birth:
        return "date_of_birth is not a date"
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
