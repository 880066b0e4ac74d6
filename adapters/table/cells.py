"""One row's cells to what they say: each value in the form that the notice takes, or what is wrong with its column.

No sentence repeats a value. What a spreadsheet spoilt is refused; it is mended only where nothing else can be meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo

from adapters.table.codes import Word
from adapters.table.grouping import CUT_SHORT, is_cut_short
from adapters.table.heading import Placed
from adapters.table.mapping import Column, TableMapping, same_code
from adapters.table.moments import Moment, Pattern, instant, moment_of, read_moment
from adapters.table.sheets.rows import Cell, Row, Spoilt
from adapters.table.targets import JOINS, Kind, Target
from hub.facts.model import Personal
from hub.facts.terms import Risk, Tier

_QUOTED = re.compile(r'="([^"]*)"')
"""A text as spreadsheets are told to leave it alone."""
_ERROR = re.compile(r"#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|SPILL!|CALC!|FIELD!)|#{2,}")
_WHOLE = re.compile(r"\d{1,15}(?:\.0+)?")
_MIDNIGHT = time()
_GRAVEST: dict[str, Sequence[str]] = {
    "notice.risk": [risk.value for risk in reversed(Risk)],
    "notice.urgency": [tier.value for tier in Tier],
}


class CellFault(ValueError):
    """What is wrong with a cell, as a sentence goes on behind its row and column."""


@dataclass(frozen=True, slots=True, repr=False)
class Said(Personal):
    """What a row says of one field, and the columns that it stands in."""

    value: Any
    columns: tuple[str, ...]


@dataclass(slots=True, repr=False)
class RowSays(Personal):
    """A row's values by their targets, and what is wrong with it, a sentence each."""

    number: int
    said: dict[Target, Said] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def read_row(row: Row, placed: Placed, mapping: TableMapping) -> RowSays:
    """All that one whole row says."""
    says = RowSays(row.number)
    times: dict[Target, list[tuple[Column, Moment]]] = {}
    for column in mapping.columns:
        try:
            for target, value in _values(placed.cell(row, column.name), column):
                if isinstance(value, Moment):
                    times.setdefault(target, []).append((column, value))
                else:
                    _add(says, target, value, column.name)
        except CellFault as fault:
            says.faults.append(f"row {row.number}, {column.name}: {fault}")
    for target, parts in times.items():
        _add_time(says, target, parts, mapping.zone)
    return says


def text_of(cell: Cell) -> str:
    """A cell's text, out of the form by which a spreadsheet is told to leave it as it is. Raises CellFault."""
    if isinstance(cell, Spoilt):
        raise CellFault(cell.why)
    if not isinstance(cell, str):
        raise CellFault("holds a date where text belongs: format the column as text.")
    text = cell.strip()
    kept = _QUOTED.fullmatch(text)
    return kept[1].strip() if kept else text


def gravest(target: Target, one: Any, other: Any) -> Any:
    """Of two grades the graver; the first where the target is none."""
    order = _GRAVEST.get(str(target))
    return one if order is None else min(one, other, key=order.index)


def is_graded(target: Target) -> bool:
    """Whether several columns or rows may say it, for the gravest counts."""
    return str(target) in _GRAVEST


def _values(cell: Cell, column: Column) -> Iterator[tuple[Target, Any]]:
    if isinstance(cell, str) and (not cell.strip() or (column.unknown and same_code(cell) in column.unknown)):
        return
    if column.codes is not None:
        meant = column.codes.get(same_code(text_of(cell)))
        if meant is None:
            raise CellFault("is a code that the mapping does not list.")
        yield from ((target, _coded(target, word)) for target, word in meant)
    elif column.target is not None and (text_of(cell) if isinstance(cell, str | Spoilt) else True):
        yield column.target, _value(cell, column, column.target)


def _coded(target: Target, word: Word) -> Any:
    return [word] if target.kind is Kind.LIST else word


def _value(cell: Cell, column: Column, target: Target) -> Any:
    if target.kind in {Kind.DAY, Kind.INSTANT}:
        moment = moment_in(cell, column.patterns)
        return _day(moment) if target.kind is Kind.DAY and moment else moment
    return _text_value(text_of(cell), target)


def _text_value(text: str, target: Target) -> Any:
    if _ERROR.fullmatch(text):
        raise CellFault("holds a spreadsheet's error instead of a value.")
    if target.kind is not Kind.ACCOUNT and is_cut_short(text):
        raise CellFault(CUT_SHORT)
    if target.kind is Kind.WHOLE:
        return _whole(text)
    if target.kind is Kind.NUMBER and _WHOLE.fullmatch(text):
        return text.partition(".")[0]
    if target.words and text not in target.words:
        raise CellFault("is not a word that the hub knows there: give the column codes.")
    return [text] if target.kind is Kind.LIST else text


def moment_in(cell: Cell, patterns: Sequence[Pattern]) -> Moment | None:
    """The day or time that a cell says; None of an empty one. Raises CellFault."""
    if isinstance(cell, date | time):
        return moment_of(cell)
    text = text_of(cell)
    read = read_moment(text, patterns) if text else None
    if isinstance(read, str):
        raise CellFault(read)
    return read


def _day(moment: Moment) -> str:
    if moment.year is None:
        raise CellFault("is a time of day, and must say a day.")
    if moment.at not in {None, _MIDNIGHT}:
        raise CellFault("has a time of day, so its day may be another: export days alone.")
    return moment.partial()


def _whole(text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise CellFault("must be a whole number.")
    return int(text.partition(".")[0])


def _add(says: RowSays, target: Target, value: Any, column: str) -> None:
    """Columns of one field are joined in the mapping's order."""
    before = says.said.get(target)
    if before is None:
        says.said[target] = Said(value, (column,))
        return
    if target.kind is Kind.LIST:
        value = [*before.value, *(one for one in value if one not in before.value)]
    elif target.kind in JOINS:
        value = f"{before.value}{JOINS[target.kind]}{value}"
    else:
        value = gravest(target, before.value, value)
    says.said[target] = Said(value, (*before.columns, column))


def _add_time(says: RowSays, target: Target, parts: Sequence[tuple[Column, Moment]], zone: ZoneInfo) -> None:
    """A day and a time of day, from one column or from two, as one instant in UTC."""
    columns = tuple(column.name for column, _ in parts)
    day = next((moment for _, moment in parts if moment.year is not None), None)
    at = next((moment.at for _, moment in parts if moment.at is not None and moment.year is None), None)
    if day is not None:
        at = at or day.at or next((column.at for column, _ in parts if column.at is not None), None)
    if day is None or at is None:
        lacks = "has a time and no day." if day is None else "has a day and no time."
        says.faults.append(f"row {says.number}, {columns[0]}: {lacks}")
        return
    made = instant(day, at, zone)
    if isinstance(made, str):
        says.faults.append(f"row {says.number}, {columns[0]}: {made}")
    else:
        says.said[target] = Said(made.isoformat(), columns)
