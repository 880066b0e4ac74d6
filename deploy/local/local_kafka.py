"""A real Kafka for tests and local work: somebody else's, or one KRaft node from Kafka's own jars."""

from __future__ import annotations

import signal
import socket
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient
from kafka_certificates import Certificates
from kafka_jars import find_jars, find_java
from local_process import PartFailedError, ProcessId, Watch, free_port, wait_until

_START_SECONDS = 60
_BRIEF = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""Most work of a JVM that lives for seconds is to compile what it runs: its first compiler does."""
_CLUSTER = "Y29uY2Vybi1odWItbG9jYQ"  # any 16 bytes in URL-safe base64

_SETTINGS = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
log.dirs={logs}
# Topics are made by `hub kafka init`, with settings of their own.
auto.create.topics.enable=false
num.partitions=1
default.replication.factor=1
log.retention.hours=48
log.segment.bytes=67108864
# One node holds the only copy.
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=4
# After SIGKILL the controller lets the broker back in when its old session ends: 9 s if left alone.
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
# Tests join and lose members all the time.
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
"""

_SECURE = """\
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller},SSL://127.0.0.1:{ssl},SASL_SSL://127.0.0.1:{sasl}
advertised.listeners=PLAINTEXT://127.0.0.1:{port},SSL://127.0.0.1:{ssl},SASL_SSL://127.0.0.1:{sasl}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SSL:SSL,SASL_SSL:SASL_SSL
ssl.keystore.type=PEM
ssl.keystore.location={certificates.broker}
ssl.truststore.type=PEM
ssl.truststore.location={certificates.ca}
# Behind one door a client shows its certificate, behind the other its name and password.
listener.name.ssl.ssl.client.auth=required
listener.name.sasl_ssl.ssl.client.auth=none
sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-512
listener.name.sasl_ssl.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required \\
    user_{user}="{password}";
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
"""


@dataclass(frozen=True)
class Secured:
    """What a client needs for the two secured doors of a broker."""

    certificates: Certificates
    user: str = "agency"
    password: str = "of-tests-alone"  # noqa: S105 - what it says
    ssl_port: int = field(default_factory=free_port)
    sasl_port: int = field(default_factory=free_port)

    @property
    def ssl(self) -> str:
        """Address of the door that demands a certificate."""
        return f"127.0.0.1:{self.ssl_port}"

    @property
    def sasl(self) -> str:
        """Address of the door that demands name and password, over TLS."""
        return f"127.0.0.1:{self.sasl_port}"


class LocalKafka(ABC):
    """A Kafka broker with an address; as a context manager it runs inside the block."""

    bootstrap: str

    @abstractmethod
    def start(self) -> None:
        """Start on the data there is, and return when it answers."""

    @abstractmethod
    def stop(self) -> None:
        """Stop cleanly; the data stays."""

    @abstractmethod
    def kill(self) -> None:
        """End it with SIGKILL; the data stays as it is."""

    @abstractmethod
    def frozen(self) -> AbstractContextManager[None]:
        """Inside the block it hangs: it takes connections, and answers nothing."""

    def restart(self) -> None:
        """Start again on the same data and the same address."""
        self.stop()
        self.start()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


class KafkaAtAddress(LocalKafka):
    """The broker that HUB_KAFKA_BOOTSTRAP names. It is not ours: it is never started, stopped or killed here."""

    def __init__(self, bootstrap: str) -> None:
        self.bootstrap = bootstrap

    def start(self) -> None:
        wait_for_broker(self.bootstrap, failure=f"No Kafka broker answers at {self.bootstrap} (HUB_KAFKA_BOOTSTRAP).")

    def stop(self) -> None:
        """Leave it running."""

    def kill(self) -> None:
        message = "The broker at HUB_KAFKA_BOOTSTRAP is not ours to kill."
        raise PartFailedError(message)

    def frozen(self) -> AbstractContextManager[None]:
        message = "The broker at HUB_KAFKA_BOOTSTRAP is not ours to freeze."
        raise PartFailedError(message)


class KafkaFromJars(LocalKafka):
    """One KRaft node in a JVM of 512 MB, its data and log under `data`.

    With `outlive` it goes on when this process ends; else it is killed then, even if this process is. Not `lasting` it
    starts with half the work, and is slower under load. With `secured` it has two doors more, which demand TLS with a
    certificate, and TLS with a name and a password.
    """

    def __init__(
        self,
        data: Path,
        *,
        port: int | None = None,
        outlive: bool = False,
        lasting: bool = False,
        secured: Secured | None = None,
    ) -> None:
        self._data = data
        self._port = port or free_port()
        self._outlive = outlive
        self._flags = () if lasting or outlive else _BRIEF
        self._secured = secured
        self._java: list[str] = []
        self._process: subprocess.Popen[bytes] | None = None
        self._watch: Watch | None = None
        self.bootstrap = f"127.0.0.1:{self._port}"

    @property
    def process_id(self) -> ProcessId:
        """The running broker's pid and beginning."""
        if self._process is None:
            message = "Kafka is not running."
            raise PartFailedError(message)
        return ProcessId.of(self._process.pid)

    def start(self) -> None:
        if self._process is not None:
            return
        self._prepare()
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*self._java, "kafka.Kafka", str(self._settings)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for the tests; the broker is stopped by them
            )
        if not self._outlive:
            self._watch = Watch(self._process.pid, signal.SIGKILL)
        try:
            wait_for_broker(self.bootstrap, failure=f"Kafka did not start; see {self._log}", alive=self._alive)
        except PartFailedError:
            self.kill()
            raise

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def frozen(self) -> AbstractContextManager[None]:
        return self.process_id.frozen()

    @property
    def _log(self) -> Path:
        return self._data / "kafka.log"

    @property
    def _settings(self) -> Path:
        return self._data / "server.properties"

    def _alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _prepare(self) -> None:
        """Write the settings, and format the data folder when it is new."""
        if not self._java:
            self._java = [find_java(), *self._flags, "-Xmx512m", "-Dlog4j2.level=WARN", "-cp", f"{find_jars()}/*"]
        logs = self._data / "kafka"
        new = not (logs / "meta.properties").exists()
        self._data.mkdir(parents=True, exist_ok=True)
        ports = {"port": self._port, "controller": free_port()}
        self._settings.write_text(_SETTINGS.format(**ports, logs=logs) + self._doors(ports))
        if new:
            self._format()

    def _doors(self, ports: dict[str, int]) -> str:
        secured = self._secured
        if secured is None:
            return ""
        named = {"certificates": secured.certificates, "user": secured.user, "password": secured.password}
        return _SECURE.format(**ports, **named, ssl=secured.ssl_port, sasl=secured.sasl_port)

    def _format(self) -> None:
        command = ["kafka.tools.StorageTool", "format", "-t", _CLUSTER, "-c", str(self._settings)]
        if self._secured is not None:
            named = f"name={self._secured.user},password={self._secured.password}"
            command += ["--add-scram", f"SCRAM-SHA-512=[{named}]"]
        with self._log.open("ab") as log:
            done = subprocess.run([*self._java, *command], stdout=log, stderr=log, check=False, timeout=_START_SECONDS)
        if done.returncode:
            message = f"Kafka's storage could not be formatted; see {self._log}"
            raise PartFailedError(message)

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if self._watch is not None:
            self._watch.close()
        process.send_signal(how)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for_broker(bootstrap: str, *, failure: str, alive: Callable[[], bool] = lambda: True) -> None:
    """Return once a broker of `bootstrap` describes the cluster.

    Raise PartFailedError with `failure` as soon as `alive` says no, or after a minute.
    """

    def answers_or_gone() -> bool:
        return not alive() or any(_answers(address) for address in bootstrap.split(","))

    wait_until(answers_or_gone, seconds=_START_SECONDS, failure=failure)
    if not alive():
        raise PartFailedError(failure)


def _answers(address: str) -> bool:
    """Try the port first, because librdkafka waits a second before it tries again."""
    host, _, port = address.strip().rpartition(":")
    try:
        socket.create_connection((host, int(port)), timeout=1).close()
        return bool(AdminClient({"bootstrap.servers": address, "log_level": 0}).list_topics(timeout=2).brokers)
    except (OSError, KafkaException):
        return False
