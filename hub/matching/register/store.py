"""The register's tables: the one file of matching that does I/O. Everything runs in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from struct import pack
from typing import Any, NamedTuple
from uuid import UUID

import psycopg
from psycopg.adapt import Buffer, Dumper
from psycopg.pq import Format

from hub.matching.deciding.blocking import KEY_BYTES, Key
from hub.matching.deciding.decision import SubjectKey
from hub.matching.values.level import Bearers

Connection = psycopg.Connection[Any]
"""What every question to the register is handed: the caller's, inside the caller's transaction."""

ENOUGH = 20_000
"""Records from which on it tells something that nobody is given a forename."""

_LOCK_CLASS = 0x52454749
_LOCK_BUCKETS = 1024
"""Bounds the server's lock table, whatever the size of a chunk and the number of imports."""
_STREAMED = 5_000
"""Rows that a stream fetches at a time."""
_INTEGER_ARRAY, _INTEGER = 1007, 23
_FIELD = pack("!i", KEY_BYTES)
_COPY_HEADER = b"PGCOPY\n\xff\r\n\x00" + pack("!ii", 0, 0)
_COPY_END = pack("!h", -1)
_ROW_OF_TWO = pack("!h", 2) + _FIELD

_CANDIDATES = "select * from register_candidates(%s)"
_JUDGED = """
select asked, null::bytea, null::text, null::text, null::date, null::text, record_key
  from judged_apart where asked = any(%s::bytea[]) and withdrawn_by is null"""
_CANDIDATES_AND_JUDGED = f"{_CANDIDATES} union all {_JUDGED}"
_BEARERS = "select key, borne_by from forenames_in_use(%s, %s)"
_IN_USE = """
select key, null::bytea, borne_by, null::text, null::date, null::text, null::bytea
  from forenames_in_use(%s, %s)"""
_CANDIDATES_JUDGED_AND_IN_USE = f"{_CANDIDATES_AND_JUDGED} union all {_IN_USE}"
_SUBJECTS = """
select ''::bytea, uuid_send(subject_id), organisation, relationship, end_date, key_id, sealed
  from source_record where subject_id = any(%s)"""
_RECORD_IDS = "select record_id from source_record where local_key = any(%s)"
_CONTENT = "select local_key, content_key from source_record where local_key = any(%s)"
_STORED = """
select local_key, record_id, uuid_send(subject_id), organisation, relationship, end_date, key_id, sealed,
       blocking_key_id
  from source_record where local_key = any(%s)"""
_OPEN = """
select record_id, relationship from source_record
 where organisation = %s and (end_date is null or end_date >= %s)"""
_STILL_OPEN = """
select local_key, record_id, uuid_send(subject_id), organisation, relationship, end_date, key_id, sealed,
       blocking_key_id
  from source_record where record_id = any(%s) and (end_date is null or end_date >= %s) order by record_id for update"""
_ROLL = "hashtextextended('roll|' || %s, 0)"
_TAKE_ROLL = f"select pg_advisory_lock({_ROLL})"
_GIVE_ROLL = f"select pg_advisory_unlock({_ROLL})"
_LOCK = "select pg_advisory_xact_lock(%s, bucket) from unnest(%s::int[]) as bucket"
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
_COPY_JOINS = "copy subject_join (record_id, subject_id, rule, version, score) from stdin (format binary)"
_REVIEW = """
insert into subject_review (record_id, subject_id, candidates, why, version, score) values (%s, %s, %s, %s, %s, %s)"""


class CandidateRow(NamedTuple):
    """A record of a subject; `keys` are those asked that its subject has, end to end."""

    keys: bytes
    subject: SubjectKey
    organisation: str
    relationship: str
    end_date: date | None
    key_id: str
    sealed: bytes


class Found(NamedTuple):
    """What a batch needs of the register."""

    rows: list[CandidateRow]
    apart: dict[bytes, set[bytes]]
    """Hash of who asks -> look-up hashes of records that a person judged to be another child's."""
    bearers: dict[Key, Bearers]
    """Of keys of forenames, as far as the register tells."""


class StoredRow(NamedTuple):
    """A record as it stands, found by its look-up hash."""

    local_key: bytes
    record_id: int
    subject: SubjectKey
    organisation: str
    relationship: str
    end_date: date | None
    key_id: str
    sealed: bytes
    blocking_key_id: str | None = None
    """The secret that made its keyed hashes; None is the oldest."""


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


class JoinRow(NamedTuple):
    """Why a record joined its subject."""

    record_id: int
    subject: SubjectKey
    rule: str
    version: int
    score: float


class ReviewRow(NamedTuple):
    """A record that may be one of the candidates; `subject` is its own till then."""

    record_id: int
    subject: SubjectKey
    candidates: Sequence[UUID]
    why: Sequence[str]
    version: int
    score: float


class _Keys(tuple[Key, ...]):
    """Keys for one integer[] parameter."""

    __slots__ = ()


class _KeysDumper(Dumper):
    """Four bytes of hash are an integer's wire form already."""

    format = Format.BINARY
    oid = _INTEGER_ARRAY

    def dump(self, obj: _Keys) -> Buffer:
        header = pack("!iiiii", 1, 0, _INTEGER, len(obj), 1)
        return header + b"".join([_FIELD + key for key in obj])


def candidates(connection: Connection, keys: Iterable[Key]) -> list[CandidateRow]:
    """All records of all subjects that share one of these keys: one query."""
    asked = _Keys(keys)
    if not asked:
        return []
    return [CandidateRow._make(row) for row in _cursor(connection).execute(_CANDIDATES, (asked,), prepare=True)]


def find(connection: Connection, keys: Iterable[Key], asked: Sequence[bytes], names: Iterable[Key]) -> Found:
    """As `candidates`, and what else a decision about them needs, of those who ask and their names: still one query."""
    found = Found([], {}, {})
    wanted, named = _Keys(keys), _Keys(names)
    if not wanted:
        return found
    if named:
        rows = _cursor(connection).execute(
            _CANDIDATES_JUDGED_AND_IN_USE, (wanted, list(asked), named, ENOUGH), prepare=True
        )
    else:
        rows = _cursor(connection).execute(_CANDIDATES_AND_JUDGED, (wanted, list(asked)), prepare=True)
    for row in rows:
        if row[1] is not None:
            found.rows.append(CandidateRow._make(row))
        elif row[6] is not None:
            found.apart.setdefault(row[0], set()).add(row[6])
        else:
            found.bearers[row[0]] = Bearers(row[2])
    return found


def bearers(connection: Connection, names: Iterable[Key]) -> dict[Key, Bearers]:
    """Who is given forenames, by key, as far as the register tells."""
    rows = _cursor(connection).execute(_BEARERS, (_Keys(names), ENOUGH))
    return {key: Bearers(borne_by) for key, borne_by in rows}


def subjects(connection: Connection, subject_ids: Sequence[UUID]) -> list[CandidateRow]:
    """All records of these subjects."""
    return [CandidateRow._make(row) for row in _cursor(connection).execute(_SUBJECTS, (list(subject_ids),))]


def content_keys(connection: Connection, local_keys: Sequence[bytes]) -> dict[bytes, bytes]:
    """Content hash of each record that exists, by look-up hash."""
    return dict(_cursor(connection).execute(_CONTENT, (list(local_keys),), prepare=True).fetchall())


def record_ids(connection: Connection, local_keys: Sequence[bytes]) -> list[int]:
    """Ids of the records that exist, by look-up hash."""
    return [row[0] for row in _cursor(connection).execute(_RECORD_IDS, (list(local_keys),), prepare=True)]


def stored(connection: Connection, local_keys: Sequence[bytes]) -> dict[bytes, StoredRow]:
    """Records that exist, by look-up hash."""
    rows = _cursor(connection).execute(_STORED, (list(local_keys),), prepare=True)
    return {row[0]: StoredRow._make(row) for row in rows}


def lock(connection: Connection, keys: Iterable[Key]) -> None:
    """Keep other imports from placing a record that shares a lock key, until the transaction ends.

    Buckets are taken in one order, so that imports wait for each other and never deadlock.
    """
    buckets = sorted({int.from_bytes(key[:4]) % _LOCK_BUCKETS for key in keys})
    connection.execute(_LOCK, (_LOCK_CLASS, buckets))


@contextmanager
def importing(connection: Connection, organisation: str, patience: int) -> Iterator[bool]:
    """Hold an organisation's roll, so that nobody else imports one of it; False where somebody does.

    Waits `patience` milliseconds, at least 1: a server takes that long to notice that an importer was killed.
    """
    try:
        with connection.transaction():
            connection.execute("select set_config('lock_timeout', %s, true)", (str(patience),))
            connection.execute(_TAKE_ROLL, (organisation,))
    except psycopg.errors.LockNotAvailable:
        yield False
        return
    try:
        yield True
    finally:
        if not connection.closed:
            with connection.transaction():
                connection.execute(_GIVE_ROLL, (organisation,))


def open_records(connection: Connection, organisation: str, today: date) -> Iterator[tuple[int, str]]:
    """Ids of an organisation's records whose relationship has not ended, with that; streamed."""
    with connection.cursor("open_records", binary=True) as cursor:
        cursor.itersize = _STREAMED
        cursor.execute(_OPEN, (organisation, today))
        yield from cursor


def still_open(connection: Connection, record_ids: Sequence[int], today: date) -> list[StoredRow]:
    """Those of these records that have not ended, locked against any other change."""
    rows = _cursor(connection).execute(_STILL_OPEN, (list(record_ids), today))
    return [StoredRow._make(row) for row in rows]


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
    cursor = _cursor(connection)
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


def exchange_keys(connection: Connection, changes: Sequence[tuple[int, Sequence[Key], Sequence[Key]]]) -> None:
    """Of each record (its id, its old keys, its new keys): write what is new, delete what is no more."""
    gone = [(record_id, _Keys(key for key in old if key not in set(new))) for record_id, old, new in changes]
    _cursor(connection).executemany(_DELETE_KEY, [pair for pair in gone if pair[1]])
    _insert_keys(
        connection, [(record_id, [key for key in new if key not in set(old)]) for record_id, old, new in changes]
    )


def note_joins(connection: Connection, rows: Sequence[JoinRow]) -> None:
    """Write down why records joined, by binary COPY."""
    if not rows:
        return
    with connection.cursor().copy(_COPY_JOINS) as copy:
        copy.set_types(["int8", "uuid", "text", "int4", "float4"])
        for row in rows:
            copy.write_row((row.record_id, UUID(bytes=row.subject), *row[2:]))


def open_reviews(connection: Connection, rows: Sequence[ReviewRow]) -> None:
    """Ask a person whether each of these records belongs to one of its candidates."""
    if rows:
        _cursor(connection).executemany(
            _REVIEW, [(row[0], UUID(bytes=row.subject), list(row[2]), list(row[3]), *row[4:]) for row in rows]
        )


def _insert_keys(connection: Connection, rows: Iterable[tuple[int, Sequence[Key]]]) -> None:
    lines = []
    for record_id, keys in rows:
        owner = _FIELD + pack("!i", record_id)
        lines += [_ROW_OF_TWO + key + owner for key in keys]
    if lines:
        lines.sort()  # neighbours go to one page of the index, which then is read once
        with connection.cursor().copy(_COPY_KEYS) as copy:
            copy.write(_COPY_HEADER + b"".join(lines) + _COPY_END)


def _cursor(connection: Connection) -> psycopg.Cursor[tuple[Any, ...]]:
    cursor = connection.cursor(binary=True)
    cursor.adapters.register_dumper(_Keys, _KeysDumper)
    return cursor
