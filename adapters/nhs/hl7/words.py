"""What the codes and own fields of a message say in the hub's words: category, risk, flags and the like. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from adapters.nhs.codes import Code
from adapters.nhs.hl7.coded import codes_of
from adapters.nhs.hl7.mapping import CodeMapping, Gives, Item, OwnField
from adapters.nhs.hl7.message import Message, Segment
from adapters.nhs.hl7.reading import Reading, place_of
from hub.facts.model import Personal
from hub.facts.terms import Category, Consent, Flag, Risk, Tier

CODED = frozenset({"CE", "CWE", "CNE", "IS", "ID"})
"""Types of OBX-5 (OBX-2) that hold a code."""
_WITHDRAWN = frozenset({"D", "W", "X"})
"""OBX-11 (table 0085): deleted, posted of another patient, or never obtained."""
_PLACES = (
    ("DG1", 3),
    ("PV2", 3),
    ("PRB", 3),
    ("OBR", 4),
    ("OBX", 3),
    ("TXA", 2),
    ("RF1", 3),
    ("RF1", 4),
    ("RF1", 5),
    ("RF1", 10),
)
"""Fields whose codes are looked up, besides OBX-5 where that is coded."""


@dataclass(frozen=True, slots=True, repr=False)
class Words(Personal):
    """Without a category nothing is raised. `flags` None: nobody said. `texts`: of fields of the sender's own."""

    category: Category | None
    risk: Risk | None = None
    urgency: Tier | None = None
    consent: Consent | None = None
    flags: frozenset[Flag] | None = None
    texts: tuple[tuple[str, str], ...] = ()


def words_of(message: Message, mapping: CodeMapping, reading: Reading) -> Words:
    """What the message says; a fault where a field of the sender's own holds a code that the mapping does not list."""
    codes = list(_codes(message))
    own = _Own()
    for one in mapping.fields:
        own.read(message, one, reading)
    flags = {*mapping.flags_of(codes), *own.said.get(Gives.FLAG, ())}
    risks = [risk for risk in (mapping.risk_of(codes), *own.said.get(Gives.RISK, ())) if risk]
    return Words(
        own.first(Gives.CATEGORY) or mapping.category_of(codes) or mapping.messages.get(message.header.component(9, 1)),
        max(risks, key=list(Risk).index, default=None),
        min(own.said.get(Gives.URGENCY, ()), key=list(Tier).index, default=None),
        own.first(Gives.CONSENT),
        frozenset(flags) if flags or Gives.FLAG in own.said else None,
        tuple(own.texts),
    )


def stands(segment: Segment) -> bool:
    """Whether its sender has not withdrawn this observation (OBX-11) or diagnosis (DG1-21)."""
    if segment.name == "OBX":
        return segment.text(11).upper() not in _WITHDRAWN
    return segment.name != "DG1" or segment.text(21).upper() != "D"


def _codes(message: Message) -> Iterator[Code]:
    for name, number in _PLACES:
        for segment in filter(stands, message.all(name)):
            yield from codes_of(segment, number, segment.text(2) if name == "DG1" else "")
    for segment in filter(stands, message.all("OBX")):
        if segment.text(2).upper() in CODED:
            yield from codes_of(segment, 5)


@dataclass(slots=True)
class _Own:
    """What fields of the sender's own say. A field that says that there is nothing (`""`) is known to be empty."""

    said: dict[Gives, list[Any]] = field(default_factory=dict)
    texts: list[tuple[str, str]] = field(default_factory=list)

    def first(self, gives: Gives) -> Any:
        return next(iter(self.said.get(gives, ())), None)

    def read(self, message: Message, own: OwnField, reading: Reading) -> None:
        for segment in message.all(own.segment):
            for one in segment.repetitions(own.number):
                if isinstance(own.gives, Item):
                    self.texts += [(own.gives, one.whole())] if one.whole() else []
                    continue
                said = self.said.setdefault(own.gives, [])
                if not one.deleted and one.text() not in own.codes:
                    reading.fault(
                        place_of(one, segment, own.number), "must be one of the codes that the mapping lists."
                    )
                elif word := own.codes.get(one.text()):
                    said.append(word)
