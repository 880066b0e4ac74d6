"""The answer to a message: ACK, with MSA and ERR (HL7 v2, chapter 2.9 and 2.15). Pure.

AA says that it is on disk, or that there is nothing in it to raise. AE says what is wrong in it, and where. AR says
that messages of its kind are not taken, or that none is just now: send it again later. It is always one of these, also
where MSH-15 and MSH-16 ask for a commit (CA, CE, CR): what is checked and kept is more than committed, and engines that
fill these fields by default read AA all the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from adapters.bridge.answers import ASKS, Answer, State, faults, state
from adapters.bridge.spool.store import Accepted
from adapters.nhs.hl7.escapes import Separators
from adapters.nhs.hl7.faults import Code, code, location
from adapters.nhs.hl7.message import Header

LATER = "message: cannot be taken in now: send it again later."
SECOND_IN_FRAME = "MSH[2]: begins a second message of one frame: send each in a frame of its own, or a batch (BHS)."
_TOLD_BEFORE = (
    "EVN-2: a message of this time was taken in for this case before, with another text, and that one stands: "
    "send the change under a later time."
)
_PLAIN = Separators("|", "^", "~", "\\", "&")
_ENCODING_CHARACTERS = "^~\\&"
_OLDEST_WITH_LOCATIONS = (2, 5)
_OLDEST_WITH_STRUCTURES = (2, 4)
_MOST_ERRORS = 30
_LONGEST_TEXT = 250
_LONGEST_ECHO = 250
_WORDS = {
    Code.SEGMENT_SEQUENCE: "Segment sequence error",
    Code.REQUIRED_FIELD_MISSING: "Required field missing",
    Code.DATA_TYPE: "Data type error",
    Code.TABLE_VALUE_NOT_FOUND: "Table value not found",
    Code.UNSUPPORTED_MESSAGE_TYPE: "Unsupported message type",
    Code.UNSUPPORTED_EVENT_CODE: "Unsupported event code",
    Code.UNSUPPORTED_PROCESSING_ID: "Unsupported processing id",
    Code.UNSUPPORTED_VERSION_ID: "Unsupported version id",
    Code.INTERNAL_ERROR: "Application internal error",
}
_REJECTED = frozenset(
    {
        Code.UNSUPPORTED_MESSAGE_TYPE,
        Code.UNSUPPORTED_EVENT_CODE,
        Code.UNSUPPORTED_PROCESSING_ID,
        Code.UNSUPPORTED_VERSION_ID,
        Code.INTERNAL_ERROR,
    }
)


class Acknowledgement(StrEnum):
    """MSA-1 (table 0008)."""

    ACCEPT = "AA"
    ERROR = "AE"
    REJECT = "AR"


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said of one message. `errors` and `left_out` begin with a place, and quote nothing."""

    code: Acknowledgement
    text: str = ""
    errors: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


def rejected(*errors: str) -> Reply:
    """Nothing of it was taken in, for no fault of the message's facts."""
    return Reply(Acknowledgement.REJECT, errors[0], errors)


def reply(answer: Answer) -> Reply:
    """What is said of what became of a message."""
    match answer.taken, state(answer):
        case Accepted(event_id, asks=asks), State.ACCEPTED | State.REPEATED:
            left_out = tuple(dict.fromkeys(text.partition(":")[0] for text in answer.left_out))
            said = (f"event {event_id}", ASKS if asks else "", f"left out: {', '.join(left_out)}" if left_out else "")
            return Reply(Acknowledgement.ACCEPT, "; ".join(filter(None, said)), (), answer.left_out)
        case _, State.NOTHING:
            return Reply(Acknowledgement.ACCEPT, answer.left_out[0])
        case _, State.LATER:
            return rejected(*(f"message: {text}" for text in faults(answer)))
        case Accepted(), _:
            return Reply(Acknowledgement.ERROR, _TOLD_BEFORE, (_TOLD_BEFORE,))
    errors = faults(answer)
    refused = _REJECTED.isdisjoint(map(code, errors))
    return Reply(Acknowledgement.ERROR if refused else Acknowledgement.REJECT, errors[0], errors)


def acknowledge(header: Header | None, said: Reply, *, at: datetime, control_id: str) -> bytes:
    """The ACK of one message, in its own separators; `at` is aware.

    What it echoes of a header goes back byte for byte, and what it says besides is ASCII, as all character sets are.
    """
    separators = header.separators if header else _PLAIN
    segments = (_msh(header, separators, at, control_id), *_said(header, separators, said))
    text = "".join(f"{separators.field.join(fields)}\r" for fields in segments)
    return text.encode("latin-1", "replace")


def acknowledge_batch(acknowledgements: Sequence[bytes], *, at: datetime, control_id: str) -> bytes:
    """The ACKs of a batch as one of their own, in their order."""
    head = f"BHS|{_ENCODING_CHARACTERS}|||||{_time(at)}||||{control_id}\r"
    return head.encode() + b"".join(acknowledgements) + f"BTS|{len(acknowledgements)}\r".encode()


def _msh(header: Header | None, separators: Separators, at: datetime, control_id: str) -> list[str]:
    if header is None:
        return ["MSH", _ENCODING_CHARACTERS, "", "", "", "", _time(at), "", "ACK", control_id, "P", "2.4"]
    parts = ["ACK", header.component(9, 2)]
    if _version(header) >= _OLDEST_WITH_STRUCTURES:
        parts.append("ACK")
    kind = separators.component.join(parts) if parts[1] else "ACK"
    fields = ["MSH", header.encoding_characters, *(_echo(header[number]) for number in (5, 6, 3, 4)), _time(at), ""]
    fields += [kind, control_id, _echo(header[11]) or "P", _echo(header[12]) or "2.4"]
    return [*fields, "", "", "", "", "", _echo(header[18])] if header[18] else fields


def _said(header: Header | None, separators: Separators, said: Reply) -> Iterator[list[str]]:
    text = _escaped(said.text[:_LONGEST_TEXT], separators)
    yield ["MSA", said.code, _echo(header[10]) if header else "", text]
    if header is not None and _version(header) >= _OLDEST_WITH_LOCATIONS:
        for error in said.errors[:_MOST_ERRORS]:
            yield _error(error, code(error), _WORDS[code(error)], "E", separators)
        for left in said.left_out[:_MOST_ERRORS]:
            yield _error(left, 0, "Message accepted", "I", separators)
    elif said.errors:
        errors = [_old_error(error, separators) for error in said.errors[:_MOST_ERRORS]]
        yield ["ERR", separators.repetition.join(errors)]


def _error(sentence: str, number: int, words: str, severity: str, separators: Separators) -> list[str]:
    """ERR of version 2.5 and later: place, code, severity, and the sentence for people."""
    coded = separators.component.join((str(int(number)), words, "HL70357"))
    return [
        "ERR",
        "",
        _place(sentence, separators.component),
        coded,
        severity,
        "",
        "",
        "",
        _escaped(sentence, separators),
    ]


def _old_error(sentence: str, separators: Separators) -> str:
    """ERR-1 before version 2.5 (ELD): segment, its number, field, and the code."""
    at, number = location(sentence), code(sentence)
    coded = separators.subcomponent.join((str(int(number)), _WORDS[number], "HL70357"))
    parts = (at.segment, str(at.sequence), str(at.field or "")) if at else ("", "", "")
    return separators.component.join((*parts, coded))


def _place(sentence: str, separator: str) -> str:
    """ERL: segment, its number, field, repetition, component."""
    at = location(sentence)
    if at is None:
        return ""
    parts = (at.segment, at.sequence, at.field, at.repetition, at.component)
    return separator.join("" if part is None else str(part) for part in parts).rstrip(separator)


def _version(header: Header) -> tuple[int, ...]:
    """`(2, 5, 1)` of `2.5.1`; the oldest of what is none."""
    parts = header.component(12, 1).split(".")
    return tuple(int(part) for part in parts) if all(part.isascii() and part.isdigit() for part in parts) else (2,)


def _echo(field: str) -> str:
    """A field of the message's own header, as it was sent: its separators are the answer's."""
    return field[:_LONGEST_ECHO]


def _escaped(text: str, separators: Separators) -> str:
    escape = separators.escape
    meant = {
        escape: "E",
        separators.field: "F",
        separators.component: "S",
        separators.subcomponent: "T",
        separators.repetition: "R",
    }
    return "".join(f"{escape}{meant[letter]}{escape}" if letter in meant else letter for letter in text)


def _time(at: datetime) -> str:
    return f"{at:%Y%m%d%H%M%S%z}"
