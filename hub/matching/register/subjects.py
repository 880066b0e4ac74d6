"""A subject as it is shown to people: what it is made of, and why. Sealed fields only where they are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from hub.facts.model import Personal
from hub.matching.register import changes_store, store
from hub.matching.register.beside import WHEREABOUTS, is_protective, values_of
from hub.matching.register.changes_store import JoinRow
from hub.matching.register.records import OpenedRecord
from hub.matching.register.register import Register


@dataclass(frozen=True, slots=True, repr=False)
class RecordShown(Personal):
    """One record. Of a restricted child, ties that tell its whereabouts are None: only who answers for it is shown."""

    record_id: int
    organisation: str | None
    relationship: str | None
    start: date | None
    end: date | None
    key_id: str
    """The key that seals it."""
    joined: JoinRow | None
    """Why it joined by itself, the last time that it did."""
    local_id: str | None
    """Sealed, as are `fields`: only for whoever opens the subject."""
    fields: dict[str, str | None]


@dataclass(frozen=True, slots=True, repr=False)
class SubjectShown(Personal):
    """A subject's records, by record id."""

    subject_id: UUID
    restricted: bool
    records: tuple[RecordShown, ...]


def show_subject(connection: store.Connection, register: Register, subject_id: UUID) -> SubjectShown | None:
    """A subject; None where there is none of this id."""
    rows = store.members(connection, [subject_id])
    if not rows:
        return None
    opened = [register.open(row) for row in rows]
    restricted = any(one.restricted for one in opened)
    joins = {join.record_id: join for join in changes_store.joins(connection, [row.record_id for row in rows])}
    return SubjectShown(
        subject_id,
        restricted,
        tuple(
            _shown(row.record_id, row.key_id, one, joins.get(row.record_id), restricted=restricted)
            for row, one in zip(rows, opened, strict=True)
        ),
    )


def _shown(
    record_id: int, key_id: str, opened: OpenedRecord, joined: JoinRow | None, *, restricted: bool
) -> RecordShown:
    fields = values_of(opened.record().identity)
    if restricted:
        fields |= dict.fromkeys(WHEREABOUTS)
        if not is_protective(opened):
            return RecordShown(record_id, None, None, None, None, key_id, joined, None, fields)
    ties = (opened.organisation, opened.relationship, opened.start, opened.end)
    return RecordShown(record_id, *ties, key_id, joined, opened.local_id, fields)
