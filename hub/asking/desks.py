"""Whose desk something lies on, and how long each tier gives them: as the rules in force say. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from hub.facts.model import Recipient
from hub.facts.terms import Purpose, Tier
from hub.sharing import RuleSet, source_desk
from hub.sharing.writing.organisations import own_role


class Owner(NamedTuple):
    """Whose desk a task lies on, as rows name it. The hub's own operators are no organisation, and hold no role."""

    organisation: str
    role: str


HUB_DESK = Owner("hub", "operator")
"""The hub's own operators: who answers for what nobody else can. Nothing can be delivered to them."""


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


@dataclass(frozen=True, slots=True)
class Desks:
    """Desks and times of one rules set."""

    rules: RuleSet

    def of(self, organisation: str) -> Recipient:
        """The organisation's duty desk: who is asked where nobody else answers for it."""
        return source_desk(organisation, self.rules)

    def owner(self, organisation: str | None) -> Owner:
        """The same as rows name it; the operators', where no organisation is proved."""
        return Owner(*_names(self.of(organisation))) if organisation else HUB_DESK

    def own(self, organisation: str) -> Owner:
        """Who answers at the organisation itself, for what nobody else is to hear: its duty desk may be another's."""
        known = self.rules.organisations.get(organisation)
        return Owner(organisation, str(own_role(known))) if known else self.owner(organisation)

    def owner_of(self, about: About) -> Owner:
        """Who answers for a delivery: its recipient's desk; the source's, where that is the recipient; the operators.

        A notice that does not arrive is the operators' alone: a notice about it would go the same way.
        """
        if about.purpose is not Purpose.NOTIFY:
            for organisation in (about.recipient.organisation, about.source):
                found = self.of(organisation)
                if found.organisation != about.recipient.organisation:
                    return Owner(*_names(found))
        return HUB_DESK

    def deliver_within(self, tier: Tier) -> timedelta:
        """The tier's time until something has arrived."""
        return self.rules.tiers[tier].deliver_within

    def acknowledge_within(self, tier: Tier) -> timedelta:
        """The tier's time until a person has answered."""
        return self.rules.tiers[tier].acknowledge_within


def _names(recipient: Recipient) -> tuple[str, str]:
    return recipient.organisation, str(recipient.role)
