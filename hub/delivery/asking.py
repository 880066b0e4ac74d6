"""A person is asked: the review task of a delivery that did not arrive, or may not leave."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from hub.delivery.reasons import DECIDABLE, EXPLANATIONS
from hub.facts.model import DELIVERY_NAMESPACE, Recipient
from hub.facts.terms import Purpose, Tier, Unsent
from hub.ledger import kinds
from hub.ledger.entry import Entry, Stamp

DELIVERY, RECHECK = "delivery", "recheck"
HUB_DESK = ("hub", "operator")
"""The hub's own operators: no organisation, so nothing can be delivered to them."""
LATE = "Its deadline has passed or is about to, and it was not taken yet. The hub goes on trying."


@dataclass(frozen=True, slots=True)
class About:
    """The delivery that a person is asked about."""

    delivery_id: UUID
    event_id: UUID
    subject: str
    recipient: Recipient
    purpose: Purpose
    tier: Tier
    source: str


def task_id(delivery_id: UUID, cause: str) -> UUID:
    """The same question about the same delivery is the same task."""
    return uuid5(DELIVERY_NAMESPACE, f"review|{delivery_id}|{cause}")


def owner(about: About, desk: Callable[[str], Recipient]) -> tuple[str, str]:
    """Who answers: the recipient's duty desk; the source's, where that is the recipient itself; else the operators.

    A notice that does not arrive is the operators' alone: a notice about it would go the same way.
    """
    if about.purpose is not Purpose.NOTIFY:
        for organisation in (about.recipient.organisation, about.source):
            found = desk(organisation)
            if found.organisation != about.recipient.organisation:
                return found.organisation, found.role
    return HUB_DESK


def question(
    about: About, reason: Unsent | None, *, desk: Callable[[str], Recipient], within: timedelta, now: datetime
) -> dict[str, Any]:
    """Parameters of sql/ask.sql. `reason` None: late, but still being tried."""
    cause = RECHECK if reason in DECIDABLE else DELIVERY
    name, role = owner(about, desk)
    sentence = EXPLANATIONS[reason] if reason is not None else LATE
    return {
        "task_id": task_id(about.delivery_id, cause),
        "event_id": about.event_id,
        "subject": about.subject,
        "cause": cause,
        "why": [f"Delivery {about.delivery_id}: {sentence}"],
        "owner": name,
        "owner_role": role,
        "tier": about.tier,
        "opened_at": now,
        "due_by": now + within,
        "delivery_id": about.delivery_id,
    }


def question_entry(asked: dict[str, Any], salt: bytes) -> Entry:
    """The ledger's word that a person was asked."""
    stamp = Stamp(asked["opened_at"], salt)
    return kinds.review(asked["task_id"], asked["event_id"], asked["subject"], asked["cause"], stamp)
