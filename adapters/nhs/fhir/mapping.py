"""The mapping file: what the codes of hospitals mean here, in lines that an information governance team can read.

Each mistake in it is named by file and line. docs/guide-integrators.md says what may stand in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from hub.facts.errors import UserError
from hub.facts.terms import Category, Flag, PersonRole, Risk

Code = tuple[str, str]
"""System and code."""
SHIPPED = Path(__file__).with_name("mapping.yaml")
LARGEST = 1_000_000
"""Bytes of a mapping file."""

Word = TypeVar("Word", bound=StrEnum)


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


class Doing(StrEnum):
    """What a message does to the case, by MessageHeader.reason."""

    RAISE = "raise"
    UPDATE = "update"
    RETRACT = "retract"


@dataclass(frozen=True, slots=True)
class CodeMapping:
    """What each code means. The order of categories settles which of several it is: the first that is listed."""

    numbers: Mapping[str, NumberField]
    categories: Mapping[Code, Category]
    risks: Mapping[Code, Risk] = field(default_factory=dict)
    flags: Mapping[Code, Flag] = field(default_factory=dict)
    roles: Mapping[Code, PersonRole] = field(default_factory=dict)
    observations: Mapping[Code, ObservedItem] = field(default_factory=dict)
    conditions: Mapping[Code, ConditionItem] = field(default_factory=dict)
    reasons: Mapping[Code, Doing] = field(default_factory=dict)

    def category_of(self, codes: Iterable[Code]) -> Category | None:
        """The category of the first listed of these codes."""
        wanted = set(codes)
        return next((category for code, category in self.categories.items() if code in wanted), None)

    def risk_of(self, codes: Iterable[Code]) -> Risk | None:
        """The gravest of what these codes say."""
        order = list(Risk)
        return max((self.risks[code] for code in codes if code in self.risks), key=order.index, default=None)


_SECTIONS: Mapping[str, type[StrEnum]] = {
    "categories": Category,
    "risks": Risk,
    "flags": Flag,
    "roles": PersonRole,
    "observations": ObservedItem,
    "conditions": ConditionItem,
    "reasons": Doing,
}
_ENTRY = frozenset({"system", "code", "display", "is"})


def load_mapping(path: Path = SHIPPED) -> CodeMapping:
    """Read a mapping file; raises UserError with `file:line: what is wrong` for every mistake."""
    try:
        if path.stat().st_size > LARGEST:
            raise UserError(f"{path}: is larger than {LARGEST:,} bytes: a mapping file is not.")
        written = YAML(typ="rt").load(path.read_text(encoding="utf-8"))
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise UserError(f"{path}:{line}: is not YAML: {error.problem or 'check the indentation'}.") from error
    except (OSError, UnicodeDecodeError, YAMLError, ValueError) as error:
        raise UserError(f"{path}: cannot be read as a mapping file ({type(error).__name__}).") from error
    reader = _Reader(path)
    mapping = reader.mapping(written)
    if reader.mistakes:
        raise UserError("\n".join(reader.mistakes))
    return mapping


@cache
def shipped_mapping() -> CodeMapping:
    """The mapping that comes with the adapter."""
    return load_mapping()


class _Reader:
    """Reads one file, and keeps its mistakes."""

    def __init__(self, path: Path) -> None:
        self.mistakes: list[str] = []
        self._path = path
        self._systems: Mapping[str, str] = {}

    def mapping(self, written: Any) -> CodeMapping:
        if not isinstance(written, dict):
            self._mistake(0, "must hold the sections systems, numbers and categories")
            return CodeMapping({}, {})
        known = {"systems", "numbers", *_SECTIONS}
        for name in written:
            if name not in known:
                self._mistake(_line(written, name), f"{name} is no section: use {', '.join(sorted(known))}")
        self._systems = self._texts(written, "systems")
        numbers = {
            self._systems.get(system, system): word
            for system, said in self._texts(written, "numbers").items()
            if (word := self._word(NumberField, said, _line(written["numbers"], system)))
        }
        for name in ("numbers", "categories"):
            if not written.get(name):
                self._mistake(0, f"has no {name}: without them no bundle can be read")
        sections: dict[str, Any] = {name: self._section(written, name, words) for name, words in _SECTIONS.items()}
        return CodeMapping(numbers=numbers, **sections)

    def _texts(self, written: Mapping[str, Any], section: str) -> dict[str, str]:
        found = written.get(section) or {}
        if not isinstance(found, dict):
            self._mistake(_line(written, section), f"{section} must be lines of `name: text`")
            return {}
        for name, value in found.items():
            if not isinstance(value, str):
                self._mistake(_line(found, name), f"{name} must be text")
        return {name: value for name, value in found.items() if isinstance(value, str)}

    def _section(self, written: Mapping[str, Any], section: str, words: type[Word]) -> dict[Code, Word]:
        entries = written.get(section) or []
        if not isinstance(entries, list):
            self._mistake(_line(written, section), f"{section} must be a list of codes")
            return {}
        found: dict[Code, Word] = {}
        for number, entry in enumerate(entries):
            line = _line_of(entries, number)
            code, word = self._entry(entry, line, words)
            if code in found:
                self._mistake(line, f"a code stands twice in {section}")
            elif code and word:
                found[code] = word
        return found

    def _entry(self, entry: Any, line: int, words: type[Word]) -> tuple[Code | None, Word | None]:
        if not isinstance(entry, dict):
            self._mistake(line, "must be `{system: ..., code: ..., display: ..., is: ...}`")
            return None, None
        for name in set(entry) - _ENTRY:
            self._mistake(line, f"{name} is not one of system, code, display, is")
        system, code = entry.get("system"), entry.get("code")
        if not isinstance(code, str):
            self._mistake(line, "code must be text: put it in quotes")
            return None, None
        if not isinstance(system, str) or (system not in self._systems and ":" not in system):
            self._mistake(line, "system is neither listed under systems nor an address")
            return None, None
        return (self._systems.get(system, system), code), self._word(words, entry.get("is"), line)

    def _word(self, words: type[Word], said: Any, line: int) -> Word | None:
        try:
            return words(said)
        except ValueError:
            self._mistake(line, f"must be one of {', '.join(words)}")
            return None

    def _mistake(self, line: int, sentence: str) -> None:
        self.mistakes.append(f"{self._path}{f':{line}' if line else ''}: {sentence}.")


def _line(written: Any, name: str) -> int:
    """The line of a name, from 1."""
    try:
        return int(written.lc.key(name)[0]) + 1
    except (AttributeError, KeyError, TypeError):
        return 0


def _line_of(entries: Any, number: int) -> int:
    return int(entries.lc.item(number)[0]) + 1


def known(codes: Iterable[Code], of: Mapping[Code, Word]) -> Iterator[Word]:
    """What those of the codes mean that are listed."""
    return (of[code] for code in codes if code in of)
