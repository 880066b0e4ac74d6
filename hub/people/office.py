"""Desks for pages: each piece of work sits down in a thread, in one transaction, on a connection of a small pool."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar

import psycopg

from hub.facts.errors import Unavailable
from hub.keys.evidence import Evidence
from hub.people.desk import Desk
from hub.serving.threads import in_thread
from hub.store.connecting import DeskPool, make_desk_pool

T = TypeVar("T")
DESKS = 8
"""At once; who comes besides waits, at most `WAIT_S`."""
WAIT_S = 5.0


@dataclass(slots=True)
class Office:
    """Gives desks out, and takes them back."""

    pool: DeskPool
    evidence: Evidence
    _free: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(DESKS))

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Connections are there while the context lasts."""
        self.pool.open(wait=False)
        try:
            yield
        finally:
            await in_thread(self.pool.close, "office closes")

    async def at(self, work: Callable[[Desk], T]) -> T:
        """What the work gives; what it did stands when it returns. Raises Unavailable where no desk is to be had."""
        try:
            async with asyncio.timeout(WAIT_S):
                await self._free.acquire()
        except TimeoutError as error:
            raise Unavailable("Too many people ask at once: try again.") from error
        try:
            return await in_thread(lambda: self._sit(work), "desk")
        finally:
            self._free.release()

    def _sit(self, work: Callable[[Desk], T]) -> T:
        try:
            with self.pool.connection() as connection:
                return work(Desk(connection, self.evidence))
        except (psycopg.OperationalError, psycopg.InterfaceError, OSError) as error:
            raise Unavailable("PostgreSQL does not answer.") from error


def make_office(database_url: str, evidence: Evidence) -> Office:
    """With a pool of its own, which opens in `opened`."""
    return Office(make_desk_pool(database_url, "hub-office", DESKS), evidence)
