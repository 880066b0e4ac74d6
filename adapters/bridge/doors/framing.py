"""Frames of HL7's minimal lower layer protocol (MLLP, release 1), cut out of a stream of bytes. Pure.

A frame is VT, what it carries, FS, CR. Between frames, blanks and line ends are passed over: some engines send them.
A VT within a frame is text that a word processor left there, unless a message begins behind it: then the sender broke
off and began anew, and what was before had no end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

START, END = b"\x0b", b"\x1c\r"
_PASSED_OVER = b" \t\r\n\0"
_BEGINS_ANEW = re.compile(rb"\x0b\s*(?=MSH|FHS|BHS)")
_READ_ON = 4
"""Times the longest frame that is read and thrown away, so that its sender hears why before the line closes."""
HEAD = 4_096
"""Bytes of what was no whole frame that are kept, to name its message by."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What a whole frame carries. `broken_off`: the sender began another before it, and never ended it."""

    carries: bytes = field(repr=False)
    broken_off: bool = False


@dataclass(frozen=True, slots=True)
class TooLong:
    """A frame was longer than it may be, or had no end; `ended`: what follows is in order again."""

    head: bytes = field(repr=False)
    ended: bool


@dataclass(frozen=True, slots=True)
class Stray:
    """Bytes that are in no frame: whoever sends them speaks something else."""

    head: bytes = field(repr=False)


class Framer:
    """One connection's. `longest`: bytes that a frame may carry."""

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._kept = bytearray()
        self._searched = 0
        self._thrown = 0
        self._inside = False

    @property
    def is_within(self) -> bool:
        """Whether a frame has begun and not ended."""
        return self._inside

    @property
    def head(self) -> bytes:
        """The beginning of the frame that has not ended."""
        return bytes(self._kept[:HEAD])

    def feed(self, data: bytes) -> Iterator[Frame | TooLong | Stray]:
        """What these bytes bring to an end. After Stray, or TooLong that did not end, the stream is of no use."""
        while data:
            if not self._inside:
                data = data.lstrip(_PASSED_OVER)
                if data and data[:1] != START:
                    yield Stray(data[:HEAD])
                    return
                self._inside, data = bool(data), data[1:]
                continue
            self._kept += data
            at = self._kept.find(END, self._searched)
            if at < 0:
                yield from self._goes_on()
                return
            data = bytes(self._kept[at + len(END) :])
            del self._kept[at:]
            yield self._ended()

    def _goes_on(self) -> Iterator[TooLong]:
        if len(self._kept) > self._longest or self._thrown:
            self._thrown += max(0, len(self._kept) - HEAD - 1)
            self._kept = self._kept[:HEAD] + self._kept[HEAD:][-1:]
            if self._thrown > _READ_ON * self._longest:
                yield TooLong(self.head, ended=False)
        self._searched = max(0, len(self._kept) - 1)

    def _ended(self) -> Frame | TooLong:
        carried, thrown = bytes(self._kept), self._thrown
        self._kept.clear()
        self._searched, self._thrown, self._inside = 0, 0, False
        if thrown or len(carried) > self._longest:
            return TooLong(carried[:HEAD], ended=True)
        *broken_off, last = _BEGINS_ANEW.split(carried)
        return Frame(last, any(part.strip() for part in broken_off))
