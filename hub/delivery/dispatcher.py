"""The dispatcher: a session, a lane for each tier, and the sweep; a lost session is stopped at once and begun anew.

At least once, always under the delivery's id: a dispatcher that dies after the recipient took a delivery and before
that was written down sends it again, and the recipient drops it by its id.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

import psycopg

from hub.delivery.attempting import Attempting
from hub.delivery.bulkhead import Bulkhead
from hub.delivery.channels import Channel
from hub.delivery.lane import Lane
from hub.delivery.session import Session, SessionLost, open_session
from hub.delivery.settling import Settler, Settling
from hub.delivery.sweep import Sweep
from hub.delivery.tools import Tools
from hub.facts.errors import Unavailable
from hub.facts.terms import Tier
from hub.log import fault, logger
from hub.store.connecting import Pool, make_pool

RESTART_S = 1.0
"""Before a lost session is begun anew."""
SETTLE_S = 10.0
"""For what is still to be written when told to stop; the rest is sent again, under the same ids."""
CONNECTIONS = 3
"""To PostgreSQL, for each tier: one claims, one settles, one to spare."""


@dataclass(slots=True)
class _Tier:
    """What a tier keeps from one session to the next."""

    pool: Pool
    settler: Settler
    channels: Mapping[str, Channel]
    bulkhead: Bulkhead
    task: asyncio.Task[None]


@dataclass(slots=True)
class Dispatcher:
    """Runs until told to stop. `ready` says whether a session is held; `address` in Tools is PostgreSQL's."""

    tools: Tools
    _tiers: dict[Tier, _Tier] = field(default_factory=dict)
    _session: Session | None = None

    async def ready(self) -> bool:
        """Whether deliveries can leave: a session is held."""
        return self._session is not None

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver until `stop` is set; then finish what is in hand and settle it. A settler's end is the end of all."""
        for organisation, kind in self.tools.directory.passed_over():
            logger().info("channel_passed_over", channel=kind, source=organisation, reason="not_built")
        try:
            for tier in Tier:
                self._tiers[tier] = await self._equip(tier)
            sessions = asyncio.create_task(self._sessions(stop), name="sessions")
            running = [sessions, *(tier.task for tier in self._tiers.values())]
            try:
                await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            finally:
                sessions.cancel()
                await asyncio.gather(sessions, return_exceptions=True)
            for task in running:
                if task.done() and not task.cancelled():
                    task.result()
        finally:
            await self._put_away()

    async def _sessions(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            await self._one_session(stop)

    async def _one_session(self, stop: asyncio.Event) -> None:
        try:
            session = self._session = await open_session(self.tools.database_url)
        except (Unavailable, psycopg.Error, OSError) as error:
            logger().warning("dispatcher_waits", fault=fault(error))
            await _pause(stop)
            return
        try:
            await self._work(session, stop)
        except* SessionLost as lost:
            logger().error("session_lost", fault=fault(lost.exceptions[0]))
            await _pause(stop)
        finally:
            self._session = None
            await session.close()

    async def _work(self, session: Session, stop: asyncio.Event) -> None:
        """The lanes end by themselves when told to stop; whatever fails before that stops all of them at once."""
        lanes = [self._lane(tier, session.number) for tier in Tier]
        sweep = Sweep(self._tiers[Tier.ROUTINE].pool, self.tools)

        def wake(tier: str) -> None:
            for lane in lanes:
                if tier in {"", lane.tier}:
                    lane.wake()

        async with asyncio.TaskGroup() as group:
            beside = [group.create_task(session.watch(wake)), group.create_task(sweep.run())]
            running = [group.create_task(lane.run(stop, self.tools.grace)) for lane in lanes]
            beside.append(group.create_task(_wake_at_stop(stop, wake)))
            await asyncio.wait(running, return_when=asyncio.ALL_COMPLETED)
            await self._settle_all()  # while the lock is still held
            for task in beside:
                task.cancel()

    def _lane(self, tier: Tier, session: int) -> Lane:
        kept, tools = self._tiers[tier], self.tools
        attempting = Attempting(
            tools.directory.ways,
            tools.directory.at_once,
            tools.directory.schedule(tier),
            kept.channels,
            tools.recheck,
            tools.directory.rules.version,
            tools.clock,
            tools.chance,
        )
        return Lane(tier, session, kept.pool, attempting, kept.bulkhead, kept.settler)

    async def _equip(self, tier: Tier) -> _Tier:
        tools = self.tools
        pool = make_pool(tools.database_url, f"hub-dispatcher-{tier}", CONNECTIONS)
        await pool.open(wait=False)
        directory = tools.directory
        settler = Settler(Settling(tools.news, directory.desks, tools.random), pool)
        task = asyncio.create_task(settler.run(), name=f"settle-{tier}")
        return _Tier(pool, settler, tools.channels(), Bulkhead(tools.limits), task)

    async def _settle_all(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(SETTLE_S):
                for tier in self._tiers.values():
                    await tier.settler.drained()

    async def _put_away(self) -> None:
        await asyncio.gather(*map(_put_away, self._tiers.values()))
        self._tiers.clear()


async def _put_away(tier: _Tier) -> None:
    tier.task.cancel()
    await asyncio.gather(tier.task, return_exceptions=True)
    for channel in tier.channels.values():
        await channel.close()
    await tier.pool.close()


async def _pause(stop: asyncio.Event) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), RESTART_S)


async def _wake_at_stop(stop: asyncio.Event, wake: Callable[[str], None]) -> None:
    await stop.wait()
    wake("")
