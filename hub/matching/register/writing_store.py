"""Records, their keys, and what a person is asked of them, as they are written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from struct import pack
from typing import NamedTuple
from uuid import UUID

from hub.matching.deciding.blocking import Key
from hub.matching.deciding.decision import SubjectKey
from hub.matching.register.store import KEY_FIELD, Connection, Keys, binary_cursor

_COPY_HEADER = b"PGCOPY\n\xff\r\n\x00" + pack("!ii", 0, 0)
_COPY_END = pack("!h", -1)
_ROW_OF_TWO = pack("!h", 2) + KEY_FIELD

_NEXT_IDS = "select nextval(pg_get_serial_sequence('source_record', 'record_id')) from generate_series(1, %s)"
_COPY_RECORDS = """
copy source_record (record_id, subject_id, organisation, relationship, end_date, local_key, content_key, key_id, sealed,
                    blocking_key_id)
from stdin (format binary)"""
_COPY_KEYS = "copy blocking_key (key, record_id) from stdin (format binary)"
_UPDATE = """
update source_record set subject_id = %s, relationship = %s, end_date = %s, content_key = %s, key_id = %s, sealed = %s,
       changed_at = now() where record_id = %s"""
_DELETE_KEY = "delete from blocking_key where record_id = %s and key = any(%s)"
_MOVE = "update source_record set subject_id = %s, key_id = %s, sealed = %s where record_id = %s"
_COPY_JOINS = "copy subject_join (record_id, subject_id, rule, version, score) from stdin (format binary)"
_REVIEW = """
insert into subject_review (record_id, subject_id, candidates, why, version, score)
select new.record_id, new.subject_id, new.candidates, new.why, new.version, new.score
  from (values (%s::bigint, %s::uuid, %s::uuid[], %s::text[], %s::int, %s::real))
       as new (record_id, subject_id, candidates, why, version, score)
 where not exists (select from subject_review held
                    where held.record_id = new.record_id and held.status = 'open'
                      and held.candidates @> new.candidates and held.why @> new.why)"""


class RecordRow(NamedTuple):
    """A record to write."""

    record_id: int
    subject: SubjectKey
    organisation: str
    relationship: str
    end_date: date | None
    local_key: bytes
    content_key: bytes
    key_id: str
    sealed: bytes
    keys: Sequence[Key]
    blocking_key_id: str


class NewJoin(NamedTuple):
    """Why a record joined its subject."""

    record_id: int
    subject: SubjectKey
    rule: str
    version: int
    score: float


class NewReview(NamedTuple):
    """A record that may be one of the candidates; `subject` is its own till then."""

    record_id: int
    subject: SubjectKey
    candidates: Sequence[UUID]
    why: Sequence[str]
    version: int
    score: float


def next_ids(connection: Connection, count: int) -> list[int]:
    """Record ids for `count` new rows."""
    return [row[0] for row in connection.execute(_NEXT_IDS, (count,))]


def insert(connection: Connection, rows: Sequence[RecordRow]) -> None:
    """Write new records and their keys by binary COPY."""
    if not rows:
        return
    with connection.cursor().copy(_COPY_RECORDS) as copy:
        copy.set_types(["int8", "uuid", "text", "text", "date", "bytea", "bytea", "text", "bytea", "text"])
        for row in rows:
            copy.write_row((row.record_id, UUID(bytes=row.subject), *row[2:9], row.blocking_key_id))
    _insert_keys(connection, [(row.record_id, row.keys) for row in rows])


def update(connection: Connection, changes: Sequence[tuple[RecordRow, Sequence[Key]]]) -> None:
    """Rewrite changed records and their keys; each comes with its old keys."""
    if not changes:
        return
    cursor = binary_cursor(connection)
    cursor.executemany(
        _UPDATE,
        [
            (
                UUID(bytes=row.subject),
                row.relationship,
                row.end_date,
                row.content_key,
                row.key_id,
                row.sealed,
                row.record_id,
            )
            for row, _ in changes
        ],
    )
    exchange_keys(connection, [(row.record_id, old, row.keys) for row, old in changes])


def move(connection: Connection, moves: Iterable[tuple[int, SubjectKey, str, bytes]]) -> None:
    """Give records (record id, subject, key id, sealed form) to subjects. A move changes nothing that a roll said."""
    connection.cursor().executemany(
        _MOVE, [(UUID(bytes=subject), key_id, sealed, record_id) for record_id, subject, key_id, sealed in moves]
    )


def exchange_keys(connection: Connection, changes: Sequence[tuple[int, Sequence[Key], Sequence[Key]]]) -> None:
    """Of each record (its id, its old keys, its new keys): write what is new, delete what is no more."""
    gone = [(record_id, Keys(key for key in old if key not in set(new))) for record_id, old, new in changes]
    binary_cursor(connection).executemany(_DELETE_KEY, [pair for pair in gone if pair[1]])
    _insert_keys(
        connection, [(record_id, [key for key in new if key not in set(old)]) for record_id, old, new in changes]
    )


def note_joins(connection: Connection, rows: Sequence[NewJoin]) -> None:
    """Write down why records joined, by binary COPY."""
    if not rows:
        return
    with connection.cursor().copy(_COPY_JOINS) as copy:
        copy.set_types(["int8", "uuid", "text", "int4", "float4"])
        for row in rows:
            copy.write_row((row.record_id, UUID(bytes=row.subject), *row[2:]))


def open_reviews(connection: Connection, rows: Sequence[NewReview]) -> None:
    """Ask a person whether each of these records is one of its candidates'; once, while that question is open."""
    if rows:
        binary_cursor(connection).executemany(
            _REVIEW, [(row[0], UUID(bytes=row.subject), list(row[2]), list(row[3]), *row[4:]) for row in rows]
        )


def _insert_keys(connection: Connection, rows: Iterable[tuple[int, Sequence[Key]]]) -> None:
    lines = []
    for record_id, keys in rows:
        owner = KEY_FIELD + pack("!i", record_id)
        lines += [_ROW_OF_TWO + key + owner for key in keys]
    if lines:
        lines.sort()  # neighbours go to one page of the index, which then is read once
        with connection.cursor().copy(_COPY_KEYS) as copy:
            copy.write(_COPY_HEADER + b"".join(lines) + _COPY_END)
