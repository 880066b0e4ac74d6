"""How a sample is made: its format, encoding, delimiter and headings, and how its days and times are written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from adapters.table.moments import read_moment, read_pattern
from adapters.table.sheets.decoding import Encoding, decode
from adapters.table.sheets.fixed import Stretch
from adapters.table.sheets.opening import open_table
from adapters.table.sheets.rows import Cell, FileFault, Table, filled
from adapters.table.sheets.workbook import ARCHIVE, OLD
from adapters.table.written import FileEntry
from hub.facts.model import Personal

DELIMITERS = (",", ";", "\t", "|")
_DAYS = ("DD/MM/YYYY", "YYYY-MM-DD", "DD-MON-YYYY", "DD MON YYYY", "DD.MM.YYYY", "DD-MM-YYYY", "YYYYMMDD", "MM/DD/YYYY")
_HOURS = ("HH:MM", "HH:MM:SS", "HHMM")
PATTERNS = (*_DAYS, *(f"{day}{between}{at}" for day in _DAYS for at in _HOURS[:2] for between in " T"), *_HOURS)
"""Ways of writing days and times, the likelier first."""
_VALUE = re.compile(r"\d{1,4}[/.:-]\d{1,2}|\d{5,}")
_FIELD = re.compile(r"\S+")
NO_HEADINGS = (
    "The first row of this file does not look like headings, and is not shown, for it may hold somebody's name: say "
    "which row holds them with --heading, or export the file with headings."
)


@dataclass(frozen=True, slots=True, repr=False)
class Sample(Personal):
    """A file as it was understood."""

    file: FileEntry
    table: Table

    def values(self, column: int) -> list[Cell]:
        """What stands in a column, but nothing of what is empty."""
        return [row.cells[column] for row in self.table.rows if not row.ragged and filled(row.cells[column])]


def sample_of(raw: bytes, kind: str | None, heading: int | None) -> Sample:
    """The sample that a file is. Raises FileFault."""
    workbook = raw.startswith((ARCHIVE, OLD))
    kind = kind or ("xlsx" if workbook else "csv")
    if kind == "xlsx":
        file = FileEntry(format="xlsx", heading=heading)
    else:
        text = decode(raw, Encoding.DETECT)
        lines = [line for line in text.splitlines() if line.strip()]
        if not lines:
            raise FileFault("file: is empty.")
        at = (heading or 1) - 1
        first = lines[at] if at < len(lines) else ""
        encoding = _encoding(raw)
        if kind == "fixed":
            fields = stretches(first, max(map(len, lines)))
            file = FileEntry.model_construct(
                format="fixed", encoding=encoding, heading=heading or 1, footer=0, fields=fields
            )
        else:
            delimiter = max(DELIMITERS, key=first.count)
            file = FileEntry.model_construct(
                format="csv", encoding=encoding, delimiter=delimiter, sheet=None, heading=heading, footer=0, fields=None
            )
    table = open_table(raw, file)
    if any(_VALUE.search(name) for name in table.headings):
        raise FileFault(NO_HEADINGS)
    return Sample(file, table)


def stretches(first: str, width: int) -> dict[str, Stretch]:
    """Fields of a fixed width by where their headings begin: each goes on to the next."""
    found = list(_FIELD.finditer(first))
    ends = [after.start() for after in found[1:]] + [max(width, len(first))]
    return {one.group(): (one.start() + 1, end) for one, end in zip(found, ends, strict=True)}


def pattern_of(values: Sequence[Cell]) -> str | None:
    """How all of these are written; None where no way fits them all, or there is none."""
    texts = [value for value in values if isinstance(value, str)]
    if not texts:
        return None
    return next((pattern for pattern in PATTERNS if _fits(texts, pattern)), None)


def _fits(texts: Iterable[str], pattern: str) -> bool:
    compiled = (read_pattern(pattern),)
    return all(not isinstance(read_moment(text, compiled), str) for text in texts)


def _encoding(raw: bytes) -> Encoding:
    for encoding in (Encoding.UTF_8, Encoding.UTF_16, Encoding.WINDOWS_1252):
        try:
            decode(raw, encoding)
        except FileFault:
            continue
        return encoding
    return Encoding.DETECT
