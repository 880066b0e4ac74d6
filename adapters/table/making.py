"""A mapping file on disk to the format that reads exports by it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from adapters.bridge.formats import NativeFormat
from adapters.table.compiling import load_mapping
from adapters.table.mapping import TableMapping
from adapters.table.reading import read
from adapters.table.targets import Kind, people_targets, targets
from hub.facts.errors import UserError
from hub.written.document import MAX_BYTES

_WORKBOOK_END = b"PK\x05\x06"
"""Of the record that every archive ends with."""
_LAST = 65_557
"""Bytes from the end within which that record begins."""
_MEDIA = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "fixed": "text/plain"}


def read_mapping(path: Path) -> TableMapping:
    """The mapping in a file. Raises UserError: it cannot be read, or what is wrong at which line."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UserError(f"The mapping file cannot be read ({type(error).__name__}): correct --mapping.") from error
    return load_mapping(str(path), content)


def make(path: Path | None) -> NativeFormat:
    """The format that a mapping file makes. Raises UserError."""
    if path is None:
        raise UserError("The adapter table needs a mapping file: name it with --mapping.")
    mapping = read_mapping(path)
    return NativeFormat(
        f"Table by the mapping {mapping.name}",
        _MEDIA.get(mapping.file.format, "text/csv"),
        partial(read, mapping=mapping),
        cut_off=_workbook_cut_off if mapping.file.format == "xlsx" else _text_cut_off,
        batch=True,
    )


def describe() -> str:
    """Every target that a column may go to, a line each, with what it takes."""
    known = [*targets().items(), *people_targets("LABEL").items()]
    widest = max(len(name) for name, _ in known)
    lines = [f"{name:{widest}}  {_takes(one.kind, one.words)}" for name, one in known]
    return "\n".join(("Targets of a mapping file (docs/mapping.md), and what each takes:", *lines))


def _takes(kind: Kind, words: tuple[str, ...]) -> str:
    return f"{kind.value}: {', '.join(words)}" if words else kind.value


def _text_cut_off(raw: bytes) -> bool:
    """A last row without its line end may be half a row; in the midst of a quoted value it is."""
    return not raw.endswith((b"\n", b"\r", b"\n\0")) or raw.count(b'"') % 2 == 1


def _workbook_cut_off(raw: bytes) -> bool:
    return _WORKBOOK_END not in raw[-_LAST:]
