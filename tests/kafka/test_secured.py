"""Kafka that demands TLS with a certificate, or TLS with a name and a password: every client of the hub is let in."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from kafka_certificates import make_certificates
from local_kafka import KafkaFromJars, Secured
from parts import scratch_folder

from adapters.bridge.spool.publisher import producer_of
from hub.facts.errors import Unavailable
from hub.facts.terms import Tier
from hub.kafka import admin
from hub.kafka.admin import settle
from hub.kafka.connection import Kafka
from hub.kafka.progress import Progress
from hub.kafka.subscriber import Subscriber
from hub.routing.context import Record
from hub.settings import read_settings
from tests.e2e.commands import wait_for

pytestmark = pytest.mark.timeout(150)


@pytest.fixture(scope="module")
def secured() -> Iterator[Secured]:
    with scratch_folder() as folder:
        made = Secured(make_certificates(folder / "certificates"))
        with KafkaFromJars(folder / "kafka", secured=made):
            yield made


def by_certificate(secured: Secured) -> dict[str, str]:
    certificates = secured.certificates
    return {
        "HUB_KAFKA_BOOTSTRAP": secured.ssl,
        "HUB_KAFKA_SECURITY": "SSL",
        "HUB_KAFKA_CA": str(certificates.ca),
        "HUB_KAFKA_CERT": str(certificates.client),
        "HUB_KAFKA_KEY": str(certificates.client_key),
    }


def by_password(secured: Secured, folder: Path, mechanism: str) -> dict[str, str]:
    password = folder / "password"
    password.write_text(secured.password)
    return {
        "HUB_KAFKA_BOOTSTRAP": secured.sasl,
        "HUB_KAFKA_SECURITY": "SASL_SSL",
        "HUB_KAFKA_CA": str(secured.certificates.ca),
        "HUB_KAFKA_SASL": mechanism,
        "HUB_KAFKA_USER": secured.user,
        "HUB_KAFKA_PASSWORD_FILE": str(password),
    }


class Taken:
    """What a router would be handed."""

    def __init__(self) -> None:
        self.values: list[bytes | None] = []

    def process(self, records: Sequence[Record]) -> None:
        self.values += [record.value for record in records]

    def begin(self, committed: object, mine: object) -> None:
        """Nothing to compare."""


@pytest.mark.parametrize("way", ["certificate", "SCRAM-SHA-512", "PLAIN"])
async def test_topics_are_made_events_published_and_batches_fetched(secured: Secured, tmp_path: Path, way: str) -> None:
    named = by_certificate(secured) if way == "certificate" else by_password(secured, tmp_path, way)
    kafka = Kafka.of(read_settings(named))
    await asyncio.to_thread(settle, kafka, ["police.caledon"], 1)
    value, taken, stop = way.encode(), Taken(), asyncio.Event()
    subscriber, progress = Subscriber(kafka, Tier.URGENT, taken, 10, group=f"secured-{way}"), Progress(kafka)
    running = [asyncio.create_task(subscriber.run(stop)), asyncio.create_task(progress.run(stop))]
    producer = producer_of(kafka)
    await producer.start()
    try:
        await producer.send_and_wait("concern.urgent", value, b"key", headers=[])
        await asyncio.to_thread(wait_for, lambda: value in taken.values, what="fetched")
        await asyncio.to_thread(wait_for, lambda: progress._seen, what="looked at")
    finally:
        await producer.stop()
        stop.set()
        await asyncio.gather(*running)


def test_whoever_shows_nothing_or_the_wrong_thing_is_not_let_in(
    secured: Secured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admin, "_ANSWER_S", 3.0)
    nothing = Kafka.of(read_settings({"HUB_KAFKA_BOOTSTRAP": secured.ssl}))
    no_certificate = by_certificate(secured)
    del no_certificate["HUB_KAFKA_CERT"], no_certificate["HUB_KAFKA_KEY"]
    wrong = by_password(secured, tmp_path, "SCRAM-SHA-512")
    Path(wrong["HUB_KAFKA_PASSWORD_FILE"]).write_text("guessed")
    for kafka in (nothing, Kafka.of(read_settings(no_certificate)), Kafka.of(read_settings(wrong))):
        with pytest.raises(Unavailable):
            settle(kafka, [], 1)
