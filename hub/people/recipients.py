"""What recipients' own systems may do, over connections that wait for them: who calls, the inbox, receipts.

One object for the console, so that pages and API reach the database through it alone. PostgreSQL away is `Unavailable`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from hub.delivery.reporting import News
from hub.facts.errors import Unavailable
from hub.facts.offices import Did
from hub.facts.terms import Caveat
from hub.keys.evidence import Evidence
from hub.keys.files import FileKeys
from hub.people.callers import Caller, Token, TokenChecks, find_caller
from hub.people.inbox import Inbox, Item, Recalled
from hub.people.receipts import Receipt, Receipts, Taken
from hub.people.receiving.acting import Said, say_done, say_read
from hub.people.receiving.reader import Reader
from hub.store.connecting import Connection, Pool, make_pool

CONNECTIONS = 10
_ANSWERS_WITHIN_S = 2.0


@dataclass(frozen=True, slots=True)
class Recipients:
    """Answers recipients' systems; each call takes a connection of the pool for as long as it needs one."""

    pool: Pool
    inbox: Inbox
    receipts: Receipts
    checks: TokenChecks

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Connections are there while the context lasts."""
        await self.pool.open(wait=False)
        try:
            yield
        finally:
            await self.pool.close()

    async def answers(self) -> bool:
        """Whether the database answers now."""
        async with self._connected(_ANSWERS_WITHIN_S) as connection:
            await connection.execute("select 1")
        return True

    def invented(self, token: Token) -> bool:
        """Whether the hub never made this token, as far as can be told without asking the database."""
        return self.checks.invented(token)

    async def caller(self, token: Token) -> Caller | None:
        """Whose token this is."""
        async with self._connected() as connection:
            return await find_caller(connection, token)

    async def list_inbox(self, reader: Reader, *, after: UUID | None, limit: int) -> list[Item]:
        """What lies in the reader's inbox, without content."""
        async with self._connected() as connection:
            return await self.inbox.list(connection, reader, after=after, limit=limit)

    async def read(self, reader: Reader, delivery_id: UUID) -> dict[str, Any] | Recalled | None:
        """One delivery, opened."""
        async with self._connected() as connection:
            return await self.inbox.read(connection, reader, delivery_id)

    async def record(self, reader: Reader, receipt: Receipt) -> Taken:
        """A receipt."""
        async with self._connected() as connection:
            return await self.receipts.record(connection, reader, receipt)

    async def say_read(self, reader: Reader, delivery_id: UUID, ticked: Collection[Caveat]) -> Said:
        """A person's word that they read it."""
        async with self._connected() as connection:
            return await say_read(self.receipts, connection, reader, delivery_id, ticked)

    async def say_done(self, reader: Reader, delivery_id: UUID, did: Collection[Did], words: str) -> Said:
        """A person's word of what they did."""
        async with self._connected() as connection:
            return await say_done(self.receipts, connection, reader, delivery_id, did, words)

    @asynccontextmanager
    async def _connected(self, seconds: float | None = None) -> AsyncIterator[Connection]:
        try:
            async with self.pool.connection(timeout=seconds) as connection:
                yield connection
        except (psycopg.OperationalError, psycopg.InterfaceError, OSError) as error:
            raise Unavailable("PostgreSQL does not answer.") from error


def make_recipients(
    database_url: str,
    keys: FileKeys,
    news: News,
    *,
    clock: Callable[[], datetime],
    random: Callable[[int], bytes],
) -> Recipients:
    """With a pool of its own, which opens in `opened`."""
    receipts = Receipts(news, Evidence(keys, random), clock)
    pool = make_pool(database_url, "hub-console", CONNECTIONS)
    return Recipients(pool, Inbox(keys, receipts, clock, random), receipts, TokenChecks(keys))
