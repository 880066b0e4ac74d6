"""The topics, each with explicit settings. Nothing is created by use."""

from __future__ import annotations

from collections.abc import Iterable

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code

from hub.facts.errors import Unavailable, UserError
from hub.facts.terms import Tier
from hub.wire import news

DAY_MS = 86_400_000
RETENTION_MS = 14 * DAY_MS
"""Rows that repeats are known by outlive this by far."""
MAX_MESSAGE = 2_097_152
_NO_ERROR = 0
PARTITIONS = {Tier.IMMEDIATE: 3, Tier.URGENT: 6, Tier.ROUTINE: 6}


def concern_topic(tier: Tier) -> str:
    """The topic of a tier."""
    return f"concern.{tier}"


def group(tier: Tier) -> str:
    """The consumer group of a tier's routers."""
    return f"hub-router.{tier}"


def topics(sources: Iterable[str], replication: int) -> list[NewTopic]:
    """Every topic the hub uses. The broker's own time is kept, for a source's word on time is only its word."""
    settings = {
        "cleanup.policy": "delete",
        "retention.ms": str(RETENTION_MS),
        "max.message.bytes": str(MAX_MESSAGE),
        "message.timestamp.type": "LogAppendTime",
        "min.insync.replicas": str(max(1, replication - 1)),
        "unclean.leader.election.enable": "false",
    }
    wanted = [(concern_topic(tier), count) for tier, count in PARTITIONS.items()]
    wanted += [(news.topic(source), 1) for source in sorted(sources)]
    return [NewTopic(name, count, replication, topic_configs=settings) for name, count in wanted]


async def create(bootstrap: str, sources: Iterable[str], replication: int) -> list[str]:
    """Create what is missing; returns the names created. Raises UserError where Kafka refuses one."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=15_000)
    try:
        await admin.start()
        existing = set(await admin.list_topics())
        missing = [topic for topic in topics(sources, replication) if topic.name not in existing]
        answer = await admin.create_topics(missing) if missing else None
    except (KafkaError, OSError) as error:
        raise Unavailable("Kafka does not answer at HUB_KAFKA_BOOTSTRAP: start it, or correct the address.") from error
    finally:
        await admin.close()
    for name, code, *_ in answer.topic_errors if answer else ():
        if code not in {_NO_ERROR, TopicAlreadyExistsError.errno}:  # another may have made it meanwhile
            raise UserError(
                f"Kafka refuses to create {name} ({for_code(code).__name__}): are there {replication} brokers "
                "for its copies? See --replication."
            )
    return [topic.name for topic in missing]
