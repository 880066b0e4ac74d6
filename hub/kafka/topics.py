"""The topics, each with explicit settings. Nothing is created by use."""

from __future__ import annotations

from hub.facts.bounds import MAX_RECORD
from hub.facts.terms import Tier

DAY_MS = 86_400_000
RETENTION_MS = 14 * DAY_MS
"""Rows that repeats are known by outlive this by far."""
MAX_MESSAGE = MAX_RECORD
PARTITIONS = {Tier.IMMEDIATE: 3, Tier.URGENT: 6, Tier.ROUTINE: 6}


def concern_topic(tier: Tier) -> str:
    """The topic of a tier."""
    return f"concern.{tier}"


def group(tier: Tier) -> str:
    """The consumer group of a tier's routers."""
    return f"hub-router.{tier}"
