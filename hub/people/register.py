"""What people change in the subject register: reviews of records decided, subjects split and merged, and this undone.

Each runs in the caller's transaction: the change itself (`hub.matching`), who made it and why, sealed under the hub's
evidence key, and a ledger entry. What was routed by a join that proved wrong is returned for recall.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from hub.facts.errors import UserError
from hub.facts.terms import Answer, Cause
from hub.keys.evidence import Evidence
from hub.keys.provider import KeyProvider
from hub.ledger.log import INSERT, entry, row
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
_LONGEST_NAME, _LONGEST_REASON = 200, 2_000


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
    """Makes changes in one reviewer's name. `random` gives n bytes; `now` is UTC."""

    register: Register
    keys: KeyProvider
    now: Callable[[], datetime]
    random: Callable[[int], bytes]

    def split(
        self, connection: Connection, subject_id: UUID, records: Collection[tuple[str, str]], by: str, reason: str
    ) -> Made:
        """Make records (organisation, local id) a subject of their own. Raises UserError, as all of these do."""
        now = checked_words(by, reason, self.now)
        made = changes.split(connection, self.register, subject_id, records, now)
        return self._keep(connection, made, by, reason, now)

    def merge(
        self, connection: Connection, into: UUID, other: UUID, by: str, reason: str, *, anyway: bool = False
    ) -> Made:
        """Make two subjects one, under the first one's id."""
        now = checked_words(by, reason, self.now)
        made = changes.merge(connection, self.register, into, other, anyway=anyway)
        return self._keep(connection, made, by, reason, now)

    def undo(self, connection: Connection, change_id: int, by: str, reason: str) -> Made:
        """Undo a change."""
        now = checked_words(by, reason, self.now)
        made = changes.undo(connection, self.register, change_id)
        return self._keep(connection, made, by, reason, now)

    def decide(
        self,
        connection: Connection,
        review_id: int,
        answer: Answer,
        subject_ids: Sequence[UUID],
        by: str,
        reason: str,
        *,
        anyway: bool = False,
    ) -> Made:
        """Decide a review of a source record."""
        now = checked_words(by, reason, self.now)
        made = answer_review(connection, self.register, review_id, answer, subject_ids, now, anyway=anyway)
        return self._keep(connection, made, by, reason, now)

    def recall(self, connection: Connection, made: Made) -> None:
        """Have what was routed by a wrong join decided anew: the register is asked again who each child is."""
        places = [(one.event_id, one.subject) for one in made.routed]
        ask_anew(connection, Cause.WRONG_MATCH, places, self.now(), (Answer.DIFFERENT, None))

    def history(self, connection: Connection, review_id: int) -> list[Said]:
        """What was said of a review of a source record, in order."""
        return [self._said(one) for one in changes_store.changes_of_review(connection, review_id)]

    def history_of_records(self, connection: Connection, record_ids: Sequence[int]) -> list[Said]:
        """The latest changes that records were part of."""
        return [self._said(one) for one in changes_store.changes_of_records(connection, record_ids)]

    def note_opening(self, connection: Connection, subject_id: UUID, by: str, reason: str) -> None:
        """Write into the ledger that a person opened a subject's sealed fields."""
        now, name = checked_words(by, reason, self.now), f"opened|{subject_id}|{self.random(16).hex()}"
        key_id, told = self._seal(by, reason, name)
        facts = {"action": "opened", "subject_id": str(subject_id), "told": told.hex(), "told_key": key_id}
        connection.execute(INSERT, row(entry("register", name, facts, at=now, salt=self.random(16))))

    def _keep(self, connection: Connection, change: Change, by: str, reason: str, now: datetime) -> Made:
        told = self._seal(by, reason, _bound(change.change_id))
        changes.keep(connection, change, _follow(connection, change), told, now)
        facts = {
            "action": change.kind.value,
            "after": change.after,
            "before": change.before,
            "change_id": change.change_id,
            "review_id": change.review_id,
            "told": hashlib.sha256(told[1]).hexdigest(),
            "undoes": change.undoes,
        }
        made = entry("register", f"change|{change.change_id}", facts, at=now, salt=self.random(16))
        connection.execute(INSERT, row(made))
        wrong = change.divided
        return Made(change, tuple(routed_by(connection, wrong, since=change.divided_since)) if wrong else ())

    def _seal(self, by: str, reason: str, bound_to: str) -> tuple[str, bytes]:
        """Key id and sealed form of who decided and why."""
        words = json.dumps({"by": by.strip(), "reason": reason.strip()}, ensure_ascii=False)
        return Evidence(self.keys, self.random).seal(words, bound_to.encode())

    def _said(self, kept: changes_store.ChangeRow) -> Said:
        words = Evidence(self.keys).open(kept.told_key, kept.told, _bound(kept.change_id).encode())
        told = json.loads(words)
        return Said(kept.change_id, kept.kind, kept.undone, kept.changed_at, told["by"], told["reason"])


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


def checked_words(by: str, reason: str, now: Callable[[], datetime]) -> datetime:
    """The time of the change; raises UserError where nobody answers for it."""
    if not by.strip() or len(by) > _LONGEST_NAME:
        raise UserError(f"Say who decides, in at most {_LONGEST_NAME} characters: --by NAME.")
    if not reason.strip() or len(reason) > _LONGEST_REASON:
        raise UserError(f"Say why, in at most {_LONGEST_REASON} characters: --reason TEXT.")
    return now()


def _bound(change_id: int) -> str:
    return f"subject_change|{change_id}"
