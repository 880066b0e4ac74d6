"""Who is told, and when, that nobody confirms a disclosure: the tier's chain (routing_rules/tiers.yaml). Pure.

Confirmed is opened or acted on by a named person. Once the tier's `acknowledge_within` has passed, a person is asked
(step 0); each step of `escalate` tells one desk more, `after` counted from that moment.
"""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from hub.facts.model import Recipient
from hub.facts.terms import Role, Tier
from hub.sharing import RuleSet, source_desk
from hub.sharing.writing.organisations import DESK_ROLES, Organisation


class Step(NamedTuple):
    """One step of a tier's chain; `after`: how long the delivery may lie unconfirmed. Step 0 has no role."""

    tier: Tier
    number: int
    after: timedelta
    role: Role | None


def steps(rules: RuleSet) -> list[Step]:
    """Every step of every tier."""
    return [
        step
        for tier, policy in rules.tiers.items()
        for step in (
            Step(tier, 0, policy.acknowledge_within, None),
            *(
                Step(tier, number, policy.acknowledge_within + one.after, one.role)
                for number, one in enumerate(policy.escalate, start=1)
            ),
        )
    ]


def desk_of(role: Role, recipient: Recipient, source: str, rules: RuleSet) -> Recipient:
    """Whose desk a step's role is: held at the recipient, at its authority, or at the source; else the source's own.

    The recipient's own role is its next holder: everybody who reads in it is told again.
    """
    here = rules.organisations.get(recipient.organisation)
    known = (here.id, here.authority, source) if here else (source,)
    for name in known:
        organisation = rules.organisations.get(name) if name else None
        if organisation is not None and _holds(organisation, role):
            return Recipient(organisation.id, role)
    return source_desk(source, rules)


def _holds(organisation: Organisation, role: Role) -> bool:
    if organisation.holders:
        return not organisation.is_vacant(role)
    return any(kind in organisation.kinds and role is of_kind for kind, of_kind in DESK_ROLES)
