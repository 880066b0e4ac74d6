"""Clerical review of source records: a record that may belong to one of several subjects, and what a person says of it.

Reviews about concerns are another queue; the verbs are the same: list, show, decide. Whoever calls `decide` keeps the
change (`changes.keep`) with the reviewer's name and reason, and writes the ledger (`hub.people.register` does both).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from hub.facts.errors import Overtaken, UserError
from hub.facts.model import Personal
from hub.facts.terms import Answer
from hub.matching.deciding.guards import Guard
from hub.matching.register import changes, changes_store, reviews_store, store
from hub.matching.register.beside import Beside, FieldBeside
from hub.matching.register.changes import Change, Kind, Member
from hub.matching.register.records import SourceRecord
from hub.matching.register.register import Register
from hub.matching.register.reviews_after_changes import OPEN, claim, touch_reviews
from hub.matching.register.reviews_store import ClaimedReview, ReviewRow

__all__ = ["ANSWERS", "Beside", "FieldBeside", "RecordReview", "Shown", "decide", "list_reviews", "show"]


ANSWERS = (Answer.MATCH, Answer.DIFFERENT, Answer.NEED_MORE)
"""What a reviewer may say of a record."""
_STATUS = {Answer.MATCH: "matched", Answer.DIFFERENT: "different", Answer.NEED_MORE: OPEN}


@dataclass(frozen=True, slots=True)
class RecordReview:
    """A review of a record, without personal data. `subject_id` is the record's own now."""

    review_id: int
    organisation: str | None
    """None of a restricted record, and of one that is gone."""
    subject_id: UUID | None
    candidates: tuple[UUID, ...]
    why: tuple[str, ...]
    score: float | None
    opened_at: datetime
    status: str


@dataclass(frozen=True, slots=True, repr=False)
class Shown(Personal):
    """A review with the record, and each candidate beside it; of a restricted record nothing tells its whereabouts."""

    review: RecordReview
    record: SourceRecord | None
    """None where it is gone, or restricted: then its fields are those of `beside` alone."""
    beside: tuple[Beside, ...]


def list_reviews(
    connection: store.Connection, register: Register, *, status: str | None = OPEN, limit: int = 1_000
) -> list[RecordReview]:
    """Reviews of source records, the oldest first; `status` None is every one, `decided` every one not open."""
    rows = reviews_store.reviews(connection, status, limit)
    hidden = _restricted(connection, register, rows)
    return [_listed(row, hidden=row.review_id in hidden) for row in rows]


def show(connection: store.Connection, register: Register, review_id: int) -> Shown | None:
    """One review, side by side; None where there is none of this id."""
    row = reviews_store.review(connection, review_id)
    if row is None:
        return None
    hidden = bool(_restricted(connection, register, [row]))
    found = store.records(connection, [row.record_id])
    if not found:
        return Shown(_listed(row, hidden=hidden), None, ())
    opened = register.open(found[0])
    record = opened.record()
    subjects = [subject for subject in row.candidates if subject.bytes != found[0].subject]
    beside = register.side_by_side(
        connection, record.identity, subjects, found[0].local_key, restricted=opened.restricted
    )
    return Shown(_listed(row, hidden=hidden), None if hidden else record, tuple(beside))


def decide(
    connection: store.Connection,
    register: Register,
    review_id: int,
    answer: Answer,
    subject_ids: Sequence[UUID],
    now: datetime,
    *,
    anyway: bool = False,
) -> Change:
    """Carry out a reviewer's answer; raises UserError where the review is not open, or the answer has no sense.

    Match names one of the subjects proposed: the record joins it, and its own subject is given up if that was its last
    record. Different names those that it is not, or none for all; the review stays open while some are left. Need more
    leaves it open.
    """
    row = reviews_store.review(connection, review_id)
    if row is None:
        raise UserError("There is no review of this id: `hub reviews list` shows them.")
    if row.subject is None:
        raise UserError("The record of this review is no longer on the register.")
    subject_ids = tuple(dict.fromkeys(subject_ids))
    held = changes.hold(connection, register, [row.subject, *row.candidates])
    record = next((one for one in held[row.subject] if one.record_id == row.record_id), None)
    moves = [(row.record_id, row.subject, subject) for subject in subject_ids] if answer is Answer.MATCH else []
    claimed = claim(connection, moves, [review_id])
    own = next(one for one in claimed if one.review_id == review_id)
    if own.status != OPEN or record is None:
        raise Overtaken("This review was decided already, or changed: `hub reviews show` says how it stands.")
    proposed = [one for one in own.candidates if held.get(one) and one != row.subject]
    if not set(subject_ids) <= set(proposed):
        raise UserError("A subject that was named is not among those proposed: `hub reviews show` lists them.")
    case = _Case(changes_store.next_change(connection), record, held, own, claimed)
    match answer:
        case Answer.MATCH:
            return _match(connection, register, case, subject_ids, row.why, anyway=anyway)
        case Answer.DIFFERENT:
            return _different(connection, register, case, subject_ids or proposed, now, row.why)
        case _:  # need_more: nobody else is let through
            return changes.made(register, case.change_id, Kind.NEED_MORE, held[row.subject], [], review_id=review_id)


class _Case(NamedTuple):
    """A review under lock: the record, all records of its subject and of those proposed, and reviews it may touch."""

    change_id: int
    record: Member
    held: Mapping[UUID, Sequence[Member]]
    review: ClaimedReview
    claimed: Sequence[ClaimedReview]

    def __repr__(self) -> str:
        return "<_Case redacted>"


def _match(
    connection: store.Connection,
    register: Register,
    case: _Case,
    subject_ids: Sequence[UUID],
    why: Sequence[str],
    *,
    anyway: bool,
) -> Change:
    if len(subject_ids) != 1:
        raise UserError("A match is with one subject: name the one.")
    (subject,) = subject_ids
    own, others = case.held[case.record.subject], case.held[subject]
    # A review for a restricted record is of one that would have joined by itself: no new identity is tied.
    looked_at = Guard.RESTRICTED.value in why
    changes.tie(connection, [case.record], others, case.change_id, anyway=anyway, restricted=looked_at)
    moves = changes.join(connection, register, [case.record], subject)
    answered = {case.review.review_id: (_STATUS[Answer.MATCH], case.review.candidates)}
    return changes.made(
        register,
        case.change_id,
        Kind.JOIN,
        [*own, *others],
        moves,
        review_id=case.review.review_id,
        reviews=touch_reviews(connection, moves, answered=answered, claimed=case.claimed),
        given_up=(case.record.subject, subject) if len(own) == 1 else None,
    )


def _different(
    connection: store.Connection,
    register: Register,
    case: _Case,
    apart: Sequence[UUID],
    now: datetime,
    why: Sequence[str],
) -> Change:
    others = [one for subject in apart for one in case.held[subject]]
    changes.judge_apart(connection, [case.record], others, case.change_id, now)
    own, review = case.held[case.record.subject], case.review
    left = [one for one in review.candidates if one not in apart and case.held.get(one) and one != case.record.subject]
    answered = {review.review_id: (OPEN, left) if left else (_STATUS[Answer.DIFFERENT], review.candidates)}
    return changes.made(
        register,
        case.change_id,
        Kind.DIFFERENT,
        [*own, *others],
        [],
        review_id=review.review_id,
        reviews=touch_reviews(connection, [], answered=answered, claimed=[review]),
        divided=_had_it(why, review, apart),
    )


def _had_it(why: Sequence[str], review: ClaimedReview, apart: Sequence[UUID]) -> UUID | None:
    """The subject that the record had joined by a number which tells nothing: it is proposed first."""
    lost = Guard.NUMBER_LOST.value in why and review.candidates
    return review.candidates[0] if lost and review.candidates[0] in apart else None


def _restricted(connection: store.Connection, register: Register, rows: Sequence[ReviewRow]) -> set[int]:
    """Ids of the reviews whose record, or a candidate, is restricted now, whatever it was when they were opened."""
    held = store.records(connection, {row.record_id for row in rows})
    proposed = store.members(connection, {subject for row in rows for subject in row.candidates})
    records = {one.record_id for one in held if register.open(one).restricted}
    subjects = {UUID(bytes=one.subject) for one in proposed if register.open(one).restricted}
    return {row.review_id for row in rows if row.record_id in records or not subjects.isdisjoint(row.candidates)}


def _listed(row: ReviewRow, *, hidden: bool) -> RecordReview:
    hidden = hidden or Guard.RESTRICTED.value in row.why
    return RecordReview(
        row.review_id,
        None if hidden else row.organisation,
        row.subject,
        tuple(one for one in row.candidates if one != row.subject),
        (Guard.RESTRICTED.value,) if hidden else tuple(row.why),
        None if hidden else row.score,
        row.opened_at,
        row.status,
    )
