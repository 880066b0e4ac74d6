"""Batches that somebody compressed, on real Kafka, beside a running router: none of them stops its partition."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource, ResourceType
from parts import LocalKafka

from hub.kafka.connection import Kafka
from hub.kafka.progress import Progress
from tests.e2e.commands import Hub, lasting, wait_for
from tests.e2e.routed import Traffic, many
from tests.town import Town

pytestmark = pytest.mark.timeout(150)
URGENT = "concern.urgent"
BOMB = 100_000_000


@pytest.fixture
def town(broker: LocalKafka, database_url: str, tmp_path: Path) -> Town:
    settings = lasting(tmp_path / "home").model_copy(update={"kafka_bootstrap": broker.bootstrap})
    made = Town(settings, database_url)
    made.enrol_everyone()
    return made


@pytest.fixture
def hub(town: Town, tmp_path: Path) -> Hub:
    made = Hub.of(town.settings, tmp_path)
    made.run("kafka", "init")
    return made


def keep_as_sent(kafka: LocalKafka, *, at_most: int) -> None:
    """As a topic that somebody made without `hub kafka init`: the broker keeps batches as producers compressed them."""
    changed = {"compression.type": "producer", "max.message.bytes": str(at_most)}
    entries = [ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET) for name, value in changed.items()]
    admin = AdminClient({"bootstrap.servers": kafka.bootstrap})
    resource = ConfigResource(ResourceType.TOPIC, URGENT, incremental_configs=entries)
    for done in admin.incremental_alter_configs([resource]).values():
        done.result(20)

    def kept() -> bool:
        (described,) = admin.describe_configs([ConfigResource(ResourceType.TOPIC, URGENT)]).values()
        found = described.result(20)
        return {name: found[name].value for name in changed} == changed

    wait_for(kept, what="the broker has heard of it from its controller")


def put(kafka: LocalKafka, codec: str, *values: bytes, transaction: str = "") -> None:
    settings = {"bootstrap.servers": kafka.bootstrap, "compression.type": codec, "linger.ms": 50, "acks": "all"}
    settings |= {"message.max.bytes": BOMB + 1_000_000}
    refused: list[object] = []
    producer = Producer(settings | ({"transactional.id": transaction} if transaction else {}))
    if transaction:
        producer.init_transactions(20)
        producer.begin_transaction()
    for value in values:
        producer.produce(URGENT, value=value, key=b"k", partition=0, on_delivery=lambda error, _: refused.append(error))
    if transaction:
        producer.commit_transaction(20)
    assert producer.flush(30) == 0
    assert refused == [None] * len(values)


async def waiting(kafka: LocalKafka) -> dict[int, int]:
    """Urgent records that wait, by partition, as a first look has it."""
    progress, stop = Progress(Kafka(kafka.bootstrap)), asyncio.Event()
    looking = asyncio.create_task(progress.run(stop))
    await asyncio.to_thread(wait_for, lambda: progress._seen, what="a look")
    stop.set()
    await looking
    return {place.partition: seen.look.waiting for place, seen in progress._seen.items() if place.topic == URGENT}


def test_no_compressed_batch_stops_its_partition_or_fills_the_memory_and_a_transaction_s_end_is_no_record(
    hub: Hub, town: Town, broker: LocalKafka
) -> None:
    traffic = Traffic(town, broker.bootstrap)
    for codec in ("snappy", "lz4", "zstd", "gzip"):
        put(broker, codec, bytes(4_000), bytes(4_000))
    keep_as_sent(broker, at_most=BOMB + 1_000_000)
    for codec in ("snappy", "lz4", "zstd"):
        put(broker, codec, *[bytes(4_000)] * 3)
    put(broker, "gzip", bytes(BOMB))
    with hub.router() as router:
        traffic.publish(many(40))
        put(broker, "lz4", bytes(4_000))
        traffic.publish(many(40, case="BEHIND"))
        wait_for(lambda: traffic.counted().events == 80, what="all decided")
        put(broker, "none", b"rubbish", transaction="agency-1")
        wait_for(lambda: dead(traffic).get("not_framed") == 1, what="what the transaction held")
        assert dead(traffic).keys() == {"unknown_schema", "unreadable", "not_framed"}
        assert sum(dead(traffic).values()) == 4 * 2 + 3 * 3 + 1 + 1 + 1
        wait_for(lambda: set(asyncio.run(waiting(broker)).values()) == {0}, what="nothing waits by the broker's word")
        assert router.readiness() == (200, [])
    assert traffic.query("select max(octet_length(body)) <= 65536 from dead_letter") == [(True,)]


def test_topics_that_somebody_made_are_mended_and_then_the_broker_unpacks(
    hub: Hub, town: Town, broker: LocalKafka
) -> None:
    keep_as_sent(broker, at_most=3_000_000)
    assert "concern.urgent" in hub.run("kafka", "init").out
    traffic = Traffic(town, broker.bootstrap)
    with hub.router():
        wait_for(lambda: put(broker, "zstd", b"x") or dead(traffic).get("not_framed"), what="one is unpacked")


def dead(traffic: Traffic) -> dict[str, int]:
    """Records that dead letters stand for, by their reason."""
    return dict(traffic.query("select reason, sum(records)::int from dead_letter group by 1"))
