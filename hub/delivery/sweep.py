"""Every few seconds: what nobody answered in time goes to the desk that its row names, and the gauges are refreshed.

- A delivery of whose time half is gone, that was not taken and that nobody was asked about yet: a review task, once.
- A disclosure that was taken and that nobody confirms: a review task, and up its tier's chain (`unconfirmed.py`).
- Once an hour, sessions, tokens and drafts that ended long ago are forgotten.
- A review task of whose time a quarter is left, a dead letter past its time: to their owner's desk (`escalating.py`).

Every dispatcher sweeps; rows are locked with `skip locked`, so that each is handled once.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import psycopg

from hub.asking.desks import About, Owner
from hub.asking.store import ask_beside
from hub.asking.tasks import of_delivery
from hub.delivery.escalating import Overdue, escalate
from hub.delivery.gauges import refresh
from hub.delivery.tools import Tools
from hub.delivery.unconfirmed import watch_unconfirmed
from hub.delivery.unread import WORDS, Unread
from hub.facts.errors import Unavailable
from hub.facts.model import Recipient
from hub.facts.terms import Purpose, Role, Tier, Unsent
from hub.log import fault, logger
from hub.store.connecting import Connection, Pool
from hub.store.sqlfiles import sql

EVERY_S = 5.0
FORGET_EVERY = timedelta(hours=1)
LIMIT = 200
"""Rows of each kind a sweep; the rest wait for the next."""
PACKAGE = "hub.delivery"
_AWAY = (Unavailable, psycopg.OperationalError, psycopg.InterfaceError, OSError)


@dataclass(slots=True)
class Sweep:
    """Sweeps for ever on a pool of connections; a fault of PostgreSQL is waited out."""

    pool: Pool
    tools: Tools
    unread: Unread = field(default_factory=Unread)
    _forgot: datetime | None = None
    """When what is kept of sessions for a while was last looked through."""

    async def run(self) -> None:
        """Sweep until cancelled."""
        while True:
            try:
                async with self.pool.connection() as connection:
                    await self.once(connection)
            except _AWAY as error:
                logger().warning("sweep_waits", fault=fault(error))
            await asyncio.sleep(EVERY_S)

    async def once(self, connection: Connection) -> None:
        """One sweep, each kind in a transaction of its own: a fault of ours in one stops no other."""
        now = self.tools.clock()
        for step in (self._late, self._unconfirmed, self._reviews, self._dead_letters, self._accounts, self._gauges):
            try:
                async with connection.transaction():
                    await step(connection, now)
            except _AWAY:
                raise
            except Exception as error:  # noqa: BLE001 - a defect here must never stop deliveries
                logger().error("hub_fault", where=f"sweep{step.__name__}", fault=fault(error))

    async def _late(self, connection: Connection, now: datetime) -> None:
        found = await connection.execute(sql("late", PACKAGE), {**WORDS, "now": now, "limit": LIMIT})
        desks = self.tools.directory.desks
        for delivery_id, event_id, subject, recipient, role, purpose, tier, source, reason in await found.fetchall():
            who, why, urgency = Recipient(recipient, Role(role)), Purpose(purpose), Tier(tier)
            about = About(delivery_id, event_id, subject, who, why, urgency, source)
            await ask_beside(connection, [of_delivery(about, reason and Unsent(reason), now, desks)], self.tools.random)
            logger().warning("delivery_late", delivery_id=str(delivery_id), tier=tier)

    async def _unconfirmed(self, connection: Connection, now: datetime) -> None:
        await watch_unconfirmed(connection, self.tools, now, LIMIT)

    async def _gauges(self, connection: Connection, now: datetime) -> None:
        await refresh(connection, self.tools.directory.rules, now)
        await self.unread.look(connection)

    async def _accounts(self, connection: Connection, now: datetime) -> None:
        if self._forgot is None or now - self._forgot >= FORGET_EVERY:
            await connection.execute(sql("forget_accounts", PACKAGE), {"now": now})
            self._forgot = now

    async def _reviews(self, connection: Connection, now: datetime) -> None:
        found = await connection.execute(sql("overdue_reviews", PACKAGE), {**WORDS, "now": now, "limit": LIMIT})
        overdue = [
            Overdue("review", task_id, event_id, subject, Owner(owner, role), Tier(tier))
            for task_id, event_id, subject, owner, role, tier in await found.fetchall()
        ]
        await escalate(connection, overdue, self.tools, now)

    async def _dead_letters(self, connection: Connection, now: datetime) -> None:
        found = await connection.execute(sql("overdue_dead_letters", PACKAGE), {**WORDS, "now": now, "limit": LIMIT})
        overdue = [
            Overdue("dead_letter", letter_id, event_id, "", Owner(owner, role), _tier(topic))
            for letter_id, event_id, owner, role, topic in await found.fetchall()
        ]
        await escalate(connection, overdue, self.tools, now)


def _tier(topic: str) -> Tier:
    """A dead letter's tier is its topic's; urgent where the topic says none."""
    name = topic.rpartition(".")[2]
    return Tier(name) if name in set(Tier) else Tier.URGENT
