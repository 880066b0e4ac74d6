"""Progress as the broker sees it: of each partition its end, what its group has committed, and what has waited longest.

Judged from outside, in a task of its own: a consumer that cannot fetch says nothing of what it does not get. A
partition *stands* that holds records and whose committed offset stays where it is, also where it is nobody's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from time import monotonic, time
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from hub import metrics
from hub.facts.terms import Tier
from hub.kafka.batches import read_safely
from hub.kafka.connection import Kafka
from hub.kafka.topics import concern_topic, group
from hub.log import fault, logger
from hub.serving.supervisor import pause

STANDS_S = 30.0
"""A partition that holds records and does not move for so long stands: its tier's router is not ready."""
LOOK_S = 5.0
ANSWER_S = 20.0
_READ_MS = 1_000


@dataclass(frozen=True, slots=True)
class Look:
    """A partition as the broker has it now."""

    end: int
    committed: int

    @property
    def waiting(self) -> int:
        """Records that are not decided yet."""
        return max(0, self.end - self.committed)


@dataclass(frozen=True, slots=True)
class Seen:
    """A partition as it was seen last, and since when (monotonic seconds) nothing of it moved."""

    look: Look
    since: float


def judge(
    before: Mapping[TopicPartition, Seen], looks: Mapping[TopicPartition, Look], at: float
) -> dict[TopicPartition, Seen]:
    """What was seen now. A partition moves when it is empty, or when its committed offset is another than before."""
    return {
        place: before[place]
        if place in before and look.waiting and before[place].look.committed == look.committed
        else Seen(look, at)
        for place, look in looks.items()
    }


@dataclass(slots=True)
class Progress:
    """Looks every few seconds; `moves` is what /readyz asks. `clock` gives seconds since 1970, as brokers' times do."""

    kafka: Kafka
    tiers: tuple[Tier, ...] = tuple(Tier)
    clock: Callable[[], float] = time
    _seen: dict[TopicPartition, Seen] = field(default_factory=dict)
    _oldest: dict[TopicPartition, tuple[Look, float | None]] = field(default_factory=dict)
    """When the broker took the first record that waited at that look; None where no record did."""

    async def run(self, stop: asyncio.Event) -> None:
        """Look until `stop` is set. While Kafka is away nothing is known, and the look begins anew."""
        read_safely()
        while not stop.is_set():
            try:
                await self._session(stop)
            except (KafkaError, OSError, TimeoutError) as error:
                logger().warning("progress_unknown", fault=fault(error))
                self._seen.clear()
                await pause(stop, LOOK_S)

    async def moves(self) -> bool:
        """Whether no partition stands."""
        now = monotonic()
        return not any(seen.look.waiting and now - seen.since >= STANDS_S for seen in self._seen.values())

    async def _session(self, stop: asyncio.Event) -> None:
        topics = [concern_topic(tier) for tier in self.tiers]
        consumer = AIOKafkaConsumer(*topics, **self.kafka.options(), group_id=None, enable_auto_commit=False)
        admin = AIOKafkaAdminClient(**self.kafka.options())
        try:
            await consumer.start()
            await admin.start()
            while not stop.is_set():
                async with asyncio.timeout(ANSWER_S):
                    await self._look(consumer, admin)
                await pause(stop, LOOK_S)
        finally:
            await consumer.stop()
            await admin.close()

    async def _look(self, consumer: AIOKafkaConsumer, admin: AIOKafkaAdminClient) -> None:
        places = consumer.assignment()
        consumer.pause(*places)
        ends = await consumer.end_offsets(places)
        begins = await consumer.beginning_offsets(places)
        committed: dict[TopicPartition, Any] = {}
        for tier in self.tiers:  # asked of each partition by name: not every broker tells of all of them unasked
            mine = [place for place in places if place.topic == concern_topic(tier)]
            committed |= await admin.list_consumer_group_offsets(group(tier), partitions=mine)
        looks = {
            place: Look(ends[place], max(begins[place], committed[place].offset if place in committed else 0))
            for place in places
        }
        for place, look in looks.items():
            if look.waiting and await self._since(consumer, place, look) is None:
                looks[place] = Look(look.end, look.end)
        self._seen = judge(self._seen, looks, monotonic())
        self._tell()

    async def _since(self, consumer: AIOKafkaConsumer, place: TopicPartition, look: Look) -> float | None:
        """When the first record that waits came; None where nothing waits but the end of a producer's transaction."""
        known, at = self._oldest.get(place, (None, None))
        if known is None or known.committed != look.committed or (at is None and known.end != look.end):
            at = await _time_at(consumer, place, look, self.clock())
            self._oldest[place] = look, at
        return at

    def _tell(self) -> None:
        now = monotonic()
        for place, seen in self._seen.items():
            labels = place.topic.rpartition(".")[2], str(place.partition)
            waiting = seen.look.waiting
            since = self._oldest[place][1] if waiting else None
            oldest = 0.0 if since is None else max(0.0, self.clock() - since)
            metrics.PARTITION_WAITING.labels(*labels).set(waiting)
            metrics.PARTITION_OLDEST.labels(*labels).set(oldest)
            metrics.PARTITION_STANDS.labels(*labels).set(now - seen.since if waiting else 0)


async def _time_at(consumer: AIOKafkaConsumer, place: TopicPartition, look: Look, now: float) -> float | None:
    """When the broker took the first record that waits: now, where it cannot be had; None, where there is none."""
    consumer.seek(place, look.committed)
    consumer.resume(place)
    try:
        found: Mapping[TopicPartition, Iterable[Any]] = await consumer.getmany(
            place, timeout_ms=_READ_MS, max_records=1
        )
    finally:
        consumer.pause(place)
    none = not found and await consumer.position(place) >= look.end
    return None if none else min((record.timestamp / 1000 for some in found.values() for record in some), default=now)
