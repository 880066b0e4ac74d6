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

from hub.facts.bounds import too_old_for_the_hub
from hub.facts.errors import BadRecord, Reason, Unavailable
from hub.facts.model import Identity, Personal
from hub.facts.terms import CONNECTION_TESTED, EventKind, Tier
from hub.routing.context import Context, Record
from hub.wire.records import identity_from
from hub.wire.sealed import FACTS_PART, SealedEvent, check, open_part
from hub.wire.source_facts import SourceFacts, header_facts, parse_facts

AWAITED_FOR = timedelta(minutes=15)
"""A key of the hub's own that was made on another host is waited for, from the broker's time of the record on."""


class KeyAwaited(Unavailable):
    """A record is sealed to a key of the hub's own that is not here yet: it and what lies behind it wait."""

    def __init__(self, record: Record) -> None:
        super().__init__("A key of the hub's own is not here yet: /readyz names it.")
        self.record = record


@dataclass(frozen=True, slots=True)
class Refused:
    """A record that becomes a dead letter. Source and event id are set only where the signature proved them.

    The event id is the one that the source gave it.
    """

    record: Record
    reason: Reason
    source: str | None = None
    event_id: UUID | None = None
    digest: bytes = b""
    """Of the signed header, where that was shown to be the source's."""

    @property
    def tier(self) -> Tier:
        """That of its topic: how soon somebody must look."""
        word = self.record.topic.rpartition(".")[2]
        return Tier(word) if word in set(Tier) else Tier.URGENT


@dataclass(frozen=True, slots=True, repr=False)
class Checked(Personal):
    """A signed, complete event; nothing is opened yet. `raised_at` is never later than the broker's time.

    `event_id` is what the hub keeps it under: the one that its source gave it, unless that was another's first.
    """

    record: Record
    event: SealedEvent
    event_id: UUID
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

    @property
    def unborn(self) -> frozenset[str]:
        """Keys of children who are not born yet: they are looked up by nobody."""
        return frozenset(subject.key for subject in self.facts.subjects if subject.unborn)


@dataclass(frozen=True, slots=True, repr=False)
class Tested(Personal):
    """An adapter's test of its connection, signed and complete."""

    record: Record
    event: SealedEvent


def ingest(record: Record, context: Context) -> Checked | Tested | Refused:
    """Check framing, signature, source, case key, parts and topic."""
    try:
        event = _event_of(record, context)
    except BadRecord as error:
        return Refused(record, error.reason)
    if misplaced := _misplaced(record, event, context):
        return Refused(record, misplaced)
    if event.kind == CONNECTION_TESTED:
        return Tested(record, event)
    try:
        kind, tier = header_facts(event)
    except BadRecord as error:
        return proved(record, error.reason, event)
    if too_old_for_the_hub(event.raised_at, record.at):
        return proved(record, Reason.OUT_OF_BOUNDS, event)
    ahead = event.raised_at > record.at
    return Checked(record, event, event.sent_as, kind, tier, record.at if ahead else event.raised_at, ahead)


def _misplaced(record: Record, event: SealedEvent, context: Context) -> Reason | None:
    """What may be another's doing: none of it counts against the source."""
    if record.topic.rpartition(".")[2] != event.tier:
        return Reason.TIER_MISMATCH
    return None if event.source in context.rules.organisations else Reason.UNKNOWN_SIGNER


def _event_of(record: Record, context: Context) -> SealedEvent:
    if record.unreadable:
        raise BadRecord(Reason.UNREADABLE)
    return check(record.value, record.key, context.schemas, context.keys.public)


def refuse(checked: Checked, reason: Reason) -> Refused:
    """A checked event that turns out unusable: it counts against its source."""
    return proved(checked.record, reason, checked.event)


def proved(record: Record, reason: Reason, event: SealedEvent) -> Refused:
    """A record that cannot be used, of a source that the signature showed."""
    return Refused(record, reason, event.source, event.sent_as, event.digest)


def open_event(checked: Checked, context: Context) -> Opened | Refused:
    """Open facts to decide, identities to match, and people whose role a prohibition may bar; raises KeyAwaited."""
    event, schemas, unseal = checked.event, context.schemas, context.keys.unseal
    if lacking := _lacking(checked, context):
        return lacking
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
    if any(subject.unborn and identities[subject.key] != Identity() for subject in facts.subjects):
        return refuse(checked, Reason.INVALID_FACT)  # it would be looked up by nobody, and a child with a name must be
    return Opened(checked, facts, identities, names)


def _lacking(checked: Checked, context: Context) -> Refused | None:
    """Wait for keys of the hub's own that may be on their way; after too long, the record is the hub's to mend."""
    if not any(context.keys.awaits(key_id) for key_id in dict.fromkeys(part.key_id for part in checked.event.headers)):
        return None
    if context.now() - checked.record.at < AWAITED_FOR:
        raise KeyAwaited(checked.record)
    return Refused(checked.record, Reason.UNKNOWN_KEY)
