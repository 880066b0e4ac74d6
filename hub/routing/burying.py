"""From a record that cannot be used to the rows that bury it, and word of it to whoever answers."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid5

from hub.facts.model import DELIVERY_NAMESPACE, DeliveryKey, Recipient
from hub.facts.terms import Outcome, Purpose
from hub.ledger import kinds
from hub.ledger.entry import Entry, Stamp
from hub.redaction.disclosure import notice_body
from hub.routing.context import Context
from hub.routing.fulfilling import NewDelivery
from hub.routing.ingest import Refused
from hub.routing.recording import delivery_row, news_row
from hub.routing.tables import DeadLetterRow, DeliveryRow, EventRow, OutboxRow

HUB_DESK = ("hub", "operator")
"""Owner and role of what nobody else can answer for."""


@dataclass(slots=True)
class RefusalRows:
    """The rows of one dead letter. `notice` is its owner's: an event of the hub's own, a delivery without content."""

    dead_letter: DeadLetterRow
    ledger: list[Entry]
    outbox: list[OutboxRow] = field(default_factory=list)
    notice: tuple[EventRow, DeliveryRow] | None = None


def record_refusal(refused: Refused, context: Context) -> RefusalRows:
    """A dead letter and its ledger entry; for a source that is proved also news, and word to its duty desk at once.

    Its id comes from where it lay and what it holds: the same record again is the same dead letter.
    """
    now, record = context.now(), refused.record
    held = hashlib.sha256(record.value or b"").hexdigest()
    name = f"dead|{record.topic}|{record.partition}|{record.offset}|{held}"
    dead_letter_id = uuid5(DELIVERY_NAMESPACE, name)
    desk = context.desk(refused.source) if refused.source else None
    owner = (desk.organisation, str(desk.role)) if desk else HUB_DESK
    due_by = now + context.rules.tiers[refused.tier].acknowledge_within
    made = DeadLetterRow(
        dead_letter_id,
        record.topic,
        record.partition,
        record.offset,
        refused.event_id,
        refused.source,
        refused.reason,
        *owner,
        now,
        due_by,
        "open",
        record.key,
        record.value,
    )
    stamp = Stamp(now, context.random(16))
    ledger = kinds.dead_letter(dead_letter_id, refused.event_id, refused.reason, owner[0], stamp)
    rows = RefusalRows(made, [ledger])
    if refused.source and refused.event_id and desk:
        event_id, source, why = refused.event_id, refused.source, refused.reason
        rows.outbox = news_row(event_id, source, record.key, context, now, outcome=Outcome.DEAD_LETTER, reason=why)
        rows.notice = _notice(refused, dead_letter_id, desk, context, now)
    return rows


def _notice(
    refused: Refused, dead_letter_id: UUID, desk: Recipient, context: Context, now: datetime
) -> tuple[EventRow, DeliveryRow]:
    """Word to the source's own duty desk that an event of theirs could not be used; the dead letter is its event."""
    tier = refused.tier
    key = DeliveryKey(dead_letter_id, "-", desk, Purpose.NOTIFY)
    delivery_id = key.delivery_id
    event = _own_event(refused, dead_letter_id, context, now)
    data = {
        "delivery_id": str(delivery_id),
        "event_id": str(refused.event_id),
        "dead_letter_id": str(dead_letter_id),
        "role": desk.role,
        "reason": refused.reason,
    }
    delivery = NewDelivery(
        delivery_id,
        key,
        None,
        None,
        now + context.rules.tiers[tier].deliver_within,
        notice_body(delivery_id, Purpose.NOTIFY, data, at=now),
    )
    return event, delivery_row(delivery, tier, now)


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
