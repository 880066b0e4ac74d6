"""A person is asked: the review task, its id, and the ledger's word of it. Pure; `hub.asking.store` writes it.

The same question is the same task, however often it is asked: its id is made from what it is about. Tasks of earlier
releases lie in the database under these ids, so none of the formulas changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid5

from hub.asking.desks import HUB_DESK, About, Desks, Owner
from hub.facts.model import DELIVERY_NAMESPACE, DeliveryKey
from hub.facts.terms import DECIDABLE, Question, Tier, Unsent
from hub.ledger import kinds
from hub.ledger.entry import Entry, Stamp

LATE = "Half of its time or more is gone, and its recipient's own system has not taken it. The hub goes on trying."
UNCONFIRMED = "It was taken, and nobody has opened it or acted on it in the time that its tier gives: ring them."
CANNOT_DECIDE_ANEW = "This event cannot be decided anew by the hub: {why}."
EXPLANATIONS: dict[Unsent, str] = {
    Unsent.ENDPOINT_REFUSED: "The recipient's endpoint refuses it, and there is no other channel.",
    Unsent.MESSAGE_INVALID: "The recipient's endpoint says the message is wrong, and there is no other channel.",
    Unsent.DEADLINE_MISSED: "It was not taken by its deadline, nor within the time that the hub goes on trying.",
    Unsent.ATTEMPTS_EXHAUSTED: "It was tried as often as the hub tries anything.",
    Unsent.NO_CHANNEL: "The recipient has no channel that this hub can deliver by and whose reader could open it.",
    Unsent.NO_RECIPIENT_KEY: "The recipient has no key to seal to.",
    Unsent.BY_OPERATOR: "An operator holds it.",
    Unsent.RETRACTED: "The source retracted it before it was sent.",
    Unsent.CORRECTED: "The source corrected the concern before it was sent.",
    Unsent.DECIDED_ANEW: "It was decided anew: what came of that is another delivery, or none.",
    Unsent.LEFT_OUT: "A reviewer left this text out after it was stopped on its way.",
    Unsent.ISP_NOT_IN_FORCE: "The ISP that allowed it is no longer in force between source and recipient.",
    Unsent.REGISTRATION_ENDED: "The child's registration with the recipient has ended.",
    Unsent.RECIPIENT_KEY_CHANGED: "It is sealed to a key that the recipient no longer uses.",
}
"""Why a delivery was not sent."""


ASKED_BACK = {
    Question.NOT_OURS: "Whoever read it says that the child is none of theirs: answer them on the page /asked/{ask}.",
    Question.MORE: "Whoever read it asks for more: answer them on the page /asked/{ask}.",
}


class Task(NamedTuple):
    """A row of table review_task. `delivery_id`: the delivery that it is about, if it is about one."""

    task_id: UUID
    event_id: UUID
    subject: str
    cause: Question
    why: list[str]
    owner: str
    owner_role: str
    tier: Tier
    opened_at: datetime
    due_by: datetime
    status: str = "open"
    delivery_id: UUID | None = None

    def entry(self, salt: bytes) -> Entry:
        """The ledger's word that a person was asked."""
        return kinds.review(self.task_id, self.event_id, self.subject, self.cause, Stamp(self.opened_at, salt))


class Asked(NamedTuple):
    """An event as it is asked about: whose tier's clock runs from `at`, and on whose desk it lies."""

    event_id: UUID
    tier: Tier
    at: datetime
    due_by: datetime
    owner: Owner


def asked(event_id: UUID, source: str | None, tier: Tier, at: datetime, desks: Desks) -> Asked:
    """Asked of the source's own desk, or of the operators where no source is named."""
    return Asked(event_id, tier, at, at + desks.acknowledge_within(tier), desks.owner(source))


def of_child(
    about: Asked, subject: str, cause: Question, why: Sequence[str], revision: int, delivery_id: UUID | None = None
) -> Task:
    """About one child of an event, as one of its revisions came out."""
    name = _of_child(about.event_id, subject, cause, delivery_id, revision)
    return _task(name, about, subject, cause, list(why), delivery_id)


def of_text(about: Asked, disclosure: DeliveryKey, why: Sequence[str]) -> Task:
    """Whether the recipient of a disclosure may read a text that it went, or would have gone, without."""
    key = disclosure
    return of_child(about, key.subject, Question.TEXT, why, key.revision, key.delivery_id)


def of_stopped_text(about: About, revision: int, reason: Unsent | None, at: datetime, desks: Desks) -> Task:
    """A text that a person released was stopped before it left: the same question again, with why."""
    event = asked(about.event_id, about.source, about.tier, at, desks)
    sentence = EXPLANATIONS[reason] if reason is not None else LATE
    return of_text(event, _disclosure(about, revision), [f"Delivery {about.delivery_id}: {sentence}"])


def id_of_text(about: About, revision: int) -> UUID:
    """The question about a text that follows as this supplement: over, once that arrived."""
    key = _disclosure(about, revision)
    return uuid5(DELIVERY_NAMESPACE, _of_child(key.event_id, key.subject, Question.TEXT, key.delivery_id, revision))


def _disclosure(about: About, revision: int) -> DeliveryKey:
    """What a supplement supplements."""
    return DeliveryKey(about.event_id, about.subject, about.recipient, revision=revision)


def of_anew(about: Asked, subject: str, why: str, request: int) -> Task:
    """What was asked to be decided anew, as this request, cannot be: the hub's operators look."""
    name = f"review|{about.event_id}|anew|{request}"
    sentence = CANNOT_DECIDE_ANEW.format(why=why)
    return _task(name, about._replace(owner=HUB_DESK), subject, Question.RECHECK, [sentence], None)


def of_delivery(about: About, reason: Unsent | None, at: datetime, desks: Desks) -> Task:
    """A delivery did not arrive, or may not leave. `reason` None: it is late, but still being tried."""
    cause = Question.RECHECK if reason in DECIDABLE else Question.DELIVERY
    sentence = EXPLANATIONS[reason] if reason is not None else LATE
    event = Asked(about.event_id, about.tier, at, at + desks.acknowledge_within(about.tier), desks.owner_of(about))
    why = [f"Delivery {about.delivery_id}: {sentence}"]
    return _task(_of_delivery(about.delivery_id, cause), event, about.subject, cause, why, about.delivery_id)


def of_unconfirmed(about: About, at: datetime, desks: Desks) -> Task:
    """A delivery was taken, and no named person opened it or acted within the tier's time."""
    event = Asked(about.event_id, about.tier, at, at + desks.acknowledge_within(about.tier), desks.owner_of(about))
    name, why = _of_delivery(about.delivery_id, Question.UNCONFIRMED), [f"Delivery {about.delivery_id}: {UNCONFIRMED}"]
    return _task(name, event, about.subject, Question.UNCONFIRMED, why, about.delivery_id)


def of_asked_back(about: About, ask_id: UUID, kind: Question, at: datetime, desks: Desks) -> Task:
    """Whoever reads a delivery asks its source: answered at the source alone, beside the words that they wrote."""
    event = Asked(about.event_id, about.tier, at, at + desks.acknowledge_within(about.tier), desks.own(about.source))
    why = [ASKED_BACK[kind].format(ask=ask_id)]
    return _task(f"review|{ask_id}|{kind}", event, about.subject, kind, why, about.delivery_id)


def id_of_unconfirmed(delivery_id: UUID) -> UUID:
    """That question's id: over, once somebody confirms."""
    return uuid5(DELIVERY_NAMESPACE, _of_delivery(delivery_id, Question.UNCONFIRMED))


def ids_of_delivery(delivery_id: UUID) -> list[UUID]:
    """Every task that may have been opened about a delivery: over, once it arrived."""
    return [
        uuid5(DELIVERY_NAMESPACE, _of_delivery(delivery_id, cause)) for cause in (Question.DELIVERY, Question.RECHECK)
    ]


def _of_child(event_id: UUID, subject: str, cause: Question, delivery_id: UUID | None, revision: int) -> str:
    return f"review|{event_id}|{subject}|{cause}|{delivery_id or ''}|{revision}"


def _of_delivery(delivery_id: UUID, cause: Question) -> str:
    return f"review|{delivery_id}|{cause}"


def _task(name: str, about: Asked, subject: str, cause: Question, why: list[str], delivery_id: UUID | None) -> Task:
    task_id = uuid5(DELIVERY_NAMESPACE, name)
    return Task(
        task_id,
        about.event_id,
        subject,
        cause,
        why,
        *about.owner,
        about.tier,
        about.at,
        about.due_by,
        "open",
        delivery_id,
    )
