"""Asking back: 'not our child', and 'tell me more', go to the source with a clock; its answer shows beside the concern.

Nobody is told by this that there is another child: the question holds its asker's words, and the answer its source's.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from hub.asking.desks import About, Desks
from hub.asking.notices import When, notice
from hub.asking.store import ask, next_number, tell
from hub.asking.tasks import of_asked_back
from hub.facts.act import Principal
from hub.facts.model import DeliveryKey, Personal, Recipient
from hub.facts.terms import Purpose, Question, Role, Tier
from hub.ledger import kinds
from hub.ledger.entry import Stamp
from hub.ledger.store import enter
from hub.people.accounts.persons import names_of, new_id
from hub.people.desk import Desk
from hub.people.looks import Look, look
from hub.people.receipts import NotTheirs
from hub.people.receiving.acting import TakenBack
from hub.people.receiving.reader import Reader
from hub.people.receiving.words import Kept, checked, open_words, seal_words
from hub.sharing import RuleSet

KINDS = (Question.NOT_OURS, Question.MORE)
MOST_WAITING = 5
"""Questions about one delivery that wait at once."""
MOST_LISTED = 200


@dataclass(frozen=True, slots=True)
class Sent:
    """The question lies on the source's desk. `new` False: it lay there already."""

    ask_id: UUID
    new: bool


@dataclass(frozen=True, slots=True)
class TooMany:
    """As many as may be wait for an answer already."""


class Listed(NamedTuple):
    """A question on the list of whoever answers; nothing of its words."""

    ask_id: UUID
    kind: Question
    at: datetime
    due_by: datetime
    tier: Tier
    event_id: UUID


@dataclass(frozen=True, slots=True, repr=False)
class Opened(Personal):
    """A question as the source reads it, and the answer where there is one. `event_id` is the source's own."""

    ask_id: UUID
    kind: Question
    at: datetime
    due_by: datetime
    tier: Tier
    event_id: UUID
    raised_at: datetime
    asker: str
    of: Recipient
    words: str
    answer: str | None
    answered_by: str
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer stands. `new` False: somebody had answered, and theirs stands."""

    new: bool


def ask_back(
    desk: Desk, reader: Reader, delivery_id: UUID, kind: Question, words: str, rules: RuleSet, now: datetime
) -> Sent | TooMany | TakenBack | NotTheirs:
    """Ask the source; raises UserError where nobody says what, or in too many words."""
    assert reader.person_id is not None, "a person asks"
    assert kind in KINDS, "nothing else is asked of a source by a reader"
    words = checked(words, needed=True)
    desk.do("lock_delivery", id=delivery_id)
    row = desk.row("around", id=delivery_id, recipient=reader.organisation, role=reader.role)
    if row is None:
        return NotTheirs()
    if row["recalled_at"] is not None:
        return TakenBack()
    waiting = [one for one in desk.rows("asks_about", id=delivery_id) if one["answered_at"] is None]
    for one in waiting:
        said = open_words(desk.evidence, Kept.ASK, one["ask_id"], one["words_key"], one["words"])
        if (one["kind"], one["person_id"], said) == (kind, reader.person_id, words):
            return Sent(one["ask_id"], new=False)
    if len(waiting) >= MOST_WAITING:
        return TooMany()
    recipient = Recipient(reader.organisation, reader.role)
    about = About(
        delivery_id,
        row["event_id"],
        row["subject"],
        recipient,
        Purpose(row["purpose"]),
        Tier(row["tier"]),
        row["source"],
    )
    return Sent(_keep(desk, reader.person_id, about, kind, words, Desks(rules), now), new=True)


def asked_of(desk: Desk, organisations: Collection[str]) -> list[Listed]:
    """What readers asked of these organisations and nobody answered yet, nearest deadline first."""
    return [
        Listed(row["ask_id"], Question(row["kind"]), row["at"], row["due_by"], Tier(row["tier"]), row["event_id"])
        for row in desk.rows("asked_of", owners=sorted(organisations), limit=MOST_LISTED)
    ]


def open_asked(desk: Desk, ask_id: UUID, organisations: Collection[str], by: Principal, now: datetime) -> Opened | None:
    """One question of theirs, its words opened: noted as looked at. None where it is another's, or none."""
    row = desk.row("one_asked", ask=ask_id, owners=sorted(organisations))
    if row is None:
        return None
    reader = {"organisation": by.organisation, "person": str(by.person_id) if by.person_id else None}
    entry = kinds.looked("ask", str(ask_id), reader, Stamp(now, desk.evidence.random(16)))
    look(desk, Look("ask", str(ask_id), row["event_id"]), by, entry)
    people = {row["person_id"], row["answered_by"]} - {None}
    names = names_of(desk, people)
    answer = None
    if row["answered_at"]:
        answer = open_words(desk.evidence, Kept.ANSWER, ask_id, row["answer_key"], row["answer"])
    return Opened(
        ask_id,
        Question(row["kind"]),
        row["at"],
        row["due_by"],
        Tier(row["tier"]),
        row["known_as"],
        row["raised_at"],
        names.get(row["person_id"], ""),
        Recipient(row["recipient"], Role(row["role"])),
        open_words(desk.evidence, Kept.ASK, ask_id, row["words_key"], row["words"]),
        answer,
        names.get(row["answered_by"], ""),
        row["answered_at"],
    )


def answer_asked(
    desk: Desk, ask_id: UUID, organisations: Collection[str], words: str, by: Principal, now: datetime
) -> Answered | None:
    """Answer a question of theirs, which ends its clock; raises UserError where the words are missing, or too many."""
    assert by.person_id is not None, "a person answers"
    words = checked(words, needed=True)
    row = desk.row("one_asked", ask=ask_id, owners=sorted(organisations))
    if row is None:
        return None
    if row["answered_at"] is not None:
        return Answered(new=False)
    said = seal_words(desk.evidence, Kept.ANSWER, ask_id, words)
    desk.do("keep_asked_answer", ask=ask_id, key=said.key_id, sealed=said.sealed, person=by.person_id, at=now)
    desk.do("end_review", task=row["task_id"])
    stamp = Stamp(now, desk.evidence.random(16))
    enter(desk.connection, kinds.asked_back(ask_id, row["delivery_id"], "answered", by.person_id, stamp))
    return Answered(new=True)


def _keep(desk: Desk, person_id: UUID, about: About, kind: Question, words: str, desks: Desks, now: datetime) -> UUID:
    ask_id = new_id(desk)
    task = of_asked_back(about, ask_id, kind, now, desks)
    ask(desk.connection, task, desk.evidence.random)
    said = seal_words(desk.evidence, Kept.ASK, ask_id, words)
    desk.do(
        "keep_ask",
        ask=ask_id,
        id=about.delivery_id,
        kind=kind,
        person=person_id,
        at=now,
        key=said.key_id,
        sealed=said.sealed,
        task=task.task_id,
    )
    stamp = Stamp(now, desk.evidence.random(16))
    enter(desk.connection, kinds.asked_back(ask_id, about.delivery_id, kind, person_id, stamp))
    _tell_source(desk, about, ask_id, desks, now)
    return ask_id


def _tell_source(desk: Desk, about: About, ask_id: UUID, desks: Desks, now: datetime) -> None:
    """Word without content to the source's own people, by their channels, that somebody asks."""
    owner = desks.own(about.source)
    to = Recipient(owner.organisation, Role(owner.role))
    number = next_number(desk.connection, about.event_id, about.subject, to)
    key = DeliveryKey(about.event_id, about.subject, to, Purpose.NOTIFY, number)
    row = desk.row("known_as", id=about.event_id)
    where = {
        "event_id": str(row["known_as"] if row else about.event_id),
        "id": str(ask_id),
        "where": f"/asked/{ask_id}",
    }
    when = When(about.tier, now, now + desks.deliver_within(about.tier))
    tell(desk.connection, notice(key, "asked_back", where, when), desk.evidence.random)
