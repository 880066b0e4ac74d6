"""What a record holds: one message, or several, with or without the headers and trailers of HL7's batch protocol. Pure.

HL7 v2, chapter 2.10.3: [FHS] {[BHS] {message} [BTS]} [FTS].
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from hub.facts.model import Personal

MAX_MESSAGES = 1_000
_WRAPPING = (b"FHS", b"BHS", b"BTS", b"FTS")
_ENDS = {b"FHS": b"FTS", b"BHS": b"BTS"}
_STARTS = re.compile(rb"(?:\A|(?<=[\r\n]))(?=MSH[!-/:-@\[-`{-~]|[FB][HT]S(?:[!-/:-@\[-`{-~]|[\r\n]|\Z))")
_BLANK = b"\xef\xbb\xbf \t\r\n\x0b\x1c"


@dataclass(frozen=True, slots=True, repr=False)
class Batch(Personal):
    """The messages of a record. `wrapped`: it has a header of a batch or file. `fault`: why none of them is read."""

    messages: tuple[bytes, ...]
    wrapped: bool = False
    header: bytes = b""
    fault: str | None = None


def split(raw: bytes) -> Batch:
    """The messages, as they are; a record that is none is one message, which is then said to be none."""
    raw = raw.strip(_BLANK)
    parts = [part.strip(b"\r\n \t") for part in _STARTS.split(raw)]
    names = [part[:3] for part in parts if part]
    if not {b"FHS", b"BHS"} & set(names):
        return Batch(tuple(part for part in parts if part) or (raw,))
    messages = tuple(part for part in parts if part[:3] == b"MSH")
    return Batch(messages, wrapped=True, header=next(filter(None, parts)), fault=_fault(parts, messages))


def is_cut_off(raw: bytes) -> bool:
    """Whether it is empty, or a file or batch whose trailer is not there yet."""
    raw = raw.strip(_BLANK)
    end = _ENDS.get(raw[:3])
    return not raw or (end is not None and not any(part.startswith(end) for part in _STARTS.split(raw)))


def _fault(parts: list[bytes], messages: tuple[bytes, ...]) -> str | None:
    names = [part[:3] for part in parts if part]
    for start, end in _ENDS.items():
        if names.count(start) != names.count(end):
            return f"{end.decode()}: is required: the {'file' if start == b'FHS' else 'batch'} has no end."
    if len(messages) > MAX_MESSAGES:
        return f"BHS: holds too many messages: at most {MAX_MESSAGES:,}."
    within = 0
    for part in parts:
        if part.startswith(b"MSH"):
            within += 1
        elif part.startswith(b"BHS"):
            within = 0
        elif part.startswith(b"BTS") and (said := re.match(rb"BTS[^\w\s](\d{1,9})", part)) and int(said[1]) != within:
            return "BTS-1: says another number of messages than the batch holds."
    return None
