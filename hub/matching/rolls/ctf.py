"""A roll as a Common Transfer File, the Department for Education's XML by which schools hand on pupils (CTF 15 to 24).

Of the `Header` its qualifier and source school are read, of each `CTFpupilData/Pupil` its names, dates, sex, address,
UPN and school history; assessments, attendance, contacts and the like are passed over. A pupil's local id is its UPN.
A former UPN is not kept: a child has one in the hub.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from hub.facts.errors import UserError
from hub.facts.terms import Relationship
from hub.matching.rolls.pupils import LINES, POSTCODES, STREET, PupilElement, Values, first, read_pupils
from hub.matching.rolls.row import Listed, Rejected, RollRow, RowFault, last_day, parse_row

_DUAL = frozenset({"M", "S"})
"""Enrolment status of the Common Basic Data Set: main or subsidiary school of a pupil registered at two."""
_SCHOOL_NUMBER = ("LEA", "Estab")
_ELEMENTS = (
    ("local_id", "UPN"),
    ("date_of_birth", "DOB"),
    ("given_names", "Forename"),
    ("previous_family_names", "FormerSurname"),
    ("family_name", "Surname"),
    ("known_as", "PreferredForename"),
    ("start_date", "EntryDate"),
    ("end_date", "LeavingDate"),
)
"""Columns of a row, as the file calls them."""


@dataclass(frozen=True, slots=True)
class CtfRoll:
    """A Common Transfer File that was read to its end once and found whole."""

    path: Path
    count: int
    """Pupils."""
    whole: bool
    """Whether its header does not say that it is partial."""
    unknown_columns: tuple[str, ...] = ()

    def listed(self, relationship: Relationship | None) -> Iterator[Listed]:
        """Who is on it, in order. `relationship` is the organisation's usual one."""
        for pupil in read_pupils(self.path, {}):
            end = last_day(first(_at_source(pupil), "LeavingDate"))
            yield Listed(pupil.line, _upn(pupil), _relationship(pupil, relationship), end)

    def rows(self, organisation: str, relationship: Relationship | None, today: date) -> Iterator[RollRow | Rejected]:
        """Every pupil in order, by the line that it begins on."""
        for pupil in read_pupils(self.path, {}):
            try:
                record = parse_row(_texts(pupil), organisation, _relationship(pupil, relationship), today)
                yield RollRow(pupil.line, record)
            except RowFault as fault:
                yield Rejected(pupil.line, _in_its_words(str(fault)))


def open_ctf(path: Path) -> CtfRoll:
    """Read the whole file once. Raises UserError where it is not a Common Transfer File, not whole, or empty."""
    header: Values = {}
    count = sum(1 for _ in read_pupils(path, header))
    if count == 0:
        raise UserError("The file holds no pupils.")
    return CtfRoll(path, count, first(header, "Header/DocumentQualifier").lower() != "partial")


def _texts(pupil: PupilElement) -> dict[str, str]:
    """Its values by column."""
    values, school = pupil.values, _at_source(pupil)
    return {
        "local_id": _upn(pupil),
        "upn": _upn(pupil),
        "date_of_birth": first(values, "DOB"),
        "given_names": f"{first(values, 'Forename')} {first(values, 'BasicDetails/MiddleNames')}".strip(),
        "family_name": first(values, "Surname"),
        "known_as": first(values, "BasicDetails/PreferredForename"),
        "previous_family_names": ";".join(_other_surnames(values)),
        "sex": first(values, "Gender") or first(values, "Sex"),
        "address": ", ".join(_address(values)),
        "postcode": next(filter(None, (first(values, path) for path in POSTCODES)), ""),
        "start_date": first(school, "EntryDate"),
        "end_date": first(school, "LeavingDate"),
    }


def _upn(pupil: PupilElement) -> str:
    return "".join(first(pupil.values, "UPN").split()).upper()


def _relationship(pupil: PupilElement, usual: Relationship | None) -> Relationship | None:
    dual = first(pupil.values, "BasicDetails/EnrolStatus").upper() in _DUAL
    return Relationship.DUAL_ENROLLED if dual and usual is Relationship.ENROLLED else usual


def _at_source(pupil: PupilElement) -> Values:
    """The pupil's last time at the school that made the file."""
    source = [first(pupil.header, f"Header/SourceSchool/{name}") for name in _SCHOOL_NUMBER]
    times = [
        school
        for school in pupil.schools
        if (all(source) and [first(school, name) for name in _SCHOOL_NUMBER] == source)
        or (not all(source) and first(school, "LastSchool").lower() in {"true", "1"})
    ]
    return max(times, key=lambda school: first(school, "EntryDate"), default={})


def _other_surnames(values: Values) -> Iterator[str]:
    """Former ones, and the preferred one: any of them counts in matching."""
    for path in ("BasicDetails/PreferredSurname", "BasicDetails/FormerSurname"):
        for name in values.get(path, ()):
            if name != first(values, "Surname"):
                yield name


def _address(values: Values) -> Iterator[str]:
    """Its parts: by BS 7666, with the house's number before its street, or as lines."""
    flat, house, street, *places = (first(values, f"Address/BS7666Address/{name}") for name in STREET)
    lines = [first(values, f"Address/AddressLines/{name}") for name in LINES]
    yield from filter(None, dict.fromkeys((flat, f"{house} {street}".strip(), *places, *lines)))


def _in_its_words(reason: str) -> str:
    for column, element in _ELEMENTS:
        reason = reason.replace(column, element)
    return reason
