"""What people change in the subject register: reviews of records decided, subjects split and merged, and this undone.

Each runs in the caller's transaction: the change itself (`hub.matching`), who made it and why, sealed under the hub's
evidence key, and a ledger entry. What was routed by a join that proved wrong is returned for recall.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from hub.facts.act import Act
from hub.facts.terms import Answer, Cause
from hub.keys.evidence import Evidence
from hub.ledger import kinds
from hub.ledger.entry import Stamp
from hub.ledger.store import enter
from hub.matching.register import changes, changes_store
from hub.matching.register.changes import Change
from hub.matching.register.record_reviews import decide as answer_review
from hub.matching.register.register import Register
from hub.routing.anew_requests import ask_anew
from hub.store.sqlfiles import sql

PACKAGE = "hub.people"

Connection = psycopg.Connection[Any]
MOST_ROUTED = 10_000
"""Events listed for recall."""


class Routed(NamedTuple):
    """A child of an event that was routed by a subject; `subject` is the child's key within the event."""

    event_id: UUID
    subject: str


class Said(NamedTuple):
    """One change as its history tells it: who said what, and why."""

    change_id: int
    kind: str
    undone: bool
    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Made:
    """A change that was made: its id undoes it. `routed` is what the wrong join may have sent to the wrong place."""

    change: Change
    routed: tuple[Routed, ...] = ()

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
            "routed": [{"event_id": one.event_id, "subject": one.subject} for one in self.routed],
        }


@dataclass(frozen=True, slots=True)
class Clerk:
    """Makes changes in people's names."""

    register: Register
    evidence: Evidence

    def split(self, connection: Connection, subject_id: UUID, records: Collection[tuple[str, str]], act: Act) -> Made:
        """Make records (organisation, local id) a subject of their own. Raises UserError, as all of these do."""
        made = changes.split(connection, self.register, subject_id, records, act.at)
        return self._keep(connection, made, act)

    def merge(self, connection: Connection, into: UUID, other: UUID, act: Act, *, anyway: bool = False) -> Made:
        """Make two subjects one, under the first one's id."""
        made = changes.merge(connection, self.register, into, other, anyway=anyway)
        return self._keep(connection, made, act)

    def undo(self, connection: Connection, change_id: int, act: Act) -> Made:
        """Undo a change."""
        made = changes.undo(connection, self.register, change_id)
        return self._keep(connection, made, act)

    def decide(
        self,
        connection: Connection,
        review_id: int,
        answer: Answer,
        subject_ids: Sequence[UUID],
        act: Act,
        *,
        anyway: bool = False,
    ) -> Made:
        """Decide a review of a source record."""
        made = answer_review(connection, self.register, review_id, answer, subject_ids, act.at, anyway=anyway)
        return self._keep(connection, made, act)

    def recall(self, connection: Connection, made: Made, act: Act) -> None:
        """Have what was routed by a wrong join decided anew: the register is asked again who each child is."""
        places = [(one.event_id, one.subject) for one in made.routed]
        ask_anew(connection, Cause.WRONG_MATCH, places, act.at, (Answer.DIFFERENT, None))

    def history(self, connection: Connection, review_id: int) -> list[Said]:
        """What was said of a review of a source record, in order."""
        return [self._said(one) for one in changes_store.changes_of_review(connection, review_id)]

    def history_of_records(self, connection: Connection, record_ids: Sequence[int]) -> list[Said]:
        """The latest changes that records were part of."""
        return [self._said(one) for one in changes_store.changes_of_records(connection, record_ids)]

    def note_opening(self, connection: Connection, subject_id: UUID, act: Act) -> None:
        """Write into the ledger that a person opened a subject's sealed fields."""
        name = f"opened|{subject_id}|{self.evidence.random(16).hex()}"
        said = self.evidence.seal_act(act, name.encode())
        enter(connection, kinds.register_opened(subject_id, name, said, self._stamp(act)))

    def _keep(self, connection: Connection, change: Change, act: Act) -> Made:
        said = self.evidence.seal_act(act, _bound(change.change_id))
        changes.keep(connection, change, _follow(connection, change), said, act.at)
        facts = {
            "action": change.kind.value,
            "after": change.after,
            "before": change.before,
            "review_id": change.review_id,
            "undoes": change.undoes,
        }
        enter(connection, kinds.register_changed(change.change_id, facts, said, self._stamp(act)))
        wrong = change.divided
        return Made(change, tuple(routed_by(connection, wrong, since=change.divided_since)) if wrong else ())

    def _stamp(self, act: Act) -> Stamp:
        return Stamp(act.at, self.evidence.random(16))

    def _said(self, kept: changes_store.ChangeRow) -> Said:
        words = self.evidence.open_act(kept.told_key, kept.told, _bound(kept.change_id))
        return Said(kept.change_id, kept.kind, kept.undone, kept.changed_at, words.by, words.reason)


def routed_by(
    connection: Connection, subject_id: UUID, *, since: datetime | None = None, limit: int = MOST_ROUTED
) -> list[Routed]:
    """Children of events that were routed by this subject, the latest first: what to decide anew after a wrong join."""
    found = connection.execute(
        sql("routed_by", PACKAGE), {"subject": subject_id, "since": since, "limit": min(limit, MOST_ROUTED)}
    )
    return [Routed(event_id, subject) for event_id, subject in found]


def _follow(connection: Connection, change: Change) -> list[UUID]:
    """Deliveries of a subject id that is given up go by the one that follows; an undo gives them back."""
    old = changes_store.change(connection, change.undoes) if change.undoes is not None else None
    if old is not None and old.deliveries:
        moved = changes.moves_of(old.before, old.after)
        ids = {"back": moved[0][1], "into": moved[0][2], "ids": old.deliveries}
        connection.execute(sql("follow_back", PACKAGE), ids)
    if change.given_up is None:
        return []
    gone, into = change.given_up
    return [one for (one,) in connection.execute(sql("follow_subject", PACKAGE), {"gone": gone, "into": into})]


def _bound(change_id: int) -> bytes:
    return f"subject_change|{change_id}".encode()
