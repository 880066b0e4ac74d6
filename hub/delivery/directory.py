"""What the rules in force say of recipients: channels in order, retry schedule, desks, whether an ISP still holds."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from hub.asking.desks import Desks
from hub.delivery.channels import BUILT, INBOX, Way
from hub.delivery.retry import Schedule, schedule
from hub.facts.clock import local_day
from hub.facts.terms import Relationship, Tier
from hub.sharing import DUTY_DESK, RuleSet, SignedBy
from hub.sharing.deciding.governing import InForce, governing
from hub.sharing.writing.organisations import Channel, Keys

MOST_FAILURES = {Tier.IMMEDIATE: 2, Tier.URGENT: 2}
"""On one channel, until what cannot wait goes on by the next."""
_ANY_TIE = frozenset(Relationship)


@dataclass(frozen=True, slots=True)
class Directory:
    """Look-ups over one rules set; `signed` is who signed which ISP, by signatures that verified."""

    rules: RuleSet
    signed: SignedBy
    _ways: dict[tuple[str, Tier], tuple[Way, ...]] = field(default_factory=dict, repr=False)

    def ways(self, organisation: str, tier: Tier) -> tuple[Way, ...]:
        """The recipient's channels in the tier's order. A kind that this release has not built is passed over."""
        found = self._ways.get((organisation, tier))
        if found is None:
            found = self._ways[organisation, tier] = tuple(self._find_ways(organisation, tier))
        return found

    def passed_over(self) -> list[tuple[str, str]]:
        """(organisation, kind) of each channel that an organisation lists and this release cannot deliver by."""
        return [
            (name, channel.kind)
            for name, organisation in self.rules.organisations.items()
            for channel in organisation.channels
            if channel.kind not in BUILT
        ]

    def schedule(self, tier: Tier) -> Schedule:
        """How the tier retries."""
        policy = self.rules.tiers[tier]
        return schedule(policy.retry, policy.deliver_within, MOST_FAILURES.get(tier))

    def at_once(self, organisation: str, tier: Tier) -> bool:
        """Whether what goes there lies in its inbox at once, while its own system is tried."""
        return tier is Tier.IMMEDIATE or self._gives_no_receipts(organisation)

    @property
    def desks(self) -> Desks:
        """Whose desk something lies on, and each tier's times."""
        return Desks(self.rules)

    def receive_key(self, organisation: str) -> str | None:
        """Id of the key that the organisation's own system receives with."""
        found = self.rules.organisations.get(organisation)
        return found.keys.receive if found else None

    def current_keys(self, organisation: str) -> Collection[str]:
        """Ids of the keys that the organisation may be sealed to now."""
        found = self.rules.organisations.get(organisation)
        return {key for key in (found.keys.receive, found.keys.inbox) if key} if found else ()

    def in_force(self, isp: str, source: str, recipient: str, now: datetime) -> bool:
        """Whether this very version governs between the two now, as the router would find it."""
        here, there = (self.rules.organisations.get(one) for one in (source, recipient))
        if here is None or there is None:
            return False
        families = (family for kind in there.kinds for family in self.rules.agreements.get((source, kind), ()))
        return any(
            isinstance(found := governing(family, here, there, local_day(now), self.signed), InForce)
            and found.version.ref == isp
            for family in families
        )

    def needed_ties(self, rule: str, kind: str, role: str) -> Collection[str] | None:
        """The relationships that a rule goes by for this kind and role; None where it goes by place.

        Of a rule that is gone nobody knows any more how it went: any tie will do, and without one it is decided anew.
        """
        known = [one for one in self.rules.rules if one.id == rule]
        if not known and rule != DUTY_DESK:
            return _ANY_TIE
        needed: set[str] = set()
        for tell in (tell for one in known for tell in one.tell):
            if tell.kind != kind or tell.role != role:
                continue
            if tell.found_by_area:
                return None
            needed |= set(tell.relationship or _ANY_TIE)
        return needed or None

    def _find_ways(self, organisation: str, tier: Tier) -> Iterator[Way]:
        found = self.rules.organisations.get(organisation)
        listed: dict[str, Channel] = {}
        for channel in found.channels if found else ():
            listed.setdefault(channel.kind, channel)
        keys = found.keys if found else Keys()
        for kind in self.rules.tiers[tier].channels:
            if kind in BUILT and kind in listed:
                webhook = listed[kind].webhook
                yield Way(kind, webhook.url, webhook.key, keys.receive) if webhook else Way(kind, opens=keys.inbox)
        if INBOX not in listed and keys.inbox and self._gives_no_receipts(organisation):
            yield Way(INBOX, opens=keys.inbox)

    def _gives_no_receipts(self, organisation: str) -> bool:
        found = self.rules.organisations.get(organisation)
        return found is not None and found.receipts == "none"
