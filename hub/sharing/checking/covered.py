"""Coverage in words: a table for each kind of source, its categories by nation, every hole named."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hub.facts.terms import Category, OrganisationKind
from hub.sharing.checking.coverage import Cell, Hole, Setting, Told
from hub.sharing.deciding.agreements import words
from hub.sharing.deciding.verdict import DUTY_DESK
from hub.sharing.writing.organisations import Jurisdiction

NATIONS = {
    Jurisdiction.ENGLAND: "England",
    Jurisdiction.SCOTLAND: "Scotland",
    Jurisdiction.WALES: "Wales",
    Jurisdiction.NORTHERN_IRELAND: "Northern Ireland",
}
_WHERE = {
    Setting.SCHOOL: "at school",
    Setting.TWO_SCHOOLS: "at two schools",
    Setting.COLLEGE: "at college",
    Setting.NURSERY: "at nursery",
    Setting.HOME: "educated at home",
    Setting.NOWHERE: "at no school",
    Setting.ACROSS_BORDER: "at school in another nation",
    Setting.UNBORN: "not born yet",
}
_WHY = {
    Hole.NO_RULE: "no rule speaks of it",
    Hole.NO_ISP: "a rule does, and no agreement has both as parties",
    Hole.NO_CLAUSE: "a rule does, and no clause lets them be told",
    Hole.NEEDS_CONSENT: "nobody where consent was refused",
    Hole.BELOW_HARM: "nobody below significant harm",
    Hole.UNKNOWN: "a person is asked",
}


@dataclass(frozen=True, slots=True)
class Square:
    """Of a category in a nation: who is told, of some child at least; and each hole in words."""

    told: tuple[str, ...]
    holes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """Categories that are covered alike, by nation."""

    categories: tuple[str, ...]
    squares: dict[str, Square]


@dataclass(frozen=True, slots=True)
class Table:
    """One kind of source."""

    source: str
    nations: tuple[str, ...]
    rows: tuple[Row, ...]


def tables(cells: Iterable[Cell]) -> tuple[Table, ...]:
    """One for each kind of source that there is."""
    found: dict[OrganisationKind, dict[Category, dict[str, list[Cell]]]] = {}
    for cell in cells:
        found.setdefault(cell.source_kind, {}).setdefault(cell.category, {}).setdefault(
            NATIONS[cell.nation], []
        ).append(cell)
    return tuple(_table(kind, by_category) for kind, by_category in found.items())


def _table(kind: OrganisationKind, by_category: dict[Category, dict[str, list[Cell]]]) -> Table:
    alike: dict[tuple[tuple[str, Square], ...], list[str]] = {}
    for category, by_nation in by_category.items():
        squares = tuple((nation, _square(cells)) for nation, cells in by_nation.items())
        alike.setdefault(squares, []).append(words(category))
    rows = tuple(Row(tuple(categories), dict(squares)) for squares, categories in alike.items())
    nations = tuple(nation for nation in NATIONS.values() if any(nation in row.squares for row in rows))
    return Table(words(kind), nations, rows)


def _square(cells: list[Cell]) -> Square:
    told = {_recipient(one): None for cell in cells for one in cell.told if one.rule != DUTY_DESK}
    holes: dict[tuple[Setting, Hole], list[tuple[int, int]]] = {}
    for cell in cells:
        if cell.hole is not None:
            holes.setdefault((cell.setting, cell.hole), []).extend([cell.age] if cell.age else [])
    return Square(
        tuple(sorted(told)),
        tuple(f"{_WHERE[where]}{_ages(ages)}: {_WHY[why]}" for (where, why), ages in holes.items()),
    )


def _recipient(told: Told) -> str:
    return f"{words(told.role)} ({words(told.kind)}), {told.isp} {told.clause}"


def _ages(spans: list[tuple[int, int]]) -> str:
    """`, 4 to 12 and 16 to 17`: spans that follow one another are one."""
    joined: list[list[int]] = []
    for first, last in sorted(spans):
        if joined and joined[-1][1] + 1 == first:
            joined[-1][1] = last
        else:
            joined.append([first, last])
    named = [f"{first} to {last}" if last > first else str(first) for first, last in joined]
    return f", {' and '.join(named)}" if named else ""
