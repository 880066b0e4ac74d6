"""Settling: how claims ended, many in one transaction: rows, receipts, ledger, review tasks, news for the senders."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import psycopg
from psycopg.errors import DeadlockDetected, SerializationFailure

from hub import metrics
from hub.asking.desks import Desks
from hub.asking.store import WAKE, ask_beside, end_beside
from hub.asking.tasks import Task, id_of_text, ids_of_delivery, of_delivery, of_stopped_text
from hub.delivery.finished import OUTCOMES, Finished
from hub.delivery.reporting import News, lock_events
from hub.delivery.states import WEIGHT, Happening
from hub.facts.errors import Unavailable
from hub.facts.terms import Cause, Layer, Purpose, State
from hub.ledger import kinds
from hub.ledger.entry import Entry, Stamp
from hub.ledger.store import enter_beside
from hub.log import fault, logger
from hub.routing.anew_requests import wanted
from hub.store.connecting import Connection, Pool
from hub.store.sqlfiles import sql

PACKAGE = "hub.delivery"
BATCH = 200
"""Endings a transaction."""
FAULT_WAIT_S = 1.0
PUT_OFF = timedelta(minutes=1)
"""Until an ending that the hub itself could not write is tried again as an attempt."""


@dataclass(frozen=True, slots=True)
class Settling:
    """What a settling transaction is made with."""

    news: News
    desks: Desks
    random: Callable[[int], bytes]

    async def settle(self, connection: Connection, batch: Sequence[Finished]) -> None:
        """Write these endings in one transaction. A repeat changes nothing: what was written is no longer claimed."""
        async with connection.transaction():
            await lock_events(connection, (one.claimed.event_id for one in batch if _is_news(one)))
            written = await self._update(connection, batch)
            besides = [one for one in batch if one.claimed.besides and one.claimed.delivery_id in written]
            ended = [
                one for one in batch if written.get(one.claimed.delivery_id) == one.state and not one.claimed.besides
            ]
            await self._accept(connection, [one for one in ended if one.how is Happening.TAKEN])
            await self._tried_besides(connection, besides)
            asking = [one for one in ended if one.asks]
            again = await self._send_again(connection, [one for one in asking if one.waits_again])
            await self._ask(connection, [one for one in asking if one.claimed.delivery_id not in again])
            await self._ask_anew(connection, [one for one in ended if one.how is Happening.STOPPED])
            await enter_beside(connection, [self._entry(one) for one in ended if one.how is not Happening.TRIED])
            told = {one.claimed.event_id: one.at for one in ended if _is_news(one)}
            if told:
                await self.news.tell(connection, told, max(told.values()))
        for one in ended:
            _count(one)

    async def _update(self, connection: Connection, batch: Sequence[Finished]) -> dict[UUID, str]:
        rows = sorted(batch, key=lambda one: one.claimed.delivery_id)
        found = await connection.execute(
            sql("settle", PACKAGE),
            {
                "ids": [one.claimed.delivery_id for one in rows],
                "sessions": [one.claimed.session for one in rows],
                "statuses": [one.state for one in rows],
                "reasons": [one.reason for one in rows],
                "channels": [one.channel for one in rows],
                "trying": [one.trying for one in rows],
                "tried": [one.tried and one.tried.channel for one in rows],
                "outcomes": [one.tried and OUTCOMES[type(one.tried.answer)] for one in rows],
                "faults": [one.tried and getattr(one.tried.answer, "reason", None) for one in rows],
                "moved": [one.moved for one in rows],
                "again": [one.again_at for one in rows],
                "settled": [one.at if one.state in {State.ACCEPTED, State.CANCELLED} else None for one in rows],
                "ask": [one.ask for one in rows],
                "weight": list(WEIGHT),
                "at": [one.at for one in rows],
            },
            prepare=True,
            binary=True,
        )
        return dict(await found.fetchall())

    async def _accept(self, connection: Connection, accepted: Sequence[Finished]) -> None:
        if not accepted:
            return
        await connection.execute(
            sql("accept", PACKAGE),
            {"ids": [one.claimed.delivery_id for one in accepted], "at": [one.at for one in accepted]},
            prepare=True,
        )
        await _answer(connection, [one for one in accepted if one.claimed.attempts or one.claimed.asked])
        for tier in sorted({one.claimed.tier for one in accepted if one.trying}):
            await connection.execute(WAKE, (tier,))

    async def _tried_besides(self, connection: Connection, besides: Sequence[Finished]) -> None:
        """What lies in the inbox already was tried by another channel: that alone is written down."""
        taken = [one for one in besides if one.how is Happening.TAKEN]
        await _answer(connection, taken)
        await self._ask(connection, [one for one in besides if one.ask])
        await enter_beside(connection, [self._entry(one) for one in taken])

    async def _ask(self, connection: Connection, unanswered: Sequence[Finished]) -> None:
        await ask_beside(connection, [self._task(one) for one in unanswered], self.random)

    def _task(self, one: Finished) -> Task:
        claimed = one.claimed
        if one.waits_again:
            return of_stopped_text(claimed.about, claimed.revision, one.reason, one.at, self.desks)
        return of_delivery(claimed.about, one.reason, one.at, self.desks)

    async def _ask_anew(self, connection: Connection, held: Sequence[Finished]) -> None:
        """What was stopped because things changed is decided anew by the router."""
        stopped = [one for one in held if one.decidable]
        if stopped:
            places = [(one.claimed.event_id, one.claimed.subject) for one in stopped]
            version = self.desks.rules.version
            await connection.execute(
                sql("ask_anew", "hub.routing"), wanted(Cause.RECHECK, places, rules_version=version)
            )

    async def _send_again(self, connection: Connection, texts: Sequence[Finished]) -> set[UUID]:
        """Texts that may not leave as they are go by what a person said of them, under what is in force now.

        Once for each answer: what is stopped again is for a person. Gives those that need none.
        """
        if not texts:
            return set()
        by_task = {id_of_text(one.claimed.about, one.claimed.revision): one.claimed.delivery_id for one in texts}
        asked = {"tasks": list(by_task), "by_hub": True, "rules_version": self.desks.rules.version}
        found = await connection.execute(sql("text_again", "hub.routing"), asked)
        return {by_task[task_id] for (task_id,) in await found.fetchall()}

    def _entry(self, one: Finished) -> Entry:
        claimed, stamp = one.claimed, Stamp(one.at, self.random(16))
        if one.how is Happening.TAKEN:
            told = {"channel": one.channel}
            return kinds.receipt(
                claimed.delivery_id, claimed.event_id, Layer.ACCEPTED, told, stamp, again=claimed.besides
            )
        return kinds.unsent(claimed.delivery_id, claimed.event_id, one.state, one.reason, stamp)


async def _answer(connection: Connection, taken: Sequence[Finished]) -> None:
    """It arrived, so nothing that was asked about it is open any more."""
    texts = [one.claimed for one in taken if one.claimed.purpose is Purpose.SUPPLEMENT]
    ids = [task_id for one in taken for task_id in ids_of_delivery(one.claimed.delivery_id)]
    await end_beside(connection, [*ids, *(id_of_text(one.about, one.revision) for one in texts)])


def _is_news(one: Finished) -> bool:
    return one.how is Happening.TAKEN and not one.claimed.besides and one.claimed.purpose is not Purpose.NOTIFY


def _count(one: Finished) -> None:
    tier = one.claimed.tier
    match one.state:
        case State.ACCEPTED:
            metrics.RECEIPTS.labels(Layer.ACCEPTED.word).inc()
            metrics.RAISED_TO_DELIVERED.labels(tier).observe(max((one.at - one.claimed.raised_at).total_seconds(), 0))
        case State.HELD | State.CANCELLED:
            metrics.UNSENT.labels(one.state).inc()
            logger().warning(
                "delivery_unsent",
                delivery_id=str(one.claimed.delivery_id),
                status=one.state,
                reason=one.reason,
                tier=tier,
            )
        case _:
            pass


@dataclass(slots=True)
class Settler:
    """Settles what one tier's attempts came to, on connections of its own; outlives the sessions that claimed."""

    settling: Settling
    pool: Pool
    waiting: list[Finished] = field(default_factory=list)
    _more: asyncio.Event = field(default_factory=asyncio.Event)
    _idle: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, finished: Finished) -> None:
        """Settle this soon."""
        self.waiting.append(finished)
        self._idle.clear()
        self._more.set()

    async def run(self) -> None:
        """Settle for ever; what a fault of PostgreSQL interrupts is tried again."""
        while True:
            if not self.waiting:
                self._idle.set()
                self._more.clear()
                await self._more.wait()
            try:
                await self._batch()
            except (DeadlockDetected, SerializationFailure) as error:
                logger().info("settling_in_conflict", fault=fault(error))
            except (psycopg.OperationalError, psycopg.InterfaceError, Unavailable, OSError, TimeoutError) as error:
                logger().warning("settling_waits", fault=fault(error), count=len(self.waiting))
                await asyncio.sleep(FAULT_WAIT_S)
            except Exception as error:  # noqa: BLE001 - a defect of ours on one ending must not hold up the others
                logger().error("hub_fault", fault=fault(error), count=len(self.waiting))
                await self._one_by_one()

    async def drained(self) -> None:
        """Wait until everything put is settled."""
        if self.waiting:
            await self._idle.wait()

    async def _batch(self) -> None:
        batch = self.waiting[:BATCH]
        async with self.pool.connection() as connection:
            await self.settling.settle(connection, batch)
        del self.waiting[: len(batch)]

    async def _one_by_one(self) -> None:
        """Settle each alone; one that cannot be settled is put off, and sent again under the same id."""
        batch, self.waiting = self.waiting[:BATCH], self.waiting[BATCH:]
        for one in batch:
            try:
                async with self.pool.connection() as connection:
                    await self.settling.settle(connection, [one])
            except Exception as error:  # noqa: BLE001 - as above
                logger().error("not_settled", delivery_id=str(one.claimed.delivery_id), fault=fault(error))
                await self._put_off(one)

    async def _put_off(self, one: Finished) -> None:
        parameters = {"id": one.claimed.delivery_id, "session": one.claimed.session, "at": one.at + PUT_OFF}
        try:
            async with self.pool.connection() as connection:
                await connection.execute(sql("put_off", PACKAGE), parameters)
        except (Unavailable, psycopg.Error, OSError) as error:  # its session's end will free it
            logger().error("not_put_off", delivery_id=str(one.claimed.delivery_id), fault=fault(error))
