"""CSV: values parted by one character. Read strictly: a quotation mark out of place hides rows, and is refused."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from adapters.table.sheets.rows import FileFault, Row, Table, table_of

QUOTE = '"'
_CUT = "file: its last row is not whole, and no line end follows it: it is cut off."


def read_delimited(text: str, delimiter: str, heading: int = 1, footer: int = 0) -> Table:
    """The table. Raises FileFault for a quotation mark that never closes, and for a file that is cut off."""
    table = table_of(_records(text, delimiter), heading, footer)
    for row in table.rows:
        if _swallows_rows(row, len(table.headings), delimiter):
            raise FileFault(f"row {row.number}: a value goes on over further rows: a quotation mark is out of place.")
    if footer == 0 and table.rows and not text.endswith(("\n", "\r")):
        last = table.rows[-1]
        if last.ragged and len(last.cells) < len(table.headings):
            raise FileFault(_CUT)
    return table


def _records(text: str, delimiter: str) -> Iterator[tuple[int, Sequence[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quotechar=QUOTE, strict=True)
    number = line = 0
    try:
        for number, values in enumerate(reader, start=1):
            yield number, values
            line = reader.line_num
    except csv.Error:
        raise FileFault(
            f"row {number + 1}: from line {line + 1} on a quotation mark is out of place, or opens and never closes."
        ) from None


def _swallows_rows(row: Row, columns: int, delimiter: str) -> bool:
    """Whether two quotation marks out of place made one row of several, and so hide whom the others are about.

    Such a value ends its first line with all delimiters that come after its column, and has those before it on the
    last. In a row of too many or too few values any line break may hide a row.
    """
    broken = [(at, cell.splitlines()) for at, cell in enumerate(row.cells) if isinstance(cell, str) and "\n" in cell]
    return any(
        len(lines) > 1 and lines[0].count(delimiter) >= columns - 1 - at and lines[-1].count(delimiter) >= at
        for at, lines in broken
        if columns > 1
    ) or (bool(broken) and row.ragged)
