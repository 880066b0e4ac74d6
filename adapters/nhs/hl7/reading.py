"""What reading one message finds besides its facts: every fault, and what was left out. Values are cleaned here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import TypeAdapter, ValidationError

from adapters.bridge.reading.faults import faults_of
from adapters.bridge.reading.fields import (
    TODAY,
    Address,
    ChildBorn,
    Line,
    Name,
    Narrative,
    PersonBorn,
    Postcode,
    TenDigits,
)
from adapters.nhs.hl7.message import Repetition, Segment
from adapters.nhs.hl7.times import day

NAME: TypeAdapter[str | None] = TypeAdapter(Name)
LINE: TypeAdapter[str | None] = TypeAdapter(Line)
ADDRESS: TypeAdapter[str | None] = TypeAdapter(Address)
POSTCODE: TypeAdapter[str | None] = TypeAdapter(Postcode)
NARRATIVE: TypeAdapter[str | None] = TypeAdapter(Narrative)
TEN_DIGITS: TypeAdapter[str | None] = TypeAdapter(TenDigits)
CHILD_BORN: TypeAdapter[str | None] = TypeAdapter(ChildBorn)
PERSON_BORN: TypeAdapter[str | None] = TypeAdapter(PersonBorn)


@dataclass(slots=True)
class Reading:
    """Of one message. `today`: the day that no birth lies after, and by which names and addresses are current."""

    today: date
    faults: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def fault(self, place: str, sentence: str) -> None:
        self.faults.append(f"{place}: {sentence}")

    def leave_out(self, place: str, why: str) -> None:
        self.left_out.append(f"{place}: {why}")

    def checked(self, kind: TypeAdapter[str | None], text: str, place: str) -> str | None:
        """The text as this kind of field has it; a fault where it is none."""
        try:
            return kind.validate_python(text, context={TODAY: self.today})
        except ValidationError as error:
            self.faults += (f"{place}: {one.partition(': ')[2]}" for one in faults_of(error))
            return None

    def born(self, kind: TypeAdapter[str | None], segment: Segment, number: int) -> str | None:
        """A date of birth, whole or in part."""
        text = segment.text(number)
        if not text:
            return None
        written = day(text)
        if written is None:
            self.fault(segment.place(number), "must be a date as YYYYMMDD, or a month as YYYYMM, or a year as YYYY.")
            return None
        return self.checked(kind, written, segment.place(number))

    def is_over(self, text: str) -> bool:
        """Whether a day that something held until lies behind."""
        until = day(text) if text else None
        return until is not None and until < self.today.isoformat()[: len(until)]


def place_of(found: Repetition, segment: Segment, number: int, component: int = 0) -> str:
    """How a fault names a repetition, or a component of it."""
    return segment.place(number, found.number, component)


def joined(parts: Iterable[Any], by: str = ", ") -> str:
    """Those that say something, in one line."""
    return by.join(part for part in parts if part)
