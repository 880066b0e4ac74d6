"""Concerns on real Kafka, and what routers made of them: counted in the database and at the broker."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import psycopg
from confluent_kafka import Consumer, ConsumerGroupTopicPartitions, Producer, TopicPartition
from confluent_kafka.admin import AdminClient

from hub.facts.model import Concern
from hub.facts.terms import Tier
from tests.builders import FINLAY, ISLA, a_concern
from tests.e2e.commands import wait_for
from tests.town import STRANGER, Town

TIERS = tuple(Tier)
WHOLE_ROUND = 4
"""Concerns after which the kinds of `many` begin again."""


def many(count: int, *, case: str = "VPD") -> list[Concern]:
    """Concerns of cases of their own, of all tiers: by turns two siblings, one child, a stranger, an older child."""
    return [_of(number, case) for number in range(count)]


def _of(number: int, case: str) -> Concern:
    concern = a_concern(reference=f"{case}-{number:05}", tier=TIERS[number % len(TIERS)])
    match number % WHOLE_ROUND:
        case 0:
            concern = concern.about(ISLA).about(FINLAY).saying("concern.summary", "Isla was awake.", "1")
        case 1:
            concern = concern.about(ISLA).saying("concern.summary", "Isla was awake.")
        case 2:
            concern = concern.about(STRANGER)
        case _:
            concern = concern.about(FINLAY)
    return concern.made()


@dataclass(frozen=True)
class Counted:
    """Rows that are there for a number of concerns."""

    events: int = 0
    decisions: int = 0
    deliveries: int = 0
    decisions_proved: int = 0
    """Ledger entries of decisions."""
    dead: int = 0


def expected(count: int) -> Counted:
    """Two decisions and deliveries for the siblings, one for each other child; the stranger's is the front door's."""
    rounds, left = divmod(count, WHOLE_ROUND)
    assert not left
    return Counted(count, 5 * rounds, 5 * rounds, 5 * rounds, 0)


@dataclass
class Traffic:
    """A town whose concerns go by a real Kafka."""

    town: Town
    bootstrap: str

    def publish(self, concerns: Iterable[Concern]) -> None:
        """Seal and publish concerns to their tiers' topics."""
        self.put((f"concern.{concern.tier}", *self.town.sealed(concern)) for concern in concerns)

    def put(self, records: Iterable[tuple[str, bytes | None, bytes | None]]) -> None:
        """Publish raw (topic, key, value)."""
        producer = Producer({"bootstrap.servers": self.bootstrap, "acks": "all", "partitioner": "murmur2_random"})
        for topic, key, value in records:
            producer.produce(topic, value=value, key=key)
        assert producer.flush(30) == 0, "Kafka did not take them"

    def counted(self) -> Counted:
        """What is in the database now."""
        row = self.query(
            "select (select count(*) from event where kind <> 'dead_letter'), (select count(*) from decision), "
            "(select count(*) from delivery where subject <> '-'), "
            "(select count(*) from ledger_entry where kind = 'decision'), (select count(*) from dead_letter)"
        )[0]
        return Counted(*row)

    def query(self, text: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Rows of a query."""
        return self.town.query(text, *parameters)

    def is_decided(self, count: int, *, seconds: float = 40.0) -> None:
        """Wait until so many events and no more are decided, and every offset is committed."""
        wait_for(lambda: self.counted().events >= count, what=f"{count} events decided", seconds=seconds, every=0.05)
        wait_for(self.all_committed, what="offsets committed to the end", seconds=seconds)

    def all_committed(self) -> bool:
        """Whether each group has committed its topic to the end."""
        return all(self._lag(tier) == 0 for tier in TIERS)

    def _lag(self, tier: Tier) -> int:
        topic = f"concern.{tier}"
        admin = AdminClient({"bootstrap.servers": self.bootstrap, "log_level": 0})
        (asked,) = admin.list_consumer_group_offsets([ConsumerGroupTopicPartitions(f"hub-router.{tier}")]).values()
        committed = {one.partition: one.offset for one in asked.result(10).topic_partitions if one.topic == topic}
        return sum(end - max(0, committed.get(number, 0)) for number, end in self._ends(topic).items())

    def _ends(self, topic: str) -> dict[int, int]:
        consumer = Consumer({"bootstrap.servers": self.bootstrap, "group.id": "tests", "log_level": 0})
        try:
            numbers = consumer.list_topics(topic, timeout=10).topics[topic].partitions
            return {n: consumer.get_watermark_offsets(TopicPartition(topic, n), timeout=10)[1] for n in numbers}
        finally:
            consumer.close()

    def told_once(self, count: int, *, dead: int = 0) -> None:
        """Each of `count` concerns is decided once and each delivery created once; nothing else is there."""
        assert self.counted() == replace(expected(count), dead=dead)
        twice = self.query(
            "select event_id, subject, recipient, purpose from delivery "
            "group by event_id, subject, recipient, purpose having count(*) > 1"
        )
        assert twice == []

    def news(self, count: int, *, source: str = "police.caledon") -> Sequence[bytes]:
        """Values of the sender's topic once the outbox is empty and at least so many are there."""
        wait_for(lambda: self.query("select count(*) from outbox") == [(0,)], what="outbox relayed")
        consumer = Consumer({"bootstrap.servers": self.bootstrap, "group.id": "tests", "log_level": 0})
        place = TopicPartition(f"receipts.{source}", 0, 0)
        found: list[bytes] = []
        try:
            consumer.assign([place])
            end = consumer.get_watermark_offsets(place, timeout=10)[1]
            wait_for(lambda: found.extend(_values(consumer)) or len(found) >= end, what="news read", every=0.0)
        finally:
            consumer.close()
        assert len(found) >= count
        return found


def _values(consumer: Consumer) -> list[bytes]:
    return [record.value() for record in consumer.consume(500, timeout=0.5) if record.error() is None]


def terminate_connections(url: str) -> int:
    """End every other connection to the database of this address, as a failover would; how many there were."""
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity "
            "where datname = current_database() and pid <> pg_backend_pid()"
        ).fetchone()
        return row[0] if row else 0
