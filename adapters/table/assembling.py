"""One incident's rows to the notice that a force's system would have sent of it, and where each field stands. Pure.

Children and adults come in the order of their nominals, so that the same rows make the same notice in whatever order
they lie. What has no place in a notice is not dropped in silence: `left_out` names its column, and why.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from adapters.table.cells import RowSays
from adapters.table.grouping import rows_text
from adapters.table.mapping import TableMapping
from adapters.table.records import Found, Path, Record
from adapters.table.targets import ADULT_NAMES, Target, child_fields, person_fields
from adapters.table.written import CHILD, EARLIER, INCIDENT, NO_ADULT, OFFICER, RowKind
from hub.facts.clock import years_between
from hub.facts.model import Personal

ONCE = "and an incident has one"
ONE_NOMINAL = "and are of one nominal"
NO_BIRTH = "is empty, so that an adult was meant, and no child"
_HELD, _PLACE = "earlier_addresses", frozenset(("address", "postcode"))
_ADULT = frozenset((*person_fields(), *ADULT_NAMES, "telephone"))
"""What a notice takes of an adult."""
_WHOLE_INCIDENT = frozenset(("notice", "incident", "officer"))


@dataclass(slots=True, repr=False)
class Kinded(Personal):
    """A row, whom it is about, and the reference of its nominal, empty where it has none."""

    says: RowSays
    kind: RowKind
    nominal: str


@dataclass(slots=True, repr=False)
class Notice(Personal):
    """A notice as JSON has it; where its fields stand; what is wrong between its rows; what has no place in it."""

    data: dict[str, Any]
    places: dict[str, Found]
    faults: list[str]
    left_out: list[str]


@dataclass(slots=True, repr=False)
class _Draft(Personal):
    whole: Record = field(default_factory=Record)
    children: dict[str, Record] = field(default_factory=dict)
    adults: dict[str, tuple[RowKind, Record]] = field(default_factory=dict)
    named: list[tuple[str, str, Record]] = field(default_factory=list)
    """Further people: their label, the child in whose row they stand (its key, or empty), what is said."""
    faults: list[str] = field(default_factory=list)
    left_out: dict[str, None] = field(default_factory=dict)


def assemble(rows: Sequence[Kinded], mapping: TableMapping, heading: Mapping[str, Any]) -> Notice:
    """The notice. `heading`: what makes it one of its case (reference, type, version or time)."""
    draft = _Draft()
    for row in rows:
        _take_whole(draft, row.says)
    draft.whole.fill(((target.record, *target.steps), word) for target, word in mapping.otherwise if _is_whole(target))
    raised = draft.whole.value("notice", "raised_at")
    for row in rows:
        about = _about(draft, row, _day(raised))
        key = f"{row.nominal}/{about}" if row.nominal else f"/{row.says.number}"
        _take_nominal(draft, row, about, key)
        _take_named(draft, row, key, mapping)
    for row in rows:
        if row.kind.is_ == EARLIER:
            _take_earlier(draft, row)
    own = [(target.steps, word) for target, word in mapping.otherwise if target.record in {CHILD, "nominal"}]
    for record in draft.children.values():
        record.fill((path, word) for path, word in own if path[0] in child_fields())
    for _, record in draft.adults.values():
        record.fill((path, word) for path, word in own if path[0] in _ADULT)
    return _notice(draft, mapping, heading)


def _is_whole(target: Target) -> bool:
    return target.record in _WHOLE_INCIDENT


def _take_whole(draft: _Draft, says: RowSays) -> None:
    of = {target: (target.record, *target.steps) for target in says.said if _is_whole(target)}
    draft.faults += draft.whole.take(says, of, ONCE)


def _take_nominal(draft: _Draft, row: Kinded, about: str, key: str) -> None:
    """What the row says of whom it is about."""
    says = row.says
    own = {target: target.steps for target in says.said if target.record in {CHILD, "nominal"}}
    if about == CHILD:
        taken = {target: path for target, path in own.items() if path[0] in child_fields()}
        draft.faults += draft.children.setdefault(key, Record()).take(says, taken, ONE_NOMINAL)
        _leave_out(draft, says, own.keys() - taken.keys(), "a notice has no such field of a child")
    elif about == EARLIER:
        pass  # once it is known who is a child
    elif about == INCIDENT:
        _leave_out(draft, says, own, "the row is about the incident alone")
    elif about == OFFICER:
        _take_officer(draft, says, own)
    else:
        _, record = draft.adults.setdefault(key, (row.kind, Record()))
        taken = {target: path for target, path in own.items() if path[0] in _ADULT}
        draft.faults += record.take(says, taken, ONE_NOMINAL)
        _leave_out(draft, says, own.keys() - taken.keys(), "a notice has no such field of an adult")


def _take_earlier(draft: _Draft, row: Kinded) -> None:
    """A row that says where a nominal lived before, or lives besides; the rest of it is the nominal's own."""
    says, record = row.says, draft.children.get(f"{row.nominal}/{CHILD}")
    own = {target: target.steps for target in says.said if target.record in {CHILD, "nominal"}}
    if record is None:
        _leave_out(draft, says, own, "a notice has no earlier address of an adult")
        return
    number = 1 + max((path[1] for path in record.fields if path[0] == _HELD and isinstance(path[1], int)), default=-1)
    of: dict[Target, Path] = {}
    for target, path in own.items():
        if path[0] in _PLACE:
            of[target] = (_HELD, number, *path)
        elif path[0] == _HELD:
            of[target] = (_HELD, number, *path[2:])
        elif path[0] in child_fields():
            of[target] = path
    draft.faults += record.take(says, of, ONE_NOMINAL)
    _leave_out(draft, says, own.keys() - of.keys(), "a notice has no such field of a child")


def _about(draft: _Draft, row: Kinded, on: date | None) -> str:
    """As the code says; but a child where the date of birth says that the nominal is younger, or may be."""
    about = row.kind.is_ or CHILD
    if about in NO_ADULT or row.kind.child_under is None:
        return about
    born = next((said for target, said in row.says.said.items() if target.steps == ("date_of_birth",)), None)
    if born is None:
        draft.left_out[f"row {row.says.number}, date of birth: {NO_BIRTH}"] = None
        return about
    written: str = born.value
    latest = date.fromisoformat(written + "9999-12-28"[len(written) :])  # of a month or a year alone, nearly its end
    return CHILD if on is not None and years_between(latest, on) < row.kind.child_under else about


def _take_officer(draft: _Draft, says: RowSays, own: Mapping[Target, Path]) -> None:
    """Of a nominal a notice takes how the officer is reached; shoulder number and role have columns of their own."""
    contact = next((target for target in own if target.steps[0] in {"contact", "telephone"}), None)
    if contact is not None:
        said = says.said[contact]
        value = "; ".join(said.value) if isinstance(said.value, list) else said.value
        found = Found(value, [says.number], list(said.columns))
        if draft.whole.fields.setdefault(("officer", "contact"), found).value != value:
            draft.left_out[f"{said.columns[0]}: a notice names one way to reach the officer"] = None
    _leave_out(draft, says, own.keys() - {contact}, "a notice names the officer by shoulder number alone")


def _leave_out(draft: _Draft, says: RowSays, targets: Iterable[Target], why: str) -> None:
    columns = dict.fromkeys(column for target in targets for column in says.said[target].columns)
    for column in sorted(columns):
        draft.left_out[f"{column}: {why}"] = None


def _take_named(draft: _Draft, row: Kinded, key: str, mapping: TableMapping) -> None:
    """Further people whom the row names, each with the child of the row."""
    for label in mapping.people:
        of = {t: t.steps[1:] for t in row.says.said if _is_of(t, label)}
        if of:
            record = Record()
            draft.faults += record.take(row.says, of, ONE_NOMINAL)
            record.fill((t.steps[1:], word) for t, word in mapping.otherwise if _is_of(t, label))
            draft.named.append((label, key if key in draft.children else "", record))


def _is_of(target: Target, label: str) -> bool:
    return target.record == "people" and target.steps[0] == label


def _notice(draft: _Draft, mapping: TableMapping, heading: Mapping[str, Any]) -> Notice:
    notice = Notice({}, {}, draft.faults, list(draft.left_out))
    for path, found in draft.whole.fields.items():
        _put(notice, path[1:] if path[0] == "notice" else path, found)
    notice.data = {**heading, **notice.data}
    for number, record in enumerate(draft.children.values()):
        _put_record(notice, ("children", number), record)
    positions = {key: number for number, key in enumerate(draft.children)}
    for number, (about, record, of) in enumerate(_people(draft, mapping, positions)):
        for name, value in about.items():
            if value is not None:
                _put(notice, ("people", number, name), Found(value, record.rows, []))
        _put_record(notice, ("people", number), _adult(record))
        if of is not None:
            notice.data["people"][number]["children"] = of
    notice.data = _listed(notice.data)
    return notice


def _people(
    draft: _Draft, mapping: TableMapping, positions: Mapping[str, int]
) -> Iterator[tuple[dict[str, str | None], Record, list[int] | None]]:
    """Each person once: role and relationship, what is said, and of which children; None of all."""
    for kind, record in draft.adults.values():
        yield {"role": kind.is_, "relationship": kind.relationship}, record, None
    same: dict[str, tuple[dict[str, str | None], Record, set[int | None]]] = {}
    for label, child, record in draft.named:
        person = mapping.people[label]
        about = {"role": person.role.value, "relationship": person.relationship}
        said = json.dumps(
            [label, [(list(path), found.value) for path, found in sorted(record.fields.items(), key=str)]]
        )
        _, known, of = same.setdefault(said, (about, record, set()))
        known.rows = sorted({*known.rows, *record.rows})
        of.add(positions.get(child))
    for about, record, places in same.values():
        known_places = sorted(place for place in places if place is not None)
        whole = None in places or len(known_places) == len(positions)
        yield about, record, None if whole else known_places


def _adult(record: Record) -> Record:
    """An adult as a notice has one: the name in one, and how to reach them in one line."""
    made = Record(record.rows, dict(record.fields))
    parts = [found for name in ADULT_NAMES if (found := made.fields.pop((name,), None))]
    if parts and ("name",) not in made.fields:
        made.fields[("name",)] = _joined(parts, " ")
    numbers = made.fields.pop(("telephone",), None)
    reached = [found for found in (made.fields.get(("contact",)), numbers) if found]
    if reached:
        made.fields[("contact",)] = _joined(reached, "; ")
    return made


def _joined(parts: Sequence[Found], between: str) -> Found:
    texts = [text for part in parts for text in (part.value if isinstance(part.value, list) else [part.value])]
    rows = [row for part in parts for row in part.rows]
    return Found(between.join(map(str, texts)), rows, [column for part in parts for column in part.columns])


def _put_record(notice: Notice, at: Path, record: Record) -> None:
    _put(notice, at, None)
    notice.places[path_text(at)] = Found(None, record.rows, [])
    for path, found in record.fields.items():
        _put(notice, (*at, *path), found)


def _put(notice: Notice, path: Path, found: Found | None) -> None:
    """Set the value at a path; lists are mappings by position until `_listed`."""
    inside: dict[Any, Any] = notice.data
    for step in path[:-1] if found else path:
        inside = inside.setdefault(step, {})
    if found is not None:
        inside[path[-1]] = found.value
        notice.places[path_text(path)] = found


def _listed(data: Any) -> Any:
    if not isinstance(data, dict):
        return data
    inner = {key: _listed(value) for key, value in data.items()}
    if inner and all(isinstance(key, int) for key in inner):
        return [inner[key] for key in sorted(inner)]
    return inner


def path_text(path: Path) -> str:
    """`children[0].date_of_birth`, as a notice's faults name it."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")


def placed_fault(fault: str, notice: Notice, rows: Sequence[int]) -> str:
    """A fault of the notice in the words of the table: rows and columns in place of a path."""
    path, _, sentence = fault.partition(": ")
    around = path
    while around and around not in notice.places:
        around = around[: max(around.rfind("."), around.rfind("["), 0)]
    found = notice.places.get(around)
    numbers = found.rows if found and found.rows else rows
    columns = ", ".join(found.columns) if found and found.columns and around == path else path
    return f"{rows_text(numbers)}, {columns}: {sentence}"


def _day(raised_at: str | None) -> date | None:
    return None if raised_at is None else datetime.fromisoformat(raised_at).date()
