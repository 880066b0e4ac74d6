"""Field types of a school's record beside the shared ones: days and moments as staff write them, required texts."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import AfterValidator, ValidationInfo, WithJsonSchema

from adapters.bridge.reading.faults import fault
from adapters.bridge.reading.fields import MAX_NARRATIVE, TODAY
from adapters.bridge.reading.text import clean_line, clean_narrative
from hub.facts.clock import LONDON

_SHAPE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_NO_DAY = "must be a day as YYYY-MM-DD."
_NO_MOMENT = "must be a day as YYYY-MM-DD, or a date and time with offset, such as 2026-03-06T09:10:00+00:00."
_OLDEST = 1990
"""No pupil's record is older."""


def _checked(day: date, info: ValidationInfo) -> date:
    today: date = (info.context or {}).get(TODAY, date.max)
    if day > today:
        raise fault("lies in the future.")
    if day.year < _OLDEST:
        raise fault(f"lies before {_OLDEST}.")
    return day


def _day(text: str, info: ValidationInfo) -> str:
    text = clean_line(text)
    try:
        day = date.fromisoformat(text) if _SHAPE.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        raise fault(_NO_DAY)
    return _checked(day, info).isoformat()


def _moment(text: str, info: ValidationInfo) -> str:
    """A day as it is; a time with offset in UTC, as `2026-03-06T09:10:00+00:00`."""
    text = clean_line(text)
    if _SHAPE.fullmatch(text):
        return _day(text, info)
    try:
        at = datetime.fromisoformat(text)
        day, told = at.astimezone(LONDON).date(), at.astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        raise fault(_NO_MOMENT) from None
    if at.tzinfo is None:
        raise fault(_NO_MOMENT)
    _checked(day, info)
    return told


def _perhaps(text: str | None, info: ValidationInfo) -> str | None:
    return _moment(text, info) if text and clean_line(text) else None


def _required_narrative(text: str) -> str:
    cleaned = clean_narrative(text)
    if not cleaned:
        raise fault("is required.")
    if len(cleaned) > MAX_NARRATIVE:
        raise fault(f"is too long: at most {MAX_NARRATIVE:,} characters.")
    return cleaned


Day = Annotated[str, AfterValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Moment = Annotated[str, AfterValidator(_moment), WithJsonSchema({"type": "string", "minLength": 10, "maxLength": 40})]
PerhapsMoment = Annotated[
    str | None, AfterValidator(_perhaps), WithJsonSchema({"type": ["string", "null"], "maxLength": 40})
]
RequiredNarrative = Annotated[
    str,
    AfterValidator(_required_narrative),
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": MAX_NARRATIVE}),
]
