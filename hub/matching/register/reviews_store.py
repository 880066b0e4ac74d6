"""Reviews of source records: listed, taken under lock, answered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from hub.matching.register.store import Connection

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
