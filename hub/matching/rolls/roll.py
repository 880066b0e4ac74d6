"""A roll as a CSV file: refused as a whole for what is wrong with the file, row by row for what is wrong with a row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from hub.facts.errors import UserError
from hub.facts.terms import Relationship
from hub.matching.rolls.columns import Columns
from hub.matching.rolls.csv_file import fault_of_row, read_whole, rows_of, swallows_rows
from hub.matching.rolls.row import (
    COLUMNS,
    NAMES,
    Listed,
    Rejected,
    RollRow,
    RowFault,
    cell,
    is_cut_short,
    last_day,
    parse_row,
    relationship_of,
    unused,
)


@dataclass(frozen=True, slots=True)
class CsvRoll:
    """A CSV file that was read to its end once and found whole."""

    path: Path
    count: int
    """Rows of data."""
    unknown_columns: tuple[str, ...]
    _columns: tuple[str, ...] = field(repr=False, default=())

    @property
    def whole(self) -> bool:
        """A CSV file never says that it is partial."""
        return True

    def listed(self, relationship: Relationship | None) -> Iterator[Listed]:
        """Who is on it, in order. `relationship` is that of a row which names none."""
        at = self._columns.index("local_id")
        of = self._columns.index("relationship") if "relationship" in self._columns else None
        until = self._columns.index("end_date") if "end_date" in self._columns else None
        for line, values in rows_of(self.path):
            if swallows_rows(values, len(self._columns)):
                yield Listed(line, "", None)
            elif len(values) == len(self._columns):
                text = "" if of is None else cell(values[of])
                end = None if until is None else last_day(cell(values[until]))
                yield Listed(line, _local_id(values[at]), _relationship(text, relationship), end)
            else:  # a comma too many or too few moves what comes after it
                yield Listed(line, _local_id(values[0]) if at == 0 else "", None)

    def rows(self, organisation: str, relationship: Relationship | None, today: date) -> Iterator[RollRow | Rejected]:
        """Every row in order. `relationship` is that of a row which names none."""
        for line, values in rows_of(self.path):
            yield self._row(line, values, organisation, relationship, today)

    def _row(
        self, line: int, values: Sequence[str], organisation: str, relationship: Relationship | None, today: date
    ) -> RollRow | Rejected:
        if fault := fault_of_row(values, len(self._columns)):
            return Rejected(line, fault)
        texts = {name: cell(value) for name, value in zip(self._columns, values, strict=True)}
        try:
            record = parse_row(texts, organisation, relationship, today)
            return RollRow(line, record, unused(record.identity))
        except RowFault as error:
            return Rejected(line, str(error))


def open_roll(path: Path) -> CsvRoll:
    """Read the whole file once. Raises UserError where it is not UTF-8, not whole, empty, or lacks a needed column."""
    seen: list[Columns] = []

    def look_at(columns: Sequence[str]) -> Callable[[int, Sequence[str]], None]:
        _check_columns(columns)
        seen.append(Columns(columns))
        return seen[0].look

    columns, count = read_whole(path, look_at)
    if fault := seen[0].fault():
        raise UserError(fault)
    return CsvRoll(path, count, tuple(name for name in columns if name not in COLUMNS), columns)


def _local_id(value: str) -> str:
    """Empty where it does not say whom the row is about."""
    text = cell(value)
    return "" if is_cut_short(text) else text


def _relationship(text: str, usual: Relationship | None) -> Relationship | None:
    try:
        return relationship_of(text, usual)
    except RowFault:
        return None


def _check_columns(columns: Sequence[str]) -> None:
    twice = sorted({name for name in columns if name in COLUMNS and columns.count(name) > 1})
    if twice:
        raise UserError(f"The header names a column twice: {', '.join(twice)}.")
    missing = [name for name in ("local_id", "date_of_birth") if name not in columns]
    if not any(name in columns for name in NAMES):
        missing.append("family_name or given_names")
    if missing:
        raise UserError(f"The header lacks a needed column: {', '.join(missing)}. Values are parted by commas.")
