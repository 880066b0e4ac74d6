"""A row of a roll as a source record: refused by itself for what is wrong with it, whatever the file's format.

No reason repeats a value of the file: reasons name columns and lines.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Protocol

from hub.facts.model import Identity, Personal
from hub.facts.postcodes import is_no_fixed_abode, postcode_of_place
from hub.facts.terms import OrganisationKind, Relationship
from hub.matching.deciding.child import known_as, sex_of, surnames
from hub.matching.register.records import SourceRecord
from hub.matching.values.dates import birth_date, fault_of_birth, is_full, no_date
from hub.matching.values.identifiers import identifiers_of
from hub.matching.values.names import PERHAPS_NAMES, given_names, surname, unnamed

NAMES = ("given_names", "family_name")
DATES = ("date_of_birth", "start_date", "end_date")
TEXTS = (*NAMES, "known_as", "sex", "nhs_number", "chi_number", "hc_number", "upn", "scn", "postcode", "address")
COLUMNS = (
    "local_id",
    "date_of_birth",
    *TEXTS,
    "previous_family_names",
    "relationship",
    "start_date",
    "end_date",
    "restricted",
)
LONGEST = 200
"""Characters of a value; an address may have five times as many."""
_CUT_SHORT = re.compile(r"[-+]?\d(?:[.,]\d*)?e[+-]?\d+", re.IGNORECASE)
"""A number as spreadsheets show one that is too long for the column."""
_ERROR = re.compile(r"#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|SPILL!|CALC!|FIELD!)|#{2,}")
_QUOTED = re.compile(r'="([^"]*)"')
"""A text as spreadsheets are told to leave it alone."""
_SAID_TO_BE_UNKNOWN = frozenset(("u", "x", "n", "0", "9", "unknown", "not known", "not specified", "indeterminate"))
"""Of a sex, by the data dictionaries of schools and the NHS, and in words."""
_CONTROLS = re.compile("[\x00-\x1f\x7f]+")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
_YES_OR_NO = {
    "": False,
    "no": False,
    "n": False,
    "false": False,
    "0": False,
    "yes": True,
    "y": True,
    "true": True,
    "1": True,
}

_RELATIONSHIPS = (
    (OrganisationKind.SCHOOL, Relationship.ENROLLED),
    (OrganisationKind.NURSERY, Relationship.ENROLLED),
    (OrganisationKind.GP, Relationship.REGISTERED_PATIENT),
    (OrganisationKind.NHS_COMMUNITY, Relationship.HEALTH_VISITOR),
    (OrganisationKind.LOCAL_AUTHORITY, Relationship.RESPONSIBLE_AUTHORITY),
    (OrganisationKind.THIRD_SECTOR, Relationship.SUPPORT_SERVICE),
)


class Listed(NamedTuple):
    """What the first pass over a roll keeps of a row."""

    line: int
    local_id: str
    """Empty where the row does not say whom it is about."""
    relationship: Relationship | None
    """None where the row cannot be imported for it."""
    end: date | None = None
    """The last day, where the row gives one."""

    def __repr__(self) -> str:
        return "<Listed redacted>"


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was not imported, by the line it begins on, and why."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True, repr=False)
class RollRow(Personal):
    """A row that can be imported."""

    line: int
    record: SourceRecord
    unused: tuple[str, ...] = ()
    """Columns of which nothing can be made: a number that fails its check, a postcode that is none."""


class RowFault(ValueError):
    """What is wrong with a row, as the reason that is reported."""


class Roll(Protocol):
    """A file that was read to its end once and found whole. Each pass reads it as a stream."""

    @property
    def count(self) -> int:
        """Rows of data."""

    @property
    def whole(self) -> bool:
        """Whether it may list all children of the organisation; False where the file says that it does not."""

    @property
    def unknown_columns(self) -> tuple[str, ...]:
        """Columns that are ignored."""

    def listed(self, relationship: Relationship | None) -> Iterator[Listed]:
        """Who is on it, in order. `relationship` is that of a row which names none."""

    def rows(self, organisation: str, relationship: Relationship | None, today: date) -> Iterator[RollRow | Rejected]:
        """Every row in order. `relationship` is that of a row which names none."""


def usual_relationship(kinds: Collection[OrganisationKind]) -> Relationship | None:
    """What a roll of such an organisation means where it does not say; None where that could be anything."""
    return next((relationship for kind, relationship in _RELATIONSHIPS if kind in kinds), None)


def parse_row(texts: dict[str, str], organisation: str, relationship: Relationship | None, today: date) -> SourceRecord:
    """A row's values by column as a source record; raises RowFault with the first thing that is wrong."""
    for column, text in texts.items():
        if len(text) > (LONGEST * 5 if column == "address" else LONGEST):
            raise RowFault(f"{column} is longer than a value can be" if column in COLUMNS else "a value is too long")
        if column in COLUMNS and column not in DATES and text and (fault := fault_of_a_spreadsheet(text)):
            raise RowFault(f"{column} {fault}")
    if not texts["local_id"]:
        raise RowFault("local_id is missing")
    if is_cut_short(texts["local_id"]):
        raise RowFault("local_id is a number that a spreadsheet cut short: export the column as text")
    birth = texts["date_of_birth"]
    fault = fault_of_birth(birth, today) if birth else "date_of_birth is missing"
    if fault:
        raise RowFault(fault)
    previous = tuple(name.strip() for name in re.split("[;|]", texts.get("previous_family_names", "")) if name.strip())
    identity = Identity(
        date_of_birth=birth, previous_family_names=previous, **{column: texts.get(column) or None for column in TEXTS}
    )
    names = (*given_names(texts.get("given_names", "")), *surnames(identity.family_name, previous))
    if PERHAPS_NAMES.issuperset(names):
        raise RowFault("given_names and family_name hold no name")
    start, end = day_of(texts, "start_date"), day_of(texts, "end_date")
    if start and end and end < start:
        raise RowFault("end_date is before start_date")
    said = texts.get("restricted")  # a column that is not there says nothing; an empty value says no
    if said is not None and said.lower() not in _YES_OR_NO:
        raise RowFault("restricted is neither yes nor no")
    return SourceRecord(
        organisation,
        texts["local_id"],
        relationship_of(texts.get("relationship", ""), relationship),
        identity,
        start,
        end,
        None if said is None else _YES_OR_NO[said.lower()],
    )


def unused(identity: Identity) -> tuple[str, ...]:
    """Columns of a parsed row that hold something which matching cannot use, and does not take for nothing said."""
    found = [kind.value for kind in identifiers_of(identity)[1]]
    given, family = identity.given_names, identity.family_name
    if given and not given_names(given) and not unnamed(given):
        found.append("given_names")
    if family and not surname(family):
        found.append("family_name")
    if identity.known_as and not known_as(identity.known_as, ()):
        found.append("known_as")
    if len(surnames(None, identity.previous_family_names)) < len(set(identity.previous_family_names)):
        found.append("previous_family_names")
    if identity.sex and not sex_of(identity.sex) and identity.sex.lower() not in _SAID_TO_BE_UNKNOWN:
        found.append("sex")
    if identity.postcode and not postcode_of_place(identity.postcode) and not is_no_fixed_abode(identity.postcode):
        found.append("postcode")
    return tuple(found)


def is_cut_short(text: str) -> bool:
    """Whether it is a number of which a spreadsheet kept the first digits alone: 9.99E+09."""
    return _CUT_SHORT.fullmatch(text) is not None


def fault_of_a_spreadsheet(text: str) -> str | None:
    """What a spreadsheet put in place of a value, if it did."""
    if _ERROR.fullmatch(text):
        return "holds a spreadsheet's error instead of a value"
    return "holds a formula instead of a value: export values" if text.startswith("=") else None


def relationship_of(text: str, usual: Relationship | None) -> Relationship:
    """As a row names it, or the usual one where it names none; raises RowFault."""
    text = text.lower().replace(" ", "_")
    if not text:
        if usual is None:
            raise RowFault("relationship is missing, and this organisation's rolls have no usual one")
        return usual
    try:
        return Relationship(text)
    except ValueError:
        raise RowFault("relationship is not one that the hub knows") from None


def last_day(text: str) -> date | None:
    """What an `end_date` says; None for what a row would be refused for."""
    try:
        return day_of({"end_date": text}, "end_date")
    except RowFault:
        return None


def cleaned(value: str) -> str:
    """Without control and invisible characters, and without blanks around it."""
    return (value if value.isprintable() else _CONTROLS.sub(" ", _INVISIBLE.sub("", value))).strip()


def cell(value: str) -> str:
    """A value as `cleaned`, out of the form by which a spreadsheet is told to leave it as it is."""
    text = cleaned(value) if value else ""
    kept = _QUOTED.fullmatch(text)
    return kept[1].strip() if kept else text


def day_of(texts: dict[str, str], column: str) -> date | None:
    """A whole date, or None where there is none; raises RowFault for anything else."""
    text = texts.get(column, "")
    if not text:
        return None
    day = birth_date(text)
    if not is_full(day):
        raise RowFault(f"{column} {'is not a date' if day else no_date(text)}")
    return date.fromisoformat(day)
