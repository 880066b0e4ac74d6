"""Every few seconds: what nobody answered in time goes to the desk that its row names, and the gauges are refreshed.

- A delivery past its deadline that nobody was asked about yet: a review task, once.
- A review task of whose time a quarter is left: escalated, and a notice without content to its owner's desk.
- A dead letter past its time: escalated; a notice where its event is known, for a delivery belongs to an event.
  Without one, and where the owner is the hub's own operators, the alarm in the log and on the metric is all there is.

Every dispatcher sweeps; rows are locked with `skip locked`, so that each is handled once.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import psycopg
from prometheus_client import Counter

from hub import metrics
from hub.asking.desks import HUB_DESK, About, Owner
from hub.asking.notices import When, notice
from hub.asking.store import ask_beside, next_revision, tell_beside
from hub.asking.tasks import of_delivery
from hub.delivery.gauges import refresh
from hub.delivery.tools import Tools
from hub.facts.errors import Unavailable
from hub.facts.model import DeliveryKey, Recipient
from hub.facts.terms import Purpose, Role, Tier
from hub.ledger import kinds
from hub.ledger.entry import Stamp
from hub.ledger.store import enter_beside
from hub.log import fault, logger
from hub.store.connecting import Connection, Pool
from hub.store.sqlfiles import sql

EVERY_S = 5.0
LIMIT = 200
"""Rows of each kind a sweep; the rest wait for the next."""
PACKAGE = "hub.delivery"

# Labels: review or dead_letter, and whether a desk or nobody could be told.
ESCALATED = Counter(
    "hub_escalations_total", "What nobody answered in time.", ["what", "told"], registry=metrics.REGISTRY
)


@dataclass(frozen=True, slots=True)
class Overdue:
    """What was not answered, and whose desk it lies on. `where` is the command that shows it."""

    what: str
    id: UUID
    event_id: UUID
    subject: str
    owner: Owner
    tier: Tier
    where: str


@dataclass(slots=True)
class Sweep:
    """Sweeps for ever on a pool of connections; a fault of PostgreSQL is waited out."""

    pool: Pool
    tools: Tools

    async def run(self) -> None:
        """Sweep until cancelled."""
        while True:
            try:
                async with self.pool.connection() as connection:
                    await self.once(connection)
            except (Unavailable, psycopg.Error, OSError) as error:
                logger().warning("sweep_waits", fault=fault(error))
            except Exception as error:  # noqa: BLE001 - a defect here must never stop deliveries
                logger().error("hub_fault", where="sweep", fault=fault(error))
            await asyncio.sleep(EVERY_S)

    async def once(self, connection: Connection) -> None:
        """One sweep, each kind in a transaction of its own."""
        now = self.tools.clock()
        for step in (self._late, self._reviews, self._dead_letters):
            async with connection.transaction():
                await step(connection, now)
        await refresh(connection, now)

    async def _late(self, connection: Connection, now: datetime) -> None:
        found = await connection.execute(sql("late", PACKAGE), {"now": now, "limit": LIMIT})
        desks = self.tools.directory.desks
        for delivery_id, event_id, subject, recipient, role, purpose, tier, source in await found.fetchall():
            who, why, urgency = Recipient(recipient, Role(role)), Purpose(purpose), Tier(tier)
            about = About(delivery_id, event_id, subject, who, why, urgency, source)
            await ask_beside(connection, [of_delivery(about, None, now, desks)], self.tools.random)
            logger().warning("delivery_late", delivery_id=str(delivery_id), tier=tier)

    async def _reviews(self, connection: Connection, now: datetime) -> None:
        found = await connection.execute(sql("overdue_reviews", PACKAGE), {"now": now, "limit": LIMIT})
        for task_id, event_id, subject, owner, role, tier in await found.fetchall():
            overdue = Overdue(
                "review", task_id, event_id, subject, Owner(owner, role), Tier(tier), f"hub reviews show {task_id}"
            )
            await self._escalate(connection, overdue, now, known=True)

    async def _dead_letters(self, connection: Connection, now: datetime) -> None:
        found = await connection.execute(sql("overdue_dead_letters", PACKAGE), {"now": now, "limit": LIMIT})
        for letter_id, event_id, owner, role, topic, known in await found.fetchall():
            overdue = Overdue(
                "dead_letter",
                letter_id,
                event_id,
                "",
                Owner(owner, role),
                _tier(topic),
                f"hub deadletters show {letter_id}",
            )
            await self._escalate(connection, overdue, now, known=known)

    async def _escalate(self, connection: Connection, overdue: Overdue, now: datetime, *, known: bool) -> None:
        told = known and overdue.owner != HUB_DESK
        if told:
            await self._notify(connection, overdue, now)
        made = kinds.escalation(overdue.what, overdue.id, overdue.owner, self._stamp(now), told=told)
        await enter_beside(connection, [made])
        ESCALATED.labels(overdue.what, "desk" if told else "nobody").inc()
        logger().error(
            "escalated",
            kind=overdue.what,
            tier=overdue.tier,
            status="desk" if told else "nobody",
            **{"task_id" if overdue.what == "review" else "dead_letter_id": str(overdue.id)},
        )

    async def _notify(self, connection: Connection, overdue: Overdue, now: datetime) -> None:
        """A notice without content: ids, a reason code, and where to look."""
        desk = Recipient(overdue.owner.organisation, Role(overdue.owner.role))
        revision = await next_revision(connection, overdue.event_id, overdue.subject, desk)
        key = DeliveryKey(overdue.event_id, overdue.subject, desk, Purpose.NOTIFY, revision)
        about = {"event_id": str(overdue.event_id), "id": str(overdue.id), "where": overdue.where}
        when = When(overdue.tier, now, now + self.tools.directory.desks.deliver_within(overdue.tier))
        await tell_beside(connection, notice(key, f"{overdue.what}_overdue", about, when), self.tools.random)

    def _stamp(self, now: datetime) -> Stamp:
        return Stamp(now, self.tools.random(16))


def _tier(topic: str) -> Tier:
    """A dead letter's tier is its topic's; urgent where the topic says none."""
    name = topic.rpartition(".")[2]
    return Tier(name) if name in set(Tier) else Tier.URGENT
