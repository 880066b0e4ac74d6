"""Fixed width: each line is a row, each field a stretch of characters of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from adapters.table.sheets.rows import FileFault, Table, table_of

Stretch = tuple[int, int]
"""From its first character to its last, both counted from 1."""
_LINE_END = re.compile("\r\n|\n|\r")


def read_fixed(text: str, fields: Mapping[str, Stretch], heading: int = 0, footer: int = 0) -> Table:
    """The table. Raises FileFault where something stands between the fields, and where the last line is cut off."""
    lines = _LINE_END.split(text)
    ended = lines[-1] == ""
    lines = lines[heading : -1 if ended else None]
    width = max(last for _, last in fields.values())
    if not ended and lines and 0 < len(lines[-1]) < width:
        raise FileFault("file: its last line is shorter than its fields, and no line end follows it: it is cut off.")
    return table_of(_records(lines, fields, heading), 0, footer)


def _records(lines: Sequence[str], fields: Mapping[str, Stretch], heading: int) -> Iterator[tuple[int, Sequence[str]]]:
    yield 0, tuple(fields)
    stretches = tuple(fields.values())
    covered = {place for first, last in stretches for place in range(first - 1, last)}
    for number, line in enumerate(lines, start=heading + 1):
        for place, letter in enumerate(line):
            if place not in covered and not letter.isspace():
                raise FileFault(f"row {number}: something stands at character {place + 1}, where no field is.")
        yield number, tuple(line[first - 1 : last].strip() for first, last in stretches)
