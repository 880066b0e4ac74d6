"""Which messages are read, what each does to its case, and where it stands in it. Pure.

A case is a visit, a document, an order or a referral, or, of messages about a person alone, that person's record: its
reference begins with that word, for two of them may have one number. MSH-10 numbers messages, not what they tell.

Within a case, messages are ordered by when the sender recorded them (EVN-2), else by when they were made (MSH-7). Most
senders say that to the second, some to the minute, and two messages of one visit within that are common. So what such a
time lacks of a thousandth is made: by the kind of event, and of two of one kind by a digest of what they say. A message
that is sent again, also under another MSH-7 or MSH-10, is so the same one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import Enum
from hashlib import sha256

from adapters.nhs.hl7.message import Message, Segment
from adapters.nhs.hl7.reading import Reading
from adapters.nhs.hl7.times import instant
from hub.facts.terms import EventKind

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND, _MINUTE = 1_000, 60_000
_STEPS = 5


class Case(Enum):
    """What a case is, and how its number is found: places of an identifier (EI or CX), the first that is there."""

    VISIT = ("visit", (("PV1", 19), ("PID", 18)))
    DOCUMENT = ("document", (("TXA", 12),))
    ADDENDUM = ("document", (("TXA", 13), ("TXA", 12)))
    ORDER = ("order", (("OBR", 3), ("ORC", 3), ("OBR", 2), ("ORC", 2)))
    REFERRAL = ("referral", (("RF1", 6), ("RF1", 11), ("OBR", 3), ("OBR", 2)))
    PERSON = ("person", ())

    def __init__(self, word: str, places: tuple[tuple[str, int], ...]) -> None:
        self.word = word
        self.places = places


@dataclass(frozen=True, slots=True)
class Event:
    """What a message of one type does. `step` orders those of one time: 0 to 4."""

    kind: EventKind
    case: Case
    step: int = 0


_RAISED, _UPDATED, _RETRACTED = EventKind.RAISED, EventKind.UPDATED, EventKind.RETRACTED
EVENTS: Mapping[str, Mapping[str, Event]] = {
    "ADT": {
        "A01": Event(_RAISED, Case.VISIT, 1),
        "A03": Event(_UPDATED, Case.VISIT, 3),
        "A04": Event(_RAISED, Case.VISIT),
        "A08": Event(_UPDATED, Case.VISIT, 2),
        "A11": Event(_RETRACTED, Case.VISIT, 4),
        "A28": Event(_RAISED, Case.PERSON),
        "A29": Event(_RETRACTED, Case.PERSON, 4),
        "A31": Event(_UPDATED, Case.PERSON, 2),
    },
    "MDM": {
        "T02": Event(_RAISED, Case.DOCUMENT),
        "T06": Event(_UPDATED, Case.ADDENDUM, 2),
        "T11": Event(_RETRACTED, Case.DOCUMENT, 4),
    },
    "ORU": {"R01": Event(_RAISED, Case.ORDER)},
    "REF": {"I12": Event(_RAISED, Case.REFERRAL), "I14": Event(_RETRACTED, Case.REFERRAL, 4)},
}
"""By MSH-9.1 and MSH-9.2. The retractions are the standard's own cancellations: of an admission or visit, of a person's
record, of a document, of a referral."""


def event_of(message: Message, reading: Reading) -> Event | None:
    """What this message does; a fault where it is of a kind that is not read."""
    kind, trigger = message.header.component(9, 1), message.header.component(9, 2) or message.text("EVN", 1)
    if not kind:
        reading.fault("MSH-9.1", "is required.")
    elif kind not in EVENTS:
        reading.fault("MSH-9.1", f"must be one of {', '.join(EVENTS)}: send no others here.")
    elif trigger not in EVENTS[kind]:
        reading.fault("MSH-9.2", f"must be one of {', '.join(EVENTS[kind])} for {kind}: send no others here.")
    elif kind == "ORU" and message.text("OBR", 25) == "C":
        return Event(_UPDATED, Case.ORDER, 2)
    else:
        return EVENTS[kind][trigger]
    return None


def reference_of(message: Message, case: Case, own_number: Callable[[], str], reading: Reading) -> str:
    """The case's reference, such as `visit V-1 RAX`; a fault where its number is missing."""
    if case is Case.PERSON:
        number = own_number()
        if not number:
            reading.fault("PID-3", "is required: a number of your own for this person, with its type, such as MR.")
        return f"{case.word} {number}"
    for name, field in case.places:
        segment = message.first(name)
        if segment is not None and segment.text(field):
            return _identified(segment, field, case, reading)
    name, field = case.places[0]
    reading.fault(f"{name}-{field}", f"is required: the number of the {case.word}.")
    return ""


_LONGEST = 160


def _identified(segment: Segment, field: int, case: Case, reading: Reading) -> str:
    """The number and whose it is: the fourth component of a CX, the second of an EI."""
    authority = segment.text(field, 4 if case is Case.VISIT else 2, 1)
    text = " ".join(" ".join((case.word, segment.text(field), authority)).split())
    if len(text) > _LONGEST:
        reading.fault(segment.place(field), f"is too long: at most {_LONGEST} characters.")
    return text


@dataclass(frozen=True, slots=True)
class Recorded:
    """When a sender recorded a message, and how exactly it says so, in thousandths of a second."""

    at: datetime
    unit: int


def recorded_at(message: Message, zone: tzinfo, reading: Reading) -> Recorded | None:
    """When the sender recorded it: the first time that is to the second, or else to the minute; a fault without any."""
    for unit, precise in ((_SECOND, True), (_MINUTE, False)):
        for place in (("EVN", 2), ("MSH", 7)):
            if at := instant(message.text(*place), zone, precise=precise):
                return Recorded(at, unit)
    reading.fault("MSH-7", "is required: a real time, such as 20260307231500, here or in EVN-2.")
    return None


def sequence_of(message: Message, event: Event, recorded: Recorded) -> int:
    """The place in the case: milliseconds since 1970."""
    exact = (recorded.at - _EPOCH) // timedelta(milliseconds=1)
    if exact % recorded.unit:
        return exact
    told = sha256()
    for segment in message.segments:
        if segment.name not in {"MSH", "EVN"}:
            told.update(segment.line.encode() + b"\r")
    slot = recorded.unit // _STEPS
    return exact + event.step * slot + int.from_bytes(told.digest()[:8]) % slot
