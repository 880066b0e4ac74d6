"""What people change in the subject register: reviews of records decided, subjects split and merged, and this undone.

The change itself is `hub.matching`'s; here it gets who made it and why, sealed under the hub's evidence key, and a
ledger entry. What was routed by a join that proved wrong is returned for recall.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from hub.facts.act import Act, How, Principal, same_person
from hub.facts.errors import AnotherPerson, UserError
from hub.facts.terms import Answer, Cause
from hub.ledger import kinds
from hub.ledger.store import enter
from hub.matching.register import changes, changes_store, record_reviews, store
from hub.matching.register.changes import Change
from hub.matching.register.record_reviews import RecordReview, Shown
from hub.matching.register.register import Register
from hub.matching.register.subjects import SubjectShown, show_subject
from hub.people.desk import Desk
from hub.people.looks import look_at_subject
from hub.people.reviewing.child import Child
from hub.routing.anew_requests import ask_anew

MOST_ROUTED = 10_000
"""Children listed for recall."""


class Said(NamedTuple):
    """One change as its history tells it: who said what, and why."""

    change_id: int
    kind: str
    undone: bool
    at: datetime
    by: str
    reason: str


class Kept(NamedTuple):
    """One change that was made: the subjects before it and after."""

    change_id: int
    kind: str
    undone: bool
    at: datetime
    subjects: tuple[UUID, ...]


class Proposal(NamedTuple):
    """A merge that one person proposed, and that waits for another. `change_id` takes it back."""

    change_id: int
    subjects: tuple[UUID, ...]
    at: datetime
    who: Principal
    reason: str

    def __repr__(self) -> str:
        return "<Proposal redacted>"


@dataclass(frozen=True, slots=True)
class Made:
    """A change that was made: its id undoes it. `routed` is what the wrong join may have sent to the wrong place."""

    change: Change
    routed: tuple[Child, ...] = ()

    @property
    def change_id(self) -> int:
        """What `hub subjects undo` takes."""
        return self.change.change_id

    def as_json(self) -> dict[str, Any]:
        """As commands print it."""
        return {
            "change_id": self.change_id,
            "kind": self.change.kind.value,
            "undoes": self.change.undoes,
            "subjects": sorted(self.change.after),
            "reviews_opened": self.change.asked,
            "routed": [one._asdict() for one in self.routed],
        }


@dataclass(frozen=True, slots=True)
class Clerk:
    """A person at a desk with the register. What has no sense raises UserError."""

    desk: Desk
    register: Register

    # --- what is read ------------------------------------------------------------------------------------------------

    def reviews(self, status: str | None, limit: int) -> list[RecordReview]:
        """Reviews of source records, the oldest first. None is ever escalated: nobody waits for it but the register."""
        if status == "escalated":
            return []
        return record_reviews.list_reviews(self.desk.connection, self.register, status=status, limit=limit)

    def review(self, review_id: int, act: Act | None) -> Shown:
        """One review side by side; with an act, that each child in it was looked at is kept. For an audited screen."""
        shown = record_reviews.show(self.desk.connection, self.register, review_id)
        if shown is None:
            raise UserError("There is no review of this id: `hub reviews list` shows them.")
        if act:
            for one in filter(None, (shown.review.subject_id, *(beside.subject_id for beside in shown.beside))):
                look_at_subject(self.desk, one, act)
        return shown

    def subject(self, subject_id: UUID, act: Act | None) -> SubjectShown:
        """What a subject is made of; with an act, whoever opens it is written into the ledger."""
        found = show_subject(self.desk.connection, self.register, subject_id)
        if found is None:
            raise UserError("There is no subject of this id on the register.")
        if act:
            look_at_subject(self.desk, subject_id, act)
        return found

    def history(self, review_id: int) -> list[Said]:
        """What was said of a review of a source record, in order."""
        return [self._said(one) for one in changes_store.changes_of_review(self.desk.connection, review_id)]

    def history_of_records(self, record_ids: Sequence[int]) -> list[Said]:
        """The latest changes that records were part of."""
        return [self._said(one) for one in changes_store.changes_of_records(self.desk.connection, record_ids)]

    def change(self, change_id: int) -> Kept | None:
        """One change, without who made it and why."""
        kept = changes_store.change(self.desk.connection, change_id)
        if kept is None:
            return None
        subjects = tuple(map(UUID, sorted({*kept.before, *kept.after})))
        return Kept(change_id, kept.kind, kept.undone, kept.changed_at, subjects)

    def proposals(self, *subject_ids: UUID) -> list[Proposal]:
        """Merges that wait for a second person: of these subjects, or of any. What an import came over is left out."""
        connection, found = self.desk.connection, []
        for kept in changes_store.proposed(connection, subject_ids):
            subjects = tuple(map(UUID, kept.before))
            if sorted(row.record_id for row in store.members(connection, subjects)) == kept.records:
                words = self.desk.evidence.open_act(kept.told_key, kept.told, _bound(kept.change_id))
                found.append(Proposal(kept.change_id, subjects, kept.changed_at, words.who, words.reason))
        return found

    # --- what is changed ---------------------------------------------------------------------------------------------

    def split(self, subject_id: UUID, records: Collection[tuple[str, str]], act: Act) -> Made:
        """Make records (organisation, local id) a subject of their own."""
        return self._keep(changes.split(self.desk.connection, self.register, subject_id, records, act.at), act)

    def merge(self, into: UUID, other: UUID, act: Act, *, anyway: bool = False) -> Made:
        """Make two subjects one, under the first one's id, once two people said so.

        The first one's word is kept as a proposal, and nothing moves (`Kind.PROPOSE`). A hub that knows nobody by
        account cannot tell two people apart: there one is enough.
        """
        return self._by_two(lambda: changes.merge(self.desk.connection, self.register, into, other, anyway=anyway), act)

    def merge_now(self, into: UUID, other: UUID, act: Act, *, anyway: bool = False) -> Made:
        """The merge itself, for whoever knows that two people want it, or what follows from it before it is done."""
        made = changes.merge(self.desk.connection, self.register, into, other, anyway=anyway)
        return self._keep(made, act)

    def undo(self, change_id: int, act: Act) -> Made:
        """Undo a change."""
        return self._keep(changes.undo(self.desk.connection, self.register, change_id), act)

    def decide(
        self, review_id: int, answer: Answer, subject_ids: Sequence[UUID], act: Act, *, anyway: bool = False
    ) -> Made:
        """Decide a review of a source record. A match that gives up a subject is a merge, and takes two as one does."""
        if answer not in record_reviews.ANSWERS:
            raise UserError(f"This review can be answered with {', '.join(record_reviews.ANSWERS)}.")
        if answer is Answer.MATCH and act.by.how is How.BREAK_GLASS:
            raise UserError("Two records become one child by somebody's account: a name alone is nobody's.")

        def decide() -> Change:
            return record_reviews.decide(
                self.desk.connection, self.register, review_id, answer, subject_ids, act.at, anyway=anyway
            )

        kept = self._by_two(decide, act)
        if kept.routed:  # by a join that nobody made, and that a person now says was wrong
            self._recall_by_number(kept)
        return kept

    def recall(self, made: Made) -> None:
        """Have what was routed by a wrong join decided anew: the register is asked again who each child is."""
        ask_anew(self.desk.connection, Cause.WRONG_MATCH, made.routed, (Answer.DIFFERENT, None))

    # --- steps -------------------------------------------------------------------------------------------------------

    def _by_two(self, change: Callable[[], Change], act: Act) -> Made:
        """Make a change; one that makes two subjects one is only proposed by the first of two people."""
        if act.by.how is not How.TYPED:
            with self.desk.connection.transaction(force_rollback=True):
                tried = change()
            if tried.given_up and self._is_first(*tried.given_up, act):
                return self._keep(changes.propose(self.desk.connection, self.register, tried), act)
        return self._keep(change(), act)

    def _is_first(self, into: UUID, other: UUID, act: Act) -> bool:
        if act.by.how is How.BREAK_GLASS:
            raise UserError("A merge takes two people by their accounts: a name alone is neither of them.")
        before = self.proposals(into, other)
        if any(same_person(one.who, act.by) for one in before):
            raise AnotherPerson("You said already that these are one child: another person must say the same.")
        return not before

    def _keep(self, change: Change, act: Act) -> Made:
        desk = self.desk
        said = desk.evidence.seal_act(act, _bound(change.change_id))
        changes.keep(desk.connection, change, _follow(desk, change), said, act.at)
        facts = {
            "action": change.kind.value,
            "after": change.after,
            "before": change.before,
            "review_id": change.review_id,
            "undoes": change.undoes,
        }
        enter(desk.connection, kinds.register_changed(change.change_id, facts, said, desk.stamp(act)))
        wrong = change.divided
        return Made(change, tuple(routed_by(desk, wrong, since=change.divided_since)) if wrong else ())

    def _recall_by_number(self, made: Made) -> None:
        """As `recall`; a child whom a person named stays that child, and loses what the other's record brought."""
        subject = made.change.divided
        named = {Child(**row) for row in self.desk.rows("named_children", subject=subject)}
        others = [one for one in made.routed if one not in named]
        ask_anew(self.desk.connection, Cause.WRONG_MATCH, others, (Answer.DIFFERENT, None))
        ask_anew(
            self.desk.connection,
            Cause.WRONG_MATCH,
            [one for one in made.routed if one in named],
            (Answer.MATCH, subject),
        )

    def _said(self, kept: changes_store.ChangeRow) -> Said:
        words = self.desk.evidence.open_act(kept.told_key, kept.told, _bound(kept.change_id))
        return Said(kept.change_id, kept.kind, kept.undone, kept.changed_at, words.by, words.reason)


def routed_by(desk: Desk, subject_id: UUID, *, since: datetime | None = None, limit: int = MOST_ROUTED) -> list[Child]:
    """Children of events that were routed by this subject, the latest first: what to decide anew after a wrong join."""
    found = desk.rows("routed_by", subject=subject_id, since=since, limit=min(limit, MOST_ROUTED))
    return [Child(**row) for row in found]


def _follow(desk: Desk, change: Change) -> list[UUID]:
    """Deliveries of a subject id that is given up go by the one that follows; an undo gives them back."""
    old = changes_store.change(desk.connection, change.undoes) if change.undoes is not None else None
    if old is not None and old.deliveries:
        _, back, into = changes.moves_of(old.before, old.after)[0]
        desk.do("follow_back", back=back, into=into, ids=old.deliveries)
    if change.given_up is None:
        return []
    gone, into = change.given_up
    return [row["delivery_id"] for row in desk.rows("follow_subject", gone=gone, into=into)]


def _bound(change_id: int) -> bytes:
    return f"subject_change|{change_id}".encode()
