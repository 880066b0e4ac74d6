"""The subscriber of a tier, on FastStream's batch path, and the one place where offsets are committed.

FastStream hands over whole batches untouched: a raw parser and decoder, nothing typed, no logger (it would log bodies).
Its own `ack()` commits the consumer's whole position and is never used: offsets are committed explicitly, after the
batch's transaction, up to each partition's first unfinished record. On a fault the consumer seeks back and waits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from aiokafka import ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage

from hub import metrics
from hub.facts.terms import Tier
from hub.kafka.topics import MAX_MESSAGE, concern_topic, group
from hub.log import fault, logger
from hub.routing.context import Record

POLL_MS = 50
SESSION_MS = 6_000
_LAST_MS = 4_102_444_800_000
"""The year 2100: a broker's time beyond it is no time."""
BACKOFF_S = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)


Records = tuple[ConsumerRecord[bytes, bytes], ...]


class Process(Protocol):
    """Decides a batch and commits it; an exception means nothing of it was committed."""

    def __call__(self, records: Sequence[Record]) -> None: ...


@dataclass(slots=True)
class TierState:
    """What /readyz and the metrics say of a tier's subscriber."""

    tier: Tier
    faults: int = 0
    """Batches put back in a row."""
    committed: int = 0
    """Records whose offsets were committed by this process."""


def subscribe(
    broker: KafkaBroker,
    tier: Tier,
    process: Process,
    *,
    batch: int,
    topic: str | None = None,
    group_id: str | None = None,
    sleep: Callable[[float], Any] = asyncio.sleep,
) -> TierState:
    """Register the tier's subscriber on a broker; it starts with the broker. Topic and group are the tier's own."""
    state = TierState(tier)
    subscriber = broker.subscriber(
        topic or concern_topic(tier),
        group_id=group_id or group(tier),
        batch=True,
        max_records=batch,
        batch_timeout_ms=POLL_MS,
        ack_policy=AckPolicy.MANUAL,
        auto_offset_reset="earliest",
        session_timeout_ms=SESSION_MS,
        heartbeat_interval_ms=SESSION_MS // 3,
        max_partition_fetch_bytes=2 * MAX_MESSAGE,
        fetch_max_wait_ms=100,
        parser=_parse,
        decoder=_decode,
    )

    async def handle(records: Records) -> None:
        await _handle(records, subscriber.consumer, process, state, sleep)

    subscriber(handle)
    return state


async def _handle(
    records: Records, consumer: Any, process: Process, state: TierState, sleep: Callable[[float], Any]
) -> None:
    """Decide a batch, then commit its offsets; where anything fails, put it back and wait."""
    tier = state.tier
    try:
        await asyncio.to_thread(process, [_record(record) for record in records])
    except Exception as error:  # noqa: BLE001 - whatever it was, nothing was committed: put the batch back
        state.faults += 1
        metrics.ROUTER_FAULTS.labels(tier).inc()
        logger().error("batch_put_back", tier=tier, count=len(records), fault=fault(error))
        _seek_back(consumer, records)
        await _measure_lag(consumer, tier)
        await sleep(BACKOFF_S[min(state.faults, len(BACKOFF_S)) - 1])
        return
    state.faults = 0
    if await _commit(consumer, finished(records), tier):
        state.committed += len(records)
    await _measure_lag(consumer, tier)


def finished(records: Sequence[ConsumerRecord[bytes, bytes]]) -> dict[TopicPartition, int]:
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


async def _measure_lag(consumer: Any, tier: Tier) -> None:
    """Records behind, over all partitions of this router: from where it stands to what it last heard of."""
    behind = 0
    for place in consumer.assignment():
        try:
            behind += max(0, (consumer.highwater(place) or 0) - await consumer.position(place))
        except KafkaError:  # the partition moved to another router meanwhile
            continue
    metrics.CONSUMER_LAG.labels(tier).set(behind)


def _seek_back(consumer: Any, records: Sequence[ConsumerRecord[bytes, bytes]]) -> None:
    first: dict[TopicPartition, int] = {}
    for record in records:
        place = TopicPartition(record.topic, record.partition)
        first[place] = min(first.get(place, record.offset), record.offset)
    mine = consumer.assignment()
    for place, offset in first.items():
        if place in mine:
            consumer.seek(place, offset)


def _record(record: ConsumerRecord[bytes, bytes]) -> Record:
    at = datetime.fromtimestamp(min(max(record.timestamp, 0), _LAST_MS) / 1000, UTC)
    return Record(record.topic, record.partition, record.offset, record.key, record.value, at)


async def _parse(raw: tuple[ConsumerRecord[bytes, bytes], ...]) -> KafkaMessage:
    """The batch as it came: neither headers nor bodies are looked at."""
    return KafkaMessage(raw_message=raw, body=b"", consumer=_NO_CONSUMER)


async def _decode(message: KafkaMessage) -> Any:
    return message.raw_message


class _NoConsumer:
    """Offsets are never moved through a message."""

    async def commit(self) -> None:
        raise AssertionError("offsets are committed by the subscriber alone")

    def seek(self, partition: Any, offset: int) -> None:  # noqa: ARG002 - the signature of what it stands for
        raise AssertionError("offsets are moved by the subscriber alone")


_NO_CONSUMER = _NoConsumer()
