"""Reads `receipts.<source>`: news that the hub signed is kept, and written beside the file that it is of.

No consumer group: the place to read on from lies in the store, in the transaction that keeps the news. One process of a
source listens at a time; a command beside a running adapter reads what that one has kept.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from adapters.bridge import metrics
from adapters.bridge.doors.filing import receipts_of
from adapters.bridge.news.store import Heard, NewsStore
from adapters.bridge.spool.backoff import Backoff
from adapters.bridge.spool.locks import listener_lock
from hub.facts.errors import HubError
from hub.kafka.connection import Kafka
from hub.keys.files import FileKeys
from hub.log import fault, logger
from hub.serving.supervisor import pause
from hub.wire.news import Read, read_news
from hub.wire.schemas import Schemas

_POLL_MS = 500
_STOP_SECONDS = 3.0


class Consumer(Protocol):
    """What is used of aiokafka's consumer."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    def assignment(self) -> Iterable[TopicPartition]: ...

    def seek(self, partition: TopicPartition, offset: int) -> None: ...

    async def getmany(self, *, timeout_ms: int) -> dict[TopicPartition, list[Any]]: ...

    async def end_offsets(self, partitions: list[TopicPartition]) -> dict[TopicPartition, int]: ...

    async def position(self, partition: TopicPartition) -> int: ...


def consumer_of(kafka: Kafka, name: str) -> Consumer:
    """A consumer of every partition of a topic, without a group; from the beginning where no place is known."""
    made: Consumer = AIOKafkaConsumer(
        name, group_id=None, enable_auto_commit=False, auto_offset_reset="earliest", **kafka.options()
    )
    return made


@dataclass(frozen=True, slots=True)
class Listener:
    """Listens for one source. `keys` has its private half and the hub's public ones."""

    source: str
    store: NewsStore
    schemas: Schemas
    keys: FileKeys
    connect: Callable[[], Consumer]
    backoff: Backoff
    clock: Callable[[], datetime]

    async def run(self, stop: asyncio.Event) -> None:
        """Listen until `stop`. Whatever fails is waited out: news is said again."""
        failures = 0
        while not stop.is_set():
            consumer = self.connect()
            try:
                places = await self._begin(consumer)
                while places and not stop.is_set():
                    await self._take_some(consumer)
                    failures = 0
            except Exception as error:  # noqa: BLE001 - aiokafka raises what its sockets do; none may end this loop
                failures += 1
                logger().warning("kafka gives no news", source=self.source, attempt=failures, fault=fault(error))
            finally:
                await _ended(consumer)
            await pause(stop, self.backoff.seconds(max(failures, 1)))

    async def run_alone(self, folder: Path, stop: asyncio.Event) -> None:
        """As `run`, once no other process listens for the source whose spool this folder is."""
        with listener_lock(folder) as lock:
            while not stop.is_set():
                if lock.take():
                    await self.run(stop)
                await pause(stop, _POLL_MS / 1000)

    async def catch_up(self, seconds: float) -> None:
        """Take what lies there now, for at most so long; raises KafkaError, OSError or TimeoutError."""
        consumer = self.connect()
        try:
            async with asyncio.timeout(seconds):
                places = await self._begin(consumer)
                ends = await consumer.end_offsets(places)
                while [place for place in places if await consumer.position(place) < ends[place]]:
                    await self._take_some(consumer)
        finally:
            await _ended(consumer)

    async def until(self, satisfied: Callable[[], bool], seconds: float) -> None:
        """Listen until this is so, for at most so long; raises as `catch_up`."""
        consumer = self.connect()
        try:
            async with asyncio.timeout(seconds):
                await self._begin(consumer)
                while not await asyncio.to_thread(satisfied):
                    await self._take_some(consumer)
        finally:
            await _ended(consumer)

    async def _begin(self, consumer: Consumer) -> list[TopicPartition]:
        """Every partition of the topic, from where the store stopped; nothing where there is no such topic yet."""
        await consumer.start()
        places = sorted(consumer.assignment())
        known = await asyncio.to_thread(self.store.places)
        for place in places:
            if place.partition in known:
                consumer.seek(place, known[place.partition])
        return places

    async def _take_some(self, consumer: Consumer) -> None:
        for place, records in (await consumer.getmany(timeout_ms=_POLL_MS)).items():
            for record in records:
                await asyncio.to_thread(self.take, place.partition, record.offset, record.value)

    def take(self, partition: int, offset: int, value: bytes | None) -> None:
        """One record: written beside its files, then kept. What the hub did not sign is ignored, and counted."""
        read = self._read(value or b"")
        if read is not None:
            for path in self.store.files_of(read):
                write_beside(path, Heard(read.about.event_id, read.at, read.said))
        if not self.store.hear(partition, offset, read, self.clock()) and read is not None:
            metrics.NEWS.labels(self.source, "foreign").inc()
            logger().warning("news of what this adapter did not send", source=self.source)
        elif read is not None:
            metrics.NEWS.labels(self.source, "heard").inc()
            logger().info("news", source=self.source, event_id=str(read.about.event_id), outcome=read.said.outcome)

    def _read(self, value: bytes) -> Read | None:
        try:
            read = read_news(value, self.schemas, self.keys.public, self.keys.unseal)
        except Exception as error:  # noqa: BLE001 - whatever lies there must not stop what lies behind it
            metrics.NEWS.labels(self.source, "unreadable").inc()
            logger().warning("news that cannot be read", source=self.source, fault=fault(error))
            return None
        if read is None or read.about.source != self.source:
            metrics.NEWS.labels(self.source, "unsigned").inc()
            logger().warning("news that the hub did not sign", source=self.source)
            return None
        return read


def note_file(store: NewsStore, clock: Callable[[], datetime], event_id: UUID, path: Path) -> None:
    """Remember where an event's file lies, or will; news that came before it is written beside it."""
    try:
        heard = store.filed(event_id, path, clock())
    except HubError as error:
        logger().warning("a file gets no receipts", event_id=str(event_id), fault=fault(error))
        return
    if heard is not None:
        write_beside(path, heard)


def write_beside(path: Path, heard: Heard) -> None:
    """A line in `NAME.receipts.jsonl`; a file that is not there (yet, or any more) gets none."""
    if path.exists():
        beside = receipts_of(path)
        try:
            with beside.open("a", encoding="utf-8") as file:
                beside.chmod(0o600)
                file.write(json.dumps(heard.as_json()) + "\n")
        except OSError as error:
            logger().warning("a file gets no receipts", event_id=str(heard.event_id), fault=fault(error))


async def _ended(consumer: Consumer) -> None:
    with suppress(TimeoutError, KafkaError, OSError):
        await asyncio.wait_for(consumer.stop(), _STOP_SECONDS)
