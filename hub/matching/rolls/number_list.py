"""A list of numbers that were superseded, as a CSV file: old, new, since, and perhaps their scheme; in any order.

Refused as a whole for what is wrong with the file, row by row for what is wrong with a row. No reason repeats a value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from hub.facts.errors import UserError
from hub.facts.model import Personal
from hub.matching.rolls.csv_file import fault_of_row, read_whole, rows_of
from hub.matching.rolls.row import LONGEST, Rejected, RowFault, cell, day_of, fault_of_a_spreadsheet, is_cut_short
from hub.matching.values.dates import order_of
from hub.matching.values.identifiers import LETTERS, IdentifierKind, Token, check, kind_of

_NEEDED = ("old", "new", "since")
COLUMNS = (*_NEEDED, "scheme")
_SCHEMES = {
    **{kind.value: kind for kind in IdentifierKind},
    **{kind.value.removesuffix("_number"): kind for kind in IdentifierKind},
    "h_c": IdentifierKind.HC_NUMBER,
    "h_c_number": IdentifierKind.HC_NUMBER,
}


@dataclass(frozen=True, slots=True, repr=False)
class Superseded(Personal):
    """A row that can be used: a number, the one of its kind that took its place, and since which day."""

    line: int
    old: Token
    new: Token
    since: date


@dataclass(frozen=True, slots=True)
class NumberList:
    """A file that was read to its end once and found whole."""

    path: Path
    count: int
    """Rows of data."""
    _columns: tuple[str, ...] = field(repr=False)

    @property
    def unknown_columns(self) -> tuple[str, ...]:
        """Columns that are ignored."""
        return tuple(name for name in self._columns if name not in COLUMNS)

    def rows(self, today: date) -> Iterator[Superseded | Rejected]:
        """Every row in order."""
        for line, values in rows_of(self.path):
            fault = fault_of_row(values, len(self._columns))
            try:
                yield Rejected(line, fault) if fault else self._row(line, values, today)
            except RowFault as error:
                yield Rejected(line, str(error))

    def _row(self, line: int, values: Sequence[str], today: date) -> Superseded:
        texts = {name: cell(value) for name, value in zip(self._columns, values, strict=True)}
        for column in _NEEDED:
            _check_text(column, texts[column])
        kind = _kind_of(texts)
        since = day_of(texts, "since")
        if since is None or since > today:
            raise RowFault("since is missing" if since is None else "since lies in the future")
        old, new = (LETTERS[kind] + check(kind, texts[column]) for column in ("old", "new"))
        if old == new:
            raise RowFault("old and new are one number")
        return Superseded(line, old, new, since)


def open_number_list(path: Path) -> NumberList:
    """Read the whole file once. Raises UserError where it is not UTF-8, not whole, empty, or lacks a needed column."""
    orders: set[str | None] = set()

    def look_at(columns: Sequence[str]) -> Callable[[int, Sequence[str]], None]:
        _check_columns(columns)
        at = columns.index("since")
        return lambda _, values: orders.add(order_of(cell(values[at])))

    columns, count = read_whole(path, look_at)
    if "month" in orders and "day" not in orders:
        raise UserError("The dates of since have the month before the day: export them as year-month-day.")
    return NumberList(path, count, columns)


def _check_columns(columns: Sequence[str]) -> None:
    twice = sorted({name for name in columns if name in COLUMNS and columns.count(name) > 1})
    if twice:
        raise UserError(f"The header names a column twice: {', '.join(twice)}.")
    missing = [name for name in _NEEDED if name not in columns]
    if missing:
        raise UserError(f"The header lacks a needed column: {', '.join(missing)}. Values are parted by commas.")


def _check_text(column: str, text: str) -> None:
    if not text:
        raise RowFault(f"{column} is missing")
    if len(text) > LONGEST:
        raise RowFault(f"{column} is longer than a value can be")
    if is_cut_short(text):
        raise RowFault(f"{column} is a number that a spreadsheet cut short: export the column as text")
    if fault := fault_of_a_spreadsheet(text):
        raise RowFault(f"{column} {fault}")


def _kind_of(texts: dict[str, str]) -> IdentifierKind:
    """The kind of both numbers, as the row says or as their form tells; raises RowFault."""
    if said := texts.get("scheme"):
        kind = _SCHEMES.get(re.sub(r"[^a-z0-9]+", "_", said.lower()).strip("_"))
        if kind is None:
            raise RowFault(f"scheme is none of {', '.join(IdentifierKind)}")
        for column in ("old", "new"):
            if not check(kind, texts[column]):
                raise RowFault(f"{column} fails its check as {kind.value}")
        return kind
    kinds = {column: kind_of(texts[column]) for column in ("old", "new")}
    for column, found in kinds.items():
        if found is None:
            raise RowFault(f"{column} fails the check of every kind of number, or needs a scheme to tell it")
    old, new = (found for found in kinds.values() if found is not None)
    if old is not new:
        raise RowFault(f"old and new are numbers of two kinds, {old.value} and {new.value}")
    return old
