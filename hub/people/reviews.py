"""A person's answer to a review of a concern: who the child is, or that what stood in the way is mended.

Each answer is kept with who gave it and why, sealed, and has a ledger entry. An answer that settles the question ends
the task and has the event decided anew; whom a reviewer judged another child is not proposed for that child again.
Everything runs in the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid5

import psycopg

from hub.facts.act import Act, same_person
from hub.facts.errors import BadRecord, UserError
from hub.facts.model import DELIVERY_NAMESPACE, Identity
from hub.facts.terms import Answer, Cause, Tier
from hub.keys.evidence import Evidence
from hub.ledger import kinds
from hub.ledger.entry import Stamp
from hub.ledger.store import enter
from hub.matching.register.beside import Beside
from hub.matching.register.register import Register
from hub.routing.anew_requests import ask_anew
from hub.routing.context import Context, Record
from hub.routing.ingest import Refused, ingest
from hub.routing.recording import open_evidence
from hub.store.sqlfiles import sql
from hub.wire.sealed import FACTS_PART, identity_from, open_part
from hub.wire.source_facts import parse_facts

PACKAGE = "hub.people"

Connection = psycopg.Connection[Any]
MATCH = "match"
_OF_MATCH = frozenset({Answer.MATCH, Answer.DIFFERENT, Answer.NOT_ON_REGISTER, Answer.NEED_MORE})
_OF_OTHERS = frozenset({Answer.AGAIN, Answer.DONE, Answer.NEED_MORE})


class Task(NamedTuple):
    """A review task, and the latest of its event."""

    task_id: UUID
    event_id: UUID
    subject: str
    cause: str
    status: str
    tier: Tier


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer stands. `resumes`: the event is decided anew within a second. `closed` False: the task stays open."""

    closed: bool
    resumes: bool
    second: bool = False
    """Another reviewer must say the same before it counts."""


@dataclass(frozen=True, slots=True)
class Reviewing:
    """What answers are taken with. `seconded`: tiers whose children two reviewers must name."""

    context: Context
    register: Register
    evidence: Evidence
    seconded: frozenset[Tier] = frozenset()

    def side_by_side(self, connection: Connection, task: Task, act: Act) -> list[Beside]:
        """The child beside each one proposed, field by field; the ledger keeps that somebody looked."""
        identity = self._identity(connection, task)
        beside = self.register.side_by_side(connection, identity, self._candidates(connection, task))
        said = self.evidence.seal_act(act, task.task_id.bytes)
        enter(connection, kinds.review_opened(task.task_id, task.event_id, task.subject, said, self._stamp(act)))
        return beside

    def answer(
        self, connection: Connection, task_id: UUID, answer: Answer, subjects: Sequence[UUID], act: Act
    ) -> Answered:
        """Take one answer; raises UserError where it has no sense. `subjects`: whom the child is, or is not."""
        task = claim(connection, task_id)
        self._check(connection, task, answer, subjects)
        chosen = subjects[0] if answer is Answer.MATCH else None
        second = self._lacks_a_second(connection, task, answer, chosen, act)
        counts = answer is not Answer.NEED_MORE
        self._keep(connection, task, answer, chosen, act, counts=counts)
        if second or not counts:
            return Answered(closed=False, resumes=False, second=second)
        connection.execute("update review_task set status = 'decided' where task_id = %s", (task_id,))
        return Answered(closed=True, resumes=self._carry_out(connection, task, answer, subjects, act.at))

    def mistaken(self, connection: Connection, event_id: UUID, subject: str, child: UUID | None, act: Act) -> None:
        """A child of a decided event was taken for another: whoever was told is called back, the event decided anew.

        `child` is who it is, or None where the register is to be asked again.
        """
        found = connection.execute(sql("matched_subject", PACKAGE), {"event": event_id, "subject": subject}).fetchone()
        if found is None:
            raise UserError("No child of this key was matched in this event: `hub concern show` lists its children.")
        was, tier = found
        mistake_id = uuid5(DELIVERY_NAMESPACE, f"mistaken|{event_id}|{subject}|{act.at.isoformat()}")
        task = Task(mistake_id, event_id, subject, MATCH, "open", Tier(tier))
        self._check(connection, task, Answer.MATCH if child else Answer.DIFFERENT, [child] if child else [])
        self.register.judge_apart(connection, self._identity(connection, task), [was], act.at, child)
        ask_anew(
            connection,
            Cause.WRONG_MATCH,
            [(event_id, subject)],
            act.at,
            (Answer.MATCH, child) if child else (Answer.DIFFERENT, None),
        )
        facts = {"event_id": str(event_id), "subject": subject, "was": str(was), "is": str(child) if child else None}
        said = self.evidence.seal_act(act, mistake_id.bytes)
        enter(connection, kinds.wrong_match(mistake_id, facts, said, self._stamp(act)))

    # --- steps -------------------------------------------------------------------------------------------------------

    def _check(self, connection: Connection, task: Task, answer: Answer, subjects: Sequence[UUID]) -> None:
        allowed = _OF_MATCH if task.cause == MATCH else _OF_OTHERS
        if answer not in allowed:
            raise UserError(f"This review can be answered with {', '.join(sorted(allowed))}.")
        if answer is Answer.MATCH and len(subjects) != 1:
            raise UserError("Name the one subject that the child is: --subject-id.")
        if subjects and answer not in {Answer.MATCH, Answer.DIFFERENT}:
            raise UserError("A subject is named only with match or different.")
        missing = set(subjects) - set(self.register.look_up(connection, subjects)) if subjects else set()
        if missing:
            raise UserError("There is no such subject on the register: `hub reviews show` lists those proposed.")

    def _lacks_a_second(
        self, connection: Connection, task: Task, answer: Answer, chosen: UUID | None, act: Act
    ) -> bool:
        """Whether another person must say the same first. An answer of another mind starts anew."""
        if task.cause != MATCH or task.tier not in self.seconded or answer is Answer.NEED_MORE:
            return False
        earlier = connection.execute(sql("counted_answers", PACKAGE), {"task": task.task_id}).fetchall()
        agreed = False
        for answer_id, verdict, subject_id, key_id, sealed in earlier:
            if same_person(self.evidence.open_act(key_id, sealed, answer_id.bytes).by, act.by):
                raise UserError("You answered this review already: the second reviewer must be another person.")
            agreed = agreed or (verdict, subject_id) == (answer, chosen)
        if earlier and not agreed:
            connection.execute("update review_answer set counts = false where task_id = %s", (task.task_id,))
        return not agreed

    def _keep(
        self,
        connection: Connection,
        task: Task,
        answer: Answer,
        chosen: UUID | None,
        act: Act,
        *,
        counts: bool,
    ) -> None:
        answer_id = uuid5(DELIVERY_NAMESPACE, f"answer|{task.task_id}|{answer}|{act.at.isoformat()}")
        said = self.evidence.seal_act(act, answer_id.bytes)
        values = {
            "id": answer_id,
            "task": task.task_id,
            "verdict": answer,
            "subject": chosen,
            "at": act.at,
            "key": said.key_id,
            "sealed": said.sealed,
            "counts": counts,
        }
        connection.execute(sql("keep_answer", PACKAGE), values)
        facts = {
            "task_id": str(task.task_id),
            "event_id": str(task.event_id),
            "subject": task.subject,
            "answer": answer,
            "subject_id": str(chosen) if chosen else None,
        }
        enter(connection, kinds.review_answer(answer_id, facts, said, self._stamp(act)))

    def _carry_out(
        self, connection: Connection, task: Task, answer: Answer, subjects: Sequence[UUID], now: datetime
    ) -> bool:
        """Learn from the answer, and ask for what follows from it; whether anything does."""
        if answer is Answer.DONE:
            return False
        place = [(task.event_id, task.subject)]
        if answer is Answer.AGAIN:
            ask_anew(connection, Cause.REVIEW, place, now)
            return True
        candidates = self._candidates(connection, task)
        not_these = [one for one in candidates if one not in subjects] if answer is Answer.MATCH else candidates
        if answer is Answer.DIFFERENT and subjects:
            not_these = list(subjects)
        chosen = subjects[0] if answer is Answer.MATCH else None
        self.register.judge_apart(connection, self._identity(connection, task), not_these, now, chosen)
        ask_anew(connection, Cause.REVIEW, place, now, (answer, chosen))
        return True

    # --- what is read ------------------------------------------------------------------------------------------------

    def _candidates(self, connection: Connection, task: Task) -> list[UUID]:
        """Subjects proposed for this child by the latest revision that proposed any."""
        for revision, key_id, sealed in connection.execute(sql("evidence_of", PACKAGE), {"event": task.event_id}):
            found = open_evidence(self.evidence, key_id, sealed, task.event_id, revision)
            proposed = found["matches"].get(task.subject, {}).get("candidates", ())
            if proposed:
                return [UUID(one) for one in proposed]
        return []

    def _identity(self, connection: Connection, task: Task) -> Identity:
        """Who the source says the child is: the one part of the event that is opened for this."""
        row = connection.execute(sql("sealed_event", PACKAGE), {"event": task.event_id}).fetchone()
        if row is None or row[3] is None:
            raise UserError("The sealed record of this event is not kept any more, so the child cannot be shown.")
        topic, partition, offset, sealed, case_key, at = row
        checked = ingest(Record(topic, partition, offset, case_key, sealed, at), self.context)
        if isinstance(checked, Refused):
            raise UserError(f"The sealed record of this event is refused now: {checked.reason}.")
        schemas, unseal = self.context.schemas, self.context.keys.unseal
        try:
            opened = open_part(checked.event, FACTS_PART, "Facts", schemas, unseal)
            facts = parse_facts(opened, checked.event, self.context.catalogue)
            part = next(one.identity_part for one in facts.subjects if one.key == task.subject)
            return identity_from(open_part(checked.event, part, "Identity", schemas, unseal))
        except BadRecord as error:
            raise UserError(f"The sealed record of this event does not open: {error.reason}.") from error

    def _stamp(self, act: Act) -> Stamp:
        return Stamp(act.at, self.evidence.random(16))


def find(connection: Connection, task_id: UUID) -> Task:
    """The task, locked until the transaction ends; raises UserError where there is none."""
    found = connection.execute(sql("claim_review", PACKAGE), {"task": task_id}).fetchone()
    if found is None:
        raise UserError("There is no review of this id: `hub reviews list` shows them.")
    return Task._make([*found[:5], Tier(found[5])])


def claim(connection: Connection, task_id: UUID) -> Task:
    """As `find`; raises UserError also where it was answered."""
    task = find(connection, task_id)
    if task.status == "decided":
        raise UserError("This review was answered already: `hub reviews show` says how.")
    return task
