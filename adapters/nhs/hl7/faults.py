"""What is wrong with a message: the place in HL7's own words, a sentence, and the code of HL7 table 0357.

A place is `PID-5.1`, with the number of a segment or repetition where there are several: `PID[2]-3[4].1`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

_PLACE = re.compile(
    r"(?P<segment>[A-Z][A-Z0-9]{2})(?:\[(?P<sequence>\d+)\])?"
    r"(?:-(?P<field>\d+)(?:\[(?P<repetition>\d+)\])?(?:\.(?P<component>\d+))?)?"
)


class Code(IntEnum):
    """HL7 table 0357, message error conditions."""

    SEGMENT_SEQUENCE = 100
    REQUIRED_FIELD_MISSING = 101
    DATA_TYPE = 102
    TABLE_VALUE_NOT_FOUND = 103
    UNSUPPORTED_MESSAGE_TYPE = 200
    UNSUPPORTED_EVENT_CODE = 201
    UNSUPPORTED_PROCESSING_ID = 202
    UNSUPPORTED_VERSION_ID = 203
    INTERNAL_ERROR = 207


@dataclass(frozen=True, slots=True)
class Location:
    """As ERR-2 has it (ERL): counted from 1; None where nothing is said."""

    segment: str
    sequence: int
    field: int | None = None
    repetition: int | None = None
    component: int | None = None


def place(segment: str, number: int, field: int = 0, repetition: int = 1, component: int = 0) -> str:
    """`PID-5.1`; a number of 1 goes without saying, a field or component of 0 is not meant."""
    text = segment + (f"[{number}]" if number > 1 else "")
    if field:
        text += f"-{field}" + (f"[{repetition}]" if repetition > 1 else "")
    return text + (f".{component}" if field and component else "")


def location(fault: str) -> Location | None:
    """Where a sentence that begins with a place says that the fault is."""
    found = _PLACE.fullmatch(fault.partition(":")[0])
    if found is None:
        return None
    parts = {name: int(text) if text else None for name, text in found.groupdict().items() if name != "segment"}
    return Location(
        found["segment"],
        parts["sequence"] or 1,
        parts["field"],
        (parts["repetition"] or 1) if parts["field"] else None,
        parts["component"],
    )


_OF_FIELDS = {
    "MSH-9.1": Code.UNSUPPORTED_MESSAGE_TYPE,
    "MSH-9.2": Code.UNSUPPORTED_EVENT_CODE,
    "MSH-11.1": Code.UNSUPPORTED_PROCESSING_ID,
    "MSH-12.1": Code.UNSUPPORTED_VERSION_ID,
}


def code(fault: str) -> Code:
    """The code of a fault, by its place and the words of its sentence."""
    at, _, sentence = fault.partition(": ")
    if sentence.startswith("is required"):
        return Code.REQUIRED_FIELD_MISSING
    if at in _OF_FIELDS:
        return _OF_FIELDS[at]
    if (found := location(fault)) is None:
        return Code.INTERNAL_ERROR
    if found.field is None:
        return Code.SEGMENT_SEQUENCE
    return Code.TABLE_VALUE_NOT_FOUND if sentence.startswith("must be one of") else Code.DATA_TYPE
