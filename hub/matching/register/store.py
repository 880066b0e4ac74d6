"""The register's tables as they are asked, and the locks of imports and changes. All in the caller's transaction.

The store files are the only ones of matching that do I/O: this one, `writing_store` (records, their keys, reviews asked
for), `changes_store` (what people changed and judged), `reviews_store` (reviews of records), `renewing_store` (new
keys).
"""

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
KEY_FIELD = pack("!i", KEY_BYTES)
"""The length of a key, as PostgreSQL's binary forms write it before one."""
STORED = """
select local_key, record_id, uuid_send(subject_id), organisation, relationship, end_date, key_id, sealed,
       blocking_key_id
  from source_record where """
"""A record as `StoredRow` takes it."""

_LOCK_CLASS = 0x52454749
_LOCK_BUCKETS = 1024
"""Bounds the server's lock table, whatever the size of a chunk and the number of imports."""
_STREAMED = 5_000
"""Rows that a stream fetches at a time."""
_INTEGER_ARRAY, _INTEGER = 1007, 23

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
_STORED = STORED + "local_key = any(%s)"
_OF_SUBJECTS = STORED + "subject_id = any(%s) order by record_id"
_OF_RECORDS = STORED + "record_id = any(%s) order by record_id"
_STILL_OPEN = STORED + "record_id = any(%s) and (end_date is null or end_date >= %s) order by record_id for update"
_OPEN = """
select record_id, relationship from source_record
 where organisation = %s and (end_date is null or end_date >= %s)"""
_ROLL = "hashtextextended('roll|' || %s, 0)"
_TAKE_ROLL = f"select pg_advisory_lock({_ROLL})"
_GIVE_ROLL = f"select pg_advisory_unlock({_ROLL})"
_LOCK = "select pg_advisory_xact_lock(%s, bucket) from unnest(%s::int[]) as bucket"


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


class Keys(tuple[Key, ...]):
    """Keys for one integer[] parameter of a `binary_cursor`."""

    __slots__ = ()


class _KeysDumper(Dumper):
    """Four bytes of hash are an integer's wire form already."""

    format = Format.BINARY
    oid = _INTEGER_ARRAY

    def dump(self, obj: Keys) -> Buffer:
        header = pack("!iiiii", 1, 0, _INTEGER, len(obj), 1)
        return header + b"".join([KEY_FIELD + key for key in obj])


def find(connection: Connection, keys: Iterable[Key], asked: Sequence[bytes], names: Iterable[Key]) -> Found:
    """Every record of subjects that share a key, and what deciding needs of who asks and of names: one query."""
    found = Found([], {}, {})
    wanted, named = Keys(keys), Keys(names)
    if not wanted:
        return found
    if named:
        rows = binary_cursor(connection).execute(
            _CANDIDATES_JUDGED_AND_IN_USE, (wanted, list(asked), named, ENOUGH), prepare=True
        )
    else:
        rows = binary_cursor(connection).execute(_CANDIDATES_AND_JUDGED, (wanted, list(asked)), prepare=True)
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
    rows = binary_cursor(connection).execute(_BEARERS, (Keys(names), ENOUGH))
    return {key: Bearers(borne_by) for key, borne_by in rows}


def subjects(connection: Connection, subject_ids: Sequence[UUID]) -> list[CandidateRow]:
    """All records of these subjects."""
    return [CandidateRow._make(row) for row in binary_cursor(connection).execute(_SUBJECTS, (list(subject_ids),))]


def content_keys(connection: Connection, local_keys: Sequence[bytes]) -> dict[bytes, bytes]:
    """Content hash of each record that exists, by look-up hash."""
    return dict(binary_cursor(connection).execute(_CONTENT, (list(local_keys),), prepare=True).fetchall())


def record_ids(connection: Connection, local_keys: Sequence[bytes]) -> list[int]:
    """Ids of the records that exist, by look-up hash."""
    return [row[0] for row in binary_cursor(connection).execute(_RECORD_IDS, (list(local_keys),), prepare=True)]


def stored(connection: Connection, local_keys: Sequence[bytes]) -> dict[bytes, StoredRow]:
    """Records that exist, by look-up hash."""
    rows = binary_cursor(connection).execute(_STORED, (list(local_keys),), prepare=True)
    return {row[0]: StoredRow._make(row) for row in rows}


def members(connection: Connection, subject_ids: Iterable[UUID]) -> list[StoredRow]:
    """Records of these subjects."""
    return _stored(connection, _OF_SUBJECTS, list(subject_ids))


def records(connection: Connection, record_ids: Iterable[int]) -> list[StoredRow]:
    """These records."""
    return _stored(connection, _OF_RECORDS, list(record_ids))


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
    rows = binary_cursor(connection).execute(_STILL_OPEN, (list(record_ids), today))
    return [StoredRow._make(row) for row in rows]


def binary_cursor(connection: Connection) -> psycopg.Cursor[tuple[Any, ...]]:
    """A cursor for binary results, which takes `Keys`."""
    cursor = connection.cursor(binary=True)
    cursor.adapters.register_dumper(Keys, _KeysDumper)
    return cursor


def _stored(connection: Connection, query: str, ids: list[Any]) -> list[StoredRow]:
    return [StoredRow._make(row) for row in connection.cursor(binary=True).execute(query, (ids,))]
