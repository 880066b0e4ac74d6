"""The mapping file: what the codes of hospitals mean here, in lines that an information governance team can read.

Each mistake in it is named by file and line. docs/guide-integrators.md says what may stand in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, partial
from pathlib import Path
from typing import Annotated

from pydantic import Field

from adapters.nhs.codes import Code, Line, Sections, Text, Word, read_file
from hub.facts.terms import Category, Caveat, Flag, PersonRole, Risk
from hub.written.entry import Entry

SHIPPED = Path(__file__).with_name("mapping.yaml")


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
    file, document = read_file(MappingFile, path)
    sections = Sections(document, partial(_address, file.systems))
    mapping = CodeMapping(
        numbers={file.systems.get(system, system): number for system, number in file.numbers.items()},
        categories=sections.codes("categories", file.categories),
        risks=sections.codes("risks", file.risks),
        flags=sections.codes("flags", file.flags),
        caveats=sections.codes("caveats", file.caveats),
        roles=sections.codes("roles", file.roles),
        observations=sections.codes("observations", file.observations),
        conditions=sections.codes("conditions", file.conditions),
        reasons=sections.codes("reasons", file.reasons),
    )
    sections.check()
    return mapping


def _address(systems: Mapping[str, str], name: str) -> str | None:
    system = systems.get(name, name)
    return system if ":" in system else None


@cache
def shipped_mapping() -> CodeMapping:
    """The mapping that comes with the adapter."""
    return load_mapping()


def known(codes: Iterable[Code], of: Mapping[Code, Word]) -> Iterator[Word]:
    """What those of the codes mean that are listed."""
    return (of[code] for code in codes if code in of)
