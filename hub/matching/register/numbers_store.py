"""Numbers that were superseded, as keyed hashes: asked, added, and looked at again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from hub.matching.deciding.blocking import Key
from hub.matching.deciding.renumbered import Number, Renumbering
from hub.matching.register.store import Connection, Keys, StoredRow, binary_cursor, records

_TIED = "select old_number, new_number, since from tied_numbers(%s, %s)"
_NEXT_IDS = "select nextval('renumbering_number') from generate_series(1, %s)"
_FOUND = """
select renumbering_id, old_number, new_number, since from renumbering
 where old_number = any(%s)"""
_ADD = """
insert into renumbering as held (renumbering_id, blocking_key_id, old_number, new_number, since)
select * from unnest(%s::bigint[], %s::text[], %s::bytea[], %s::bytea[], %s::date[])
    on conflict (old_number, new_number) do update set since = excluded.since, looked_at = null
 where held.since <> excluded.since"""
_WAITING = """
select renumbering_id, array_agg(old_number), array_agg(new_number) from renumbering
 where renumbering_id in (select distinct renumbering_id from renumbering
                           where looked_at is null and renumbering_id > %s order by renumbering_id limit %s)
 group by renumbering_id order by renumbering_id"""
_HOLDERS = "select distinct record_id from blocking_key where key = any(%s)"
_READERS = """
select held.virtualtransaction from pg_locks held
 where held.relation = 'renumbering'::regclass and held.mode = 'AccessShareLock' and held.pid <> pg_backend_pid()
   and held.database = (select oid from pg_database where datname = current_database())
   and not exists (select from pg_stat_activity one where one.pid = held.pid and one.application_name = 'pg_dump')"""
_ONLY_UNDER = """
select count(*) from renumbering one
 where blocking_key_id = %s
   and not exists (select from renumbering other where other.renumbering_id = one.renumbering_id
                   and other.blocking_key_id <> one.blocking_key_id)"""
_FORGET = "delete from renumbering where blocking_key_id = %s"
_LOOKED = "update renumbering set looked_at = %s where renumbering_id = any(%s)"


class HeldRow(NamedTuple):
    """A renumbering under one secret."""

    renumbering_id: int
    old: Number
    new: Number
    since: date


class NewRow(NamedTuple):
    """A renumbering to keep, under one secret."""

    renumbering_id: int
    blocking_key_id: str
    old: Number
    new: Number
    since: date


class Waiting(NamedTuple):
    """A renumbering on which matches wait to be looked at again; its numbers under every secret."""

    renumbering_id: int
    old: tuple[Number, ...]
    new: tuple[Number, ...]


def tied(connection: Connection, numbers: Iterable[Number], *, before: bool = False) -> list[Renumbering]:
    """All that is tied to these numbers. `before`: without what waits to be looked at."""
    rows = connection.cursor(binary=True).execute(_TIED, (list(numbers), before), prepare=True)
    return [Renumbering._make(row) for row in rows]


def held(connection: Connection, old: Iterable[Number]) -> list[HeldRow]:
    """What is known of these old numbers."""
    return [HeldRow._make(row) for row in connection.cursor(binary=True).execute(_FOUND, (list(old),))]


def next_ids(connection: Connection, count: int) -> list[int]:
    """Ids for `count` new renumberings."""
    return [row[0] for row in connection.execute(_NEXT_IDS, (count,))]


def add(connection: Connection, rows: Sequence[NewRow]) -> None:
    """Keep renumberings; one that is known takes the day given."""
    if rows:
        connection.execute(_ADD, [list(column) for column in zip(*rows, strict=True)])


def waiting(connection: Connection, after: int, count: int) -> list[Waiting]:
    """The next renumberings to be looked at, by id."""
    return [Waiting(row[0], tuple(row[1]), tuple(row[2])) for row in connection.execute(_WAITING, (after, count))]


def holders(connection: Connection, keys: Iterable[Key]) -> list[StoredRow]:
    """Records found by one of these keys."""
    return records(connection, [row[0] for row in binary_cursor(connection).execute(_HOLDERS, (Keys(keys),))])


def readers(connection: Connection) -> set[str]:
    """Transactions of others that have asked what took a number's place, and are not over."""
    return {row[0] for row in connection.execute(_READERS)}


def looked(connection: Connection, renumbering_ids: Sequence[int], now: datetime) -> None:
    """These were looked at."""
    connection.execute(_LOOKED, (now, list(renumbering_ids)))


def only_under(connection: Connection, key_id: str) -> int:
    """How many renumberings are known under this secret alone."""
    [(count,)] = connection.execute(_ONLY_UNDER, (key_id,)).fetchall()
    return int(count)


def forget(connection: Connection, key_id: str) -> None:
    """Drop what this secret hashed: nobody can ask for it any more."""
    connection.execute(_FORGET, (key_id,))
