"""The mapping file: what a hospital's codes and its own segments mean here, in lines that governance teams can read.

Each mistake in it is named by file and line. docs/guide-integrators.md says what may stand in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from adapters.nhs.hl7.message import Segment
from hub.facts.errors import UserError
from hub.facts.terms import Category, Consent, Flag, Risk, Tier

Code = tuple[str, str]
"""System and code; the system of ICD-10 and SNOMED CT by FHIR's address, of others as the message names it."""
SHIPPED = Path(__file__).with_name("mapping.yaml")
LARGEST = 1_000_000
"""Bytes of a mapping file."""
SNOMED, ICD_10 = "http://snomed.info/sct", "http://hl7.org/fhir/sid/icd-10"
_SYSTEMS = {
    SNOMED: {"SCT", "SCT2", "SNM", "SNM3", "SNOMED", "SNOMEDCT", "SNOMED-CT", "SNOMED CT", "2.16.840.1.113883.6.96"},
    ICD_10: {"I10", "I10C", "ICD10", "ICD-10", "2.16.840.1.113883.6.3"},
}
"""Names of table 0396 that messages give to a system, and what engines write for them."""
_ICD_CHAPTER = 3

Word = TypeVar("Word", bound=StrEnum)


class Item(StrEnum):
    """Data items that an observation or a field of one's own may fill with its text."""

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


NARRATIVES = frozenset(
    {Item.SUMMARY, Item.DETAIL, Item.ACTIONS_TAKEN, Item.VOICE, Item.WHEREABOUTS, Item.DESCRIPTION, Item.INJURY}
)


class Gives(StrEnum):
    """What a field of a segment may give, in words of its own that the mapping lists."""

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


@dataclass(frozen=True, slots=True)
class OwnField:
    """A field (from 1) of a segment, and what it gives: a word of a closed list by its code, or an item's text.

    A code that stands for nothing (`is: nothing`) is listed as None.
    """

    segment: str
    number: int
    gives: Gives | Item
    codes: Mapping[str, StrEnum | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CodeMapping:
    """What each code means. The order of categories settles which of several it is: the first that is listed.

    `messages`: message types such as `REF^I12` of which every one is a concern, for feeds that carry nothing else.
    """

    categories: Mapping[Code, Category]
    risks: Mapping[Code, Risk] = field(default_factory=dict)
    flags: Mapping[Code, Flag] = field(default_factory=dict)
    observations: Mapping[Code, Item] = field(default_factory=dict)
    fields: tuple[OwnField, ...] = ()
    messages: Mapping[str, Category] = field(default_factory=dict)
    narratives: frozenset[str] = NARRATIVES

    def category_of(self, codes: Iterable[Code]) -> Category | None:
        """The category of the first listed of these codes."""
        wanted = _and_broader(codes)
        return next((category for code, category in self.categories.items() if code in wanted), None)

    def risk_of(self, codes: Iterable[Code]) -> Risk | None:
        """The gravest of what these codes say."""
        wanted = _and_broader(codes)
        return max((risk for code, risk in self.risks.items() if code in wanted), key=list(Risk).index, default=None)

    def flags_of(self, codes: Iterable[Code]) -> frozenset[Flag]:
        wanted = _and_broader(codes)
        return frozenset(flag for code, flag in self.flags.items() if code in wanted)

    def item_of(self, codes: Iterable[Code]) -> Item | None:
        return next((self.observations[code] for code in codes if code in self.observations), None)


def codes_of(segment: Segment, number: int, otherwise: str = "") -> list[Code]:
    """The codes that a field gives (CE, CWE): each repetition's own and its alternate; `otherwise` names the system.

    A code without a system stands under the empty name, and under those that its form is of.
    """
    found: list[Code] = []
    for one in segment.repetitions(number):
        for at in (1, 4):
            if code := one.text(at):
                found += _systematic(code, one.text(at + 2) or otherwise)
    return found


def _systematic(code: str, system: str) -> list[Code]:
    name = system.strip().upper()
    for address, names in _SYSTEMS.items():
        if name in names or system == address:
            return [(address, _bare(address, code))]
    if name:
        return [(system.strip(), code)]
    return [("", code), *((address, _bare(address, code)) for address, form in _FORMS.items() if form.fullmatch(code))]


_FORMS = {SNOMED: re.compile(r"\d{6,18}"), ICD_10: re.compile(r"[A-Z]\d\d(?:\.?\d{1,2}[A-Z+*]?)?")}


def _bare(address: str, code: str) -> str:
    """ICD-10 is written with and without its dot, and with a dagger or a fifth character behind it."""
    return re.sub(r"[^A-Z0-9]", "", code.upper()) if address == ICD_10 else code


def _and_broader(codes: Iterable[Code]) -> set[Code]:
    """The codes, and the categories of ICD-10 that they lie in: T74 of T741."""
    found = set(codes)
    for system, code in tuple(found):
        if system == ICD_10:
            found |= {(system, code[:length]) for length in range(_ICD_CHAPTER, len(code))}
    return found


_SECTIONS: Mapping[str, type[StrEnum]] = {
    "categories": Category,
    "risks": Risk,
    "flags": Flag,
    "observations": Item,
}
_FIELD = re.compile(r"([A-Z][A-Z0-9]{2})-([1-9]\d?)")
_NOTHING = "nothing"


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
            self._mistake(0, "must hold the sections systems and categories")
            return CodeMapping({})
        known = {"systems", "fields", "messages", *_SECTIONS}
        for name in written:
            if name not in known:
                self._mistake(_line(written, name), f"{name} is no section: use {', '.join(sorted(known))}")
        self._systems = self._texts(written, "systems")
        messages = {
            name: word
            for name, said in self._texts(written, "messages").items()
            if (word := self._word(Category, said, _line(written["messages"], name)))
        }
        sections: dict[str, Any] = {name: self._section(written, name, words) for name, words in _SECTIONS.items()}
        return CodeMapping(**sections, fields=tuple(self._fields(written)), messages=messages)

    def _texts(self, written: Mapping[str, Any], section: str) -> dict[str, str]:
        found = written.get(section) or {}
        if not isinstance(found, dict):
            self._mistake(_line(written, section), f"{section} must be lines of `name: text`")
            return {}
        for name, value in found.items():
            if not isinstance(value, str):
                self._mistake(_line(found, name), f"{name} must be text")
        return {name: value for name, value in found.items() if isinstance(value, str)}

    def _entries(self, written: Mapping[str, Any], section: str, known: set[str]) -> list[tuple[int, Any]]:
        entries = written.get(section) or []
        if not isinstance(entries, list):
            self._mistake(_line(written, section), f"{section} must be a list")
            return []
        found = []
        lines = getattr(entries, "lc", None)
        for number, entry in enumerate(entries):
            line = lines.item(number)[0] + 1 if lines else 0
            if not isinstance(entry, dict):
                self._mistake(line, f"must be one of {', '.join(sorted(known))} in braces")
                continue
            for name in set(entry) - known:
                self._mistake(line, f"{name} is not one of {', '.join(sorted(known))}")
            found.append((line, entry))
        return found

    def _section(self, written: Mapping[str, Any], section: str, words: type[Word]) -> dict[Code, Word]:
        found: dict[Code, Word] = {}
        for line, entry in self._entries(written, section, {"system", "code", "display", "is"}):
            system, code = entry.get("system"), entry.get("code")
            if not isinstance(code, str):
                self._mistake(line, "code must be text: put it in quotes")
                continue
            if not isinstance(system, str) or (system not in self._systems and ":" not in system):
                self._mistake(line, "system is neither listed under systems nor an address")
                continue
            address = self._systems.get(system, system)
            key = (address, _bare(address, code))
            if key in found:
                self._mistake(line, f"a code stands twice in {section}")
            elif word := self._word(words, entry.get("is"), line):
                found[key] = word
        return found

    def _fields(self, written: Mapping[str, Any]) -> Iterable[OwnField]:
        for line, entry in self._entries(written, "fields", {"field", "gives", "codes", "display"}):
            named, gives = _FIELD.fullmatch(str(entry.get("field"))), self._gives(entry.get("gives"), line)
            if named is None:
                self._mistake(line, "field must be a segment and the number of a field, such as ZSG-2")
            elif gives is not None:
                yield OwnField(named[1], int(named[2]), gives, self._codes(entry, gives, line))

    def _gives(self, said: Any, line: int) -> Gives | Item | None:
        for kinds in (Gives, Item):
            if said in set(kinds):
                return kinds(said)
        self._mistake(line, f"gives must be one of {', '.join((*Gives, *Item))}")
        return None

    def _codes(self, entry: Any, gives: Gives | Item, line: int) -> dict[str, StrEnum | None]:
        codes = entry.get("codes") or {}
        if isinstance(gives, Item):
            return {}
        if not isinstance(codes, dict) or not codes or not all(isinstance(code, str) for code in codes):
            self._mistake(line, 'codes must say what each code of the field is, as `{"Y": neglect, "N": nothing}`')
            return {}
        words = WORDS[gives]
        return {code: None if said == _NOTHING else self._word(words, said, line) for code, said in codes.items()}

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
