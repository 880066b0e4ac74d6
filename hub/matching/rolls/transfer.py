"""Whose a Common Transfer File is: a school's own roll, or another school's word on pupils who come to it. Pure.

A school makes one when pupils leave, for the school that they go to, and its leaving dates are its own. Taken for the
new school's roll it would end at the new school everybody who begins there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple

from hub.facts.errors import UserError
from hub.matching.values.names import fold

_NUMBER = re.compile(r"[0-9]{3}/[0-9]{4}")
_STAGES = frozenset(
    (
        *("nursery", "infant", "infants", "first", "lower", "primary", "junior", "juniors", "middle", "upper"),
        *("secondary", "high", "grammar", "college", "special"),
    )
)
_OF_ANY_SCHOOL = frozenset(
    (
        *("the", "school", "schools", "academy", "church", "england", "of", "and", "community", "voluntary"),
        *("st", "saint", "ce", "c", "e", "rc", "cofe", "catholic", "a", "for", "at", "s"),
    )
)


class Side(Enum):
    """Which of the file's two schools imports it."""

    OWN = "own"
    """Whoever made it."""
    COMING = "coming"
    """Whoever it was made for."""


class School(NamedTuple):
    """The school that imports: its name, and its number at the Department for Education (`999/2001`), if known."""

    name: str
    number: str | None = None


class Header(NamedTuple):
    """Of the file: numbers of the school that made it and of the one it is for, as far as it says; and a name."""

    source: str | None
    source_name: str
    destination: str | None

    @property
    def is_transfer(self) -> bool:
        """Whether it was made for another school, and so lists who goes there alone."""
        return self.destination is not None and self.destination != self.source


def read_header(found: Mapping[str, list[str]]) -> Header:
    """From the header's values by path. `LLL/LLLL` and the like stand for a school that is not known."""
    source, destination = (
        _number(*(found.get(f"Header/{school}/{part}", [""])[0] for part in ("LEA", "Estab")))
        for school in ("SourceSchool", "DestSchool")
    )
    return Header(source, found.get("Header/SourceSchool/SchoolName", [""])[0], destination)


def is_number(text: str) -> bool:
    """Whether a text has the form of a school's number."""
    return _NUMBER.fullmatch(text) is not None


def side_of(header: Header, school: School) -> Side:
    """Whose the file is; raises UserError where it is not this school's, or nothing says whose."""
    if school.number is not None and header.source is not None:
        if school.number == header.source:
            return Side.OWN
        if school.number == header.destination:
            return Side.COMING
        raise UserError(
            f"The file was made by school {header.source}{_for(header)}, and this is school {school.number}: it is "
            "another school's. Nothing was changed."
        )
    if not _may_be_own(header, school.name):
        raise UserError(
            f"The file was made by another school ({header.source or 'of no number'}{_for(header)}), as far as names "
            "tell: its leaving dates may not be this school's. If they are, or the file is for this school, say its "
            "number with --school-number. Nothing was changed."
        )
    return Side.OWN


def _may_be_own(header: Header, name: str) -> bool:
    """Whether the file's name of its school may be this one's. Of a file for another school it must be, to the word."""
    one, other = _words(header.source_name), _words(name)
    if header.is_transfer:
        return one == other
    if not one:
        return not header.source_name
    stages = one & _STAGES, other & _STAGES
    return bool((one & other) - _STAGES) and not (all(stages) and stages[0].isdisjoint(stages[1]))


def _for(header: Header) -> str:
    return f" for school {header.destination}" if header.destination else ""


def _number(authority: str, school: str) -> str | None:
    number = f"{authority.strip()}/{school.strip()}"
    return number if is_number(number) else None


def _words(name: str) -> set[str]:
    return set(re.findall(r"[a-z]+", fold(name))) - _OF_ANY_SCHOOL
