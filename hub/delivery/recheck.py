"""The last look before a disclosure leaves: is it still allowed, and is the recipient's key still theirs? Pure.

Decided a moment or a day ago, a disclosure goes only if the ISP version that allowed it is the one in force, the source
has not retracted the case, the registration that the rule went by still holds, and the recipient still uses every key
that it is sealed to. What stops is never lost: a retraction cancels, anything else is held and a person is asked, who
can have it decided anew. Corrections, recalls and notices go past rules and ISPs: they undo, or carry no content.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from hub.delivery.claimed import Claimed
from hub.facts.terms import DISCLOSING, Relationship, Unsent


@dataclass(frozen=True, slots=True)
class Go:
    """It may leave."""


@dataclass(frozen=True, slots=True)
class Stop:
    """It may not."""

    reason: Unsent


Recheck = Callable[[Claimed, datetime], Go | Stop]

InForce = Callable[[str, str, str, datetime], bool]
"""(ISP id@version, source, recipient organisation, now)."""
NeededTies = Callable[[str, str, str], Collection[str] | None]
"""(rule, kind of recipient, role) -> the relationships one of which the rule asks for; None where it asks for none."""
CurrentKeys = Callable[[str], Collection[str]]
"""Organisation -> ids of the keys it may be sealed to now."""


@dataclass(frozen=True, slots=True)
class StandardRecheck:
    """The check that the dispatcher runs, over functions of the rules in force."""

    in_force: InForce
    needed_ties: NeededTies
    current_keys: CurrentKeys

    def __call__(self, delivery: Claimed, now: datetime) -> Go | Stop:
        """Whether this delivery may leave now."""
        if delivery.purpose not in DISCLOSING:
            return Go()
        if delivery.retracted:
            return Stop(Unsent.RETRACTED)
        organisation = delivery.recipient.organisation
        if delivery.isp is not None and not self.in_force(delivery.isp, delivery.source, organisation, now):
            return Stop(Unsent.ISP_NOT_IN_FORCE)
        if not self._registered(delivery):
            return Stop(Unsent.REGISTRATION_ENDED)
        keys = sealed_to(delivery.body)
        return Go() if keys and keys <= set(self.current_keys(organisation)) else Stop(Unsent.RECIPIENT_KEY_CHANGED)

    def _registered(self, delivery: Claimed) -> bool:
        if delivery.subject_id is None or delivery.rule is None or delivery.kind is None:
            return True  # an unknown child goes to a front door, which no registration leads to
        needed = self.needed_ties(delivery.rule, delivery.kind, delivery.recipient.role)
        if needed is None:
            return True
        held = set(delivery.registered_as)
        if Relationship.ENROLLED in held:
            held.add(Relationship.EXPECTED_FROM)  # the register tells the two apart by the start date alone
        return bool(held & set(needed))


def sealed_to(body: bytes) -> frozenset[str]:
    """Ids of the keys that a disclosure is sealed to; none for a body that is not one."""
    try:
        recipients = json.loads(body)["data"]["recipients"]
        return frozenset(entry["header"]["kid"] for entry in recipients)
    except (ValueError, KeyError, TypeError):
        return frozenset()
