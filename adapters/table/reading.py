"""A table as the concerns that it holds: one for each incident, taken or refused by itself. Pure.

A file that is not whole, or whose columns the mapping does not know, is refused as a file. After that each incident
stands alone: what is wrong with one keeps none of the others.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from adapters.bridge.formats import MAX_NATIVE, Faults, Raised, Wrong
from adapters.police.translate import translate
from adapters.table.assembling import Kinded, Notice, assemble, placed_fault
from adapters.table.cells import CellFault, moment_in, read_row, text_of
from adapters.table.grouping import Incident, group, ragged, rows_text
from adapters.table.heading import Placed, place
from adapters.table.mapping import TableMapping, same_code
from adapters.table.moments import instant
from adapters.table.sheets.opening import open_table
from adapters.table.sheets.rows import FileFault, Row
from adapters.table.written import CHILD, RowKind

MAX_FAULTS = 30
_EVERY_ROW = RowKind.model_construct(is_=CHILD, relationship=None, child_under=None, left_out=None)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_RETRACTION = (
    "notice_type", "notice_reference", "version", "last_modified", "raised_at", "category", "urgency", "reason",
)  # fmt: skip
NO_CHILD = "no row of it is about a child, and a concern is about one at least."
NO_ROWS = "file: holds no row below its headings."


def read(
    raw: bytes, mapping: TableMapping, *, source: str, received_at: datetime, new_id: Callable[[], UUID]
) -> tuple[Raised | Wrong, ...]:
    """Every concern of a file, or why there is none; at least one of them."""
    if len(raw) > MAX_NATIVE:
        return (Wrong((f"file: is larger than {MAX_NATIVE:,} bytes: export it in several files.",), "file"),)
    try:
        table = open_table(raw, mapping.file)
        placed = place(table.headings, mapping)
        incidents = group(table.rows, placed, mapping)
    except FileFault as fault:
        return (Wrong(fault.args, "file"),)
    if not incidents:
        return (Wrong((NO_ROWS,), "file"),)
    reader = _Reader(mapping, placed, source, received_at, new_id)
    return tuple(found for incident in incidents for found in reader.read(incident))


@dataclass(frozen=True, slots=True)
class _Reader:
    mapping: TableMapping
    placed: Placed
    source: str
    received_at: datetime
    new_id: Callable[[], UUID]

    def read(self, incident: Incident) -> Iterator[Raised | Wrong]:
        """The concerns of one incident: one for each of its versions."""
        faults = [f"row {row.number}: {ragged(row, self.placed)}" for row in incident.rows if row.ragged]
        if faults:
            yield Wrong(_capped(faults), incident.where)
            return
        kinded = [(row, one) for row in incident.rows if (one := self._kinded(row, faults)) is not None]
        versions = self._versions(kinded, faults)
        if not kinded and not faults:
            faults.append(f"{incident.where}: are left out, each of them, by rows.codes of the mapping.")
        if faults:
            yield Wrong(_capped(faults), incident.where)
            return
        for heading, rows in versions:
            yield self._concern(incident.reference, heading, rows)

    def _kinded(self, row: Row, faults: list[str]) -> Kinded | None:
        """The row with whom it is about; None where it is left out."""
        try:
            kind = self._kind(row, self.mapping.kind_column)
        except CellFault as fault:
            faults.append(f"row {row.number}, {self.mapping.kind_column}: {fault}")
            kind = _EVERY_ROW
        if kind.left_out is not None:
            return None
        says = read_row(row, self.placed, self.mapping)
        faults += says.faults
        return Kinded(says, kind, self._nominal(row, faults))

    def _kind(self, row: Row, column: str | None) -> RowKind:
        if column is None:
            return _EVERY_ROW
        code = text_of(self.placed.cell(row, column))
        found = self.mapping.kinds.get(same_code(code))
        if found is None:
            raise CellFault("is a code that rows.codes of the mapping does not list." if code else "is empty.")
        return found

    def _nominal(self, row: Row, faults: list[str]) -> str:
        if self.mapping.nominal is None:
            return ""
        try:
            return text_of(self.placed.cell(row, self.mapping.nominal))
        except CellFault as fault:
            faults.append(f"row {row.number}, {self.mapping.nominal}: {fault}")
            return ""

    def _versions(
        self, kinded: Sequence[tuple[Row, Kinded]], faults: list[str]
    ) -> list[tuple[dict[str, Any], list[Kinded]]]:
        """The rows of each version, the oldest first, with what orders it."""
        rows = [one for _, one in kinded]
        if self.mapping.version is not None:
            found: dict[int, list[Kinded]] = {}
            for row, one in kinded:
                number = self._version(row, self.mapping.version, faults)
                found.setdefault(number, []).append(one)
            return [
                ({"notice_type": "raise" if number == 1 else "update", "version": number}, found[number])
                for number in sorted(found)
            ]
        if self.mapping.modified is not None:
            times = [at for row, _ in kinded if (at := self._modified(row, self.mapping.modified, faults))]
            if kinded and not times and not faults:
                faults.append(f"{_rows_of(rows)}, {self.mapping.modified}: is empty, and orders the notices of a case.")
            latest = max(times, default=_EPOCH).isoformat()
            return [({"notice_type": "update", "last_modified": latest}, rows)]
        return [({"notice_type": "raise", "version": 1}, rows)]

    def _version(self, row: Row, column: str, faults: list[str]) -> int:
        try:
            text = text_of(self.placed.cell(row, column))
        except CellFault as fault:
            faults.append(f"row {row.number}, {column}: {fault}")
            return 0
        number = text.removesuffix(".0")
        if not (number.isascii() and number.isdigit() and len(number) <= 10):  # noqa: PLR2004 - digits of a version
            faults.append(f"row {row.number}, {column}: must be a whole number, for it orders the notices of a case.")
            return 0
        return int(number)

    def _modified(self, row: Row, column: str, faults: list[str]) -> datetime | None:
        """When this row was last modified; of an incident the latest of its rows counts."""
        try:
            moment = moment_in(self.placed.cell(row, column), self.mapping.modified_patterns)
        except CellFault as fault:
            faults.append(f"row {row.number}, {column}: {fault}")
            return None
        if moment is None:
            return None
        at = "has a day and no time." if moment.at is None else instant(moment, moment.at, self.mapping.zone)
        if isinstance(at, str):
            faults.append(f"row {row.number}, {column}: {at}")
            return None
        return at

    def _concern(self, reference: str, heading: dict[str, Any], rows: list[Kinded]) -> Raised | Wrong:
        where = _rows_of(rows)
        notice = assemble(rows, self.mapping, {"notice_reference": reference, **heading})
        if "children" not in notice.data and notice.data["notice_type"] != "retract":
            notice.faults.append(f"{where}: {NO_CHILD}")
        if notice.faults:
            return Wrong(_capped(notice.faults), where)
        raw = json.dumps(_only_heading(notice)).encode()
        (found,) = translate(raw, source=self.source, received_at=self.received_at, new_id=self.new_id)
        if isinstance(found, Raised):
            return Raised(found.concern, (*found.left_out, *notice.left_out), where)
        numbers = [row.says.number for row in rows]
        return Wrong(_capped([placed_fault(fault, notice, numbers) for fault in found.faults]), where)


def _only_heading(notice: Notice) -> dict[str, Any]:
    """A retraction names nobody, and a notice that is none has no reason for one."""
    data = notice.data
    if data.get("notice_type") == "retract":
        return {name: data[name] for name in _RETRACTION if name in data}
    return {name: value for name, value in data.items() if name != "reason"}


def _rows_of(rows: Sequence[Kinded]) -> str:
    return rows_text(one.says.number for one in rows)


def _capped(faults: Sequence[str]) -> Faults:
    once = tuple(dict.fromkeys(faults))
    if len(once) <= MAX_FAULTS:
        return once
    return (*once[:MAX_FAULTS], f"incident: has {len(once) - MAX_FAULTS} faults more.")
