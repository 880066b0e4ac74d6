"""Field types that formats share: cleaned, limited, and refused with a sentence that quotes nothing.

An empty text is the same as an absent one, because that is how record systems export what was left blank.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, ValidationInfo, WithJsonSchema

from adapters.bridge.reading.faults import fault
from adapters.bridge.reading.text import REPLACEMENT, clean_line, clean_name, clean_narrative

MAX_CHILDREN = 20
MAX_PEOPLE = 50
MAX_LIST = 30
MAX_NAME = 200
MAX_LINE = 200
MAX_ADDRESS = 500
MAX_WORD = 60
MAX_NARRATIVE = 20_000
MAX_VERSION = 1_000_000_000
"""Lower than any last-modified time in milliseconds, so that a system may change over from versions to times."""
OLDEST_CHILD = 25
OLDEST_PERSON = 130
TODAY = "today"
"""Key of the validation context: the day a date of birth may not lie after."""

_ORGANISATION = re.compile(r"[a-z][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)+")
_PARTIAL_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_YEARS = range(1900, 2101)


def _limited(text: str, limit: int) -> str:
    if len(text) > limit:
        raise fault(f"is too long: at most {limit:,} characters.")
    return text


def _name(text: str | None) -> str | None:
    if not text:
        return None
    cleaned = _limited(clean_name(text), MAX_NAME)
    if REPLACEMENT in text:
        raise fault("lost a letter before it got here (U+FFFD): export it again in UTF-8.")
    if text.strip() and not any(letter.isalnum() for letter in cleaned):
        raise fault("holds no letter.")
    return cleaned or None


def _line(text: str | None) -> str | None:
    return _limited(clean_line(text), MAX_LINE) or None if text else None


def _required_line(text: str) -> str:
    cleaned = _line(text)
    if cleaned is None:
        raise fault("is required.")
    return cleaned


def _address(text: str | None) -> str | None:
    return _limited(clean_line(text.replace("\n", ", ")), MAX_ADDRESS) or None if text else None


def _postcode(text: str | None) -> str | None:
    """As written, for a wrong postcode is evidence too; districts are read from well-formed ones alone."""
    return _limited(clean_line(text).upper(), 10) or None if text else None


def _narrative(text: str | None) -> str | None:
    return _limited(clean_narrative(text), MAX_NARRATIVE) or None if text else None


def _identifier(pattern: str, shape: str) -> Callable[[str | None], str | None]:
    """Without blanks and hyphens, of the right shape. A check digit that fails is kept: it is evidence, not a fault."""
    wanted = re.compile(pattern, re.ASCII)

    def check(text: str | None) -> str | None:
        number = re.sub(r"[\s-]", "", clean_line(text)).upper() if text else ""
        if number and not wanted.fullmatch(number):
            raise fault(f"must be {shape}.")
        return number or None

    return check


def _partial_date(text: str | None, info: ValidationInfo, oldest: int) -> str | None:
    text = clean_line(text) if text else ""
    if not text:
        return None
    parts = _PARTIAL_DATE.fullmatch(text)
    if parts is None:
        raise fault("must be a date as YYYY-MM-DD, or a month as YYYY-MM, or a year as YYYY.")
    year, month, day = (int(part) if part else 1 for part in parts.groups())
    try:
        earliest = date(year, month, day)
    except ValueError:
        raise fault("is not a day of the calendar.") from None
    today: date = (info.context or {}).get(TODAY, date.max)
    if earliest > today:
        raise fault("lies in the future.")
    if today.year - year > oldest:
        raise fault(f"makes the person older than {oldest}.")
    return text


def _child_born(text: str | None, info: ValidationInfo) -> str | None:
    return _partial_date(text, info, OLDEST_CHILD)


def _person_born(text: str | None, info: ValidationInfo) -> str | None:
    return _partial_date(text, info, OLDEST_PERSON)


def _any_date(text: str | None) -> str | None:
    """A day, a month or a year of the calendar, past or to come."""
    text = clean_line(text) if text else ""
    if not text:
        return None
    parts = _PARTIAL_DATE.fullmatch(text)
    if parts is None or int(parts[1]) not in _YEARS:
        raise fault("must be a date as YYYY-MM-DD, or a month as YYYY-MM, or a year as YYYY.")
    try:
        date(*(int(part) if part else 1 for part in parts.groups()))
    except ValueError:
        raise fault("is not a day of the calendar.") from None
    return text


def _day_text(text: object) -> date | None:
    """A whole day."""
    if not isinstance(text, str | None):
        raise fault("must be text.")
    found = _any_date(text)
    if found is not None and len(found) != len("2026-03-07"):
        raise fault("must be a whole date as YYYY-MM-DD.")
    return date.fromisoformat(found) if found else None


def _word(text: str | None) -> str | None:
    return _limited(clean_line(text), MAX_WORD) or None if text else None


def _instant(at: datetime) -> datetime:
    if at.year not in _YEARS:
        raise fault(f"must lie in the years {_YEARS.start} to {_YEARS.stop - 1}.")
    return at.astimezone(UTC)


def _organisation(text: str) -> str:
    if len(text) > MAX_LINE or not _ORGANISATION.fullmatch(text):
        raise fault("must be an organisation's id, such as school.glenmore-primary.")
    return text


def _schema(limit: int, **more: Any) -> WithJsonSchema:
    return WithJsonSchema({"type": ["string", "null"], "maxLength": limit, **more})


_DAY = {"pattern": "^$|^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"}

Name = Annotated[str | None, AfterValidator(_name), _schema(MAX_NAME)]
Line = Annotated[str | None, AfterValidator(_line), _schema(MAX_LINE)]
RequiredLine = Annotated[
    str, AfterValidator(_required_line), WithJsonSchema({"type": "string", "minLength": 1, "maxLength": MAX_LINE})
]
Address = Annotated[str | None, AfterValidator(_address), _schema(MAX_ADDRESS)]
Postcode = Annotated[str | None, AfterValidator(_postcode), _schema(10)]
Narrative = Annotated[str | None, AfterValidator(_narrative), _schema(MAX_NARRATIVE)]
ChildBorn = Annotated[str | None, AfterValidator(_child_born), _schema(10, **_DAY)]
PersonBorn = Annotated[str | None, AfterValidator(_person_born), _schema(10, **_DAY)]
AnyDate = Annotated[str | None, AfterValidator(_any_date), _schema(10, **_DAY)]
Day = Annotated[date | None, BeforeValidator(_day_text), _schema(10, pattern="^$|^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
Word = Annotated[str | None, AfterValidator(_word), _schema(MAX_WORD)]
TenDigits = Annotated[str | None, AfterValidator(_identifier(r"\d{10}", "ten digits")), _schema(MAX_LINE)]
PupilNumber = Annotated[
    str | None,
    AfterValidator(_identifier(r"[A-Z]\d{11}[0-9A-Z]", "a letter, eleven digits, and a digit or a letter")),
    _schema(MAX_LINE),
]
CandidateNumber = Annotated[str | None, AfterValidator(_identifier(r"\d{9}", "nine digits")), _schema(MAX_LINE)]
Organisation = Annotated[
    str, AfterValidator(_organisation), WithJsonSchema({"type": "string", "pattern": f"^{_ORGANISATION.pattern}$"})
]
Instant = Annotated[AwareDatetime, AfterValidator(_instant)]
Position = Annotated[int, Field(ge=0)]
