"""Makes the topics, each with explicit settings, and puts right what is there: `hub kafka init`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import (  # type: ignore[attr-defined]  # it imports them to be imported from here
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewTopic,
    ResourceType,
)

from hub.facts.errors import Unavailable, UserError
from hub.kafka.connection import Kafka
from hub.kafka.topics import MAX_MESSAGE, PARTITIONS, RETENTION_MS, concern_topic
from hub.wire import news

COMPRESSION = {"compression.type": "uncompressed"}
"""The broker unpacks what a producer compressed, and refuses what is too large then: the hub has no codecs for it.

The one setting that `hub kafka init` also puts right on topics that are there already.
"""
_ANSWER_S = 15.0


@dataclass(frozen=True, slots=True)
class Settled:
    """What `settle` did: names of topics."""

    created: list[str]
    mended: list[str]
    """Those that were there, and now keep their records uncompressed."""


def topics(sources: Iterable[str], replication: int) -> list[NewTopic]:
    """Every topic the hub uses. The broker's own time is kept, for a source's word on time is only its word."""
    settings = COMPRESSION | {
        "cleanup.policy": "delete",
        "retention.ms": str(RETENTION_MS),
        "max.message.bytes": str(MAX_MESSAGE),
        "message.timestamp.type": "LogAppendTime",
        "min.insync.replicas": str(max(1, replication - 1)),
        "unclean.leader.election.enable": "false",
    }
    wanted = [(concern_topic(tier), count) for tier, count in PARTITIONS.items()]
    wanted += [(news.topic(source), 1) for source in sorted(sources)]
    return [
        NewTopic(name, num_partitions=count, replication_factor=replication, config=settings) for name, count in wanted
    ]


def settle(kafka: Kafka, sources: Iterable[str], replication: int) -> Settled:
    """Create what is missing, mend what is there. Raises Unavailable, or UserError where Kafka refuses a topic."""
    admin = AdminClient(kafka.confluent())
    wanted = topics(sources, replication)
    try:
        existing = set(admin.list_topics(timeout=_ANSWER_S).topics)
        missing = [topic for topic in wanted if topic.topic not in existing]
        _create(admin, missing, replication)
        mended = _mend(admin, [topic.topic for topic in wanted if topic.topic in existing])
    except KafkaException as error:
        raise Unavailable("Kafka does not answer at HUB_KAFKA_BOOTSTRAP: start it, or correct the address.") from error
    return Settled([topic.topic for topic in missing], mended)


def _create(admin: AdminClient, missing: list[NewTopic], replication: int) -> None:
    if not missing:
        return
    for name, created in admin.create_topics(missing, request_timeout=_ANSWER_S).items():
        try:
            created.result()
        except KafkaException as error:
            refused = error.args[0]
            if refused.code() == KafkaError.TOPIC_ALREADY_EXISTS:  # another made it meanwhile
                continue
            if refused.retriable() or refused.code() < 0:  # the client's own: nobody answered
                raise
            raise UserError(
                f"Kafka refuses to create {name} ({refused.name()}): are there {replication} brokers "
                "for its copies? See --replication."
            ) from error


def _mend(admin: AdminClient, names: list[str]) -> list[str]:
    """Put the one setting right where it is another; which topics that were."""
    asked = [ConfigResource(ResourceType.TOPIC, name) for name in names]
    found = admin.describe_configs(asked, request_timeout=_ANSWER_S) if asked else {}
    wrong = [
        resource.name
        for resource, described in found.items()
        if any(described.result()[setting].value != value for setting, value in COMPRESSION.items())
    ]
    changes = [ConfigResource(ResourceType.TOPIC, name, incremental_configs=_entries()) for name in wrong]
    for changed in admin.incremental_alter_configs(changes, request_timeout=_ANSWER_S).values() if changes else ():
        changed.result()
    return wrong


def _entries() -> list[ConfigEntry]:
    return [
        ConfigEntry(setting, value, incremental_operation=AlterConfigOpType.SET)
        for setting, value in COMPRESSION.items()
    ]
