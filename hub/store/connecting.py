"""The one way to PostgreSQL: a connection, an asynchronous connection, a pool; one set of options, one error.

Whoever opens one says what `Work` it is for. That decides how long a statement, a wait for a lock and a pause within a
transaction may last, so that nobody holds what others need for longer than their work takes: also a process that was
frozen amid its transaction, or whose host died. docs/architecture/data.md gives the reasons of the figures.
"""

from __future__ import annotations

from enum import Enum
from typing import Any

import psycopg
from psycopg_pool import AsyncConnectionPool, ConnectionPool, PoolClosed, PoolTimeout, TooManyRequests

from hub.facts.errors import Unavailable

SCHEMA = "hub"
WAIT_S = 10.0
"""How long a caller waits for a connection of a pool."""
MOST_WAITING = 200
"""Callers that may wait for a connection of a pool at once."""

CANCEL_S = 1.0
"""For the server to heed that a statement is given up."""

_AWAY = "PostgreSQL does not answer at HUB_DATABASE_URL: start it, or correct the address."
_NO_ROOM = "Every connection to PostgreSQL is in use: try again."


class Connection(psycopg.AsyncConnection[Any]):
    """An asynchronous connection that is closed where the server does not heed that a statement of it is given up.

    A server that hangs would be waited for ten seconds by each statement, and a process told to stop has several.
    """

    async def cancel_safe(self, *, timeout: float = CANCEL_S) -> None:  # noqa: ASYNC109 - psycopg's own parameter
        try:
            await super().cancel_safe(timeout=min(timeout, CANCEL_S))
        except psycopg.Error:
            self.pgconn.finish()
            raise


class Work(Enum):
    """What a connection is for: seconds to connect, for a statement, for a lock, and idle in a transaction."""

    STEP = (10, 15, 10, 8)
    """A batch, a delivery, a page, a person's act: over within a second or two."""
    LONG = (10, 3_600, 300, 300)
    """Migrations, rolls, evaluations, and whatever a command does beside a person."""
    LOOK = (2, 2, 2, 2)
    """Whether PostgreSQL answers."""


def connect(
    database_url: str, *, work: Work = Work.LONG, autocommit: bool = False, name: str = "hub"
) -> psycopg.Connection:
    """A connection whose unqualified names are the hub's tables; raises Unavailable."""
    try:
        return psycopg.connect(database_url, autocommit=autocommit, **_options(work, name))
    except psycopg.Error as error:
        raise Unavailable(_AWAY) from error


async def connect_async(database_url: str, name: str, *, work: Work = Work.STEP) -> Connection:
    """The same, asynchronous, and committing each statement by itself; raises Unavailable."""
    try:
        return await Connection.connect(database_url, autocommit=True, **_options(work, name))
    except (psycopg.Error, OSError) as error:
        raise Unavailable(_AWAY) from error


class Pool(AsyncConnectionPool[Connection]):
    """A pool whose waiting callers hear Unavailable."""

    async def getconn(self, timeout: float | None = None) -> Connection:  # noqa: ASYNC109 - psycopg's own parameter
        """A connection; raises Unavailable where none comes free in time."""
        try:
            return await super().getconn(timeout=timeout)
        except (PoolTimeout, TooManyRequests, PoolClosed) as error:
            raise Unavailable(_NO_ROOM) from error


def make_pool(database_url: str, name: str, size: int) -> Pool:
    """A pool of at most `size` connections for steps, committing each statement by itself; not yet open."""
    return Pool(
        database_url,
        connection_class=Connection,
        min_size=min(size, 1),
        max_size=size,
        open=False,
        timeout=WAIT_S,
        max_waiting=MOST_WAITING,
        name=name,
        kwargs={**_options(Work.STEP, name), "autocommit": True},
    )


class DeskPool(ConnectionPool[psycopg.Connection[Any]]):
    """The same, for threads; leaving a connection's context ends its transaction."""

    def getconn(self, timeout: float | None = None) -> psycopg.Connection[Any]:
        """A connection; raises Unavailable where none comes free in time."""
        try:
            return super().getconn(timeout=timeout)
        except (PoolTimeout, TooManyRequests, PoolClosed) as error:
            raise Unavailable(_NO_ROOM) from error


def make_desk_pool(database_url: str, name: str, size: int) -> DeskPool:
    """A pool of at most `size` connections for people's acts, each a transaction; not yet open."""
    return DeskPool(
        database_url,
        min_size=1,
        max_size=size,
        open=False,
        timeout=WAIT_S,
        max_waiting=MOST_WAITING,
        name=name,
        kwargs=_options(Work.STEP, name),
    )


async def answers(database_url: str) -> bool:
    """Whether PostgreSQL takes a connection and a statement; raises Unavailable or psycopg.Error where it does not."""
    async with await connect_async(database_url, "hub-look", work=Work.LOOK) as connection:
        await connection.execute("select 1")
    return True


def _options(work: Work, name: str) -> dict[str, Any]:
    """Keepalives and time-outs for both ends: the server's own let a vanished client's locks go."""
    connect_s, statement_s, lock_s, idle_s = work.value
    server = {
        "search_path": SCHEMA,
        "timezone": "UTC",
        "statement_timeout": f"{statement_s}s",
        "lock_timeout": f"{lock_s}s",
        "idle_in_transaction_session_timeout": f"{idle_s}s",
        "tcp_keepalives_idle": "5",
        "tcp_keepalives_interval": "2",
        "tcp_keepalives_count": "3",
        "tcp_user_timeout": "11s",
    }
    return {
        "application_name": name,
        "connect_timeout": connect_s,
        "keepalives_idle": 5,
        "keepalives_interval": 2,
        "keepalives_count": 3,
        "tcp_user_timeout": 11_000,
        "options": " ".join(f"-c {setting}={value}" for setting, value in server.items()),
    }
