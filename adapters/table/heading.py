"""A file's headings against its mapping: each column is mapped or left out, or the file is refused unread.

What stands in the file's first row is not repeated: in a file without headings it is somebody's name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from adapters.table.mapping import TableMapping
from adapters.table.sheets.rows import Cell, FileFault, Row, column_letters, same_name

_MOST_TOLD = 20


@dataclass(frozen=True, slots=True)
class Placed:
    """Where each column of a mapping stands in a file's rows."""

    at: Mapping[str, int]
    width: int

    def cell(self, row: Row, column: str) -> Cell:
        """What a whole row says there."""
        return row.cells[self.at[column]]

    def leads(self, columns: Sequence[str]) -> bool:
        """Whether these are the first columns: what comes behind may be out of place, and these are not."""
        return sorted(self.at[column] for column in columns) == list(range(len(columns)))


def place(headings: Sequence[str], mapping: TableMapping) -> Placed:
    """Every column's place. Raises FileFault with a sentence for each column that is at fault."""
    faults = tuple(_faults(headings, mapping))
    if faults:
        more = len(faults) - _MOST_TOLD
        raise FileFault(*faults[:_MOST_TOLD], *((f"heading: has {more} faults more.",) if more > 0 else ()))
    at = {same_name(heading): number for number, heading in enumerate(headings)}
    return Placed({name: at[same_name(name)] for name in mapping.names()}, len(headings))


def _faults(headings: Sequence[str], mapping: TableMapping) -> Iterator[str]:
    known = {same_name(name): name for name in mapping.names()}
    seen: dict[str, int] = {}
    for number, heading in enumerate(headings):
        first = seen.setdefault(same_name(heading), number)
        if first != number:
            yield f"heading: columns {column_letters(first)} and {column_letters(number)} have one name."
    missing = [name for same, name in known.items() if same not in seen]
    if 2 * len(missing) > len(known):
        yield "heading: hardly a column of the mapping is there: look at file.delimiter, file.heading and file.sheet."
    for name in missing:
        yield f"heading: the mapping's column {name} is not there."
    for same, number in seen.items():
        if same not in known:
            yield f"heading: column {column_letters(number)} is neither mapped nor left out: the mapping must name it."
