"""What every kind of table file becomes: headings, and rows of cells. Everything has a limit.

A fault never repeats what stands in the file: it names a row as a spreadsheet numbers it (the headings are row 1), and
a column by its letters.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TypeAlias

from hub.facts.model import Personal


@dataclass(frozen=True, slots=True)
class Spoilt:
    """A cell that a spreadsheet keeps no value of: why, as a sentence goes on behind the place."""

    why: str


Cell: TypeAlias = str | date | datetime | time | Spoilt
"""Text, empty where there is nothing; a spreadsheet's own days and times are what they are."""

MAX_ROWS = 50_000
MAX_COLUMNS = 300
MAX_CELL = 32_767
"""Characters, as many as Excel keeps of one cell."""
_LETTERS = 26


class FileFault(ValueError):
    """Why the whole file is refused: sentences that begin with what is at fault in it."""


@dataclass(frozen=True, slots=True, repr=False)
class Row(Personal):
    """One row. `ragged`: it has another number of cells than there are headings, so which is which is a guess."""

    number: int
    cells: tuple[Cell, ...]
    ragged: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Table(Personal):
    """A file that was read to its end and found whole. Rows in which nothing stands are left away."""

    headings: tuple[str, ...]
    rows: tuple[Row, ...]


def table_of(numbered: Iterator[tuple[int, Sequence[Cell]]], heading: int, footer: int) -> Table:
    """Headings from row `heading`, then all rows but the last `footer`. Raises FileFault."""
    headings: tuple[str, ...] | None = None
    rows: list[Row] = []
    for number, cells in numbered:
        if number < heading or (headings is not None and not any(map(filled, cells))):
            continue
        if headings is None:
            headings = _headings(cells)
            continue
        if len(rows) >= MAX_ROWS:
            raise FileFault(f"file: holds more than {MAX_ROWS:,} rows: export it in several files.")
        rows.append(_row(number, cells, len(headings)))
    if headings is None:
        raise FileFault("file: holds nothing." if heading == 1 else f"file: ends before its headings (row {heading}).")
    if footer > len(rows):
        raise FileFault(f"file: holds fewer rows than file.footer leaves away ({footer}).")
    return _without_nameless(headings, rows[: len(rows) - footer])


def filled(cell: Cell) -> bool:
    """Whether anything stands there."""
    return bool(cell.strip()) if isinstance(cell, str) else True


def column_letters(place: int) -> str:
    """`A` for 0, `Z` for 25, `AA` for 26: as spreadsheets call a column."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, _LETTERS)
        letters = chr(ord("A") + rest) + letters
    return letters


def same_name(heading: str) -> str:
    """A heading in the one form in which two are the same: neither case nor blanks tell them apart."""
    return " ".join(heading.split()).casefold()


def _headings(cells: Sequence[Cell]) -> tuple[str, ...]:
    if len(cells) > MAX_COLUMNS:
        raise FileFault(f"heading: holds more than {MAX_COLUMNS} columns.")
    for place, cell in enumerate(cells):
        if not isinstance(cell, str):
            raise FileFault(f"heading: column {column_letters(place)} holds no text where its name belongs.")
    return tuple(" ".join(str(cell).split()) for cell in cells)


def _row(number: int, cells: Sequence[Cell], width: int) -> Row:
    for place, cell in enumerate(cells):
        if isinstance(cell, str) and len(cell) > MAX_CELL:
            raise FileFault(f"row {number}, column {column_letters(place)}: holds more than {MAX_CELL:,} characters.")
    return Row(number, tuple(cells), ragged=len(cells) != width)


def _without_nameless(headings: tuple[str, ...], rows: Sequence[Row]) -> Table:
    """A column without a name is what a delimiter at the end of each line makes, if nothing ever stands in it."""
    nameless = [place for place, name in enumerate(headings) if not name]
    for row in rows:
        for place in nameless:
            if place < len(row.cells) and filled(row.cells[place]):
                raise FileFault(f"heading: column {column_letters(place)} has no name, and row {row.number} fills it.")
    if not nameless:
        return Table(headings, tuple(rows))
    kept = [place for place, name in enumerate(headings) if name]
    return Table(
        tuple(headings[place] for place in kept),
        tuple(row if row.ragged else Row(row.number, tuple(row.cells[place] for place in kept)) for row in rows),
    )
