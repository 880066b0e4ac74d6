"""The outbox relay: rows of committed transactions to Kafka, by an idempotent producer, then away with them.

One relay at a time (an advisory lock), at least once: a crash between the broker's word and the delete sends again.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import psycopg
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from hub import metrics
from hub.kafka.topics import MAX_MESSAGE
from hub.log import fault, logger

_LOCK = 0x48554202
_BATCH = 500
_IDLE_S = 0.2
_FAULT_S = 2.0


@dataclass(slots=True)
class Relay:
    """Runs until cancelled; a fault of Kafka or PostgreSQL is waited out."""

    bootstrap: str
    database_url: str

    async def run(self) -> None:
        """Relay for ever."""
        while True:
            try:
                await self._session()
            except (KafkaError, psycopg.Error, OSError) as error:
                logger().warning("relay_waits", fault=fault(error))
                await asyncio.sleep(_FAULT_S)

    async def _session(self) -> None:
        producer = AIOKafkaProducer(
            bootstrap_servers=self.bootstrap,
            acks="all",
            enable_idempotence=True,
            max_request_size=MAX_MESSAGE,
            linger_ms=5,
        )
        async with await psycopg.AsyncConnection.connect(
            self.database_url, autocommit=True, options="-c search_path=hub"
        ) as connection:
            await producer.start()
            try:
                while True:
                    if not await relay_once(connection, producer):
                        await asyncio.sleep(_IDLE_S)
            finally:
                await producer.stop()


async def relay_once(connection: psycopg.AsyncConnection, producer: AIOKafkaProducer) -> int:
    """Send one batch of the outbox; the number of rows sent, 0 also where another relay is at it."""
    async with connection.transaction():
        locked = await (await connection.execute("select pg_try_advisory_xact_lock(%s)", (_LOCK,))).fetchone()
        if not locked or not locked[0]:
            return 0
        rows = await (
            await connection.execute(
                "select seq, topic, record_key, value from outbox order by seq limit %s", (_BATCH,), binary=True
            )
        ).fetchall()
        sent = [await producer.send(topic, value=value, key=key) for _, topic, key, value in rows]
        await asyncio.gather(*sent)
        if rows:
            await connection.execute("delete from outbox where seq = any(%s)", ([row[0] for row in rows],))
    waiting = await (await connection.execute("select count(*) from outbox")).fetchone()
    metrics.OUTBOX_WAITING.set(waiting[0] if waiting else 0)
    return len(rows)
