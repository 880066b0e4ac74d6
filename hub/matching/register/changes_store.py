"""Subjects as people change them, whom they judged apart, and why records joined."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.types.json import Jsonb

from hub.matching.register.store import Connection

_LAST_RECORDS = """
select one.record_id::bigint
  from unnest(%s::text[]) as gone (subject)
 cross join lateral (select c.before, c.after from subject_change c
                      where c.before ? gone.subject or c.after ? gone.subject
                      order by c.change_id desc limit 1) as last
 cross join lateral jsonb_array_elements_text(last.before -> gone.subject) as one (record_id)
 where not last.after ? gone.subject"""
_LIVING = "select distinct subject_id from source_record where subject_id = any(%s)"
_JUDGED = "select asked, record_key from judged_apart where asked = any(%s) and withdrawn_by is null"
_JUDGE = """
insert into judged_apart as held (asked, record_key, change_id, judged_at, blocking_key_id)
select pair.asked, pair.record_key, %(change)s, %(now)s, %(secret)s
  from unnest(%(asked)s::bytea[], %(records)s::bytea[]) as pair (asked, record_key)
    on conflict (asked, record_key) do update
   set change_id = excluded.change_id, judged_at = excluded.judged_at, withdrawn_by = null
 where held.withdrawn_by is not null"""
_WITHDRAW = """
update judged_apart set withdrawn_by = %s
 where asked = any(%s) and record_key = any(%s) and withdrawn_by is null"""
_WITHDRAW_CHANGE = "update judged_apart set withdrawn_by = %s where change_id = %s and withdrawn_by is null"
_RESTORE = "update judged_apart set withdrawn_by = null where withdrawn_by = %s"
_NEXT_CHANGE = "select nextval(pg_get_serial_sequence('subject_change', 'change_id'))"
_KEEP = """
insert into subject_change (change_id, kind, undoes, review_id, records, before, after, reviews, deliveries,
                            changed_at, restricted, told_key, told)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict (undoes) do nothing"""
_CHANGE_COLUMNS = """
select change_id, kind, undoes, review_id, records, before, after, reviews, deliveries, changed_at,
       restricted, told_key, told,
       exists (select from subject_change u where u.undoes = c.change_id)
  from subject_change c"""
_CHANGE = _CHANGE_COLUMNS + " where change_id = %s"
_CHANGES_OF_REVIEW = _CHANGE_COLUMNS + " where review_id = %s order by change_id"
_CHANGES_OF_RECORDS = _CHANGE_COLUMNS + " where records && %s::bigint[] order by change_id desc limit 100"
_NOT_OVERTAKEN = """
   and not exists (select from subject_change later
                    where later.change_id > c.change_id and later.records && c.records
                      and later.kind not in ('need_more', 'propose'))
 order by c.change_id limit 100"""
_PROPOSED = _CHANGE_COLUMNS + " where c.kind = 'propose' and c.before ?& %(subjects)s::text[]" + _NOT_OVERTAKEN
_JOINS = """
select record_id, subject_id, rule, version, score, joined_at from subject_join
 where record_id = any(%s) order by join_id"""


class ChangeRow(NamedTuple):
    """A change as it is kept; the columns of `subject_change`, and whether it was undone."""

    change_id: int
    kind: str
    undoes: int | None
    review_id: int | None
    records: list[int]
    before: Mapping[str, list[int]]
    after: Mapping[str, list[int]]
    reviews: Mapping[str, Any]
    deliveries: list[UUID]
    changed_at: datetime
    restricted: bytes
    told_key: str
    told: bytes
    undone: bool


class JoinRow(NamedTuple):
    """Why a record joined a subject by itself."""

    record_id: int
    subject_id: UUID
    rule: str
    version: int
    score: float
    joined_at: datetime


def last_records(connection: Connection, subject_ids: Iterable[UUID]) -> list[int]:
    """Ids of the records that subjects had when people gave their ids up."""
    return [row[0] for row in connection.execute(_LAST_RECORDS, ([str(one) for one in subject_ids],))]


def living(connection: Connection, subject_ids: Iterable[UUID]) -> set[UUID]:
    """Those of these subjects that have a record."""
    return {row[0] for row in connection.execute(_LIVING, (list(subject_ids),))}


def judged_of(connection: Connection, asked: Sequence[bytes]) -> dict[bytes, set[bytes]]:
    """Of those who ask, by hash, the look-up hashes of records that a person judged to be another child's."""
    found: dict[bytes, set[bytes]] = {}
    for own, record_key in connection.execute(_JUDGED, (list(asked),)):
        found.setdefault(own, set()).add(record_key)
    return found


def judge_apart(
    connection: Connection,
    pairs: Sequence[tuple[bytes, bytes]],
    change_id: int | None,
    now: datetime,
    secret: str | None = None,
) -> None:
    """Keep pairs (hash of who asks, look-up hash of the record); one that is kept already stays as it is.

    `secret` is the blocking secret's id where a concern's child asks, whom nothing else tells.
    """
    once = list(dict.fromkeys(pairs))
    asked, record_keys = [pair[0] for pair in once], [pair[1] for pair in once]
    connection.execute(
        _JUDGE, {"change": change_id, "now": now, "secret": secret, "asked": asked, "records": record_keys}
    )


def withdraw(connection: Connection, change_id: int, some: Sequence[bytes], others: Sequence[bytes]) -> None:
    """Take back that any of these records was judged apart from any of the others, either way round."""
    connection.execute(_WITHDRAW, (change_id, list(some), list(others)))
    connection.execute(_WITHDRAW, (change_id, list(others), list(some)))


def withdraw_change(connection: Connection, change_id: int, of: int) -> None:
    """Take back what a change judged, and hold again what it took back."""
    connection.execute(_WITHDRAW_CHANGE, (change_id, of))
    connection.execute(_RESTORE, (of,))


def next_change(connection: Connection) -> int:
    """An id for a change."""
    row = connection.execute(_NEXT_CHANGE).fetchone()
    assert row is not None
    return int(row[0])


def keep_change(connection: Connection, row: ChangeRow) -> bool:
    """Keep a change; False where it undoes what was undone already."""
    values = (*row[:5], Jsonb(dict(row.before)), Jsonb(dict(row.after)), Jsonb(dict(row.reviews)), *row[8:13])
    return connection.execute(_KEEP, values).rowcount == 1


def change(connection: Connection, change_id: int) -> ChangeRow | None:
    """One change."""
    row = connection.execute(_CHANGE, (change_id,)).fetchone()
    return None if row is None else ChangeRow._make(row)


def changes_of_review(connection: Connection, review_id: int) -> list[ChangeRow]:
    """What people said of a review, in order."""
    return [ChangeRow._make(row) for row in connection.execute(_CHANGES_OF_REVIEW, (review_id,))]


def changes_of_records(connection: Connection, record_ids: Sequence[int]) -> list[ChangeRow]:
    """The latest 100 changes that these records were part of."""
    return [ChangeRow._make(row) for row in connection.execute(_CHANGES_OF_RECORDS, (list(record_ids),))]


def proposed(connection: Connection, subject_ids: Iterable[UUID] = ()) -> list[ChangeRow]:
    """Merges of these subjects (of any, if none is named) that one person proposed, the first 100.

    Those are left out over whose records another change came since: the merge itself, or the proposal taken back.
    """
    found = connection.execute(_PROPOSED, {"subjects": [str(one) for one in subject_ids]})
    return [ChangeRow._make(row) for row in found]


def joins(connection: Connection, record_ids: Sequence[int]) -> list[JoinRow]:
    """Why these records joined what they joined by themselves."""
    return [JoinRow._make(row) for row in connection.execute(_JOINS, (list(record_ids),))]
