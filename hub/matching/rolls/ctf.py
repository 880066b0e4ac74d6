"""A roll as a Common Transfer File, the Department for Education's XML by which schools hand on pupils (CTF 15 to 24).

Of the `Header` its qualifier and both schools are read (`transfer` says which of them imports it), of each
`CTFpupilData/Pupil` its names, dates, sex, address, UPN and school history; assessments, attendance, contacts and the
like are passed over. A pupil's local id is its UPN. A former UPN is not kept: a child has one in the hub.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from hub.facts.errors import UserError
from hub.facts.terms import Relationship
from hub.matching.rolls.pupils import LINES, POSTCODES, STREET, PupilElement, Values, first, read_pupils
from hub.matching.rolls.row import Listed, Rejected, RollRow, RowFault, last_day, parse_row, unused
from hub.matching.rolls.transfer import School, Side, read_header, side_of

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
    """Whether its header says neither that it is partial, nor that it is for another school."""
    side: Side = Side.OWN
    number: str | None = None
    """Of the school that imports it, where it is told."""
    unknown_columns: tuple[str, ...] = ()

    def listed(self, relationship: Relationship | None) -> Iterator[Listed]:
        """Who is on it, in order. `relationship` is the organisation's usual one."""
        for pupil in read_pupils(self.path, {}):
            end = last_day(self._dates(pupil)[1])
            yield Listed(pupil.line, _upn(pupil), _relationship(pupil, relationship), end)

    def rows(self, organisation: str, relationship: Relationship | None, today: date) -> Iterator[RollRow | Rejected]:
        """Every pupil in order, by the line that it begins on."""
        for pupil in read_pupils(self.path, {}):
            try:
                texts = _texts(pupil, *self._dates(pupil))
                record = parse_row(texts, organisation, _relationship(pupil, relationship), today)
                yield RollRow(pupil.line, record, tuple(_in_its_words(column) for column in unused(record.identity)))
            except RowFault as fault:
                yield Rejected(pupil.line, _in_its_words(str(fault)))

    def _dates(self, pupil: PupilElement) -> tuple[str, str]:
        """First and last day at the school that imports the file, as written."""
        if self.side is Side.OWN:
            here = _at_source(pupil)
            return first(here, "EntryDate"), first(here, "LeavingDate")
        here = _latest(pupil, self.number)
        return first(here, "EntryDate") or _day_after(first(_at_source(pupil), "LeavingDate")), ""


def open_ctf(path: Path, school: School | None = None) -> CtfRoll:
    """Read the whole file once. `school` is whoever imports it; without one, whoever made it.

    Raises UserError where it is not a Common Transfer File, not whole, empty, or another school's.
    """
    header: Values = {}
    count = sum(1 for _ in read_pupils(path, header))
    if count == 0:
        raise UserError("The file holds no pupils.")
    read = read_header(header)
    side = Side.OWN if school is None else side_of(read, school)
    whole = first(header, "Header/DocumentQualifier").lower() != "partial" and not read.is_transfer
    return CtfRoll(path, count, whole, side, school.number if school else None)


def _texts(pupil: PupilElement, start: str, end: str) -> dict[str, str]:
    """Its values by column."""
    values = pupil.values
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
        "start_date": start,
        "end_date": end,
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
    return max(times, key=_entry, default={})


def _latest(pupil: PupilElement, number: str | None) -> Values:
    """The pupil's last time at the school of this number."""
    times = [one for one in pupil.schools if "/".join(first(one, name) for name in _SCHOOL_NUMBER) == number]
    return max(times, key=_entry, default={})


def _entry(school: Values) -> str:
    return first(school, "EntryDate")


def _day_after(text: str) -> str:
    """Who comes begins on the day after the last at the school before; nothing where that is not said."""
    day = last_day(text)
    return (day + timedelta(days=1)).isoformat() if day else ""


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
