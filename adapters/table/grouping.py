"""Rows to incidents: rows of one key are one incident, in whatever order they lie.

A row that cannot be given to an incident might be of any: then nothing of the file is taken, lest one be halved.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from adapters.table.heading import Placed
from adapters.table.mapping import TableMapping
from adapters.table.sheets.rows import Cell, FileFault, Row, Spoilt
from hub.facts.model import Personal

MAX_INCIDENTS = 2_000
"""As many concerns as the bridge takes in one record."""
BETWEEN = "|"
"""Of the parts of a key, in the reference that they make."""
_CUT_SHORT = re.compile(r"[-+]?\d(?:[.,]\d*)?e[+-]?\d+", re.IGNORECASE)
CUT_SHORT = "is a number that a spreadsheet cut short: format the column as text, and export it again."


@dataclass(frozen=True, slots=True, repr=False)
class Incident(Personal):
    """The rows of one incident, in an order that does not depend on the file's; some of them may be ragged."""

    reference: str
    rows: tuple[Row, ...]

    @property
    def where(self) -> str:
        """Which rows these are, as people read it."""
        return rows_text(row.number for row in self.rows)


def group(rows: Sequence[Row], placed: Placed, mapping: TableMapping) -> list[Incident]:
    """Incidents in the order of their first rows. Raises FileFault."""
    found: dict[tuple[str, ...], list[Row]] = {}
    leads = placed.leads(mapping.key)
    for row in rows:
        if row.ragged and (not leads or len(row.cells) < len(mapping.key)):
            raise FileFault(f"row {row.number}: {ragged(row, placed)}")
        key = tuple(_part(row, name, placed) for name in mapping.key)
        found.setdefault(key, []).append(row)
        if len(found) > MAX_INCIDENTS:
            raise FileFault(f"file: holds more than {MAX_INCIDENTS:,} incidents: export it in several files.")
    return [Incident(BETWEEN.join(key), tuple(sorted(of, key=_turn(placed, mapping)))) for key, of in found.items()]


def ragged(row: Row, placed: Placed) -> str:
    """What is wrong with a row of another width, as a sentence goes on."""
    return (
        f"has {len(row.cells)} values, and the headings are {placed.width}: a delimiter or a quotation mark is wrong."
    )


def is_cut_short(text: str) -> bool:
    """Whether it is a number of which a spreadsheet kept the first digits alone: 9.99E+09."""
    return _CUT_SHORT.fullmatch(text) is not None


def rows_text(numbers: Iterable[int]) -> str:
    """`row 4`, or `rows 4, 7 and 9`."""
    texts = [str(number) for number in sorted(set(numbers))]
    if len(texts) == 1:
        return f"row {texts[0]}"
    return f"rows {', '.join(texts[:-1])} and {texts[-1]}"


def _part(row: Row, name: str, placed: Placed) -> str:
    cell: Cell = placed.cell(row, name)
    if isinstance(cell, Spoilt):
        raise FileFault(f"row {row.number}, {name}: {cell.why}")
    if not isinstance(cell, str):
        raise FileFault(f"row {row.number}, {name}: holds a date, and must say which incident the row is of.")
    text = " ".join(cell.split())
    if not text:
        raise FileFault(f"row {row.number}, {name}: is empty, and must say which incident the row is of.")
    if is_cut_short(text):
        raise FileFault(f"row {row.number}, {name}: {CUT_SHORT}")
    if BETWEEN in text:
        raise FileFault(f"row {row.number}, {name}: holds a bar ({BETWEEN}), which stands between the parts of a key.")
    return text


def _turn(placed: Placed, mapping: TableMapping) -> Callable[[Row], tuple[str, tuple[str, ...]]]:
    """By the nominal, then by all that the row says: the next day's export may list the same rows otherwise."""

    def turn(row: Row) -> tuple[str, tuple[str, ...]]:
        nominal = "" if mapping.nominal is None or row.ragged else str(placed.cell(row, mapping.nominal))
        return nominal, tuple(map(str, row.cells))

    return turn
