"""One tier's lane: claims what it has room for, runs the attempts side by side, hands each ending to the settler.

Tiers share nothing: workers, connections to PostgreSQL, connections to recipients and circuits are each lane's own.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from time import monotonic

import psycopg

from hub.delivery.attempting import Attempting, Route
from hub.delivery.bulkhead import Bulkhead, Endpoint, Room
from hub.delivery.claimed import Claimed
from hub.delivery.claiming import PACKAGE, Wanted, claim
from hub.delivery.finished import Finished
from hub.delivery.reasons import Fault
from hub.delivery.settling import Settler
from hub.facts.clock import local_day
from hub.facts.errors import Unavailable
from hub.facts.outcome import Attempt, Retry
from hub.facts.terms import Tier
from hub.log import fault, logger
from hub.store.connecting import Pool
from hub.store.sqlfiles import sql

POLL_S = 1.0
"""Between looks at the database when nobody says that there is something to do."""
GATHER_S = 0.005
"""Pause between claims of a busy lane, so that freed places are filled several at a time."""
FAULT_WAIT_S = 1.0
FAR_AHEAD = timedelta(days=36_500)
"""No deadline lies further ahead."""
MOST_UNSETTLED = 1_000
"""Endings waiting for PostgreSQL, beyond which nothing more is claimed."""


STRAYS_S = 30.0
"""Between looks for rows that this session claimed and does not hold: the answer to their claim was lost."""


@dataclass(slots=True)
class Lane:
    """Runs one tier within one session. `run` returns when told to stop; cancelling it cancels attempts in hand."""

    tier: Tier
    session: int
    pool: Pool
    attempting: Attempting
    bulkhead: Bulkhead
    settler: Settler
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _tasks: dict[asyncio.Task[None], Claimed] = field(default_factory=dict)
    _strays_at: float = field(default_factory=monotonic)
    _crowded: bool = False
    """More may wait than there were places for: the next place that is freed is filled at once."""
    _full: frozenset[str] = frozenset()
    """Organisations of which as much: a place freed at one of them is filled at once."""

    def wake(self) -> None:
        """There may be something to do."""
        self._wake.set()

    async def run(self, stop: asyncio.Event, grace: timedelta) -> None:
        """Deliver until `stop` is set, then finish what is in hand within `grace`."""
        try:
            while not stop.is_set():
                for one in await self._turn():
                    self._start(one)
                await self._sleep(stop)
            if self._tasks:
                await asyncio.wait(self._tasks, timeout=grace.total_seconds())
        finally:
            await self._cancel()

    async def _turn(self) -> list[Claimed]:
        self._wake.clear()
        try:
            if monotonic() - self._strays_at > STRAYS_S:
                await self._return_strays()
            return await self._claim()
        except (Unavailable, psycopg.Error, OSError) as error:
            logger().warning("claiming_waits", tier=self.tier, fault=fault(error))
            self._strays_at = -STRAYS_S  # a claim whose answer was lost is looked for before the next
            await asyncio.sleep(FAULT_WAIT_S)
            return []

    async def _sleep(self, stop: asyncio.Event) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), POLL_S)
        if (self._crowded or self._full) and not stop.is_set():
            await asyncio.sleep(GATHER_S)

    async def _claim(self) -> list[Claimed]:
        now = self.attempting.clock()
        limit = self.bulkhead.free(now)
        self._crowded = True
        if limit <= 0 or len(self.settler.waiting) >= MOST_UNSETTLED:
            return []
        share = self.bulkhead.limits.per_endpoint
        rooms, movable = self._rooms(now)
        plan = self.attempting.plan
        margin = FAR_AHEAD if plan.hurries else plan.margin
        wanted = Wanted(
            self.tier, self.session, limit, share, rooms, movable, margin, local_day(now), self.attempting.rules_version
        )
        async with self.pool.connection() as connection:
            claimed = await claim(connection, wanted)
        self._crowded = len(claimed) >= limit
        free = {room.endpoint: room.free for room in rooms}
        taken = Counter(one.endpoint for one in claimed)
        full = {endpoint for endpoint, count in taken.items() if count >= free.get(endpoint, share)}
        full |= {room.endpoint for room in rooms if room.free == 0 and not room.closed}
        self._full = frozenset(organisation for organisation, _ in full)
        return claimed

    def _rooms(self, now: datetime) -> tuple[list[Room], frozenset[Endpoint]]:
        """What busy endpoints can take, also under the name that their rows bear before the first attempt."""
        rooms: list[Room] = []
        movable: set[Endpoint] = set()
        for room in self.bulkhead.rooms(now):
            organisation, kind = room.endpoint
            kinds = [way.kind for way in self.attempting.ways(organisation, self.tier)]
            names = [kind, ""] if kinds[:1] == [kind] else [kind]
            rooms += [replace(room, endpoint=(organisation, name)) for name in names]
            if room.closed and kind in kinds[:-1]:
                movable |= {(organisation, name) for name in names}
        return rooms, frozenset(movable)

    def _start(self, claimed: Claimed) -> None:
        route = self.attempting.prepare(claimed)
        if isinstance(route, Finished):
            self.settler.put(route)
            return
        task = asyncio.create_task(self._attempt(claimed, route))
        self._tasks[task] = claimed
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        claimed = self._tasks.pop(task)
        if not task.cancelled() and (error := task.exception()) is not None:  # its row is returned as a stray
            logger().error("hub_fault", delivery_id=str(claimed.delivery_id), fault=fault(error))
        if self._crowded or claimed.recipient.organisation in self._full:
            self._wake.set()

    async def _attempt(self, claimed: Claimed, route: Route) -> None:
        endpoint = (claimed.recipient.organisation, route.way.kind)
        ticket = self.bulkhead.start(endpoint, self.attempting.clock())
        outcome: Attempt | None = None
        try:
            outcome, ending = await self.attempting.send(claimed, route)
            self.settler.put(ending)
        finally:
            self._note(outcome, endpoint, ticket)

    def _note(self, outcome: Attempt | None, endpoint: Endpoint, ticket: int) -> None:
        """What an attempt says of its endpoint: one that was cancelled, or failed in the hub itself, says nothing."""
        match outcome:
            case None | Retry(reason=Fault.HUB_FAULT):
                self.bulkhead.finish(endpoint, ticket)
            case Retry(not_before=not_before):
                self.bulkhead.failed(endpoint, ticket, self.attempting.clock(), not_before)
            case _:
                self.bulkhead.answered(endpoint, ticket)

    async def _return_strays(self) -> None:
        in_hand = [claimed.delivery_id for claimed in self._tasks.values()]
        in_hand += [ending.claimed.delivery_id for ending in self.settler.waiting]
        async with self.pool.connection() as connection:
            found = await connection.execute(
                sql("strays", PACKAGE), {"session": self.session, "tier": self.tier, "in_hand": in_hand}
            )
        self._strays_at = monotonic()
        if found.rowcount:
            logger().warning("strays_returned", tier=self.tier, count=found.rowcount)

    async def _cancel(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
