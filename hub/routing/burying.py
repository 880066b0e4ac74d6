"""From a record that cannot be used to the rows that bury it, and word of it to whoever answers."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid5

from hub.asking.notices import DeliveryRow, When, notice
from hub.facts.model import DELIVERY_NAMESPACE, DeliveryKey
from hub.facts.terms import Outcome, Purpose
from hub.ledger import kinds
from hub.ledger.entry import Entry, Stamp
from hub.routing.context import Context
from hub.routing.ingest import Refused
from hub.routing.recording import news_row
from hub.routing.tables import DeadLetterRow, EventRow, OutboxRow
from hub.wire.news import About, Said

MOST_BODY, MOST_KEY = 65_536, 1_024
"""Bytes that are kept of what nobody is proved to have written."""


@dataclass(slots=True)
class RefusalRows:
    """The rows of one dead letter. `notice` is its owner's: an event of the hub's own, a delivery without content."""

    dead_letter: DeadLetterRow
    ledger: list[Entry]
    outbox: list[OutboxRow] = field(default_factory=list)
    notice: tuple[EventRow, DeliveryRow] | None = None


def record_refusal(refused: Refused, context: Context, records: int = 1) -> RefusalRows:
    """A dead letter and its ledger entry; for a source that is proved also news, and word to its duty desk at once.

    Its id comes from where it lay and what it holds: the same record again is the same dead letter. It may be the last
    of several `records` that it stands for.
    """
    now = context.now()
    made = _dead_letter(refused, context, records, now)
    stamp = Stamp(now, context.random(16))
    ledger = kinds.dead_letter(made.dead_letter_id, refused.event_id, refused.reason, made.owner, stamp)
    rows = RefusalRows(made, [ledger])
    if refused.source and refused.event_id:
        about = About(refused.event_id, refused.source, refused.digest)
        said = Said(Outcome.DEAD_LETTER, reason=refused.reason)
        rows.outbox = news_row(about, refused.record.key, context, now, said)
        rows.notice = _notice(refused, refused.source, made.dead_letter_id, context, now)
    return rows


def _dead_letter(refused: Refused, context: Context, records: int, now: datetime) -> DeadLetterRow:
    record = refused.record
    digest = hashlib.sha256(record.value or b"")
    name = f"dead|{record.topic}|{record.partition}|{record.offset}|{digest.hexdigest()}"
    key, body, whole = _kept(refused, records)
    return DeadLetterRow(
        uuid5(DELIVERY_NAMESPACE, name),
        record.topic,
        record.partition,
        record.offset,
        refused.event_id,
        refused.source,
        refused.reason,
        *context.desks.owner(refused.source),
        now,
        now + context.desks.acknowledge_within(refused.tier),
        "open",
        key,
        body,
        whole,
        len(record.value or b""),
        digest.digest(),
        records,
    )


def _kept(refused: Refused, records: int) -> tuple[bytes | None, bytes | None, bool]:
    """Key and body as far as they are kept, and whether that is all of them.

    What a source is proved to have sent is kept whole: it may be a child's concern, and is no larger than its topic
    allows. Of anything else enough is kept to see what it is.
    """
    key, body = refused.record.key, refused.record.value
    if refused.source is None:
        key, body = key and key[:MOST_KEY], body and body[:MOST_BODY]
    whole = records == 1 and not refused.record.unreadable and (key, body) == (refused.record.key, refused.record.value)
    return key, body, whole


def _notice(
    refused: Refused, source: str, dead_letter_id: UUID, context: Context, now: datetime
) -> tuple[EventRow, DeliveryRow]:
    """Word to the source's own duty desk that an event of theirs could not be used; the dead letter is its event."""
    key = DeliveryKey(dead_letter_id, "-", context.desks.of(source), Purpose.NOTIFY)
    about = {"event_id": str(refused.event_id), "dead_letter_id": str(dead_letter_id)}
    when = When(refused.tier, now, now + context.desks.deliver_within(refused.tier))
    return _own_event(refused, dead_letter_id, context, now), notice(key, refused.reason, about, when).row()


def _own_event(refused: Refused, dead_letter_id: UUID, context: Context, now: datetime) -> EventRow:
    """The event of the hub's own that the notice is about; what the source sent stays the dead letter's."""
    record = refused.record
    return EventRow(
        event_id=dead_letter_id,
        source=str(refused.source),
        kind="dead_letter",
        tier=refused.tier,
        case_key=dead_letter_id.bytes * 2,
        sequence=0,
        digest=b"",
        raised_at=now,
        raised_ahead=False,
        broker_at=record.at,
        decided_at=now,
        topic=record.topic,
        partition=record.partition,
        record_offset=record.offset,
        outcome=Outcome.DEAD_LETTER,
        rules_version=context.rules.version,
        evidence_key=context.evidence.current(),
        evidence=b"",
        sealed=None,
    )
