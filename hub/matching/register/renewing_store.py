"""Seals and keyed hashes made anew under new keys, and what still needs the old ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from hub.matching.deciding.blocking import Key
from hub.matching.register.store import STORED, Connection, StoredRow
from hub.matching.register.writing_store import exchange_keys

_RESEAL_NEXT = STORED + "record_id > %s and key_id <> %s order by record_id limit %s for update skip locked"
_RESEAL = "update source_record set key_id = %s, sealed = %s where record_id = %s"
_TO_REKEY = STORED + "record_id > %s and blocking_key_id is distinct from %s order by record_id limit %s"
_REKEY = """
update source_record set local_key = %s, content_key = %s, blocking_key_id = %s where record_id = %s"""
_REKEY_ASKED = "update judged_apart set asked = %s where asked = %s"
_REKEY_JUDGED = "update judged_apart set record_key = %s where record_key = %s"
_BY_BLOCKER = "select coalesce(blocking_key_id, ''), count(*) from source_record group by 1"
_HASHED = (
    "select count(*) from source_record where blocking_key_id = %(key)s or (%(oldest)s and blocking_key_id is null)"
)
_ASKED_UNDER = "select count(*) from judged_apart where blocking_key_id = %s and withdrawn_by is null"
_STILL = "lock table source_record in share mode"
_NEEDED = "select count(*) from source_record where key_id = %s"
_BY_KEY = "select key_id, count(*) from source_record group by key_id"


class RekeyedRow(NamedTuple):
    """A record's hashes under another secret, and the blocking keys to be exchanged."""

    record_id: int
    old_local_key: bytes
    local_key: bytes
    content_key: bytes
    blocking_key_id: str
    old_keys: Sequence[Key]
    keys: Sequence[Key]


def claim_to_reseal(connection: Connection, after: int, current: str, count: int) -> list[StoredRow]:
    """The next records under another key, locked; those that somebody is writing at the moment are passed over."""
    rows = connection.cursor(binary=True).execute(_RESEAL_NEXT, (after, current, count))
    return [StoredRow._make(row) for row in rows]


def reseal(connection: Connection, rows: Sequence[tuple[str, bytes, int]]) -> None:
    """Write (key id, sealed form, record id) of records under lock."""
    connection.cursor().executemany(_RESEAL, rows)


def rows_by_key(connection: Connection) -> dict[str, int]:
    """How many records each key seals."""
    return dict(connection.execute(_BY_KEY).fetchall())


def to_rekey(connection: Connection, after: int, current: str, count: int) -> list[StoredRow]:
    """The next records whose hashes another secret made."""
    rows = connection.cursor(binary=True).execute(_TO_REKEY, (after, current, count))
    return [StoredRow._make(row) for row in rows]


def rekey(connection: Connection, rows: Sequence[RekeyedRow]) -> None:
    """Write hashes anew: of records, their blocking keys, and whom they were judged apart from."""
    cursor = connection.cursor()
    cursor.executemany(_REKEY, [(row.local_key, row.content_key, row.blocking_key_id, row.record_id) for row in rows])
    exchange_keys(connection, [(row.record_id, row.old_keys, row.keys) for row in rows])
    if connection.execute("select exists (select from judged_apart)").fetchone() == (True,):
        pairs = [(row.local_key, row.old_local_key) for row in rows]
        cursor.executemany(_REKEY_ASKED, pairs)
        cursor.executemany(_REKEY_JUDGED, pairs)


def rows_by_secret(connection: Connection) -> dict[str, int]:
    """How many records' hashes each secret made; under an empty id, the oldest that is held."""
    return dict(connection.execute(_BY_BLOCKER).fetchall())


def hashed_by(connection: Connection, key_id: str, *, oldest: bool) -> tuple[int, int]:
    """How many records' hashes a secret made, and how many judgements about concerns. As `sealed_by` otherwise."""
    connection.execute(_STILL)
    counts = [
        connection.execute(_HASHED, {"key": key_id, "oldest": oldest}).fetchone(),
        connection.execute(_ASKED_UNDER, (key_id,)).fetchone(),
    ]
    records, judged = (int(row[0]) if row else 0 for row in counts)
    return records, judged


def sealed_by(connection: Connection, key_id: str) -> int:
    """How many records a key seals. Nobody writes a record from now on until the transaction ends."""
    connection.execute(_STILL)
    row = connection.execute(_NEEDED, (key_id,)).fetchone()
    assert row is not None
    return int(row[0])
