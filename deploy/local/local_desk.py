"""Parts that stay up while somebody works: started, remembered in a file, and stopped by what the file says."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path
from shlex import quote

from local_docker import docker_answers
from local_kafka import KafkaFromJars
from local_postgres import PostgresEmbedded
from local_process import PartFailedError, ProcessId

_CHECKOUT = Path(__file__).parents[2]
_COMPOSE = ["docker", "compose", "--file", str(_CHECKOUT / "deploy" / "compose.yaml")]
_COMPOSE_ADDRESSES = {  # what deploy/compose.yaml publishes on this machine
    "HUB_KAFKA_BOOTSTRAP": "127.0.0.1:19092",
    "HUB_DATABASE_URL": "postgresql://hub:hub@127.0.0.1:15432/hub",
}
_HOW_TO_STOP = {"HUB_KAFKA_BOOTSTRAP": signal.SIGTERM, "HUB_DATABASE_URL": signal.SIGINT}


@dataclass(frozen=True)
class Part:
    """One part that `up` started: the variable that names it, its address, and its process, running or not."""

    variable: str
    address: str
    process: ProcessId

    def running(self) -> bool:
        return self.process.find() is not None


def up() -> str:
    """Start what is not in the environment and not running yet, and return the lines to paste into a shell."""
    wanted = [variable for variable in _HOW_TO_STOP if not os.environ.get(variable)]
    if not wanted:
        return "Both addresses are in the environment already: nothing to start."
    if docker_answers():
        _compose("up", "--detach", "--wait", "kafka", "postgres")
        return _exports({variable: _COMPOSE_ADDRESSES[variable] for variable in wanted})
    parts = _read()
    for variable in wanted:
        if variable not in parts or not parts[variable].running():
            parts[variable] = _start(variable, parts.get(variable))
            _write(parts)
    return _exports({variable: parts[variable].address for variable in wanted})


def down() -> str:
    """Stop what `up` started, and nothing else, and say so."""
    running = [part for part in _read().values() if part.running()]
    for part in running:
        part.process.stop(_HOW_TO_STOP[part.variable])
    if running:
        return f"Stopped; the data stays in {_home()}"
    if docker_answers():
        _compose("stop", "kafka", "postgres")
        return "Stopped; the data stays in the volumes of deploy/compose.yaml"
    return "Nothing was running."


def status() -> str:
    """Say which parts that `up` started are running, and where."""
    parts = _read().values()
    lines = [f"{part.variable}={part.address} {'running' if part.running() else 'stopped'}" for part in parts]
    if not lines and docker_answers():
        return _compose("ps", "kafka", "postgres")
    return "\n".join(lines) or "Nothing was started here yet."


def _start(variable: str, before: Part | None) -> Part:
    """Start one part on the data there is; Kafka at its earlier port, so that open shells stay right."""
    if variable == "HUB_KAFKA_BOOTSTRAP":
        port = int(before.address.rpartition(":")[2]) if before else None
        kafka = KafkaFromJars(_home() / "kafka", port=port, outlive=True)
        kafka.start()
        return Part(variable, kafka.bootstrap, kafka.process_id)
    postgres = PostgresEmbedded(_home() / "postgres", durable=True, outlive=True)
    postgres.start()
    return Part(variable, postgres.url, postgres.process_id)


def _home() -> Path:
    """Where data and the note of what runs are kept: under HUB_HOME, else in the checkout."""
    home = os.environ.get("HUB_HOME")
    folder = Path(home) / "parts" if home else _CHECKOUT / ".local" / "parts"
    folder.mkdir(parents=True, exist_ok=True)
    return folder.resolve()


def _read() -> dict[str, Part]:
    note = _home() / "parts.json"
    entries = json.loads(note.read_text()) if note.exists() else []
    parts = [Part(entry["variable"], entry["address"], ProcessId(**entry["process"])) for entry in entries]
    return {part.variable: part for part in parts}


def _write(parts: dict[str, Part]) -> None:
    note = _home() / "parts.json"
    new = note.with_suffix(".new")
    new.write_text(json.dumps([asdict(part) for part in parts.values()], indent=2))
    new.rename(note)


def _exports(addresses: dict[str, str]) -> str:
    return "\n".join(f"export {variable}={quote(address)}" for variable, address in addresses.items())


def _compose(*arguments: str) -> str:
    """Run Docker Compose; its own account of what went wrong goes to stderr."""
    done = subprocess.run([*_COMPOSE, *arguments], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        message = f"docker compose {arguments[0]} failed."
        raise PartFailedError(message)
    return done.stdout
