"""Reviews of concerns, and what people answer: who the child is, or that what stood in the way is mended.

Each answer is kept with who gave it and why, sealed, and has a ledger entry. An answer that settles the question ends
the task and has the event decided anew; whom a reviewer judged another child is not proposed for that child again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID, uuid5

from hub.asking.tasks import ASKED_BACK
from hub.facts.act import HUB, Act, How, same_person
from hub.facts.errors import AnotherPerson, Overtaken, UserError
from hub.facts.model import DELIVERY_NAMESPACE
from hub.facts.terms import Answer, Cause, Tier
from hub.ledger import kinds
from hub.ledger.store import enter
from hub.matching.register.beside import Beside
from hub.matching.register.register import Register
from hub.people.desk import Desk, Row
from hub.people.looks import Look, look, look_at_subject
from hub.people.reviewing.child import Child, proposed, said_to_be
from hub.people.reviewing.texts import TEXT, Texts
from hub.redaction.passages import Mask
from hub.routing.anew_requests import ask_anew
from hub.routing.context import Context

MATCH = "match"
_OF_TEXTS = frozenset({Answer.RELEASE, Answer.LEAVE_OUT, Answer.MASK, Answer.AGAIN, Answer.NEED_MORE})
_OF_MATCH = frozenset({Answer.MATCH, Answer.DIFFERENT, Answer.NOT_ON_REGISTER, Answer.NEED_MORE})
_OF_OTHERS = frozenset({Answer.AGAIN, Answer.DONE, Answer.NEED_MORE})


class Task(NamedTuple):
    """A review task, locked until the transaction ends."""

    task_id: UUID
    child: Child
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
    sends: bool = False
    """A text follows as a delivery of its own within a second."""


def list_reviews(desk: Desk, status: str | None, limit: int) -> list[Row]:
    """Reviews of concerns, the nearest deadline first; no personal data."""
    return desk.rows("list_reviews", status=status, limit=limit)


def show_review(desk: Desk, task_id: UUID) -> Row:
    """One review with why a person is asked, and the answers so far; raises UserError where there is none."""
    found = desk.row("show_review", task=task_id)
    if found is None:
        raise UserError("There is no review of this id: `hub reviews list` shows them.")
    return found | {"answers": desk.rows("answers_of", task=task_id)}


@dataclass(frozen=True, slots=True)
class Reviewing:
    """A reviewer at a desk. `seconded`: tiers whose children two reviewers must name."""

    desk: Desk
    context: Context
    register: Register
    seconded: frozenset[Tier] = frozenset()

    def side_by_side(self, task_id: UUID, act: Act) -> list[Beside]:
        """The child beside each one proposed, field by field; that somebody looked, and at whom, is kept."""
        child = self._claim(task_id).child
        identity = said_to_be(self.desk, child, self.context)
        beside = self.register.side_by_side(self.desk.connection, identity, proposed(self.desk, child))
        said = self.desk.evidence.seal_act(act, task_id.bytes)
        entry = kinds.review_opened(task_id, *child, said, self.desk.stamp(act))
        look(self.desk, Look("review", str(task_id), child.event_id), act.by, entry)
        for one in beside:
            look_at_subject(self.desk, one.subject_id, act)
        return beside

    def answer(
        self, task_id: UUID, answer: Answer, subjects: Sequence[UUID], act: Act, masks: Sequence[Mask] = ()
    ) -> Answered:
        """Take one answer; raises UserError where it has no sense.

        `subjects`: whom the child is, or is not. `masks`: the passages that a recipient is not to read.
        """
        task = self._claim(task_id)
        if task.status == "decided":
            raise Overtaken("This review was answered already: `hub reviews show` says how.")
        _check(task.cause, answer, subjects, masks)
        self._check_named(task.child, subjects, act)
        chosen = subjects[0] if answer is Answer.MATCH else None
        second = self._lacks_a_second(task, answer, chosen, act)
        self._keep(task, answer, chosen, act)
        if second or answer is Answer.NEED_MORE:
            return Answered(closed=False, resumes=False, second=second)
        sends = task.cause == TEXT and self._of_text(task_id, answer, masks, act)
        self.desk.do("end_review", task=task_id)
        if task.cause == TEXT:
            return Answered(closed=True, resumes=False, sends=sends)
        return Answered(closed=True, resumes=self._carry_out(task.child, answer, subjects, act))

    def mistaken(self, child: Child, right: UUID | None, act: Act) -> None:
        """A child of a decided event was taken for another: whoever was told is called back, the event decided anew.

        `right` is who it is, or None where the register is to be asked again: always, where two must name a child.
        """
        found = self.desk.row("matched_subject", event=child.event_id, subject=child.subject)
        if found is None:
            raise UserError("No child of this key was matched in this event: `hub concern show` lists its children.")
        was: UUID = found["subject_id"]
        if right and Tier(found["tier"]) in self.seconded:
            raise UserError("Two reviewers name the child of a concern as urgent as this: say only that it is another.")
        self._check_named(child, [right] if right else [], act)
        said = (Answer.MATCH, right) if right else (Answer.DIFFERENT, None)
        self._learn(child, [was], said, Cause.WRONG_MATCH, act)
        mistake_id = uuid5(DELIVERY_NAMESPACE, f"mistaken|{child.event_id}|{child.subject}|{act.at.isoformat()}")
        facts = _facts(child) | {"was": str(was), "is": str(right) if right else None}
        words = self.desk.evidence.seal_act(act, mistake_id.bytes)
        enter(self.desk.connection, kinds.wrong_match(mistake_id, facts, words, self.desk.stamp(act)))

    # --- steps -------------------------------------------------------------------------------------------------------

    def _claim(self, task_id: UUID) -> Task:
        found = self.desk.row("claim_review", task=task_id)
        if found is None:
            raise UserError("There is no review of this id: `hub reviews list` shows them.")
        child = Child(found["event_id"], found["subject"])
        return Task(task_id, child, found["cause"], found["status"], Tier(found["tier"]))

    def _check_named(self, child: Child, subjects: Sequence[UUID], act: Act) -> None:
        if subjects and act.by.organisation != HUB and set(subjects) - set(proposed(self.desk, child)):
            raise UserError("Only the hub's own reviewers name a child who was not proposed: ask them.")
        if subjects and set(subjects) - set(self.register.look_up(self.desk.connection, subjects)):
            raise UserError("There is no such subject on the register: `hub reviews show` lists those proposed.")

    def _lacks_a_second(self, task: Task, answer: Answer, chosen: UUID | None, act: Act) -> bool:
        """Whether another person must say the same first. An answer of another mind starts anew."""
        if task.cause != MATCH or task.tier not in self.seconded or answer is Answer.NEED_MORE:
            return False
        if act.by.how is How.BREAK_GLASS:
            raise UserError("Two reviewers answer this, by their accounts: a name alone is neither of them.")
        earlier = self.desk.rows("counted_answers", task=task.task_id)
        for one in earlier:
            said = self.desk.evidence.open_act(one["by_key"], one["by_sealed"], one["answer_id"].bytes)
            if same_person(said.who, act.by):
                raise AnotherPerson("You answered this review already: the second reviewer must be another person.")
        agreed = any((one["verdict"], one["subject_id"]) == (answer, chosen) for one in earlier)
        if earlier and not agreed:
            self.desk.do("discount_answers", task=task.task_id)
        return not agreed

    def _keep(self, task: Task, answer: Answer, chosen: UUID | None, act: Act) -> None:
        answer_id = UUID(bytes=self.desk.evidence.random(16), version=4)  # two people may say the same at one moment
        said = self.desk.evidence.seal_act(act, answer_id.bytes)
        self.desk.do(
            "keep_answer",
            id=answer_id,
            task=task.task_id,
            verdict=answer,
            subject=chosen,
            at=act.at,
            key=said.key_id,
            sealed=said.sealed,
            counts=answer is not Answer.NEED_MORE,
        )
        facts = _facts(task.child) | {
            "task_id": str(task.task_id),
            "answer": answer,
            "subject_id": str(chosen) if chosen else None,
        }
        enter(self.desk.connection, kinds.review_answer(answer_id, facts, said, self.desk.stamp(act)))

    def _of_text(self, task_id: UUID, answer: Answer, masks: Sequence[Mask], act: Act) -> bool:
        """Have the text sent, or left out; whether it goes."""
        texts = Texts(self.desk, self.context.keys)
        match answer:
            case Answer.LEAVE_OUT:
                texts.leave_out(task_id, act)
            case Answer.AGAIN:
                texts.send_again(task_id)
            case _:
                texts.send(task_id, answer, masks, act)
        return answer is not Answer.LEAVE_OUT

    def _carry_out(self, child: Child, answer: Answer, subjects: Sequence[UUID], act: Act) -> bool:
        """Learn from the answer, and ask for what follows from it; whether anything does."""
        match answer:
            case Answer.DONE:
                return False
            case Answer.AGAIN:
                ask_anew(self.desk.connection, Cause.REVIEW, [child])
            case Answer.MATCH:
                others = [one for one in proposed(self.desk, child) if one not in subjects]
                self._learn(child, others, (answer, subjects[0]), Cause.REVIEW, act)
            case _:  # another child, whom the register may hold or not
                self._learn(child, subjects or proposed(self.desk, child), (answer, None), Cause.REVIEW, act)
        return True

    def _learn(
        self, child: Child, not_these: Sequence[UUID], said: tuple[Answer, UUID | None], cause: Cause, act: Act
    ) -> None:
        """Keep who this child is not, and have the event decided anew with what was said, and whom that names."""
        identity = said_to_be(self.desk, child, self.context)
        self.register.judge_apart(self.desk.connection, identity, not_these, act.at, said[1])
        ask_anew(self.desk.connection, cause, [child], said)


def _check(cause: str, answer: Answer, subjects: Sequence[UUID], masks: Sequence[Mask]) -> None:
    """Raise UserError where the answer has no sense for this question."""
    if cause in ASKED_BACK:
        raise UserError("A reader of the concern asks this: its source's people answer it at Questions to you.")
    allowed = {MATCH: _OF_MATCH, TEXT: _OF_TEXTS}.get(cause, _OF_OTHERS)
    if answer not in allowed:
        raise UserError(f"This review can be answered with {', '.join(sorted(allowed))}.")
    if answer is Answer.MATCH and len(subjects) != 1:
        raise UserError("Name the one subject that the child is: --subject-id.")
    if subjects and answer not in {Answer.MATCH, Answer.DIFFERENT}:
        raise UserError("A subject is named only with match or different.")
    if bool(masks) != (answer is Answer.MASK):
        raise UserError("Passages are named with mask, and with nothing else: --mask PART:FROM-TO.")


def _facts(child: Child) -> dict[str, str | None]:
    return {"event_id": str(child.event_id), "subject": child.subject}
