"""`hub bench pipeline`: the router against the unavoidable work alone, in alternation, on real Kafka and PostgreSQL.

Events are published beforehand. Each round gives the same sealed records to both sides, each on a topic of its own, and
times from the first batch handed over until the last offset is committed.
"""

from __future__ import annotations

import asyncio
import gc
import json
import resource
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from time import perf_counter, process_time
from typing import Any
from uuid import uuid4

import psycopg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from psycopg.sql import SQL, Identifier

from hub.bench import world as making
from hub.bench.floor import Floor
from hub.facts.model import Recipient
from hub.facts.terms import Role, Tier
from hub.kafka.connection import Kafka
from hub.kafka.subscriber import Subscriber
from hub.kafka.topics import MAX_MESSAGE
from hub.routing.batch_store import BatchStore
from hub.routing.context import Context, Record
from hub.routing.ingest import Checked, Opened, ingest, open_event
from hub.routing.pipeline import run as run_pipeline
from hub.routing.recording import EventRows
from hub.serving.memory import settle_memory
from hub.store.connecting import connect
from hub.store.migrate import upgrade

TIER = Tier.URGENT
PARTITIONS = 2


@dataclass(frozen=True, slots=True)
class Work:
    """What is measured."""

    events: int = 20_000
    records: int = 100_000
    isps: int = 50
    rounds: int = 4
    batch: int = 500
    seed: int = 20_260_307


@dataclass(slots=True)
class Side:
    """One side's figures."""

    seconds: float = 0.0
    cpu: float = 0.0
    events: int = 0
    batches: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Events a second."""
        return self.events / self.seconds


def measure(bootstrap: str, database_url: str, home: Path, work: Work) -> dict[str, Any]:
    """Run the whole bench in a database of its own, dropped afterwards."""
    name = f"bench_{uuid4().hex[:12]}"
    with psycopg.connect(database_url, autocommit=True) as server:
        server.execute(SQL("create database {}").format(Identifier(name)))
        try:
            own = psycopg.conninfo.make_conninfo(database_url, dbname=name)
            return asyncio.run(_measure(bootstrap, own, home, work))
        finally:
            with suppress(psycopg.Error):
                server.execute(SQL("drop database {} with (force)").format(Identifier(name)))


async def _measure(bootstrap: str, database_url: str, home: Path, work: Work) -> dict[str, Any]:
    upgrade(database_url)
    world = making.build(home, database_url, work.records, work.isps, work.seed)
    making.load(world)
    context = world.parts.context
    router = world.parts.router()
    per_round = work.events // work.rounds
    sealed = list(making.sealed_concerns(world, work.events))
    floor = _floor(world, context, sealed[0])
    hub_side, floor_side = Side(), Side()
    settle_memory()
    for number in range(work.rounds):
        records = sealed[number * per_round : (number + 1) * per_round]
        topics = [f"bench-{uuid4().hex[:8]}.concern.{TIER}" for _ in range(2)]
        await _publish(bootstrap, topics, records)
        sides = [(router.process, hub_side, topics[0]), (floor.process, floor_side, topics[1])]
        for process, side, topic in sides if number % 2 else reversed(sides):
            gc.collect()
            await _consume(bootstrap, topic, process, side, len(records), work.batch)
        await _delete(bootstrap, topics)
    checks = _checks(database_url, sealed, per_round * work.rounds)
    router.close()
    floor.store.connection.close()
    return _answer(work, hub_side, floor_side, checks)


def _floor(world: making.World, context: Context, record: tuple[bytes, bytes]) -> Floor:
    """A floor whose rows, parts and recipients are those of one event as the router decides it."""
    sample = Record(f"x.concern.{TIER}", 0, 0, record[0], record[1], making.RAISED)
    store = BatchStore(world.parts.connect())
    with store.connection.transaction(force_rollback=True):
        made = run_pipeline(
            [sample],
            context,
            read_cases=store.read_cases,
            match_all=lambda asked: world.parts.register.match(store.connection, asked),
        )[0]
    checked = ingest(sample, context)
    assert isinstance(made, EventRows)
    assert isinstance(checked, Checked)
    opened = open_event(checked, context)
    parts = sorted({number for row in made.ledger if row.kind == "decision" for number in _opened_parts(row.facts)})
    recipients = [
        context.recipient_keys(Recipient(row.recipient, Role(row.role)))
        for row in made.deliveries
        if row.purpose == "disclose"
    ]
    assert isinstance(opened, Opened)
    people = opened.facts.people or ()
    return Floor(
        world.parts,
        BatchStore(world.parts.connect()),
        made,
        parts,
        [person.part for person in people if person.part is not None],
        recipients,
        context.keys.public(f"{making.SOURCE}.receive.1"),
    )


def _opened_parts(facts: bytes) -> list[int]:
    found: list[int] = json.loads(facts)["opened_parts"]
    return found


async def _publish(bootstrap: str, topics: Sequence[str], records: Sequence[tuple[bytes, bytes]]) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    await admin.create_topics(
        [
            NewTopic(
                topic,
                PARTITIONS,
                1,
                topic_configs={"max.message.bytes": str(MAX_MESSAGE), "message.timestamp.type": "LogAppendTime"},
            )
            for topic in topics
        ]
    )
    await admin.close()
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap, enable_idempotence=True, linger_ms=20, max_batch_size=262_144
    )
    await producer.start()
    for topic in topics:
        sent = [await producer.send(topic, value=value, key=key) for key, value in records]
        await asyncio.gather(*sent)
    await producer.stop()


async def _delete(bootstrap: str, topics: Sequence[str]) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    await admin.delete_topics(list(topics))
    await admin.close()


async def _consume(bootstrap: str, topic: str, process: Any, side: Side, count: int, batch: int) -> None:
    """Both sides go through the hub's own subscriber; timed from the first batch until the last offset is committed."""
    group = f"bench-{uuid4().hex[:8]}"
    clock: dict[str, float] = {}

    def timed(records: Sequence[Record]) -> None:
        started = perf_counter()
        clock.setdefault("wall", started)
        clock.setdefault("cpu", process_time())
        process(records)
        side.batches.append(perf_counter() - started)

    subscriber, stop = Subscriber(Kafka(bootstrap), TIER, _Side(timed), batch, topic, group), asyncio.Event()
    consuming = asyncio.create_task(subscriber.run(stop))
    while subscriber.committed < count:
        await asyncio.sleep(0.005)
        if subscriber.faults or consuming.done():
            raise RuntimeError("the bench's batch failed: see the log above")
    side.seconds += perf_counter() - clock["wall"]
    side.cpu += process_time() - clock["cpu"]
    side.events += count
    stop.set()
    await consuming
    await _committed(bootstrap, topic, group, count)


@dataclass(frozen=True, slots=True)
class _Side:
    """What a subscriber hands its batches to. Nothing is compared beforehand: each topic is new."""

    process: Callable[[Sequence[Record]], None]

    def begin(self, committed: object, mine: object) -> None:
        """Nothing was decided before."""


async def _committed(bootstrap: str, topic: str, group: str, count: int) -> None:
    """What the broker itself says is committed."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, group_id=group, enable_auto_commit=False)
    await consumer.start()
    offsets = [await consumer.committed(TopicPartition(topic, number)) or 0 for number in range(PARTITIONS)]
    await consumer.stop()
    if sum(offsets) != count:
        raise RuntimeError(f"{sum(offsets)} offsets are committed, not {count}")


def _checks(database_url: str, sealed: Sequence[tuple[bytes, bytes]], count: int) -> dict[str, int]:
    """Counts that must be nought. The router's rows are those whose event id came with a record."""
    ids = [making.concern_id(number) for number in range(len(sealed))][:count]
    with connect(database_url) as connection:

        def one(query: str) -> int:
            row = connection.execute(query.encode(), {"ids": ids}).fetchone()
            return int(row[0]) if row else 0

        decided = one("select count(*) from event where event_id = any(%(ids)s)")
        told = one(
            "select count(distinct event_id) from delivery where event_id = any(%(ids)s) "
            "and purpose = 'disclose' and status = 'pending'"
        )
        return {
            "lost": count - decided,
            "not_told": count - told,
            "not_matched": one("select count(*) from event where event_id = any(%(ids)s) and outcome <> 'matched'"),
            "decided_twice": one(
                "select count(*) from (select 1 from decision where event_id = any(%(ids)s) "
                "group by event_id, subject, recipient, role having count(*) > 1) twice"
            ),
            "dead_letters": one("select count(*) from dead_letter"),
            "unlogged": one("select count(*) from decision where event_id = any(%(ids)s)")
            - one(
                "select count(distinct convert_from(facts, 'utf8')) from ledger_entry where kind = 'decision' "
                "and convert_from(facts, 'utf8')::json ->> 'event_id' "
                "= any(select id::text from unnest(%(ids)s::uuid[]) id)"
            ),
        }


def _answer(work: Work, hub: Side, floor: Side, checks: dict[str, int]) -> dict[str, Any]:
    cuts = quantiles([1_000 * seconds for seconds in hub.batches], n=100, method="inclusive")
    return {
        "suite": "pipeline",
        "work": {
            "events": work.events,
            "source_records": work.records,
            "isps": work.isps,
            "rounds": work.rounds,
            "batch": work.batch,
            "percentiles_of": "a batch",
        },
        "rate": round(hub.rate, 1),
        "floor": round(floor.rate, 1),
        "ratio": round(hub.rate / floor.rate, 3),
        "p50_ms": round(cuts[49], 1),
        "p99_ms": round(cuts[98], 1),
        "rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        "cpu_s_per_1000": round(1_000 * hub.cpu / hub.events, 3),
        "checks": checks,
    }
