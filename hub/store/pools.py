"""Asynchronous connections to PostgreSQL, for the dispatcher and the console."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg_pool import AsyncConnectionPool

from hub.store.migrate import SCHEMA

Connection = psycopg.AsyncConnection[Any]
Pool = AsyncConnectionPool[Connection]

_OPTIONS: dict[str, Any] = {
    "autocommit": True,
    "connect_timeout": 10,
    # A server that vanished without a word is noticed on both sides within about ten seconds.
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "options": f"-c search_path={SCHEMA} -c timezone=UTC -c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 "
    "-c tcp_keepalives_count=3",
}
WAIT_S = 10.0
"""How long a caller waits for a connection of a pool."""


async def connect(database_url: str, name: str) -> Connection:
    """One connection, committing each statement by itself; raises psycopg.OperationalError."""
    return await psycopg.AsyncConnection.connect(database_url, application_name=name, **_OPTIONS)


def make_pool(database_url: str, name: str, size: int) -> Pool:
    """A pool of at most `size` connections, not yet open."""
    return AsyncConnectionPool(
        database_url,
        min_size=min(size, 1),
        max_size=size,
        open=False,
        timeout=WAIT_S,
        max_waiting=200,
        name=name,
        kwargs={**_OPTIONS, "application_name": name},
    )
