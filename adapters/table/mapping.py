"""A mapping that was checked: what each column of an export is, ready to read rows by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from zoneinfo import ZoneInfo

from adapters.table.codes import Word
from adapters.table.moments import Pattern
from adapters.table.targets import Target
from adapters.table.written import FileEntry, PersonEntry, RowKind

Meant = tuple[tuple[Target, Word], ...]
"""What a code comes to; nothing of one that says nothing."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column that goes somewhere. `target` is None where each code says by itself what it goes to."""

    name: str
    target: Target | None
    codes: Mapping[str, Meant] | None = None
    patterns: tuple[Pattern, ...] = ()
    at: time | None = None
    unknown: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class TableMapping:
    """How one kind of export is read. Codes and words for nothing are kept as `same_code` makes them."""

    name: str
    file: FileEntry
    zone: ZoneInfo
    key: tuple[str, ...]
    version: str | None
    modified: str | None
    modified_patterns: tuple[Pattern, ...]
    kind_column: str | None
    nominal: str | None
    kinds: Mapping[str, RowKind]
    people: Mapping[str, PersonEntry]
    columns: tuple[Column, ...]
    otherwise: Meant
    left_out: tuple[str, ...]
    unknown: frozenset[str]

    def names(self) -> tuple[str, ...]:
        """Every column that the mapping speaks of."""
        known = (self.version, self.modified, self.kind_column, self.nominal)
        mapped = (column.name for column in self.columns)
        return (*self.key, *(name for name in known if name), *mapped, *self.left_out)


def same_code(text: str) -> str:
    """A code in the one form in which two are the same."""
    return " ".join(text.split()).casefold()
