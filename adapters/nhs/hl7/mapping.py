"""The mapping file: what a hospital's codes and its own segments mean here, in lines that governance teams can read.

Each mistake in it is named by file and line. docs/guide-integrators.md says what may stand in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import Field

from adapters.nhs.hl7.coded import Code, and_broader, bare
from hub.facts.errors import UserError
from hub.facts.terms import Category, Consent, Flag, Risk, Tier
from hub.written.document import MAX_BYTES, Document, read_document
from hub.written.entry import Entry, read_entry
from hub.written.findings import Finding, refuse

SHIPPED = Path(__file__).with_name("mapping.yaml")
TWICE = "this code stands twice in this section: it can mean one thing only"
NOTHING = "nothing"
"""What a code of one's own field stands for that says nothing."""

Word = TypeVar("Word", bound=StrEnum)
Text = Annotated[str, Field(min_length=1, max_length=300)]


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


class Line(Entry, Generic[Word]):
    """One line: a code of a system, how it is shown, and what it means here."""

    system: Text
    code: Text
    display: Text
    means: Annotated[Word, Field(alias="is")]


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
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({type(error).__name__}): check --mapping.") from error
    document = read_document(str(path), content)
    findings = [finding for finding in document.findings if finding.blocking]
    read = findings or read_entry(MappingFile, document)
    if isinstance(read, list):
        raise _mistaken(read)
    sections = _Sections(read, document)
    mapping = sections.mapping()
    if sections.findings:
        raise _mistaken(sections.findings)
    return mapping


def _mistaken(findings: Iterable[Finding]) -> UserError:
    return UserError("\n".join(map(str, sorted(findings))))


@cache
def shipped_mapping() -> CodeMapping:
    """The mapping that comes with the adapter."""
    return load_mapping()


class _Sections:
    """One file's sections, their codes looked up; and what is wrong across lines."""

    def __init__(self, file: MappingFile, document: Document) -> None:
        self.findings: list[Finding] = []
        self._file, self._document = file, document

    def mapping(self) -> CodeMapping:
        file = self._file
        return CodeMapping(
            categories=self._codes("categories", file.categories),
            risks=self._codes("risks", file.risks),
            flags=self._codes("flags", file.flags),
            observations=self._codes("observations", file.observations),
            fields=tuple(self._field(at, line) for at, line in enumerate(file.fields)),
            messages={str(kind): category for kind, category in file.messages.items()},
        )

    def _codes(self, section: str, lines: Iterable[Line[Word]]) -> dict[Code, Word]:
        found: dict[Code, Word] = {}
        for at, line in enumerate(lines):
            system = self._file.systems.get(line.system)
            if system is None:
                self._refuse((section, at, "system"), f"'{line.system}' is not listed under systems")
            key = (system or line.system, bare(system or "", line.code))
            if key in found:
                self._refuse((section, at), TWICE)
            found[key] = line.means
        return found

    def _field(self, at: int, line: FieldLine) -> OwnField:
        segment, _, number = line.field.partition("-")
        codes: dict[str, Any] = {}
        if isinstance(line.gives, Item) == bool(line.codes):
            told = "a text has no codes" if line.codes else "codes must say what each code of the field is"
            self._refuse(("fields", at), f"{told}: leave them away, or list them")
        elif isinstance(line.gives, Gives):
            codes = {
                code: self._word(("fields", at, "codes", code), line.gives, said) for code, said in line.codes.items()
            }
        return OwnField(segment, int(number), line.gives, codes)

    def _word(self, path: tuple[str | int, ...], gives: Gives, said: str) -> StrEnum | None:
        words = WORDS[gives]
        if said == NOTHING:
            return None
        if said in set(words):
            return words(said)
        self._refuse(path, f"'{said[:60]}' is not one of {', '.join((*words, NOTHING))}")
        return None

    def _refuse(self, path: tuple[str | int, ...], sentence: str) -> None:
        self.findings.append(refuse(self._document.file, self._document.line(path), "mapping", sentence))
