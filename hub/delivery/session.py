"""A dispatcher's session: a number whose advisory lock is held by a connection of its own.

A claimed row belongs to a session for as long as that lock is held. When the process dies, PostgreSQL lets the lock go
with the connection and any other dispatcher frees the rows; a request that merely takes long frees nothing. A number
is never used twice while rows may bear it, so a session once seen dead is dead for good.
The same connection listens for what the router wrote, and its heartbeat frees the rows of the dead.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

import psycopg

from hub.asking.store import WAKE_CHANNEL
from hub.facts.errors import Unavailable
from hub.log import logger
from hub.store.connecting import Connection, connect_async
from hub.store.sqlfiles import sql

LOCK_CLASS = 0x48554244
HEARTBEAT_S = 1.0
ANSWER_S = 5.0
"""The lock's connection must answer within this, or the session counts as lost."""
PACKAGE = "hub.delivery"


class SessionLost(Unavailable):
    """The connection that holds the session's lock is gone: nothing more may be sent under it."""


@dataclass(slots=True)
class Session:
    """An open session. `number` marks the rows it claims."""

    number: int
    connection: Connection

    async def watch(self, wake: Callable[[str], None]) -> None:
        """Hold the lock, pass on wake-ups and free the rows of the dead, for ever; raises SessionLost.

        `wake` is handed the tier that a wake-up names; '' is all of them.
        """
        try:
            while True:
                beat = monotonic() + HEARTBEAT_S
                while (left := beat - monotonic()) > 0:
                    async for note in self.connection.notifies(timeout=left, stop_after=1):
                        wake(note.payload)
                if await asyncio.wait_for(free_the_dead(self.connection), ANSWER_S):
                    wake("")
        except (psycopg.Error, OSError, TimeoutError) as error:
            raise SessionLost("The connection that holds the dispatcher's lock is gone.") from error

    async def close(self) -> None:
        """Let the lock go."""
        await self.connection.close()


async def open_session(database_url: str) -> Session:
    """Take the next number and its lock, and listen; raises Unavailable, or psycopg.Error."""
    connection = await connect_async(database_url, "hub-dispatcher-lock")
    try:
        [[number]] = await (await connection.execute("select nextval('dispatcher_session')::int")).fetchall()
        await connection.execute("select pg_advisory_lock(%s, %s)", (LOCK_CLASS, number))
        await connection.execute(f"listen {WAKE_CHANNEL}")
        await free_the_dead(connection)
    except BaseException:
        await connection.close()
        raise
    return Session(number, connection)


async def free_the_dead(connection: Connection) -> int:
    """Give back the rows of sessions whose lock nobody holds; returns how many.

    Whose rows there are is read before whose locks are held: a session takes its lock before its first row. The
    attempt whose end nobody knows is counted, so that such a row never passes for one that was never sent.
    """
    claimants = {row[0] for row in await (await connection.execute(sql("claimants", PACKAGE))).fetchall()}
    if not claimants:
        return 0
    held = await connection.execute(sql("held_locks", PACKAGE), (LOCK_CLASS,))
    dead = claimants - {row[0] for row in await held.fetchall()}
    if not dead:
        return 0
    freed = (await connection.execute(sql("free", PACKAGE), {"sessions": sorted(dead)})).rowcount
    logger().warning("claims_freed", count=freed)
    return freed
