"""The mapping file: what the codes of hospitals mean here, in lines that an information governance team can read.

Each mistake in it is named by file and line. docs/guide-integrators.md says what may stand in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Generic, TypeVar

from pydantic import Field

from hub.facts.errors import UserError
from hub.facts.terms import Category, Caveat, Flag, PersonRole, Risk
from hub.written.document import MAX_BYTES, Document, read_document
from hub.written.entry import Entry, read_entry
from hub.written.findings import Finding, refuse

Code = tuple[str, str]
"""System and code."""
SHIPPED = Path(__file__).with_name("mapping.yaml")
TWICE = "this code stands twice in this section: it can mean one thing only"
NO_SYSTEM = "'{system}' is neither listed under systems nor an address"

Word = TypeVar("Word", bound=StrEnum)
Text = Annotated[str, Field(min_length=1, max_length=300)]


class NumberField(StrEnum):
    """Fields of Identity that an identifier's system may fill."""

    NHS_NUMBER = "nhs_number"
    CHI_NUMBER = "chi_number"
    HC_NUMBER = "hc_number"


class ObservedItem(StrEnum):
    """Data items that an Observation may be."""

    VOICE = "child.voice"
    WHEREABOUTS = "child.whereabouts"
    DISABILITY = "child.disability"
    SCHOOL = "child.school"
    INJURY = "health.injury"
    CONDITION = "health.condition"


class ConditionItem(StrEnum):
    """Data items that a Condition may be; one that is not listed is health.condition."""

    INJURY = "health.injury"
    DISABILITY = "child.disability"


class Handling(StrEnum):
    """The caveats that a code can say; the day of `delete_by` is none."""

    DO_NOT_RAISE_WITH_PARENTS = Caveat.DO_NOT_RAISE_WITH_PARENTS.value
    NOT_IN_FAMILY_RECORD = Caveat.NOT_IN_FAMILY_RECORD.value
    TELEPHONE_ONLY = Caveat.TELEPHONE_ONLY.value


class Doing(StrEnum):
    """What a message does to the case, by MessageHeader.reason."""

    RAISE = "raise"
    UPDATE = "update"
    RETRACT = "retract"


class Line(Entry, Generic[Word]):
    """One line: a code of a system, how it is shown, and what it means here."""

    system: Text
    code: Text
    display: Text
    means: Annotated[Word, Field(alias="is")]


class MappingFile(Entry):
    """A whole mapping file."""

    systems: dict[Text, Text]
    numbers: Annotated[dict[Text, NumberField], Field(min_length=1)]
    categories: Annotated[tuple[Line[Category], ...], Field(min_length=1)]
    risks: tuple[Line[Risk], ...] = ()
    flags: tuple[Line[Flag], ...] = ()
    caveats: tuple[Line[Handling], ...] = ()
    roles: tuple[Line[PersonRole], ...] = ()
    observations: tuple[Line[ObservedItem], ...] = ()
    conditions: tuple[Line[ConditionItem], ...] = ()
    reasons: tuple[Line[Doing], ...] = ()


@dataclass(frozen=True, slots=True)
class CodeMapping:
    """What each code means. The order of categories settles which of several it is: the first that is listed."""

    numbers: Mapping[str, NumberField]
    categories: Mapping[Code, Category]
    risks: Mapping[Code, Risk]
    flags: Mapping[Code, Flag]
    caveats: Mapping[Code, Handling]
    roles: Mapping[Code, PersonRole]
    observations: Mapping[Code, ObservedItem]
    conditions: Mapping[Code, ConditionItem]
    reasons: Mapping[Code, Doing]

    def category_of(self, codes: Iterable[Code]) -> Category | None:
        """The category of the first listed of these codes."""
        wanted = set(codes)
        return next((category for code, category in self.categories.items() if code in wanted), None)

    def risk_of(self, codes: Iterable[Code]) -> Risk | None:
        """The gravest of what these codes say."""
        return max(known(codes, self.risks), key=list(Risk).index, default=None)


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


def known(codes: Iterable[Code], of: Mapping[Code, Word]) -> Iterator[Word]:
    """What those of the codes mean that are listed."""
    return (of[code] for code in codes if code in of)


@dataclass(slots=True)
class _Sections:
    """One file's sections, their codes looked up; and what is wrong across lines."""

    file: MappingFile
    document: Document
    findings: list[Finding]

    def __init__(self, file: MappingFile, document: Document) -> None:
        self.file, self.document, self.findings = file, document, []

    def mapping(self) -> CodeMapping:
        file, systems = self.file, self.file.systems
        return CodeMapping(
            numbers={systems.get(system, system): number for system, number in file.numbers.items()},
            categories=self._codes("categories", file.categories),
            risks=self._codes("risks", file.risks),
            flags=self._codes("flags", file.flags),
            caveats=self._codes("caveats", file.caveats),
            roles=self._codes("roles", file.roles),
            observations=self._codes("observations", file.observations),
            conditions=self._codes("conditions", file.conditions),
            reasons=self._codes("reasons", file.reasons),
        )

    def _codes(self, section: str, lines: Iterable[Line[Word]]) -> dict[Code, Word]:
        found: dict[Code, Word] = {}
        for place, line in enumerate(lines):
            system = self.file.systems.get(line.system, line.system)
            if ":" not in system:
                self._refuse((section, place, "system"), NO_SYSTEM.format(system=line.system))
            if (system, line.code) in found:
                self._refuse((section, place), TWICE)
            found[system, line.code] = line.means
        return found

    def _refuse(self, path: tuple[str | int, ...], sentence: str) -> None:
        self.findings.append(refuse(self.document.file, self.document.line(path), "mapping", sentence))
