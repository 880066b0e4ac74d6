"""A file's bytes to its table, as the mapping says that the file is made."""

from __future__ import annotations

from adapters.table.sheets.decoding import decode
from adapters.table.sheets.delimited import read_delimited
from adapters.table.sheets.fixed import read_fixed
from adapters.table.sheets.rows import FileFault, Table
from adapters.table.sheets.workbook import ARCHIVE, OLD, read_workbook
from adapters.table.written import FileEntry

_OTHER = "file: is {found}, and the mapping says {said}: correct file.format."


def open_table(raw: bytes, file: FileEntry) -> Table:
    """The table. Raises FileFault where it is not such a file, or not whole."""
    if not raw.strip():
        raise FileFault("file: is empty.")
    if file.format == "xlsx":
        if not raw.startswith((ARCHIVE, OLD)):
            raise FileFault(_OTHER.format(found="no workbook", said=file.format))
        return read_workbook(raw, file.sheet, file.heading_row, file.footer)
    if raw.startswith((ARCHIVE, OLD)):
        raise FileFault(_OTHER.format(found="a workbook or another archive", said=file.format))
    text = decode(raw, file.encoding)
    if file.format == "fixed":
        return read_fixed(text, file.fields or {}, file.heading_row, file.footer)
    return read_delimited(text, file.delimiter, file.heading_row, file.footer)
