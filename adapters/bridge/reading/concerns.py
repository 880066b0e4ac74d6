"""What every format says of a concern in the same way: its tier, its district, its place in time. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from hub.facts.postcodes import district, postcode_of_place
from hub.facts.terms import Risk, Tier

TIER_OF = {
    Risk.LIFE_AT_RISK: Tier.IMMEDIATE,
    Risk.SIGNIFICANT_HARM: Tier.URGENT,
    Risk.SOME: Tier.ROUTINE,
    Risk.NONE: Tier.ROUTINE,
}
"""The tier that the agency's grading asks for. What else is asked may raise it, never lower it."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def more_urgent(tier: Tier, other: Tier | None) -> Tier:
    """The more urgent of the two; None asks for nothing."""
    order = list(Tier)
    return tier if other is None else min(tier, other, key=order.index)


def milliseconds(at: datetime) -> int:
    """Whole milliseconds since 1970 (UTC): the sequence of a record that has a time of change and no version."""
    return (at - _EPOCH) // timedelta(milliseconds=1)


def shared_district(postcodes: Iterable[str | None]) -> str | None:
    """The district of those that are well formed, if they agree."""
    districts = {district(code) for written in postcodes if written and (code := postcode_of_place(written))}
    return districts.pop() if len(districts) == 1 else None


def kept(lines: Iterable[str | None]) -> tuple[str, ...]:
    """Those that say something."""
    return tuple(line for line in lines if line)
