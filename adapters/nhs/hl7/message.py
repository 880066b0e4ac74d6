"""One message of HL7 v2 as its segments, fields, repetitions and components, read by the `hl7` library. Pure.

What the library leaves to its caller is done here: the character set, separators that cannot be, line ends of every
kind, escapes, and limits, for the library makes an object of each component.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import hl7

from adapters.nhs.hl7.encoding import decode, encoding_of
from adapters.nhs.hl7.escapes import Separators, unescape
from adapters.nhs.hl7.faults import place
from hub.facts.model import Personal

MAX_SEGMENTS = 2_000
MAX_SEPARATORS = 60_000
"""Of all kinds together: a report of 1,000 results has some 20,000."""
NOT_HL7 = "MSH: is required: a message begins with this segment."
_DELETED = '""'
_ENOUGH = 5
_MSH = re.compile(rb"MSH([!-/:-@\[-`{-~])([!-/:-@\[-`{-~]{1,5})(?:\1|\r|\n|$)")
_DEFAULTS = "^~\\&"


@dataclass(frozen=True, slots=True, repr=False)
class Header(Personal):
    """MSH as it was sent, a letter for each byte; a field that was not is empty. `codec` reads the message."""

    separators: Separators
    encoding_characters: str
    fields: tuple[str, ...]
    codec: str | None

    def __getitem__(self, number: int) -> str:
        at = number - 1
        return self.fields[at] if at < len(self.fields) else ""

    def component(self, number: int, component: int) -> str:
        parts = self[number].split(self.separators.repetition)[0].split(self.separators.component)
        return parts[component - 1].strip() if component <= len(parts) else ""


@dataclass(frozen=True, slots=True, repr=False)
class Repetition(Personal):
    """One repetition of a field. Texts are unescaped; `""`, which says that there is nothing, is an empty text."""

    number: int
    components: tuple[str, ...]
    message: Message

    def text(self, component: int = 1, subcomponent: int = 0) -> str:
        """A component, or a subcomponent of it; a component is whole, with an `&` that was not escaped."""
        found = self.data(component)
        if subcomponent:
            parts = found.split(self.message.separators.subcomponent)
            found = parts[subcomponent - 1] if subcomponent <= len(parts) else ""
        return "" if found == _DELETED else self.message.unescape(found).strip()

    def whole(self) -> str:
        """Everything, of a text in which separators were not escaped."""
        found = self.message.separators.component.join(self.components)
        return "" if found.strip() == _DELETED else self.message.unescape(found).strip()

    def data(self, component: int) -> str:
        """A component as it was sent, of encoded data."""
        return self.components[component - 1] if component <= len(self.components) else ""

    @property
    def deleted(self) -> bool:
        """Whether it says that there is nothing, which is more than saying nothing."""
        return self.components == (_DELETED,)


@dataclass(frozen=True, slots=True, repr=False)
class Segment(Personal):
    """A segment; `number` counts those of its name, from 1."""

    name: str
    number: int
    line: str
    """As it was sent."""
    raw: Any
    message: Message
    read: dict[int, list[Repetition]] = field(default_factory=dict)
    """Fields that were asked for before."""

    def repetitions(self, number: int) -> list[Repetition]:
        """Those of a field that were sent, also such as say that there is nothing; empty ones are none."""
        known = self.read.get(number)
        if known is None:
            found = self.raw[number] if number < len(self.raw) else ()
            every = (Repetition(at, self._components(one), self.message) for at, one in enumerate(found, start=1))
            known = self.read[number] = [
                one for one in every if any(part and not part.isspace() for part in one.components)
            ]
        return known

    def text(self, number: int, component: int = 1, subcomponent: int = 0) -> str:
        """As `Repetition.text`, of the first repetition."""
        found = self.repetitions(number)
        return found[0].text(component, subcomponent) if found else ""

    def _components(self, repetition: Any) -> tuple[str, ...]:
        """The library gives a text where nothing is to be parted, at each level, else a list."""
        if isinstance(repetition, str):
            return (repetition,)
        between = self.message.separators.subcomponent
        return tuple(part if isinstance(part, str) else between.join(part) for part in repetition)

    def place(self, number: int = 0, repetition: int = 1, component: int = 0) -> str:
        """How a fault names this segment, or a part of it."""
        return place(self.name, self.number, number, repetition, component)


@dataclass(frozen=True, slots=True, repr=False)
class Message(Personal):
    """A message. `lost_letters`: bytes of it are no letter of its character set."""

    header: Header
    lost_letters: bool = False
    segments: list[Segment] = field(default_factory=list)

    @property
    def separators(self) -> Separators:
        return self.header.separators

    def unescape(self, text: str) -> str:
        if self.separators.escape not in text:
            return text
        codec = self.header.codec or "cp1252"
        return unescape(text, self.separators, partial(bytes.decode, encoding=codec, errors="replace"))

    def all(self, *names: str) -> Iterator[Segment]:
        """The segments of these names, in their order."""
        return (segment for segment in self.segments if segment.name in names)

    def first(self, name: str) -> Segment | None:
        return next(self.all(name), None)

    def text(self, name: str, number: int, component: int = 1) -> str:
        """As `Segment.text`, of the first segment of this name."""
        found = self.first(name)
        return found.text(number, component) if found else ""


def read_header(raw: bytes) -> Header | None:
    """The header of a message, whatever the rest of it is; None where there is none that can be read."""
    found = _MSH.match(raw)
    if found is None:
        return None
    first = re.split(rb"[\r\n]", raw[:10_000], maxsplit=1)[0].decode("latin-1")
    given = found[2].decode("latin-1")
    component, repetition, escape, subcomponent = tuple(given[:4] + _DEFAULTS[len(given[:4]) :])
    separators = Separators(found[1].decode("latin-1"), component, repetition, escape, subcomponent)
    if len({separators.field, component, repetition, escape, subcomponent}) < _ENOUGH:
        return None
    fields = tuple(first.split(separators.field))
    header = Header(separators, given, fields, None)
    return Header(separators, given, fields, encoding_of(header.component(18, 1)))


def parse(raw: bytes, used: Collection[str]) -> Message | str:
    """The message, or the fault for which it cannot be read. Segments that are not `used` are not parted."""
    header = read_header(raw)
    if header is None:
        return NOT_HL7 if not raw.startswith(b"MSH") else "MSH-2: must give four separators that differ, such as ^~\\&."
    if header.codec is None:
        return "MSH-18: must be one of ASCII, 8859/1 to 8859/16, WINDOWS-1252 or UNICODE UTF-8."
    text, codec = decode(raw, header.codec)
    lines = _lines(text, header.separators.field)
    if isinstance(lines, str):
        return lines
    if len(lines) > MAX_SEGMENTS:
        return f"message: holds too many segments: at most {MAX_SEGMENTS:,}."
    if sum(text.count(one) for one in (header.separators.field, *header.encoding_characters[:4])) > MAX_SEPARATORS:
        return f"message: holds too many fields and components: at most {MAX_SEPARATORS:,}."
    header = Header(header.separators, header.encoding_characters, header.fields, codec)
    message = Message(header, "\ufffd" in text)
    counts: dict[str, int] = {}
    parted = iter(hl7.parse("\r".join(line for line in lines if line[:3] in used)))
    for line in lines:
        name = line[:3]
        counts[name] = counts.get(name, 0) + 1
        message.segments.append(Segment(name, counts[name], line, next(parted) if name in used else (), message))
    return message


def _lines(text: str, separator: str) -> list[str] | str:
    """The segments. A line that begins as none does goes on with the text before it, for engines pass line ends on."""
    begins = re.compile(rf"[A-Z][A-Z0-9]{{2}}(?:{re.escape(separator)}|$)")
    found: list[str] = []
    for line in re.split(r"\r\n|\r|\n", text):
        if begins.match(line):
            found.append(line)
        elif line.strip() and not found[-1].startswith(("OBX", "NTE")):
            return f"{found[-1][:3]}: is followed by a line that is no segment."
        elif found[-1].startswith(("OBX", "NTE")):
            found[-1] += "\n" + line
    return [line.rstrip("\n") for line in found]
