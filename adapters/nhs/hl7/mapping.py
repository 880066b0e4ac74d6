"""The mapping file: what a hospital's codes and its own segments mean here, in lines that governance teams can read.

Each mistake in it is named by file and line. docs/guide-integrators.md says what may stand in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, partial
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from adapters.nhs.codes import Code, Line, Sections, Text, read_file
from adapters.nhs.hl7.coded import and_broader, bare
from hub.facts.terms import Category, Consent, Flag, Risk, Tier
from hub.written.entry import Entry

SHIPPED = Path(__file__).with_name("mapping.yaml")
NOTHING = "nothing"
"""What a code of one's own field stands for that says nothing."""


class Item(StrEnum):
    """Data items that an observation, or a field of one's own, may fill with its text."""

    SUMMARY = "concern.summary"
    DETAIL = "concern.detail"
    ACTIONS_TAKEN = "concern.actions_taken"
    VOICE = "child.voice"
    WHEREABOUTS = "child.whereabouts"
    DESCRIPTION = "child.description"
    DISABILITY = "child.disability"
    SCHOOL = "child.school"
    INJURY = "health.injury"
    CONDITION = "health.condition"


class Gives(StrEnum):
    """What a field may give by its code."""

    CATEGORY = "category"
    RISK = "risk"
    URGENCY = "urgency"
    CONSENT = "consent"
    FLAG = "flag"


WORDS: Mapping[Gives, type[StrEnum]] = {
    Gives.CATEGORY: Category,
    Gives.RISK: Risk,
    Gives.URGENCY: Tier,
    Gives.CONSENT: Consent,
    Gives.FLAG: Flag,
}


class FieldLine(Entry):
    """One field of a segment: what it gives, and of a closed list what each of its codes is."""

    field: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]{2}-[1-9][0-9]?$")]
    display: Text
    gives: Gives | Item
    codes: Mapping[str, str] = Field(default_factory=dict)


class MappingFile(Entry):
    """A whole mapping file."""

    systems: dict[Text, Text]
    categories: tuple[Line[Category], ...] = ()
    risks: tuple[Line[Risk], ...] = ()
    flags: tuple[Line[Flag], ...] = ()
    observations: tuple[Line[Item], ...] = ()
    fields: tuple[FieldLine, ...] = ()
    messages: Mapping[Literal["MDM", "ORU", "REF"], Category] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OwnField:
    """A field (from 1) of a segment, and what it gives: a word by its code, or an item's text."""

    segment: str
    number: int
    gives: Gives | Item
    codes: Mapping[str, StrEnum | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CodeMapping:
    """What each code means. The order of categories settles which of several it is: the first that is listed.

    `messages`: types of which every message is a concern, for a feed that carries nothing else.
    """

    categories: Mapping[Code, Category]
    risks: Mapping[Code, Risk] = field(default_factory=dict)
    flags: Mapping[Code, Flag] = field(default_factory=dict)
    observations: Mapping[Code, Item] = field(default_factory=dict)
    fields: tuple[OwnField, ...] = ()
    messages: Mapping[str, Category] = field(default_factory=dict)

    def category_of(self, codes: Iterable[Code]) -> Category | None:
        """The category of the first listed of these codes."""
        wanted = and_broader(codes)
        return next((category for code, category in self.categories.items() if code in wanted), None)

    def risk_of(self, codes: Iterable[Code]) -> Risk | None:
        """The gravest of what these codes say."""
        wanted = and_broader(codes)
        return max((risk for code, risk in self.risks.items() if code in wanted), key=list(Risk).index, default=None)

    def flags_of(self, codes: Iterable[Code]) -> frozenset[Flag]:
        """What these codes say of a child."""
        wanted = and_broader(codes)
        return frozenset(flag for code, flag in self.flags.items() if code in wanted)

    def item_of(self, codes: Iterable[Code]) -> Item | None:
        """The data item that an observation of these codes is."""
        return next((self.observations[code] for code in codes if code in self.observations), None)


def load_mapping(path: Path = SHIPPED) -> CodeMapping:
    """Read a mapping file; raises UserError with `FILE:LINE: what is wrong` for every mistake, a line each."""
    file, document = read_file(MappingFile, path)
    sections = Sections(document, partial(_system, file.systems), bare)
    mapping = CodeMapping(
        categories=sections.codes("categories", file.categories),
        risks=sections.codes("risks", file.risks),
        flags=sections.codes("flags", file.flags),
        observations=sections.codes("observations", file.observations),
        fields=tuple(_field(sections, at, line) for at, line in enumerate(file.fields)),
        messages={str(kind): category for kind, category in file.messages.items()},
    )
    sections.check()
    return mapping


def _system(systems: Mapping[str, str], name: str) -> str | None:
    return systems.get(name, name if ":" in name else None)


@cache
def shipped_mapping() -> CodeMapping:
    """The mapping that comes with the adapter."""
    return load_mapping()


def _field(sections: Sections, at: int, line: FieldLine) -> OwnField:
    segment, _, number = line.field.partition("-")
    codes: dict[str, StrEnum | None] = {}
    if isinstance(line.gives, Item) == bool(line.codes):
        told = "a text has no codes" if line.codes else "codes must say what each code of the field is"
        sections.refuse(("fields", at), f"{told}: leave them away, or list them")
    elif isinstance(line.gives, Gives):
        path = ("fields", at, "codes")
        codes = {code: _word(sections, (*path, code), line.gives, said) for code, said in line.codes.items()}
    return OwnField(segment, int(number), line.gives, codes)


def _word(sections: Sections, path: tuple[str | int, ...], gives: Gives, said: str) -> StrEnum | None:
    words = WORDS[gives]
    if said == NOTHING:
        return None
    if said in set(words):
        return words(said)
    sections.refuse(path, f"'{said[:60]}' is not one of {', '.join((*words, NOTHING))}")
    return None
