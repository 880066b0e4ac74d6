"""What a change of subjects makes of the open reviews of records."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from hub.matching.register import changes_store, reviews_store, store
from hub.matching.register.reviews_store import ClaimedReview

Move = tuple[int, UUID, UUID]
"""A record id, and the subjects that it leaves and joins."""
OPEN, SETTLED = "open", "settled"
"""Statuses of a review; settled: a change left nothing to decide."""
Standing = tuple[str, Sequence[UUID]]
"""A review's status and candidates."""


def claim(connection: store.Connection, moves: Sequence[Move], review_ids: Iterable[int] = ()) -> list[ClaimedReview]:
    """Lock the reviews that a change may touch, and these."""
    subjects = {subject for _, *both in moves for subject in both}
    return reviews_store.claim_reviews(connection, review_ids, [record_id for record_id, _, _ in moves], subjects)


def touch_reviews(
    connection: store.Connection,
    moves: Sequence[Move],
    back: Mapping[str, Any] | None = None,
    answered: Mapping[int, Standing] | None = None,
    claimed: Sequence[ClaimedReview] | None = None,
) -> dict[str, Any]:
    """Bring reviews up to date with a change; returns each one's status and candidates before and after.

    `back`: what an undone change did to reviews, to be put back where nobody has touched them since. `answered`: what
    a review's own answer makes of it. `claimed`: the reviews, if the caller holds their locks already.
    """
    if claimed is None:
        claimed = claim(connection, moves, map(int, back or ()))
    wanted = {one: found for one in claimed if (found := _wanted(one, back or {}, answered or {})) is not None}
    named = {subject for _, candidates in wanted.values() for subject in candidates}
    living = changes_store.living(connection, named | {there for _, _, there in moves})
    owners = {
        row.record_id: UUID(bytes=row.subject) for row in store.records(connection, {one.record_id for one in wanted})
    }
    touched: dict[str, Any] = {}
    for one, (status, candidates) in wanted.items():
        after = status, list(candidates)
        if status == OPEN:
            left = proposals(candidates, moves, living, owners.get(one.record_id))
            after = OPEN if left else SETTLED, left
        if after != (one.status, list(one.candidates)):
            reviews_store.set_review(connection, one.review_id, *after)
            touched[str(one.review_id)] = {"before": _told(one.status, one.candidates), "after": _told(*after)}
    return touched


def proposals(
    candidates: Sequence[UUID], moves: Iterable[Move], living: Collection[UUID], own: UUID | None
) -> list[UUID]:
    """What a review proposes after a change: where a subject's records went is proposed too; what is gone is not."""
    found = dict.fromkeys(candidates)
    for _, here, there in moves:
        if here in found:
            found[there] = None
    return [subject for subject in found if subject in living and subject != own]


def _wanted(one: ClaimedReview, back: Mapping[str, Any], answered: Mapping[int, Standing]) -> Standing | None:
    """What a review should become, moves aside; None leaves it alone."""
    if one.review_id in answered:
        return answered[one.review_id]
    told = back.get(str(one.review_id))
    if told is not None and told["after"] == _told(one.status, one.candidates):
        status, candidates = told["before"]
        return status, [UUID(subject) for subject in candidates]
    return (OPEN, one.candidates) if one.status == OPEN else None


def _told(status: str, candidates: Iterable[UUID]) -> list[Any]:
    return [status, [str(subject) for subject in candidates]]
