"""Escape sequences of HL7 v2 (chapter 2.7): what stands between two escape characters, as the text that it means.

The library's own `unescape` is not used: it writes what it cannot read, with the whole field, to the log.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from adapters.bridge.reading.text import REPLACEMENT

Decode = Callable[[bytes], str]
_KNOWN = (
    r"[FSTREHNP]|\.(?:br|ce|fi|nf|(?:sp|sk)\+?\d{0,2}|(?:in|ti)[+-]?\d{0,3})"
    r"|X[0-9A-F]+|[CM][0-9A-F]+|Z[A-Z0-9]{0,20}"
)
_MOST_BLANKS = 20


@dataclass(frozen=True, slots=True)
class Separators:
    """As MSH-1 and MSH-2 give them: one character each."""

    field: str
    component: str
    repetition: str
    escape: str
    subcomponent: str


@lru_cache(64)
def _sequence(escape: str) -> re.Pattern[str]:
    mark = re.escape(escape)
    return re.compile(f"{mark}({_KNOWN}){mark}", re.IGNORECASE)


def unescape(text: str, separators: Separators, decode: Decode) -> str:
    r"""The text that is meant. What is no sequence of the standard stays as it is: engines send a bare backslash too.

    `decode` reads the bytes of \X..\ in the character set of the message. Highlighting and formats are dropped; a
    letter of another character set (\C..\, \M..\) is shown as lost.
    """
    if separators.escape not in text:
        return text
    return _sequence(separators.escape).sub(lambda found: _meant(found[1], separators, decode), text)


def _meant(sequence: str, separators: Separators, decode: Decode) -> str:
    name = sequence[0].upper()
    if name == ".":
        return _layout(sequence[1:3].lower(), sequence[3:])
    if name == "X":
        return decode(bytes.fromhex(sequence[1:])) if len(sequence) % 2 else REPLACEMENT
    if name in "CM":
        return REPLACEMENT
    stands_for = {
        "F": separators.field,
        "S": separators.component,
        "T": separators.subcomponent,
        "R": separators.repetition,
        "E": separators.escape,
        "P": "#",
    }
    return stands_for.get(name, "")


def _layout(command: str, count: str) -> str:
    times = min(int(count.lstrip("+-") or 1), _MOST_BLANKS)
    return {"br": "\n", "ce": "\n", "sp": "\n" * times, "sk": " " * times}.get(command, "")
