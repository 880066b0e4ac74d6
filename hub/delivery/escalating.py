"""What nobody answered in time goes to a desk: a notice without content, a ledger entry, a metric and the log's alarm.

One notice tells a desk of everything of one event that waits there for one reason. A delivery belongs to an event, so
where the event is unknown there is none; nor can the hub's own operators be delivered to. For those the alarm is all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from prometheus_client import Counter

from hub import metrics
from hub.asking.desks import HUB_DESK, Owner
from hub.asking.notices import When, notice
from hub.asking.store import next_revision, tell_beside
from hub.delivery.tools import Tools
from hub.facts.model import DeliveryKey, Recipient
from hub.facts.terms import Purpose, Role, Tier
from hub.ledger import kinds
from hub.ledger.entry import Stamp
from hub.ledger.store import enter_beside
from hub.log import logger
from hub.store.connecting import Connection

# Labels: review, dead_letter or delivery, and whether a desk or nobody could be told.
ESCALATED = Counter(
    "hub_escalations_total", "What nobody answered in time.", ["what", "told"], registry=metrics.REGISTRY
)
_SHOWN_BY = {"review": "hub reviews show", "dead_letter": "hub deadletters show", "delivery": "hub deliveries show"}
_CALLED = {"review": "task_id", "dead_letter": "dead_letter_id", "delivery": "delivery_id"}


@dataclass(frozen=True, slots=True)
class Overdue:
    """What was not answered, and whose desk is told. `event_id` None: no event that is known. `step`: of a chain."""

    what: str
    id: UUID
    event_id: UUID | None
    subject: str
    owner: Owner
    tier: Tier
    step: int | None = None


async def escalate(connection: Connection, overdue: Sequence[Overdue], tools: Tools, now: datetime) -> None:
    """Tell the desks, in the caller's transaction."""
    groups: dict[tuple[UUID | None, Owner], list[Overdue]] = {}
    for one in overdue:
        groups.setdefault((one.event_id, one.owner), []).append(one)
    for (event_id, owner), group in groups.items():
        told = event_id is not None and owner != HUB_DESK
        if event_id is not None and told:
            await _tell(connection, event_id, group, tools, now)
        stamps = [Stamp(now, tools.random(16)) for _ in group]
        entries = [
            kinds.escalation(one.what, one.id, owner, stamp, told=told, step=one.step)
            for one, stamp in zip(group, stamps, strict=True)
        ]
        await enter_beside(connection, entries)
        for one in group:
            _alarm(one, "desk" if told else "nobody")


async def _tell(connection: Connection, event_id: UUID, group: Sequence[Overdue], tools: Tools, now: datetime) -> None:
    first = group[0]
    desk = Recipient(first.owner.organisation, Role(first.owner.role))
    revision = await next_revision(connection, event_id, first.subject, desk)
    key = DeliveryKey(event_id, first.subject, desk, Purpose.NOTIFY, revision)
    about = {
        "event_id": str(await _known_as(connection, event_id, desk.organisation)),
        "id": str(first.id),
        "ids": [str(one.id) for one in group],
        "where": f"{_SHOWN_BY[first.what]} {first.id}",
    }
    reason = "unconfirmed" if first.what == "delivery" else f"{first.what}_overdue"
    when = When(first.tier, now, now + tools.directory.desks.deliver_within(first.tier))
    await tell_beside(connection, notice(key, reason, about, when), tools.random)


async def _known_as(connection: Connection, event_id: UUID, organisation: str) -> UUID:
    """The event's id as this organisation has it: its source may have given it another."""
    found = await connection.execute("select source, sent_as from event where event_id = %s", (event_id,))
    source, sent_as = await found.fetchone() or (None, None)
    return sent_as if sent_as is not None and source == organisation else event_id


def _alarm(one: Overdue, told: str) -> None:
    ESCALATED.labels(one.what, told).inc()
    logger().error("escalated", kind=one.what, tier=one.tier, status=told, **{_CALLED[one.what]: str(one.id)})
