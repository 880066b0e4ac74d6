"""A roll as a CSV file: refused as a whole for what is wrong with the file, row by row for what is wrong with a row."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from hub.facts.errors import UserError
from hub.facts.terms import Relationship
from hub.matching.rolls.columns import Columns
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

if TYPE_CHECKING:
    from _csv import Reader  # the type of `csv.reader`, which has no public name

LONGEST_LINE = 1 << 17
"""Characters of a line, which bounds what is held of the file at once; the csv module's own limit of a value."""
_TOO_LONG = "a line is far too long"


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
        for line, values in self._values():
            if _swallows_rows(values, len(self._columns)):
                yield Listed(line, "", None)
            elif len(values) == len(self._columns):
                text = "" if of is None else cell(values[of])
                end = None if until is None else last_day(cell(values[until]))
                yield Listed(line, _local_id(values[at]), _relationship(text, relationship), end)
            else:  # a comma too many or too few moves what comes after it
                yield Listed(line, _local_id(values[0]) if at == 0 else "", None)

    def rows(self, organisation: str, relationship: Relationship | None, today: date) -> Iterator[RollRow | Rejected]:
        """Every row in order. `relationship` is that of a row which names none."""
        for line, values in self._values():
            yield self._row(line, values, organisation, relationship, today)

    def _values(self) -> Iterator[tuple[int, list[str]]]:
        with _reader(self.path) as reader:
            next(reader)
            line = reader.line_num + 1
            for values in reader:
                if "".join(values).strip():
                    yield line, values
                line = reader.line_num + 1

    def _row(
        self, line: int, values: Sequence[str], organisation: str, relationship: Relationship | None, today: date
    ) -> RollRow | Rejected:
        if len(values) != len(self._columns):
            return Rejected(line, f"the row has {len(values)} values where the header has {len(self._columns)} columns")
        if _swallows_rows(values, len(self._columns)):
            return Rejected(line, "a value goes on into the next line's columns: a quotation mark is out of place")
        texts = {name: cell(value) for name, value in zip(self._columns, values, strict=True)}
        try:
            record = parse_row(texts, organisation, relationship, today)
            return RollRow(line, record, unused(record.identity))
        except RowFault as fault:
            return Rejected(line, str(fault))


def open_roll(path: Path) -> CsvRoll:
    """Read the whole file once. Raises UserError where it is not UTF-8, not whole, empty, or lacks a needed column."""
    count = line = 0
    values: Sequence[str] = ()
    try:
        _check_kind(path)
        with _reader(path) as reader:
            columns = tuple(_column(name) for name in next(reader, ()))
            line = reader.line_num
            _check_columns(columns)
            seen = Columns(columns)
            for values in reader:
                count += bool("".join(values).strip())
                if len(values) == len(columns):
                    seen.look(line + 1, values)
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
    if len(values) < len(columns) and not _ends_its_line(path):
        raise UserError("The file is cut off: its last row is not whole. Export it again.")
    if fault := seen.fault():
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


def _swallows_rows(values: Sequence[str], columns: int) -> bool:
    """Whether two quotation marks out of place made one row of several, and so hide whom the others are about.

    Such a value ends the line with all commas that come after its column, and has those before it on the last. In a row
    of too many or too few values any line break may hide a row.
    """
    broken = [(at, value.splitlines()) for at, value in enumerate(values) if "\n" in value or "\r" in value]
    return any(
        len(lines) > 1 and lines[0].count(",") >= columns - 1 - at and lines[-1].count(",") >= at
        for at, lines in broken
    ) or (bool(broken) and len(values) != columns)


def _check_kind(path: Path) -> None:
    with path.open("rb") as file:
        if file.read(1 << 10).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
            raise UserError("The file is XML, not CSV: import it with --format ctf if it is a Common Transfer File.")


def _ends_its_line(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, 2)
        return file.read(1) in b"\r\n"


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


def _column(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.strip().lower()).strip("_")


@contextmanager
def _reader(path: Path) -> Iterator[Reader]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield csv.reader(_lines(file), strict=True)


def _lines(file: TextIO) -> Iterator[str]:
    """Its lines, of which none is held that is far too long."""
    while line := file.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE and not line.endswith(("\n", "\r")):
            raise csv.Error(_TOO_LONG)
        yield line
