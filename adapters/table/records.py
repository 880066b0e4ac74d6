"""What the rows of one incident say, put together: of the incident, and of each nominal.

Where two rows say different things of what there is once, nobody can say which is true: the incident is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from adapters.table.cells import RowSays, gravest, is_graded
from adapters.table.grouping import rows_text
from adapters.table.targets import Kind, Target
from hub.facts.model import Personal

Path = tuple[str | int, ...]


@dataclass(slots=True, repr=False)
class Found(Personal):
    """A value, and where it stands."""

    value: Any
    rows: list[int]
    columns: list[str]


@dataclass(slots=True, repr=False)
class Record(Personal):
    """What rows say of one thing, by the steps to its field. `rows` are all rows that speak of it."""

    rows: list[int] = field(default_factory=list)
    fields: dict[Path, Found] = field(default_factory=dict)

    def take(self, says: RowSays, of: Mapping[Target, Path], what: str) -> list[str]:
        """Add a row's values for these targets; a sentence for each that contradicts what another row says.

        `what` ends the sentence: of what there is one value alone.
        """
        self.rows.append(says.number)
        faults = []
        for target, path in of.items():
            said = says.said[target]
            found = self.fields.get(path)
            if found is None:
                self.fields[path] = Found(said.value, [says.number], list(said.columns))
                continue
            if not _merge(found, target, said.value):
                rows = rows_text((*found.rows, says.number))
                faults.append(f"{rows}, {said.columns[0]}: differ, {what}.")
            found.rows.append(says.number)
            found.columns += [name for name in said.columns if name not in found.columns]
        return faults

    def fill(self, otherwise: Iterable[tuple[Path, Any]]) -> None:
        """Say what no row says."""
        for path, value in otherwise:
            self.fields.setdefault(path, Found(value, [], []))

    def value(self, *path: str | int) -> Any:
        """What is said there; None where nothing is."""
        found = self.fields.get(path)
        return None if found is None else found.value


def _merge(found: Found, target: Target, value: Any) -> bool:
    """Whether both can be true, and then what they come to."""
    if found.value == value:
        return True
    if target.kind is Kind.LIST:
        found.value = [*found.value, *(one for one in value if one not in found.value)]
        return True
    if is_graded(target):
        found.value = gravest(target, found.value, value)
        return True
    return False
