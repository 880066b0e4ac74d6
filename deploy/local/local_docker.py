"""Kafka and PostgreSQL as containers, where a Docker engine answers."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from functools import cache

import docker
import psycopg
from docker.errors import DockerException
from docker.models.containers import Container
from local_kafka import LocalKafka, wait_for_broker
from local_postgres import LocalPostgres
from local_process import free_port, wait_until
from testcontainers.core.container import DockerContainer

_KAFKA_IMAGE = "apache/kafka:4.1.0"
_POSTGRES_IMAGE = "postgres:18"
_START_SECONDS = 60


@cache
def docker_answers() -> bool:
    """Return whether a Docker engine can be used from here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # the client forgets its socket when nobody answers
        answers = _ping()
        gc.collect()
    return answers


def _ping() -> bool:
    try:
        with closing(docker.from_env(timeout=5)) as client:
            return bool(client.ping())
    except (DockerException, OSError):  # requests' own errors are OSErrors
        return False


class _BoundContainer:
    """A container with one of its ports bound to a port of this machine that stays the same over restarts."""

    def __init__(self, image: str, inner_port: int, environment: dict[str, str], *, port: int) -> None:
        self._image = image
        self._ports = (inner_port, port)
        self._environment = environment
        self._container: Container | None = None

    def start(self) -> None:
        if self._container is not None:
            self._container.start()
            return
        made = DockerContainer(self._image, env=self._environment).with_bind_ports(*self._ports)
        self._container = made.start().get_wrapped_container()

    def stop(self) -> None:
        if self._container is not None:
            self._container.stop(timeout=10)

    def kill(self) -> None:
        if self._container is not None:
            self._container.kill()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        if self._container is not None:
            self._container.pause()
        try:
            yield
        finally:
            if self._container is not None:
                self._container.unpause()

    def remove(self) -> None:
        if self._container is not None:
            self._container.remove(force=True, v=True)
            self._container = None


class KafkaInDocker(LocalKafka):
    """One KRaft node of Apache's own image. Its data lives as long as the container."""

    def __init__(self) -> None:
        port = free_port()
        self.bootstrap = f"127.0.0.1:{port}"
        self._container = _BoundContainer(_KAFKA_IMAGE, 9092, self._environment(), port=port)

    def _environment(self) -> dict[str, str]:
        return {
            "KAFKA_PROCESS_ROLES": "broker,controller",
            "KAFKA_NODE_ID": "1",
            "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
            "KAFKA_LISTENERS": "PLAINTEXT://:9092,CONTROLLER://:9093",
            "KAFKA_ADVERTISED_LISTENERS": f"PLAINTEXT://{self.bootstrap}",
            "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
            "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
            "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
            "KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS": "4",
            "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
            "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
            "KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR": "1",
            "KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR": "1",
            "KAFKA_BROKER_SESSION_TIMEOUT_MS": "3000",
            "KAFKA_BROKER_HEARTBEAT_INTERVAL_MS": "500",
            "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
            "KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS": "1000",
            "KAFKA_HEAP_OPTS": "-Xmx512m",
        }

    def start(self) -> None:
        self._container.start()
        wait_for_broker(self.bootstrap, failure="Kafka did not start in its container; see `docker logs`.")

    def stop(self) -> None:
        self._container.stop()

    def kill(self) -> None:
        self._container.kill()

    def frozen(self) -> AbstractContextManager[None]:
        return self._container.frozen()

    def __exit__(self, *_: object) -> None:
        self._container.remove()


class PostgresInDocker(LocalPostgres):
    """PostgreSQL's official image. Its data lives as long as the container."""

    def __init__(self) -> None:
        port = free_port()
        self.url = f"postgresql://postgres:postgres@127.0.0.1:{port}/postgres"
        environment = {"POSTGRES_PASSWORD": "postgres"}
        self._container = _BoundContainer(_POSTGRES_IMAGE, 5432, environment, port=port)

    def start(self) -> None:
        self._container.start()
        failure = "PostgreSQL did not start in its container; see `docker logs`."
        wait_until(self._answers, seconds=_START_SECONDS, failure=failure)

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def stop(self) -> None:
        self._container.stop()

    def kill(self) -> None:
        self._container.kill()

    def frozen(self) -> AbstractContextManager[None]:
        return self._container.frozen()

    def __exit__(self, *_: object) -> None:
        self._container.remove()
