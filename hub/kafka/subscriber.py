"""The consumer of a tier, and the one place where offsets are committed.

Offsets are committed explicitly, after the batch's transaction, one past the last record of each partition. Where a
part that deciding needs does not answer, the batch is put back: the consumer seeks to its first records and waits.
FastStream subscribes, connects and leaves; batches are fetched here, for its own loop sleeps on errors (ADR 16).
Whatever else is raised here ends the part, and with it the process: a loop that sleeps on its own errors is silent.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from time import monotonic
from typing import Any, Protocol

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.subscriber.usecase import BatchSubscriber
from faststream.security import BaseSecurity, SASLPlaintext, SASLScram256, SASLScram512

from hub import metrics
from hub.facts.errors import HubError
from hub.facts.terms import Tier
from hub.kafka.batches import Unreadable, read_safely
from hub.kafka.connection import Kafka
from hub.kafka.topics import MAX_MESSAGE, concern_topic, group
from hub.log import fault, logger
from hub.routing.context import Record
from hub.routing.places import Behind, Place
from hub.serving.supervisor import pause
from hub.serving.threads import in_thread

POLL_MS = 50
SESSION_MS = 6_000
_LAST_MS = 4_102_444_800_000
"""The year 2100: a broker's time beyond it is no time."""
BACKOFF_S = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
START_WAITS_S = (0.2, 0.5, 1.0, 2.0, 5.0)
ANSWER_S = 2.0
COMPARE_S = 5.0
"""Between looks at how far the database says that the partitions are decided."""

_SASL: dict[str, type[SASLPlaintext | SASLScram256 | SASLScram512]] = {
    "PLAIN": SASLPlaintext,
    "SCRAM-SHA-256": SASLScram256,
    "SCRAM-SHA-512": SASLScram512,
}

Records = Sequence[ConsumerRecord[bytes, bytes]]


class Decides(Protocol):
    """Decides batches; keeps how far each partition is decided in the same transaction (`hub/routing/router.py`)."""

    def process(self, records: Sequence[Record]) -> None:
        """Decide a batch and commit it. Raises Behind where to go back; any other HubError: put it back, and wait."""

    def begin(self, committed: Mapping[Place, int], mine: Collection[Place]) -> None:
        """Compare Kafka's word on new partitions, and what is known of all of `mine`, with the database's; as above."""


@dataclass(slots=True)
class Subscriber:
    """Fetches a tier's batches, has each decided in a thread, commits its offsets. Topic and group are the tier's."""

    kafka: Kafka
    tier: Tier
    router: Decides
    batch: int
    topic: str = ""
    group: str = ""
    faults: int = 0
    """Batches put back in a row."""
    committed: int = 0
    """Records whose offsets were committed by this process."""
    _consumer: AIOKafkaConsumer | None = None
    _compared: set[TopicPartition] = field(default_factory=set)
    """Partitions of which Kafka's word was compared with the database's since they were assigned."""
    _compare_at: float = 0.0

    async def run(self, stop: asyncio.Event) -> None:
        """Decide until `stop` is set, then leave the group. Kafka may be away: it is waited for.

        After an error of a fetch nobody knows how far the consumer is: a new one begins at the committed offsets.
        """
        while (started := await self._started(stop)) is not None:
            broker, consumer = started
            self._consumer = consumer
            self._compared.clear()
            try:
                while not stop.is_set():
                    await self._turn(consumer, stop)
            except KafkaError as error:
                if not error.retriable:
                    raise
                logger().warning("kafka_away", tier=self.tier, fault=fault(error))
            finally:
                self._consumer = None
                await broker.stop()

    async def answers(self) -> bool:
        """Whether Kafka answers."""
        if self._consumer is None:
            return False
        await asyncio.wait_for(self._consumer.topics(), ANSWER_S)
        return True

    async def _started(self, stop: asyncio.Event) -> tuple[KafkaBroker, AIOKafkaConsumer] | None:
        attempt = 0
        while not stop.is_set():
            broker, subscriber = self._make()
            try:
                await broker.start()
            except (KafkaError, OSError) as error:
                logger().warning("kafka_away", tier=self.tier, fault=fault(error))
                await broker.stop()
                await pause(stop, START_WAITS_S[min(attempt, len(START_WAITS_S) - 1)])
                attempt += 1
            except BaseException:
                await broker.stop()
                raise
            else:
                assert subscriber.consumer is not None
                return broker, subscriber.consumer
        return None

    def _make(self) -> tuple[KafkaBroker, BatchSubscriber]:
        """A broker with one subscriber that has no handler: FastStream then runs no loop of its own beside ours."""
        read_safely()
        broker = KafkaBroker(
            self.kafka.bootstrap,
            security=_security(self.kafka.options()),
            logger=None,
            apply_types=False,
            allow_auto_create_topics=False,
        )
        subscriber = broker.subscriber(
            self.topic or concern_topic(self.tier),
            group_id=self.group or group(self.tier),
            batch=True,
            ack_policy=AckPolicy.MANUAL,
            auto_offset_reset="earliest",
            session_timeout_ms=SESSION_MS,
            heartbeat_interval_ms=SESSION_MS // 3,
            max_partition_fetch_bytes=2 * MAX_MESSAGE,
            fetch_max_wait_ms=100,
        )
        return broker, subscriber

    async def _turn(self, consumer: AIOKafkaConsumer, stop: asyncio.Event) -> None:
        """Compare where that is due, then fetch and decide a batch; where a part does not answer, put it back."""
        records: Records = ()
        try:
            await self._compare(consumer)
            found = await consumer.getmany(timeout_ms=POLL_MS, max_records=self.batch)
            records = [record for some in found.values() for record in some]
            if not found.keys() <= self._compared:  # of a partition that came in the midst of this
                _seek_back(consumer, records)
            elif records:
                await self._decide(consumer, records)
            self.faults = 0
        except Behind as error:
            _seek_back(consumer, records)
            self._go_back(consumer, error)
        except HubError as error:
            self.faults += 1
            metrics.ROUTER_FAULTS.labels(self.tier).inc()
            logger().error("batch_put_back", tier=self.tier, count=len(records), fault=fault(error))
            _seek_back(consumer, records)
            await pause(stop, BACKOFF_S[min(self.faults, len(BACKOFF_S)) - 1])

    async def _compare(self, consumer: AIOKafkaConsumer) -> None:
        """On assignment, and every few seconds, for a database that came back may be idle, and behind."""
        mine = set(consumer.assignment())
        new = mine - self._compared
        if not new and (not mine or monotonic() < self._compare_at):
            return
        committed = {_place(one): await consumer.committed(one) or 0 for one in new}
        begin = partial(self.router.begin, committed, {_place(one) for one in mine})
        try:
            await in_thread(begin, f"router-{self.tier}")
        except Behind as behind:  # then these were compared, too: to ask again would be to go back for ever
            self._go_back(consumer, behind)
        self._compared, self._compare_at = mine, monotonic() + COMPARE_S

    def _go_back(self, consumer: AIOKafkaConsumer, behind: Behind) -> None:
        """The database's word counts: what it lacks is told again, under the same ids."""
        for (topic, partition), offset in behind.at.items():
            count = behind.records[topic, partition]
            metrics.DATABASE_BEHIND.labels(self.tier).inc(count)
            logger().error(
                "database_behind", tier=self.tier, topic=topic, partition=partition, offset=offset, count=count
            )
            if (place := TopicPartition(topic, partition)) in consumer.assignment():
                consumer.seek(place, offset)

    async def _decide(self, consumer: AIOKafkaConsumer, records: Records) -> None:
        """Decide a batch, then commit its offsets."""
        await in_thread(partial(self.router.process, [_record(record) for record in records]), f"router-{self.tier}")
        if await _commit(consumer, finished(records), self.tier):
            self.committed += len(records)


def _security(options: Mapping[str, Any]) -> BaseSecurity:
    """What `Kafka.options` says for aiokafka's own clients, as FastStream takes it."""
    tls = options.get("ssl_context")
    if "sasl_mechanism" not in options:
        return BaseSecurity(tls, use_ssl=tls is not None)
    made = _SASL[options["sasl_mechanism"]]
    return made(options["sasl_plain_username"], options["sasl_plain_password"], tls, use_ssl=tls is not None)


def finished(records: Records) -> dict[TopicPartition, int]:
    """The offset to commit for each partition: one past its last record, for a batch is decided whole or not at all."""
    offsets: dict[TopicPartition, int] = {}
    for record in records:
        place = TopicPartition(record.topic, record.partition)
        offsets[place] = max(offsets.get(place, 0), record.offset + 1)
    return offsets


async def _commit(consumer: Any, offsets: Mapping[TopicPartition, int], tier: Tier) -> bool:
    """Commit; a failure (the partition moved on, Kafka is away) only means that repeats will come, and be known."""
    mine = consumer.assignment()
    held = {place: offset for place, offset in offsets.items() if place in mine}
    try:
        if held:
            await consumer.commit(held)
    except KafkaError as error:
        logger().warning("offsets_not_committed", tier=tier, fault=fault(error))
        return False
    return bool(held)


def _seek_back(consumer: Any, records: Records) -> None:
    first: dict[TopicPartition, int] = {}
    for record in records:
        place = TopicPartition(record.topic, record.partition)
        first[place] = min(first.get(place, record.offset), record.offset)
    mine = consumer.assignment()
    for place, offset in first.items():
        if place in mine:
            consumer.seek(place, offset)


def _place(one: TopicPartition) -> Place:
    return one.topic, one.partition


def _record(record: ConsumerRecord[bytes, bytes]) -> Record:
    at = datetime.fromtimestamp(min(max(record.timestamp, 0), _LAST_MS) / 1000, UTC)
    if isinstance(record.value, Unreadable):
        value, records = bytes(record.value), record.value.records
        return Record(record.topic, record.partition, record.offset, None, value, at, unreadable=True, records=records)
    return Record(record.topic, record.partition, record.offset, record.key, record.value, at)
