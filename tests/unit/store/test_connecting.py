"""PostgreSQL is connected to in one place: one schema, one clock, a name, and time-outs by purpose."""

from __future__ import annotations

import asyncio
from time import monotonic

import psycopg
import pytest
from parts import LocalPostgres

from hub.facts.errors import Unavailable
from hub.store.connecting import CANCEL_S, Pool, Work, answers, connect, connect_async, make_pool

NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"
ASKED = (
    "select name, setting || coalesce(unit, '') from pg_settings where name in ('search_path', 'TimeZone', "
    "'statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout')"
)
OF_A_STEP = {
    "search_path": "hub",
    "TimeZone": "UTC",
    "statement_timeout": "15000ms",
    "lock_timeout": "10000ms",
    "idle_in_transaction_session_timeout": "8000ms",
}


def test_a_step_has_seconds_and_long_work_has_minutes(database_url: str) -> None:
    with connect(database_url, work=Work.STEP) as connection:
        assert dict(connection.execute(ASKED).fetchall()) == OF_A_STEP
    with connect(database_url) as connection:
        assert dict(connection.execute(ASKED).fetchall()) == OF_A_STEP | {
            "statement_timeout": "3600000ms",
            "lock_timeout": "300000ms",
            "idle_in_transaction_session_timeout": "300000ms",
        }


async def test_a_statement_that_is_given_up_waits_for_no_server_that_hangs(
    database_url: str, postgres: LocalPostgres
) -> None:
    async with make_pool(database_url, "several", 1) as pool:
        lock = await connect_async(database_url, "one")
        with postgres.frozen():
            began = monotonic()
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(lock.execute("select 1"), 0.1)
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.1), pool.connection() as connection:
                    await connection.execute("select 1")
            assert monotonic() - began < 2 * (0.1 + CANCEL_S) + 2
        assert lock.closed
        async with pool.connection() as connection:
            assert await (await connection.execute("select 1")).fetchone() == (1,)


async def test_a_server_that_answers_ends_the_statement_and_the_connection_stays(database_url: str) -> None:
    async with await connect_async(database_url, "one") as connection:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(connection.execute("select pg_sleep(5)"), 0.1)
        assert await (await connection.execute("select 1")).fetchone() == (1,)


async def test_asynchronous_connections_and_pools_are_for_steps(database_url: str) -> None:
    async with await connect_async(database_url, "one") as connection:
        assert dict(await (await connection.execute(ASKED)).fetchall()) == OF_A_STEP
    async with make_pool(database_url, "several", 1) as pool, pool.connection() as connection:
        assert dict(await (await connection.execute(ASKED)).fetchall()) == OF_A_STEP
        assert connection.autocommit
        assert connection.info.get_parameters()["application_name"] == "several"


async def test_a_database_that_does_not_answer_is_one_error_by_every_way() -> None:
    with pytest.raises(Unavailable, match="start it, or correct the address"):
        connect(NOWHERE)
    with pytest.raises(Unavailable):
        await connect_async(NOWHERE, "tests")
    with pytest.raises(Unavailable):
        await answers(NOWHERE)
    pool: Pool = make_pool(NOWHERE, "tests", 1)
    await pool.open(wait=False)
    try:
        with pytest.raises(Unavailable, match="try again"):
            async with pool.connection(timeout=0.1):
                pass
    finally:
        await pool.close()


def test_a_transaction_that_stands_still_is_ended_and_its_locks_are_free(empty_database_url: str) -> None:
    """As where its process was frozen, or its host died: the database itself lets go."""
    with psycopg.connect(empty_database_url, autocommit=True) as making:
        making.execute("create schema hub")
        making.execute("create table hub.held (one int primary key)")
        making.execute("insert into hub.held values (1)")
    with connect(empty_database_url, work=Work.LOOK) as frozen, connect(empty_database_url, work=Work.STEP) as survivor:
        frozen.execute("select from held for update")
        survivor.execute("select from held for update")
        with pytest.raises(psycopg.Error):
            frozen.execute("select 1")
