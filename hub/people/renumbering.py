"""Superseded numbers taken into the register, with who and why; matches made on them looked at again.

A match that stands leaves everything as it is. One that the renumbering shows to be wrong has its event decided anew as
a wrong match, so that whoever heard of a wrong child is called back. One that it leaves in doubt is decided anew too: a
person is asked, what has not left waits, and whoever was told stays told until that person has answered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from hub.facts.act import Act
from hub.facts.errors import UserError
from hub.facts.model import DELIVERY_NAMESPACE, Identity
from hub.facts.outcome import Matched, NeedsReview
from hub.facts.terms import Answer, Cause
from hub.ledger import kinds
from hub.ledger.store import enter
from hub.matching.deciding.blocking import Key
from hub.matching.deciding.child import child_of
from hub.matching.deciding.decision import Verdict, assess
from hub.matching.deciding.guards import Guard
from hub.matching.register import numbers_store, store
from hub.matching.register.numbers_store import Waiting
from hub.matching.register.pool import Pool
from hub.matching.register.register import Register
from hub.matching.rolls.importing import PATIENCE
from hub.matching.rolls.number_list import NumberList
from hub.matching.rolls.renumbering import Held, Kept, chunks, hold, keep, settle
from hub.people.desk import Desk
from hub.people.reviewing.child import Child, said_to_be
from hub.routing.anew_requests import ask_anew
from hub.routing.context import Context

BATCH = 250
"""Renumberings looked at in one transaction."""
MOST_JUDGED = 10_000
"""Children of events judged again in one transaction."""
_PAGE = 200
_PAUSE_S, _LONGEST_S = 0.05, 60
_LISTS = "*numbers"
"""In place of an organisation: no roll's."""
_AGAIN = (Answer.DIFFERENT, None)
_START = UUID(int=0)


@dataclass(slots=True)
class Renumbered:
    """What became of the rows, and of what was matched on their numbers."""

    kept: Kept = field(default_factory=Kept)
    asked: int = 0
    """Records that a person is asked about."""
    left: int = 0
    """Of these, those that left a subject which they had joined by a number alone."""
    wrong: int = 0
    """Children of events who were another child: decided anew, whoever need not know is called back."""
    doubtful: int = 0
    """Children of events of whom a person is asked."""
    unread: int = 0
    """Children of events who could not be judged again, for their record is not kept any more."""


class _Judged(NamedTuple):
    """A child of an event, and how the register judged it before."""

    child: Child
    subject_id: UUID
    """Whom it was matched to, under the id of today."""
    named: bool
    identity: Identity
    before: tuple[Any, ...]

    def __repr__(self) -> str:
        return "<_Judged redacted>"


@dataclass(frozen=True, slots=True)
class Registrar:
    """A person with a list of superseded numbers. The desk's connection is outside a transaction: each step has one."""

    desk: Desk
    context: Context
    register: Register
    sleep: Callable[[float], None]

    def take(self, numbers: NumberList, act: Act) -> Iterator[Renumbered]:
        """Keep what the list says, then look again at what waits; yields the running tally after each commit.

        UserError where another list is being taken in.
        """
        connection, done = self.desk.connection, Renumbered()
        with store.importing(connection, _LISTS, PATIENCE) as alone:
            if not alone:
                raise UserError("A list of numbers is being taken in just now: try again when that has ended.")
            for chunk in chunks(numbers.rows(self.register.today()), done.kept):
                with connection.transaction():
                    changed = keep(connection, self.register, chunk, done.kept)
                    if changed:
                        self._note(act, renumberings=changed)
                yield done
            self._wait_for_readers()
            after = 0
            while True:
                with connection.transaction():
                    waiting = numbers_store.waiting(connection, after, BATCH)
                    if not waiting:
                        break
                    self._look(waiting, act, done)
                after = waiting[-1].renumbering_id
                yield done

    def _wait_for_readers(self) -> None:
        """Until whoever matched without knowing the list has written what came of it."""
        connection = self.desk.connection
        with connection.transaction():
            unaware = numbers_store.readers(connection)
        for _ in range(int(_LONGEST_S / _PAUSE_S)):
            if not unaware:
                return
            self.sleep(_PAUSE_S)
            with connection.transaction():
                unaware &= numbers_store.readers(connection)
        raise UserError("Something that matches children does not come to its end: run the command again, it goes on.")

    def _look(self, waiting: list[Waiting], act: Act, done: Renumbered) -> None:
        connection = self.desk.connection
        held = hold(connection, self.register, waiting)
        judged = self._judge_as_before(held, done)
        settled = settle(connection, self.register, held)
        wrong, doubtful = self._judge_again(judged, act)
        ask_anew(connection, Cause.WRONG_MATCH, wrong, _AGAIN)
        ask_anew(connection, Cause.OPERATOR, doubtful, _AGAIN)
        numbers_store.looked(connection, [one.renumbering_id for one in waiting], self.desk.now())
        if settled.asked or wrong or doubtful:
            told = [[str(child.event_id), child.subject] for child in doubtful]
            self._note(act, asked=settled.asked, left=list(settled.left), doubtful=told)
        done.asked += settled.asked
        done.left += len(settled.left)
        done.wrong += len(wrong)
        done.doubtful += len(doubtful)

    def _judge_as_before(self, held: Held, done: Renumbered) -> list[_Judged]:
        """Children of events who were matched to a subject that is held, and brought one of the numbers."""
        subjects = {row["id"]: row["subject_id"] for row in self.desk.rows("former_subjects", subjects=held.subjects)}
        found: list[_Judged] = []
        event, subject = _START, ""
        while page := self.desk.rows("matched_children", ids=list(subjects), event=event, subject=subject, limit=_PAGE):
            event, subject = page[-1]["event_id"], page[-1]["subject"]
            asked = []
            for row in page:
                child = Child(row["event_id"], row["subject"])
                try:
                    identity = said_to_be(self.desk, child, self.context)
                except UserError:
                    done.unread += 1
                    continue
                if self._brings(identity, held):
                    asked.append((child, subjects[row["subject_id"]], row["named"], identity))
            verdicts = self.register.judge(self.desk.connection, [one[-1] for one in asked], before=True).verdicts
            found += [_Judged(*one, _said(verdict)) for one, verdict in zip(asked, verdicts, strict=True)]
            if len(found) > MOST_JUDGED:
                done.unread += len(found) - MOST_JUDGED
                return found[:MOST_JUDGED]
        return found

    def _brings(self, identity: Identity, held: Held) -> bool:
        keys = self.register.blocker.number_keys
        return any(number in held.numbers for token in child_of(identity).identifiers for number in keys(token))

    def _judge_again(self, judged: list[_Judged], act: Act) -> tuple[list[Child], list[Child]]:
        """Those who were another child, each in the ledger, and those of whom that is in doubt."""
        wrong: list[Child] = []
        doubtful: list[Child] = []
        for start in range(0, len(judged), _PAGE):
            page = judged[start : start + _PAGE]
            found = self.register.judge(self.desk.connection, [one.identity for one in page])
            for one, verdict, keys in zip(page, found.verdicts, found.keys, strict=True):
                if _stands(one, verdict):
                    continue
                if _is_another(one, verdict, found.pool, keys):
                    wrong.append(one.child)
                    self._note_wrong(one, verdict, act)
                elif not one.named:
                    doubtful.append(one.child)
        return wrong, doubtful

    def _note_wrong(self, one: _Judged, verdict: Verdict, act: Act) -> None:
        right = verdict.outcome.subject_id if isinstance(verdict.outcome, Matched) else None
        name = f"renumbered|{one.child.event_id}|{one.child.subject}|{act.at.isoformat()}"
        mistake_id = uuid5(DELIVERY_NAMESPACE, name)
        facts: Mapping[str, str | None] = {
            "event_id": str(one.child.event_id),
            "subject": one.child.subject,
            "was": str(one.subject_id),
            "is": str(right) if right else None,
        }
        words = self.desk.evidence.seal_act(act, mistake_id.bytes)
        enter(self.desk.connection, kinds.wrong_match(mistake_id, facts, words, self.desk.stamp(act)))

    def _note(self, act: Act, **facts: Any) -> None:
        name = f"renumbered|{self.desk.evidence.random(16).hex()}"
        said = self.desk.evidence.seal_act(act, name.encode())
        enter(self.desk.connection, kinds.renumbered(name, facts, said, self.desk.stamp(act)))


def _said(verdict: Verdict) -> tuple[Any, ...]:
    return verdict.outcome, verdict.guards


def _stands(one: _Judged, verdict: Verdict) -> bool:
    """Whether the match is what it was, or at least not changed by the renumbering."""
    return verdict.outcome == Matched(one.subject_id) or _said(verdict) == one.before


def _is_another(one: _Judged, verdict: Verdict, pool: Pool, keys: Sequence[Key]) -> bool:
    """Whether the register now says that the child is another; against a person's word, only where it says which.

    So it is also where the number is another child's, and the child that was taken for this one has its own.
    """
    match verdict.outcome:
        case Matched():
            return True
        case NeedsReview(candidates) if one.subject_id in candidates:
            assessed = assess(pool.asking(child_of(one.identity)), pool.candidates(keys))
            guards = next((it.guards for it in assessed if it.subject == one.subject_id.bytes), ())
            return not one.named and {*guards} >= {Guard.IDENTIFIER_CONFLICTS, Guard.IDENTIFIER_ELSEWHERE}
        case _:
            return not one.named
