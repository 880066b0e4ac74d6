"""Real Kafka and PostgreSQL for tests and local work.

Each is taken from the first of these that there is: an address in the environment (HUB_KAFKA_BOOTSTRAP,
HUB_DATABASE_URL), a container where a Docker engine answers, Kafka's own jars and the PostgreSQL of a pip package.
Where none can be had, MissingPartError says what to install.

    python deploy/local/parts.py up                   start both, leave them running, print their addresses
    python deploy/local/parts.py status               say what `up` left running
    python deploy/local/parts.py down                 stop what `up` started; the data stays
    python deploy/local/parts.py run -- COMMAND...    run COMMAND with both, new and empty, and take them away after
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import local_desk
from local_docker import KafkaInDocker, PostgresInDocker, docker_answers
from local_kafka import KafkaAtAddress, KafkaFromJars, LocalKafka
from local_postgres import LocalPostgres, PostgresAtAddress, PostgresEmbedded
from local_process import MissingPartError, PartFailedError

__all__ = [
    "LocalKafka",
    "LocalPostgres",
    "MissingPartError",
    "PartFailedError",
    "find_kafka",
    "find_postgres",
    "scratch_folder",
]


def find_kafka(data: Path, *, own: bool = False, lasting: bool = False) -> LocalKafka:
    """Return a Kafka, not started yet, that keeps its data in `data` where that is ours to say.

    With `own` it is one that may be killed, so never the one of the environment. Not `lasting` it starts faster, and is
    slower under load: for tests.
    """
    address = os.environ.get("HUB_KAFKA_BOOTSTRAP")
    if address and not own:
        return KafkaAtAddress(address)
    return KafkaInDocker() if docker_answers() else KafkaFromJars(data / "kafka", lasting=lasting)


def find_postgres(data: Path, *, own: bool = False, durable: bool = False) -> LocalPostgres:
    """Return a PostgreSQL, not started yet, as `find_kafka` does; not `durable` spares the disk in tests."""
    url = os.environ.get("HUB_DATABASE_URL")
    if url and not own:
        return PostgresAtAddress(url)
    return PostgresInDocker() if docker_answers() else PostgresEmbedded(data / "postgres", durable=durable)


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Give a new folder for a part's data, and remove it afterwards.

    Not one of pytest's: the embedded PostgreSQL runs as another user when we are root, and pytest closes its
    folders to others again whenever a second run begins.
    """
    folder = Path(tempfile.mkdtemp(prefix="hub-parts-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run(command: list[str]) -> int:
    """Run `command` with real parts of its own, and return its exit status."""
    with (
        scratch_folder() as data,
        find_kafka(data, lasting=True) as kafka,
        find_postgres(data, durable=True) as postgres,
    ):
        addresses = {"HUB_KAFKA_BOOTSTRAP": kafka.bootstrap, "HUB_DATABASE_URL": postgres.url}
        child = subprocess.Popen(command, env=os.environ | addresses)
        signal.signal(signal.SIGINT, lambda *_: None)  # Ctrl-C reaches the command too; we wait for its end
        signal.signal(signal.SIGTERM, lambda *_: child.terminate())
        return child.wait()


def main(arguments: list[str]) -> int:
    """Translate the command line; errors are one sentence on stderr."""
    try:
        match arguments:
            case ["run", "--", *command] if command:
                return run(command)
            case ["up"]:
                print(local_desk.up())
            case ["down"]:
                print(local_desk.down())
            case ["status"]:
                print(local_desk.status())
            case _:
                print(__doc__, file=sys.stderr)
                return 2
    except (MissingPartError, PartFailedError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
