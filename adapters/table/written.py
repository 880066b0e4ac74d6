"""The mapping file as people write it: its keys, their types and defaults. docs/mapping.md explains each.

What a mapping says of a column is checked in `compiling`; here only the shape is.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, StrictInt, StrictStr

from adapters.table.sheets.decoding import Encoding
from adapters.table.sheets.fixed import Stretch
from adapters.table.sheets.rows import MAX_COLUMNS
from hub.facts.clock import LONDON
from hub.facts.terms import PersonRole
from hub.written.entry import Entry, Identifier, Sentence, one_or_many, wrong
from hub.written.vocabulary import nearest

MAX_CODES = 1_000
MOST_KEYS = 5
MOST_TARGETS = 5
GAP = "???"
"""What a proposed mapping leaves for a person to fill in."""
CHILD, OFFICER, INCIDENT, EARLIER = "child", "officer", "incident", "earlier_address"
NO_ADULT = (CHILD, OFFICER, INCIDENT, EARLIER)
ABOUT = (*NO_ADULT, *(role.value for role in PersonRole))
"""Whom or what a row may be about."""
_STRETCH = re.compile(r"([1-9]\d{0,4})(?:-([1-9]\d{0,4}))?")
_DELIMITERS = {"tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}


def _delimiter(value: object) -> str:
    if isinstance(value, str) and _DELIMITERS.get(value, value) in _DELIMITERS.values():
        return _DELIMITERS.get(value, value)
    raise wrong('must be one of "," ";" "|" and tab')


def _stretch(value: object) -> Stretch:
    found = _STRETCH.fullmatch(str(value)) if isinstance(value, str | int) else None
    if found is None or int(found[2] or found[1]) < int(found[1]):
        raise wrong('must say from which character to which, such as "15-22"')
    return int(found[1]), int(found[2] or found[1])


def _zone(value: object) -> ZoneInfo:
    if value == LONDON.key:
        return LONDON
    if value == "UTC":
        return ZoneInfo("UTC")
    raise wrong(f"must be {LONDON.key} or UTC")


def _about(value: object) -> object:
    if isinstance(value, str) and value in ABOUT:
        return value
    raise wrong(f"'{str(value)[:60]}' is not one of {', '.join(ABOUT)}{nearest(str(value), ABOUT)}")


def _column(value: object) -> object:
    """`SURNAME: nominal.family_name` stands for `SURNAME: {to: nominal.family_name}`."""
    if value is None:
        raise wrong("goes nowhere: give its target, or name it under left_out and say why")
    return {"to": value} if isinstance(value, str) else value


def _kind_of_row(value: object) -> object:
    return {"is": value} if isinstance(value, str) else value


Name = Annotated[StrictStr, Field(min_length=1, max_length=200)]
"""A column, as its heading says it."""
Words = Annotated[tuple[StrictStr, ...], BeforeValidator(one_or_many)]
Written = Annotated[object, Field()]
"""What is looked at entry by entry later, where each has its line."""


class FileEntry(Entry):
    """How the file is made."""

    format: Literal["csv", "fixed", "xlsx"] = "csv"
    encoding: Encoding = Encoding.UTF_8
    delimiter: Annotated[str, BeforeValidator(_delimiter)] = ","
    sheet: Name | None = None
    heading: Annotated[StrictInt, Field(ge=0, le=1_000)] | None = None
    footer: Annotated[StrictInt, Field(ge=0, le=1_000)] = 0
    fields: dict[Name, Annotated[Stretch, BeforeValidator(_stretch)]] | None = None

    @property
    def heading_row(self) -> int:
        """The row that the headings stand on; of fixed width, how many lines come before the data."""
        return self.heading if self.heading is not None else int(self.format != "fixed")


class IncidentEntry(Entry):
    """What makes an incident, and what orders its versions: one of the last three."""

    key: Annotated[tuple[Name, ...], BeforeValidator(one_or_many), Field(min_length=1, max_length=MOST_KEYS)]
    version: Name | None = None
    modified: Name | None = None
    without_version: Sentence | None = None
    dates: Words = ()


class RowKind(Entry):
    """Whom a row is about. `child_under`: whoever is younger is a child all the same."""

    is_: Annotated[str | None, BeforeValidator(_about), Field(alias="is")] = None
    relationship: Sentence | None = None
    child_under: Annotated[StrictInt, Field(ge=1, le=25)] | None = None
    left_out: Sentence | None = None


class RowsEntry(Entry):
    """Which column says whom a row is about; without one, each is about a child."""

    column: Name | None = None
    nominal: Name | None = None
    codes: dict[StrictStr, Annotated[RowKind, BeforeValidator(_kind_of_row)]] = Field(default_factory=dict)


class PersonEntry(Entry):
    """A further person whom rows name."""

    role: PersonRole
    relationship: Sentence | None = None


class ColumnEntry(Entry):
    """Where one column goes, and how it is read. What goes to several targets says the same of each."""

    to: Annotated[Words, Field(max_length=MOST_TARGETS)] = ()
    codes: Written = None
    dates: Words = ()
    at: StrictStr | None = None
    unknown: Words = ()


class MappingEntry(Entry):
    """The whole file."""

    mapping: Identifier
    file: FileEntry = FileEntry()
    zone: Annotated[ZoneInfo, BeforeValidator(_zone)] = LONDON
    dates: Words = ("DD/MM/YYYY HH:MM:SS", "DD/MM/YYYY HH:MM", "DD/MM/YYYY")
    unknown: Words = ()
    incident: IncidentEntry
    rows: RowsEntry = RowsEntry()
    people: dict[Identifier, PersonEntry] = Field(default_factory=dict)
    lists: dict[Identifier, Written] = Field(default_factory=dict)
    columns: Annotated[dict[Name, Annotated[ColumnEntry, BeforeValidator(_column)]], Field(max_length=MAX_COLUMNS)]
    otherwise: dict[StrictStr, Written] = Field(default_factory=dict)
    left_out: dict[Name, Sentence] = Field(default_factory=dict)
