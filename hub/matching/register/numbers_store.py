"""Numbers that were superseded, as keyed hashes: asked, added, and looked at again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from hub.matching.deciding.renumbered import Number, Renumbering
from hub.matching.register.store import Connection

_TIED = "select old_number, new_number, since from tied_numbers(%s, %s)"
_NEXT_IDS = "select nextval('renumbering_number') from generate_series(1, %s)"
_FOUND = """
select renumbering_id, old_number, new_number, since from renumbering
 where old_number = any(%s)"""
_ADD = """
insert into renumbering as held (renumbering_id, blocking_key_id, old_number, new_number, since)
values (%s, %s, %s, %s, %s)
    on conflict (old_number, new_number) do update set since = excluded.since, looked_at = null
 where held.since <> excluded.since"""
_WAITING = """
select renumbering_id, array_agg(old_number), array_agg(new_number) from renumbering
 where renumbering_id in (select distinct renumbering_id from renumbering
                           where looked_at is null order by renumbering_id limit %s)
 group by renumbering_id order by renumbering_id"""
_COUNT = "select count(distinct renumbering_id) from renumbering where looked_at is null"
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
    connection.cursor().executemany(_ADD, rows)


def waiting(connection: Connection, count: int) -> list[Waiting]:
    """The next renumberings to be looked at."""
    return [Waiting(row[0], tuple(row[1]), tuple(row[2])) for row in connection.execute(_WAITING, (count,))]


def count_waiting(connection: Connection) -> int:
    """How many wait to be looked at."""
    [(count,)] = connection.execute(_COUNT).fetchall()
    return int(count)


def looked(connection: Connection, renumbering_ids: Sequence[int], now: object) -> None:
    """These were looked at."""
    connection.execute(_LOOKED, (now, list(renumbering_ids)))
