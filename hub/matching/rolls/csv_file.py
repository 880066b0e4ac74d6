"""A CSV file as rolls and lists of numbers come: UTF-8, parted by commas, read as a stream of bounded lines."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from hub.facts.errors import UserError

if TYPE_CHECKING:
    from _csv import Reader  # the type of `csv.reader`, which has no public name

LONGEST_LINE = 1 << 17
"""Characters of a line, which bounds what is held of the file at once; the csv module's own limit of a value."""
_TOO_LONG = "a line is far too long"


def read_whole(
    path: Path, look_at_header: Callable[[Sequence[str]], Callable[[int, Sequence[str]], None]]
) -> tuple[tuple[str, ...], int]:
    """Read the whole file once; returns its columns' names, and how many rows it holds.

    `look_at_header` is handed the names, raises UserError where one is wrong, and returns what looks at each row of
    as many values, with the line it begins on. Raises UserError where the file is not UTF-8, not whole, or empty.
    """
    count = line = 0
    values: Sequence[str] = ()
    try:
        _check_kind(path)
        with _reader(path) as rows:
            columns = tuple(_name(name) for name in next(rows, ()))
            line = rows.line_num
            if not any(columns):
                raise UserError("The file is empty.")
            look = look_at_header(columns)
            for values in rows:
                count += bool("".join(values).strip())
                if len(values) == len(columns):
                    look(line + 1, values)
                line = rows.line_num
    except UnicodeDecodeError as error:
        raise UserError("The file is not UTF-8 text: save it as CSV UTF-8 and import it again.") from error
    except csv.Error as error:
        raise UserError(
            f"The file is not a whole CSV file: after line {line} a quotation mark is out of place or left "
            "open, or a value is far too long."
        ) from error
    except OSError as error:
        raise UserError(f"The file {path.name} cannot be read.") from error
    if count == 0:
        raise UserError("The file holds no rows.")
    if len(values) < len(columns) and not _ends_its_line(path):
        raise UserError("The file is cut off: its last row is not whole. Export it again.")
    return columns, count


def rows_of(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Every row with the line that it begins on, of a file that was read whole."""
    with _reader(path) as rows:
        next(rows)
        line = rows.line_num + 1
        for values in rows:
            if "".join(values).strip():
                yield line, values
            line = rows.line_num + 1


def fault_of_row(values: Sequence[str], columns: int) -> str | None:
    """What is wrong with a row as a whole."""
    if len(values) != columns:
        return f"the row has {len(values)} values where the header has {columns} columns"
    if swallows_rows(values, columns):
        return "a value goes on into the next line's columns: a quotation mark is out of place"
    return None


def swallows_rows(values: Sequence[str], columns: int) -> bool:
    """Whether two quotation marks out of place made one row of several, and so hide whom the others are about.

    Such a value ends the line with all commas that come after its column, and has those before it on the last. In a row
    of too many or too few values any line break may hide a row.
    """
    broken = [(at, value.splitlines()) for at, value in enumerate(values) if "\n" in value or "\r" in value]
    return any(
        len(lines) > 1 and lines[0].count(",") >= columns - 1 - at and lines[-1].count(",") >= at
        for at, lines in broken
    ) or (bool(broken) and len(values) != columns)


def _check_kind(path: Path) -> None:
    with path.open("rb") as file:
        if file.read(1 << 10).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
            raise UserError("The file is XML, not CSV: import it with --format ctf if it is a Common Transfer File.")


def _ends_its_line(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, 2)
        return file.read(1) in b"\r\n"


def _name(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.strip().lower()).strip("_")


@contextmanager
def _reader(path: Path) -> Iterator[Reader]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield csv.reader(_lines(file), strict=True)


def _lines(file: TextIO) -> Iterator[str]:
    """Its lines, of which none is held that is far too long."""
    while line := file.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE and not line.endswith(("\n", "\r")):
            raise csv.Error(_TOO_LONG)
        yield line
