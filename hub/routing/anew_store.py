"""What was asked to be decided anew (`anew_requests.py`): taken by a router, ended in the transaction that decides.

Its table is called `resumption`, as the release before knows it, which runs beside this one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from hub.facts.terms import Answer, Cause, EventKind, Outcome, Tier
from hub.routing.anew import Asked
from hub.routing.asked_loop import AskedStore
from hub.routing.attempts import MOST_ATTEMPTS, Unread
from hub.routing.context import Record
from hub.routing.distinct import ONE_CHILD
from hub.routing.recording import EventRows
from hub.routing.tables import RevisionRow


@dataclass(frozen=True, slots=True)
class Request:
    """All that was asked about one event, by the rows `seqs`. `asked` is None where its sealed record is gone."""

    event_id: UUID
    subject: str
    tier: Tier
    cause: Cause
    revision: int
    seqs: tuple[int, ...]
    attempts: int
    """Failed by a fault of the hub."""
    rechecks: int
    """Revisions before this, in a row, that no person asked for."""
    answered: frozenset[str]
    asked: Asked | None


class AnewStore(AskedStore):
    """The router's side of events decided anew; methods run inside the caller's transaction."""

    def take(self, rules_version: str) -> Request | None:
        """The event that waits longest, that no other router has in hand, and that these rules are not too old for."""
        rows = self._all("next_anew", one_child=ONE_CHILD, rules=rules_version)
        if not rows:
            return None
        try:
            return _read(rows[0])
        except ValueError as error:
            return _unread(rows[0], error)

    def write_revision(self, request: Request, rows: EventRows, now: datetime) -> None:
        """The event's next revision, and the end of what was asked."""
        event = rows.event
        self._run(
            "new_revision",
            id=event.event_id,
            outcome=event.outcome,
            revision=rows.revision,
            cancelled=list(rows.cancelled),
            unanswered=[
                row.subject
                for row in rows.subjects
                if row.outcome is Outcome.REVIEW and row.subject not in request.answered
            ],
            subjects=[row.subject for row in rows.subjects],
            outcomes=[row.outcome for row in rows.subjects],
            subject_ids=[row.subject_id for row in rows.subjects],
        )
        revision = RevisionRow(
            event.event_id,
            rows.revision,
            request.cause,
            event.outcome,
            event.rules_version,
            event.evidence_key,
            event.evidence,
            event.decided_at,
        )
        self._copy_in(RevisionRow, [revision])
        self._copy_all([rows])
        self._cancel([rows], now)
        if event.kind == EventKind.UPDATED:
            self._run("close_texts", ids=[event.event_id])
        self._wake({event.tier})
        self.end(request, now, revision=rows.revision)

    def end(self, request: Request, now: datetime, *, revision: int | None = None, failed: str | None = None) -> None:
        """What was asked is over."""
        self._run("end_anew", seqs=list(request.seqs), now=now, revision=revision, failed=failed)

    def count(self, event_id: UUID) -> None:
        """One more attempt failed by a fault of the hub."""
        self._run("count_anew", id=event_id)


def _read(row: tuple[Any, ...]) -> Request:
    """A row of sql/next_anew.sql; raises ValueError where it holds a word that this release does not know."""
    event_id, tier, topic, partition, offset, case_key, sealed, at, revision, known, *rest = row
    rows_asked, unanswered, attempts, confirmed, rechecks = rest
    causes = [Cause(cause) for _, _, cause, _, _, waits in rows_asked if waits]
    outcomes = {key: (Outcome(outcome), subject and UUID(subject)) for key, outcome, subject in known or ()}
    answers = {
        subject: (Answer(answer), chosen and UUID(chosen))
        for _, subject, _, answer, chosen, _ in rows_asked
        if answer is not None
    }
    mistaken = frozenset(subject for _, subject, cause, *_ in rows_asked if cause == Cause.WRONG_MATCH)
    record = Record(topic, partition, offset, case_key, sealed, at)
    return Request(
        event_id,
        rows_asked[0][1],
        Tier(tier),
        next((cause for cause in causes if cause is not Cause.RECHECK), Cause.RECHECK),
        revision,
        tuple(seq for seq, *_ in rows_asked),
        attempts,
        rechecks,
        frozenset(answers),
        None
        if sealed is None
        else Asked(
            event_id,
            record,
            revision,
            outcomes,
            answers,
            mistaken,
            frozenset(unanswered or ()),
            frozenset(confirmed or ()),
        ),
    )


def _unread(row: tuple[Any, ...], error: ValueError) -> Request:
    """As far as it can be read, to be given up; raises Unread before its last attempt."""
    rows_asked, _, attempts, *_ = row[10:]
    if attempts < MOST_ATTEMPTS:
        raise Unread(row[0]) from error
    seqs = tuple(seq for seq, *_ in rows_asked)
    return Request(row[0], rows_asked[0][1], Tier.URGENT, Cause.RECHECK, row[8], seqs, attempts, 0, frozenset(), None)
