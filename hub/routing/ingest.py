"""From a Kafka record to an opened event: checked first, opened only when it is new. Pure but for its keys.

A record that fails is `Refused` with a reason of the closed list. Its source is set only where the signature showed who
wrote it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from hub.facts.errors import BadRecord, Reason
from hub.facts.model import Identity, Personal
from hub.facts.terms import EventKind, Tier
from hub.routing.context import Context, Record
from hub.wire.sealed import FACTS_PART, SealedEvent, check, identity_from, open_part
from hub.wire.source_facts import SourceFacts, header_facts, parse_facts

OLDEST = timedelta(days=3_653)
"""A concern raised longer ago than ten years before it came is a mistake in its date."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A record that becomes a dead letter. Source and event id are set only where the signature proved them."""

    record: Record
    reason: Reason
    source: str | None = None
    event_id: UUID | None = None

    @property
    def tier(self) -> Tier:
        """That of its topic: how soon somebody must look."""
        word = self.record.topic.rpartition(".")[2]
        return Tier(word) if word in set(Tier) else Tier.URGENT


@dataclass(frozen=True, slots=True, repr=False)
class Checked(Personal):
    """A signed, complete event; nothing is opened yet. `raised_at` is never later than the broker's time."""

    record: Record
    event: SealedEvent
    kind: EventKind
    tier: Tier
    raised_at: datetime
    raised_ahead: bool


@dataclass(frozen=True, slots=True, repr=False)
class Opened(Personal):
    """Facts, identities and barrable people opened; content still sealed."""

    checked: Checked
    facts: SourceFacts
    identities: Mapping[str, Identity]
    names: Mapping[int, Mapping[str, Any]]


def ingest(record: Record, context: Context) -> Checked | Refused:
    """Check framing, signature, source, case key, parts and topic."""
    try:
        event = check(record.value, record.key, context.schemas, context.keys.public)
    except BadRecord as error:
        return Refused(record, error.reason)
    if record.topic.rpartition(".")[2] != event.tier:
        return Refused(record, Reason.TIER_MISMATCH)
    if event.source not in context.rules.organisations:
        return Refused(record, Reason.UNKNOWN_SIGNER)
    try:
        kind, tier = header_facts(event)
    except BadRecord as error:
        return Refused(record, error.reason, event.source, event.event_id)
    if event.raised_at < record.at - OLDEST:
        return Refused(record, Reason.INVALID_FACT, event.source, event.event_id)
    ahead = event.raised_at > record.at
    return Checked(record, event, kind, tier, record.at if ahead else event.raised_at, ahead)


def refuse(checked: Checked, reason: Reason) -> Refused:
    """A checked event that turns out unusable: it counts against its source."""
    return Refused(checked.record, reason, checked.event.source, checked.event.event_id)


def open_event(checked: Checked, context: Context) -> Opened | Refused:
    """Open facts to decide, identities to match, and people whose role a prohibition may bar."""
    event, schemas, unseal = checked.event, context.schemas, context.keys.unseal
    try:
        facts = parse_facts(open_part(event, FACTS_PART, "Facts", schemas, unseal), event, context.catalogue)
        identities = {
            subject.key: identity_from(open_part(event, subject.identity_part, "Identity", schemas, unseal))
            for subject in facts.subjects
        }
        names = {
            person.part: open_part(event, person.part, "PersonIdentity", schemas, unseal)
            for person in facts.people or ()
            if person.part is not None
        }
    except BadRecord as error:
        return refuse(checked, error.reason)
    return Opened(checked, facts, identities, names)
