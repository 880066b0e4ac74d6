"""The register's tables as far as people change them: judged apart, reviews, changes of subjects, re-sealing.

The second file of matching that does I/O, beside `store`. Everything runs in the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.types.json import Jsonb

from hub.matching.deciding.blocking import Key
from hub.matching.deciding.decision import SubjectKey
from hub.matching.register.store import Connection, StoredRow, exchange_keys

_MEMBERS = """
select local_key, record_id, uuid_send(subject_id), organisation, relationship, end_date, key_id, sealed,
       blocking_key_id
  from source_record where {} order by record_id"""
_OF_SUBJECTS = _MEMBERS.format("subject_id = any(%s)")
_OF_RECORDS = _MEMBERS.format("record_id = any(%s)")
_MOVE = "update source_record set subject_id = %s, key_id = %s, sealed = %s where record_id = %s"
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
_REVIEW_COLUMNS = """
select v.review_id, v.record_id, r.subject_id, r.organisation, v.candidates, v.why, v.score, v.opened_at, v.status
  from subject_review v left join source_record r on r.record_id = v.record_id"""
_REVIEWS = (
    _REVIEW_COLUMNS
    + """
 where %(status)s::text is null or v.status = %(status)s or (%(status)s = 'decided' and v.status <> 'open')
 order by v.opened_at, v.review_id limit %(limit)s"""
)
_REVIEW = _REVIEW_COLUMNS + " where v.review_id = %s"
_CLAIM = """
select v.review_id, v.record_id, v.candidates, v.status from subject_review v
 where v.review_id = any(%(reviews)s)
    or (v.status = 'open' and (v.record_id = any(%(records)s) or v.candidates && %(subjects)s::uuid[]))
 order by v.review_id for update"""
_SET_REVIEW = "update subject_review set status = %s, candidates = %s where review_id = %s"
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
_JOINS = """
select record_id, subject_id, rule, version, score, joined_at from subject_join
 where record_id = any(%s) order by join_id"""
_RESEAL_NEXT = """
select local_key, record_id, uuid_send(subject_id), organisation, relationship, end_date, key_id, sealed,
       blocking_key_id
  from source_record where record_id > %s and key_id <> %s
 order by record_id limit %s for update skip locked"""
_RESEAL = "update source_record set key_id = %s, sealed = %s where record_id = %s"
_TO_REKEY = """
select local_key, record_id, uuid_send(subject_id), organisation, relationship, end_date, key_id, sealed,
       blocking_key_id
  from source_record where record_id > %s and blocking_key_id is distinct from %s order by record_id limit %s"""
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


class ReviewRow(NamedTuple):
    """A review of a source record. `subject` is the record's own now; None where the record is gone."""

    review_id: int
    record_id: int
    subject: UUID | None
    organisation: str | None
    candidates: list[UUID]
    why: list[str]
    score: float
    opened_at: datetime
    status: str


class ClaimedReview(NamedTuple):
    """A review under lock."""

    review_id: int
    record_id: int
    candidates: tuple[UUID, ...]
    status: str


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


class RekeyedRow(NamedTuple):
    """A record's hashes under another secret, and the blocking keys to be exchanged."""

    record_id: int
    old_local_key: bytes
    local_key: bytes
    content_key: bytes
    blocking_key_id: str
    old_keys: Sequence[Key]
    keys: Sequence[Key]


class JoinRow(NamedTuple):
    """Why a record joined a subject by itself."""

    record_id: int
    subject_id: UUID
    rule: str
    version: int
    score: float
    joined_at: datetime


def members(connection: Connection, subject_ids: Iterable[UUID]) -> list[StoredRow]:
    """Records of these subjects."""
    return _stored(connection, _OF_SUBJECTS, list(subject_ids))


def records(connection: Connection, record_ids: Iterable[int]) -> list[StoredRow]:
    """These records."""
    return _stored(connection, _OF_RECORDS, list(record_ids))


def last_records(connection: Connection, subject_ids: Iterable[UUID]) -> list[int]:
    """Ids of the records that subjects had when people gave their ids up."""
    return [row[0] for row in connection.execute(_LAST_RECORDS, ([str(one) for one in subject_ids],))]


def living(connection: Connection, subject_ids: Iterable[UUID]) -> set[UUID]:
    """Those of these subjects that have a record."""
    return {row[0] for row in connection.execute(_LIVING, (list(subject_ids),))}


def move(connection: Connection, moves: Iterable[tuple[int, SubjectKey, str, bytes]]) -> None:
    """Give records (record id, subject, key id, sealed form) to subjects. A move changes nothing that a roll said."""
    connection.cursor().executemany(
        _MOVE, [(UUID(bytes=subject), key_id, sealed, record_id) for record_id, subject, key_id, sealed in moves]
    )


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


def reviews(connection: Connection, status: str | None, limit: int) -> list[ReviewRow]:
    """Reviews of records, the oldest first; `decided` is every one that is not open."""
    return [ReviewRow._make(row) for row in connection.execute(_REVIEWS, {"status": status, "limit": limit})]


def review(connection: Connection, review_id: int) -> ReviewRow | None:
    """One review."""
    row = connection.execute(_REVIEW, (review_id,)).fetchone()
    return None if row is None else ReviewRow._make(row)


def claim_reviews(
    connection: Connection, review_ids: Iterable[int], record_ids: Iterable[int], subject_ids: Iterable[UUID]
) -> list[ClaimedReview]:
    """Lock these reviews, and those open ones that are about these records or propose these subjects."""
    asked = {"reviews": list(review_ids), "records": list(record_ids), "subjects": list(subject_ids)}
    return [
        ClaimedReview(review_id, record_id, tuple(candidates), status)
        for review_id, record_id, candidates, status in connection.execute(_CLAIM, asked)
    ]


def set_review(connection: Connection, review_id: int, status: str, candidates: Sequence[UUID]) -> None:
    """Write what became of a review under lock."""
    connection.execute(_SET_REVIEW, (status, list(candidates), review_id))


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


def joins(connection: Connection, record_ids: Sequence[int]) -> list[JoinRow]:
    """Why these records joined what they joined by themselves."""
    return [JoinRow._make(row) for row in connection.execute(_JOINS, (list(record_ids),))]


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


def _stored(connection: Connection, query: str, ids: list[Any]) -> list[StoredRow]:
    return [StoredRow._make(row) for row in connection.cursor(binary=True).execute(query, (ids,))]
