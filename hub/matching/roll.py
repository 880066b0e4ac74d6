"""A roll as a CSV file: refused as a whole for what is wrong with the file, row by row for what is wrong with a row.

No reason repeats a value of the file: reasons name columns and lines.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from hub.errors import UserError
from hub.matching.child import child_of
from hub.matching.dates import birth_date, fault_of_birth, is_full
from hub.matching.records import SourceRecord
from hub.model import Identity, Personal
from hub.terms import OrganisationKind, Relationship

if TYPE_CHECKING:
    from _csv import Reader  # the type of `csv.reader`, which has no public name

NAMES = ("given_names", "family_name")
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


class Rejected(NamedTuple):
    """A row that was not imported, by the line it begins on, and why."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True, repr=False)
class RollRow(Personal):
    """A row that can be imported."""

    line: int
    record: SourceRecord


class RowFault(ValueError):
    """What is wrong with a row, as the reason that is reported."""


@dataclass(frozen=True, slots=True)
class Roll:
    """A CSV file that was read to its end once and found whole."""

    path: Path
    count: int
    """Rows of data."""
    unknown_columns: tuple[str, ...]
    _columns: tuple[str, ...] = field(repr=False, default=())

    def rows(self, organisation: str, relationship: Relationship | None, today: date) -> Iterator[RollRow | Rejected]:
        """Every row in order. `relationship` is that of a row which names none."""
        with _reader(self.path) as reader:
            next(reader)
            line = reader.line_num + 1
            for values in reader:
                if any(value.strip() for value in values):
                    yield self._row(line, values, organisation, relationship, today)
                line = reader.line_num + 1

    def _row(
        self, line: int, values: Sequence[str], organisation: str, relationship: Relationship | None, today: date
    ) -> RollRow | Rejected:
        if len(values) != len(self._columns):
            return Rejected(line, f"the row has {len(values)} values where the header has {len(self._columns)} columns")
        texts = {column: _cleaned(value) for column, value in zip(self._columns, values, strict=True)}
        try:
            return RollRow(line, parse_row(texts, organisation, relationship, today))
        except RowFault as fault:
            return Rejected(line, str(fault))


def usual_relationship(kinds: Collection[OrganisationKind]) -> Relationship | None:
    """What a roll of such an organisation means where it does not say; None where that could be anything."""
    return next((relationship for kind, relationship in _RELATIONSHIPS if kind in kinds), None)


def open_roll(path: Path) -> Roll:
    """Read the whole file once. Raises UserError where it is not UTF-8, not whole, empty, or lacks a needed column."""
    count = line = 0
    try:
        with _reader(path) as reader:
            columns = tuple(_column(name) for name in next(reader, ()))
            _check_columns(columns)
            for values in reader:
                count += any(value.strip() for value in values)
                line = reader.line_num
    except UnicodeDecodeError as error:
        raise UserError("The file is not UTF-8 text: save it as CSV UTF-8 and import it again.") from error
    except csv.Error as error:
        raise UserError(
            f"The file is not a whole CSV file: after line {line} a quotation mark is out of place or left "
            "open, or a value is far too long."
        ) from error
    except OSError as error:
        raise UserError(f"The file {path.name} cannot be read.") from error
    if count == 0:
        raise UserError("The file holds no rows.")
    return Roll(path, count, tuple(name for name in columns if name not in COLUMNS), columns)


def parse_row(texts: dict[str, str], organisation: str, relationship: Relationship | None, today: date) -> SourceRecord:
    """A row's values by column as a source record; raises RowFault with the first thing that is wrong."""
    for column, text in texts.items():
        if len(text) > (LONGEST * 5 if column == "address" else LONGEST):
            raise RowFault(f"{column} is longer than a value can be" if column in COLUMNS else "a value is too long")
    if not texts["local_id"]:
        raise RowFault("local_id is missing")
    birth = texts["date_of_birth"]
    fault = fault_of_birth(birth_date(birth), today) if birth else "date_of_birth is missing"
    if fault:
        raise RowFault(fault)
    previous = tuple(name.strip() for name in re.split("[;|]", texts.get("previous_family_names", "")) if name.strip())
    identity = Identity(
        date_of_birth=birth, previous_family_names=previous, **{column: texts.get(column) or None for column in TEXTS}
    )
    child = child_of(identity)
    if not child.given and not child.surnames:
        raise RowFault("given_names and family_name hold no name")
    start, end = _day(texts, "start_date"), _day(texts, "end_date")
    if start and end and end < start:
        raise RowFault("end_date is before start_date")
    restricted = _YES_OR_NO.get(texts.get("restricted", "").lower())
    if restricted is None:
        raise RowFault("restricted is neither yes nor no")
    return SourceRecord(
        organisation, texts["local_id"], _relationship(texts, relationship), identity, start, end, restricted
    )


def _relationship(texts: dict[str, str], usual: Relationship | None) -> Relationship:
    text = texts.get("relationship", "").lower().replace(" ", "_")
    if not text:
        if usual is None:
            raise RowFault("relationship is missing, and this organisation's rolls have no usual one")
        return usual
    try:
        return Relationship(text)
    except ValueError:
        raise RowFault("relationship is not one that the hub knows") from None


def _day(texts: dict[str, str], column: str) -> date | None:
    text = texts.get(column, "")
    if not text:
        return None
    day = birth_date(text)
    if not is_full(day):
        raise RowFault(f"{column} is not a date")
    return date.fromisoformat(day)


def _check_columns(columns: Sequence[str]) -> None:
    if not any(columns):
        raise UserError("The file is empty.")
    twice = sorted({name for name in columns if name in COLUMNS and columns.count(name) > 1})
    if twice:
        raise UserError(f"The header names a column twice: {', '.join(twice)}.")
    missing = [name for name in ("local_id", "date_of_birth") if name not in columns]
    if not any(name in columns for name in NAMES):
        missing.append("family_name or given_names")
    if missing:
        raise UserError(f"The header lacks a needed column: {', '.join(missing)}. Values are parted by commas.")


def _cleaned(value: str) -> str:
    return (value if value.isprintable() else _CONTROLS.sub(" ", _INVISIBLE.sub("", value))).strip()


def _column(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.strip().lower()).strip("_")


@contextmanager
def _reader(path: Path) -> Iterator[Reader]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield csv.reader(file, strict=True)
