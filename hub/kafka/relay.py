"""The outbox relay: rows of committed transactions to Kafka, by an idempotent producer, then away with them.

One relay at a time (an advisory lock), at least once: a crash between the broker's word and the delete sends again.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from time import monotonic

import psycopg
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError

from hub import metrics
from hub.facts.errors import Unavailable
from hub.kafka.connection import Kafka
from hub.kafka.topics import MAX_MESSAGE
from hub.log import fault, logger
from hub.serving.supervisor import pause
from hub.store.connecting import Connection, connect_async

_LOCK = 0x48554202
_BATCH = 500
_IDLE_S = 0.2
_FAULT_S = 2.0
_SEND_S = 10.0
_REST_S = 30.0


@dataclass(slots=True)
class Relay:
    """A fault of Kafka or PostgreSQL is waited out."""

    kafka: Kafka
    database_url: str

    async def run(self, stop: asyncio.Event) -> None:
        """Relay until `stop` is set."""
        while not stop.is_set():
            try:
                await self._session(stop)
            except (Unavailable, KafkaError, psycopg.Error, OSError) as error:
                logger().warning("relay_waits", fault=fault(error))
                await pause(stop, _FAULT_S)

    async def _session(self, stop: asyncio.Event) -> None:
        producer = AIOKafkaProducer(
            **self.kafka.options(),
            acks="all",
            enable_idempotence=True,
            max_request_size=MAX_MESSAGE,
            linger_ms=5,
        )
        stuck: dict[int, float] = {}
        async with await connect_async(self.database_url, "hub-relay") as connection:
            await producer.start()
            try:
                while not stop.is_set():
                    if not await relay_once(connection, producer, stuck):
                        await pause(stop, _IDLE_S)
            finally:
                await producer.stop()


async def relay_once(connection: Connection, producer: AIOKafkaProducer, stuck: dict[int, float]) -> int:
    """Send one batch of the outbox; the number of rows sent, 0 also where another relay is at it.

    A row that Kafka will not take (its topic is missing) rests for a while, so that it holds up no other topic.
    `stuck` holds such rows by number, with the time (monotonic) until which they rest.
    """
    async with connection.transaction():
        locked = await (await connection.execute("select pg_try_advisory_xact_lock(%s)", (_LOCK,))).fetchone()
        if not locked or not locked[0]:
            return 0
        resting = [seq for seq, until in stuck.items() if until > monotonic()]
        found = await connection.execute(
            "select seq, topic, record_key, value from outbox where seq <> all(%s) order by seq limit %s",
            (resting, _BATCH),
            binary=True,
        )
        by_topic: dict[str, list[tuple[int, bytes | None, bytes]]] = {}
        for seq, topic, key, value in await found.fetchall():
            by_topic.setdefault(topic, []).append((seq, key, value))
        sent = await asyncio.gather(*(_send(producer, topic, rows, stuck) for topic, rows in by_topic.items()))
        done = [seq for some in sent for seq in some]
        if done:
            await connection.execute("delete from outbox where seq = any(%s)", (done,))
    waiting = await (await connection.execute("select count(*) from outbox")).fetchone()
    metrics.OUTBOX_WAITING.set(waiting[0] if waiting else 0)
    return len(done)


async def _send(
    producer: AIOKafkaProducer, topic: str, rows: list[tuple[int, bytes | None, bytes]], stuck: dict[int, float]
) -> list[int]:
    """Send a topic's rows in order; the numbers of those that the broker has."""
    sent: list[tuple[int, asyncio.Future[object]]] = []
    done: list[int] = []
    for seq, key, value in rows:
        try:
            sent.append((seq, await asyncio.wait_for(producer.send(topic, value=value, key=key), _SEND_S)))
        except MessageSizeTooLargeError as error:  # this row alone
            _rest(stuck, [seq], topic, error)
        except Exception as error:  # noqa: BLE001 - whatever a row raises holds up its topic, in order, and no other
            _rest(stuck, [later for later, _, _ in rows if later >= seq], topic, error)
            break
    for seq, future in sent:
        try:
            await asyncio.wait_for(future, _SEND_S)
            done.append(seq)
        except Exception as error:  # noqa: BLE001 - as above
            _rest(stuck, [seq], topic, error)
    for seq in done:
        stuck.pop(seq, None)
    return done


def _rest(stuck: dict[int, float], rows: list[int], topic: str, error: Exception) -> None:
    logger().error("outbox_row_stuck", topic=topic, fault=fault(error), count=len(rows))
    stuck |= {seq: monotonic() + _REST_S for seq in rows}
