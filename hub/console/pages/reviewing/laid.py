"""A child beside those proposed, as a page lays it out: rows that hold something, and a picture of each score. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from hub.facts.model import Personal
from hub.facts.postcodes import postcode
from hub.matching.register.beside import Beside, FieldBeside, RecordBeside
from hub.people.reviewing.waterfall import Step, Waterfall, code, fall

WIDE = 100.0
"""Of the picture, in units of its own."""
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_THIN = 0.6
"""At least so wide is a bar: what speaks neither way is a line."""


@dataclass(frozen=True, slots=True, repr=False)
class Line(Personal):
    """One field. `found`: how far it agrees, as a key; empty where it is not shown."""

    name: str
    asked: str | None
    held: tuple[str | None, ...]
    found: str
    differs: bool


class Bar(NamedTuple):
    """A step of the waterfall, and where its bar lies in the picture."""

    step: Step
    x: float
    width: float


@dataclass(frozen=True, slots=True, repr=False)
class Laid(Personal):
    """One subject that was proposed. `number` counts from 1, the likeliest first."""

    number: int
    subject_id: UUID
    records: tuple[RecordBeside, ...]
    lines: tuple[Line, ...]
    guards: tuple[str, ...]
    restricted: bool
    judged: str
    fall: Waterfall
    bars: tuple[Bar, ...]
    threshold: float
    """Where in the picture the sum would be enough without a person."""


def lay(found: Sequence[Beside]) -> list[Laid]:
    """All of them, in their order."""
    return [_lay(number, one) for number, one in enumerate(found, 1)]


def _lay(number: int, one: Beside) -> Laid:
    fallen = fall(one)
    low, high = fallen.span
    scale = WIDE / (high - low)
    bars, before = [], 0.0
    for step in fallen.steps:
        left = (min(before, step.so_far) - low) * scale
        bars.append(Bar(step, round(left, 2), round(max(abs(step.points) * scale, _THIN), 2)))
        before = step.so_far
    threshold = round((fallen.alone_from - low) * scale, 2)
    lines = tuple(_line(field) for field in one.fields if field.asked or any(field.held) or not field.level)
    return Laid(
        number,
        one.subject_id,
        one.records,
        lines,
        one.guards,
        one.restricted,
        one.judged,
        fallen,
        tuple(bars),
        threshold,
    )


def _line(field: FieldBeside) -> Line:
    held = tuple(value and spoken(field.name, value) for value in field.held)
    asked = field.asked and spoken(field.name, field.asked)
    return Line(field.name, asked, held, code(field.level), field.differs)


def spoken(name: str, value: str) -> str:
    """A day and a postcode as people write them; whatever is none of these, and anything else, as it stands."""
    match name:
        case "date_of_birth" if _DAY.fullmatch(value):
            try:
                day = date.fromisoformat(value)
            except ValueError:
                return value
            return f"{day.day} {day:%B %Y}"
        case "postcode" if found := postcode(value):
            return f"{found[:-3]} {found[-3:]}"
        case _:
            return value
