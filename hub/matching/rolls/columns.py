"""What only a whole column tells: that a program spoiled it on the way. Such a file is refused before anything changes.

One wrong number is a slip; a column of which none passes is an export that rounded numbers or dropped their zeros, and
taking it would take the numbers from every child.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from hub.matching.rolls.row import NAMES, cell
from hub.matching.values.dates import order_of
from hub.matching.values.identifiers import IdentifierKind, check
from hub.matching.values.names import PERHAPS_NAMES

_DATES = ("date_of_birth", "start_date", "end_date")
_KINDS = {kind.value: kind for kind in IdentifierKind}
_LEAST, _MANY = 2, 10
"""Values of which none passes that make a column spoilt: at least half of a short file, or many."""
_SHOWN = 20
_FLOAT = re.compile(r"\d+\.0+")


@dataclass(slots=True)
class _Seen:
    """Of one column."""

    given: int = 0
    passing: int = 0
    """Identifiers that pass their check; local ids that no program made a decimal number of."""
    day_first: int = 0
    month_first: int = 0
    words: int = 0
    """Words by which software says that there is nothing."""
    failing: list[int] = field(default_factory=list)
    """Lines of the first that do not pass."""


@dataclass(slots=True)
class Columns:
    """Looks at every row of a file; knows the columns by their names."""

    names: Sequence[str]
    _at: dict[str, tuple[int, _Seen]] = field(default_factory=dict)
    _rows: int = 0

    def __post_init__(self) -> None:
        wanted = {"local_id", *NAMES, *_DATES, *_KINDS}
        self._at = {name: (at, _Seen()) for at, name in enumerate(self.names) if name in wanted}

    def look(self, line: int, values: Sequence[str]) -> None:
        """One row of as many values as there are columns, and the line that it begins on."""
        self._rows += 1
        for name, (at, seen) in self._at.items():
            if text := cell(values[at]):
                _count(name, text, seen, line)

    def fault(self) -> str | None:
        """Why the file is refused, as one sentence or two; None where nothing speaks against it."""
        return next(self._faults(), None)

    def _none_passes(self, seen: _Seen) -> bool:
        return seen.passing == 0 and seen.given >= min(max(_LEAST, self._rows / 2), _MANY)

    def _faults(self) -> Iterator[str]:
        seen = {name: found for name, (_, found) in self._at.items()}
        spoilt = [f"{name} ({_where(seen[name])})" for name in _KINDS if name in seen and self._none_passes(seen[name])]
        if spoilt:
            yield (
                f"Of {', '.join(spoilt)} no value passes its check: a spreadsheet rounds long numbers and drops "
                "zeros before them. Export the file again with these columns as text, or without them."
            )
        if self._none_passes(seen["local_id"]):
            yield "Every local_id is a decimal number, as a spreadsheet makes them: export the column as text."
        for name in _DATES:
            if name in seen and seen[name].month_first and not seen[name].day_first:
                yield f"The dates of {name} have the month before the day: export them as year-month-day."
        for name in NAMES:
            if name in seen and seen[name].words >= max(_MANY, seen[name].given / 2):
                yield f"Most rows have a word for nothing as {name}, not a name: export what is unknown as empty."


def _where(seen: _Seen) -> str:
    more = " and more" if seen.given > len(seen.failing) else ""
    return f"{seen.given} rows, on lines {', '.join(map(str, seen.failing))}{more}"


def _count(name: str, text: str, seen: _Seen, line: int) -> None:
    seen.given += 1
    if (kind := _KINDS.get(name)) is not None:
        passes = bool(check(kind, text))
        seen.passing += passes
        if not passes and len(seen.failing) < _SHOWN:
            seen.failing.append(line)
    elif name == "local_id":
        seen.passing += _FLOAT.fullmatch(text) is None
    elif name in _DATES:
        order = order_of(text)
        seen.day_first += order == "day"
        seen.month_first += order == "month"
    else:
        seen.words += text.lower() in PERHAPS_NAMES
