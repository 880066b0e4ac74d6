"""Excel workbooks (.xlsx), read as values alone: no formula is believed, no merged cell, no archive without end."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from importlib import import_module
from typing import IO, Any

from adapters.table.sheets.rows import Cell, FileFault, Spoilt, Table, table_of

MAX_ENTRIES = 500
MAX_UNPACKED = 134_217_728
"""Bytes of all parts of a workbook once they are unpacked."""
MAX_SHEET_COLUMNS = 1_000
ARCHIVE, OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_PIECE, _LONGEST_MARK = 1 << 20, 16
_MOST_DIGITS = 15
"""Decimal digits that a spreadsheet's number keeps."""
_OPENS_DTD = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_SPOILT = {
    "f": Spoilt("holds a formula: export values."),
    "e": Spoilt("holds a spreadsheet's error instead of a value."),
}
"""By openpyxl's word for what a cell of text is."""
_DAMAGED = "file: is not an Excel workbook that can be read (.xlsx): it may be damaged, or cut off."


def read_workbook(raw: bytes, sheet: str | None = None, heading: int = 1, footer: int = 0) -> Table:
    """The table on a sheet; the only one, where none is named. Raises FileFault."""
    if raw.startswith(OLD):
        raise FileFault("file: is an old (.xls) or a locked workbook: save it as .xlsx without a password.")
    _check_archive(raw)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions, that no value depends on
            openpyxl = import_module("openpyxl")  # takes a while to load, and most exports are no workbooks
            book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=False, keep_links=False)
            return table_of(_records(_sheet(book, sheet), heading), heading, footer)
    except FileFault:
        raise
    except Exception:  # noqa: BLE001 - openpyxl raises what its parsers meet: KeyError, ParseError, TypeError, ...
        raise FileFault(_DAMAGED) from None


def _check_archive(raw: bytes) -> None:
    """Within its limits, whatever the archive says of itself: a part is never unpacked beyond its stated size."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            _check_size(archive.infolist())
            for part in archive.infolist():
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as stream:
                        _check_part(stream)
    except FileFault:
        raise
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError):
        raise FileFault(_DAMAGED) from None


def _check_size(parts: Sequence[zipfile.ZipInfo]) -> None:
    if len(parts) > MAX_ENTRIES or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise FileFault(f"file: unpacks to more than {MAX_UNPACKED:,} bytes, or to more than {MAX_ENTRIES} parts.")


def _check_part(stream: IO[bytes]) -> None:
    """By pieces that overlap, so that no mark is cut in two."""
    end = b""
    while piece := stream.read(_PIECE):
        xml = end + piece
        if _OPENS_DTD.search(xml):
            raise FileFault("file: declares entities of its own, which no workbook needs.")
        if b"<mergeCell " in xml:
            raise FileFault("file: holds merged cells, of which all but one are empty: export it without.")
        end = piece[-_LONGEST_MARK:]


def _sheet(book: Any, name: str | None) -> Any:
    if name is None:
        if len(book.worksheets) != 1:
            raise FileFault(f"file: holds {len(book.worksheets)} sheets: name one as file.sheet of the mapping.")
        return book.worksheets[0]
    found = [sheet for sheet in book.worksheets if sheet.title == name]
    if not found:
        raise FileFault("file: holds no sheet of the name that file.sheet of the mapping gives.")
    return found[0]


def _records(sheet: Any, heading: int) -> Iterator[tuple[int, Sequence[Cell]]]:
    """Rows as wide as the headings, and wider only where something stands there."""
    sheet.reset_dimensions()  # the size that a sheet states may be smaller than it is
    width = 0
    for number, row in enumerate(sheet.iter_rows(), start=1):
        if len(row) > MAX_SHEET_COLUMNS:
            raise FileFault(f"row {number}: holds more than {MAX_SHEET_COLUMNS:,} cells.")
        cells = [_cell(cell) for cell in row]
        while cells and cells[-1] == "":
            cells.pop()
        if number == heading:
            width = len(cells)
        yield number, cells + [""] * (width - len(cells))


def _cell(cell: Any) -> Cell:
    value: object = cell.value
    if isinstance(value, str):
        return _SPOILT[cell.data_type] if cell.data_type in _SPOILT else value.strip()
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, datetime) and value.time() == time() and "h" not in str(cell.number_format).lower():
        return value.date()
    if isinstance(value, date | time):
        return value
    return "" if value is None else Spoilt("holds what is neither text, number nor date.")


def _number(value: float) -> Cell:
    """A whole number in full, as far as a spreadsheet keeps its digits; beyond that its last ones are lost."""
    if value != int(value):
        return repr(value)
    digits = str(int(value))
    if len(digits.lstrip("-")) > _MOST_DIGITS:
        return Spoilt("is a number of more digits than a spreadsheet keeps: format the column as text.")
    return digits
