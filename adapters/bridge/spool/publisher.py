"""From the spool to Kafka: one publisher for each tier, so that a flood of one never delays another.

An event leaves the spool only after the broker's word (`acks=all`, idempotent producer). Of each case, one event is
under way at a time, so a case keeps its order. Whatever goes wrong, the event stays in the spool and is sent again,
with the same bytes under the same id.

aiokafka's producer is used without FastStream, as by the hub's outbox relay: FastStream 0.7.8 adds a `content-type`
header of its own to each record, opens an admin connection besides, and loses the producer whose start has failed, so
that each attempt while Kafka is away would leave a connection behind.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError

from adapters.bridge import metrics
from adapters.bridge.spool.backoff import Backoff
from adapters.bridge.spool.locks import publisher_lock
from adapters.bridge.spool.store import Spool, Waiting
from hub.facts.terms import Tier
from hub.kafka.connection import Kafka
from hub.kafka.topics import MAX_MESSAGE, concern_topic
from hub.log import fault, logger
from hub.serving.supervisor import pause

EVENT_ID = "event_id"
"""The one header of a record, for people who look at a topic; the router reads the signed header alone."""

_AT_ONCE = 200
_IDLE_SECONDS = 0.2
_STOP_SECONDS = 3.0
_REQUEST_MS = 10_000
_ANSWER_SECONDS = 3.0
_LOOK_SECONDS = 2.0
"""Between two questions whether Kafka answers."""


class Producer(Protocol):
    """What is used of aiokafka's producer."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def send_and_wait(self, topic: str, value: bytes, key: bytes, *, headers: list[tuple[str, bytes]]) -> Any: ...

    async def answers(self) -> bool: ...


class _Producer(AIOKafkaProducer):  # type: ignore[misc]  # aiokafka is untyped here
    async def answers(self) -> bool:
        """Whether a broker answers now: an open connection does not tell, and one that is idle notices nothing."""
        try:
            await asyncio.wait_for(self.client.fetch_all_metadata(), _ANSWER_SECONDS)
        except (KafkaError, OSError, TimeoutError):
            return False
        return True


def producer_of(kafka: Kafka) -> Producer:
    """A producer that never gives up on a record it has begun to send, and never sends it twice by itself."""
    made: Producer = _Producer(
        **kafka.options(),
        acks="all",
        enable_idempotence=True,
        max_request_size=MAX_MESSAGE,
        request_timeout_ms=_REQUEST_MS,
        retry_backoff_ms=500,
    )
    return made


class TierPublisher:
    """Drains one tier of a spool until told to stop."""

    def __init__(
        self, source: str, spool: Spool, tier: Tier, connect: Callable[[], Producer], backoff: Backoff
    ) -> None:
        self._source = source
        self._spool = spool
        self._tier = tier
        self._topic = concern_topic(tier)
        self._connect = connect
        self._backoff = backoff
        self.connected = False

    async def run(self, stop: asyncio.Event) -> None:
        """Publish until `stop`. A failure of any kind is waited out: an event in the spool must not be forgotten."""
        failures = 0
        while not stop.is_set():
            try:
                async with self._connection() as producer:
                    while not stop.is_set():
                        sent = await self._publish_some(producer)
                        failures = 0
                        if not sent:
                            await pause(stop, _IDLE_SECONDS)
            except Exception as error:  # noqa: BLE001 - aiokafka raises what its sockets do; none may end this loop
                failures += 1
                metrics.PUBLISH_FAULTS.labels(self._source, self._tier).inc()
                logger().warning(
                    "kafka does not take events",
                    source=self._source,
                    tier=self._tier,
                    attempt=failures,
                    fault=fault(error),
                )
                await pause(stop, self._backoff.seconds(failures))

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Producer]:
        """A producer of its own for each connection: after a record failed, its successors' numbers would not fit."""
        producer = self._connect()
        looking: asyncio.Task[None] | None = None
        try:
            await producer.start()
            self._say_connected(yes=True)
            looking = asyncio.create_task(self._look(producer))
            yield producer
        finally:
            if looking is not None:
                looking.cancel()
            self._say_connected(yes=False)
            with suppress(TimeoutError):
                await asyncio.wait_for(producer.stop(), _STOP_SECONDS)

    async def _look(self, producer: Producer) -> None:
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            self._say_connected(yes=await producer.answers())

    async def _publish_some(self, producer: Producer) -> int:
        """Send the oldest events, one case after another's at the same time; how many the broker acknowledged."""
        sent: list[int] = []
        cases = _by_case(await asyncio.to_thread(self._spool.waiting, self._topic, _AT_ONCE))
        try:
            endings = await asyncio.gather(
                *(self._send_case(producer, case, sent) for case in cases), return_exceptions=True
            )
        finally:
            metrics.PUBLISHED.labels(self._source, self._tier).inc(len(sent))
            self._spool.remove(sent)  # also when told to stop midway: what is acknowledged need not be sent again
        for ending in endings:
            if isinstance(ending, BaseException):
                raise ending
        return len(sent)

    async def _send_case(self, producer: Producer, events: Iterable[Waiting], sent: list[int]) -> None:
        """Send the events of one case in order; what comes after a failed one waits with it."""
        for event in events:
            try:
                headers = [(EVENT_ID, str(event.event_id).encode())]
                await producer.send_and_wait(event.topic, event.value, event.case_key, headers=headers)
            except MessageSizeTooLargeError:
                await asyncio.to_thread(self._spool.hold, event.position)
                logger().error("held: larger than the topic allows", event_id=str(event.event_id), tier=self._tier)
                raise
            sent.append(event.position)
            logger().info("published", event_id=str(event.event_id), topic=event.topic)

    def _say_connected(self, *, yes: bool) -> None:
        self.connected = yes
        metrics.KAFKA_CONNECTED.labels(self._source, self._tier).set(int(yes))


class Publisher:
    """All tiers of one spool. One process at a time may run it: a case that two published would lose its order."""

    def __init__(self, source: str, spool: Spool, connect: Callable[[], Producer], backoff: Backoff) -> None:
        self._spool = spool
        self._tiers = [TierPublisher(source, spool, tier, connect, backoff) for tier in Tier]

    @property
    def connected(self) -> bool:
        """Whether Kafka answers the producer of every tier."""
        return all(tier.connected for tier in self._tiers)

    async def run_alone(self, folder: Path, stop: asyncio.Event) -> None:
        """As `run`, once no other process publishes from the spool in this folder."""
        with publisher_lock(folder) as lock:
            while not stop.is_set():
                if lock.take():
                    await self.run(stop)
                await pause(stop, _IDLE_SECONDS)

    async def run(self, stop: asyncio.Event) -> None:
        """Publish every tier until `stop`, then let what is under way end, for a few seconds."""
        await asyncio.to_thread(self._spool.release_held)
        tasks = [asyncio.create_task(tier.run(stop)) for tier in self._tiers]
        try:
            await stop.wait()
            await asyncio.wait(tasks, timeout=_STOP_SECONDS)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def published(spool: Spool, event_ids: Iterable[UUID], *, seconds: float) -> set[UUID]:
    """Wait until Kafka has these events, at most so long; those that it does not have."""
    left = set(event_ids)
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while left := await asyncio.to_thread(spool.still_waiting, left):  # noqa: ASYNC110 - a process may do it
                await asyncio.sleep(_IDLE_SECONDS / 4)
    return left


def _by_case(events: Iterable[Waiting]) -> list[list[Waiting]]:
    cases: dict[bytes, list[Waiting]] = {}
    for event in events:
        cases.setdefault(event.case_key, []).append(event)
    return list(cases.values())
