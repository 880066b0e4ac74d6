"""How urgently a delivery of each tier is treated: routing_rules/tiers.yaml."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from hub.facts.terms import Role, Tier
from hub.sharing.writing.organisations import ChannelKind
from hub.written.entry import Duration, Entry


class Escalation(Entry):
    """Who is told next that nobody confirms a disclosure, and how long after `acknowledge_within` has passed."""

    role: Role
    after: Duration


class TierPolicy(Entry):
    """One tier: time until it is delivered, until a person acknowledged it, and what is tried in which order.

    `retry` holds the pause before each further attempt; the last one repeats until the deadline's escalation.
    """

    deliver_within: Duration
    acknowledge_within: Duration
    retry: Annotated[tuple[Duration, ...], Field(min_length=1, max_length=50)]
    channels: Annotated[tuple[ChannelKind, ...], Field(min_length=1, max_length=5)]
    escalate: Annotated[tuple[Escalation, ...], Field(max_length=10)] = ()


class TierPolicies(Entry):
    """The whole file: every tier has its policy."""

    immediate: TierPolicy
    urgent: TierPolicy
    routine: TierPolicy

    def as_mapping(self) -> dict[Tier, TierPolicy]:
        """The policies by tier."""
        return {Tier.IMMEDIATE: self.immediate, Tier.URGENT: self.urgent, Tier.ROUTINE: self.routine}


def _policy(deliver: timedelta, acknowledge: timedelta, retry: tuple[int, ...]) -> TierPolicy:
    return TierPolicy.model_construct(
        deliver_within=deliver,
        acknowledge_within=acknowledge,
        retry=tuple(timedelta(seconds=seconds) for seconds in retry),
        channels=("webhook", "inbox"),
        escalate=(),
    )


DEFAULT_TIERS: dict[Tier, TierPolicy] = {
    Tier.IMMEDIATE: _policy(timedelta(minutes=5), timedelta(minutes=30), (5, 10, 20, 30, 60)),
    Tier.URGENT: _policy(timedelta(hours=1), timedelta(hours=4), (10, 30, 60, 300, 900)),
    Tier.ROUTINE: _policy(timedelta(hours=24), timedelta(days=3), (60, 300, 900, 3600)),
}
"""Used where a set brings no tiers.yaml of its own."""
