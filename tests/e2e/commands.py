"""The hub's commands: run one to its end, or keep one running as a process of its own, and stop or kill it."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from local_process import free_port

from hub.demo.samples import prepare
from hub.facts.shipped import shipped
from hub.settings import Settings
from tests import desk

HUB = (sys.executable, "-c", "from hub.cli import main; main()")
READY_S = 40.0


def lasting_rules(folder: Path) -> Path:
    """The shipped rules, but with ISPs that outlive these tests, for running processes go by today's date."""
    shutil.copytree(shipped("routing_rules"), folder)
    for path in (folder / "isps").glob("*.yaml"):
        path.write_text(re.sub(r"(?m)^(expires|review_by): .*$", r"\1: 2098-12-31", path.read_text()))
    return folder


def lasting(home: Path) -> Settings:
    """Keys and signed rules that are still in force on whatever day the tests are run."""
    settings = Settings(home=home, rules=lasting_rules(home / "routing_rules"))
    prepare(settings, at=datetime(2026, 1, 5, tzinfo=UTC))
    return settings


def wait_for(condition: Callable[[], Any], *, what: str, seconds: float = 30.0, every: float = 0.1) -> Any:
    """Poll until the condition holds, and return what it gave; fail with `what` after a while."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(every)
    raise AssertionError(f"not within {seconds:.0f} s: {what}")


def a_free_address() -> str:
    return f"127.0.0.1:{free_port()}"


@dataclass
class Hub:
    """An environment in which the hub's commands run; logs go to `folder`."""

    folder: Path
    environment: Mapping[str, str]

    @classmethod
    def of(cls, settings: Settings, folder: Path, **more: str) -> Hub:
        """With the home, rules and addresses of these settings."""
        named = {
            "HUB_HOME": str(settings.home),
            "HUB_RULES": str(settings.rules),
            "HUB_DATABASE_URL": settings.database_url or "",
            "HUB_KAFKA_BOOTSTRAP": settings.kafka_bootstrap or "",
        }
        return cls(folder, {name: value for name, value in (named | more).items() if value})

    def run(self, *arguments: object, status: int = 0) -> desk.Ended:
        """Run one command to its end, in this process; every failure is one sentence on stderr."""
        done = desk.run([str(one) for one in arguments], environment=self.environment)
        assert done.status == status, (arguments, done.status, done.err)
        if status:
            assert done.err.startswith("hub: ")
        return done

    def json(self, *arguments: object) -> Any:
        """The one JSON document that a command prints."""
        return json.loads(self.run(*arguments, "--json").out)

    def json_lines(self, *arguments: object) -> list[Any]:
        """The JSON lines that a command prints."""
        return [json.loads(line) for line in self.run(*arguments, "--json").out.splitlines()]

    @contextmanager
    def running(
        self, *arguments: str, command: tuple[str, ...] = HUB, address: str = "", **environment: str
    ) -> Iterator[Running]:
        """Keep one command running, and kill it at the end if it still runs.

        It answers at `address` where the arguments say so; else it watches at an address of its own.
        """
        address = address or a_free_address()
        own = {"HUB_WATCH_ADDRESS": address, "HUB_LOG_LEVEL": "debug"} | environment
        log = self.folder / f"{'-'.join(arguments[:2])}-{time.monotonic_ns()}.log"
        with log.open("ab") as stderr:
            process = subprocess.Popen(
                [*command, *arguments], env=os.environ | self.environment | own, stdout=stderr, stderr=stderr
            )
        started = Running(process, log, address)
        try:
            yield started
        finally:
            started.kill()

    @contextmanager
    def serving(self) -> Iterator[Running]:
        """A `hub serve` that is ready."""
        address = a_free_address()
        with self.running("serve", address=address, HUB_CONSOLE_ADDRESS=address) as started:
            started.is_ready()
            yield started

    @contextmanager
    def router(self, **environment: str) -> Iterator[Running]:
        """A `hub router` that is ready; if it still runs at the end, it ends when asked."""
        with self.running("router", **environment) as started:
            started.is_ready()
            yield started
            if started.process.poll() is None:
                started.stop()


@dataclass
class Running:
    """A process, its log and where it is watched."""

    process: subprocess.Popen[bytes]
    log: Path
    address: str
    _killed: bool = field(default=False)

    def logged(self) -> list[dict[str, Any]]:
        """Its log lines; anything else than JSON in them is a fault."""
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def get(self, path: str, *, bearer: str | None = None, posting: Any = None) -> tuple[int, Any]:
        """(status, JSON or text) of one HTTP request; status 0 where nothing answers."""
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {bearer}"} if bearer else {})
        body = None if posting is None else json.dumps(posting).encode()
        try:
            with urlopen(Request(f"http://{self.address}{path}", body, headers), timeout=10) as answer:
                return answer.status, _parsed(answer.read())
        except HTTPError as error:
            with error:
                return error.code, _parsed(error.read())
        except (URLError, ConnectionError, TimeoutError):
            return 0, None

    def readiness(self) -> tuple[int, list[str]]:
        """Status of /readyz, and the parts that it says are down."""
        status, said = self.get("/readyz")
        return status, said["down"] if status else []

    def is_ready(self, seconds: float = READY_S) -> None:
        """Wait for /readyz."""

        def answers() -> bool:
            assert self.process.poll() is None, self.log.read_text()[-3_000:]
            return self.readiness()[0] == 200

        wait_for(answers, what="ready", seconds=seconds)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(10)

    def killed_itself(self, seconds: float = 30.0) -> None:
        """Wait for its end by SIGKILL."""
        assert self.process.wait(seconds) == -signal.SIGKILL, self.log.read_text()[-3_000:]

    def stop(self, seconds: float = 10.0) -> float:
        """SIGTERM; how long it took to end, with exit status 0."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(seconds) == 0, self.log.read_text()[-3_000:]
        return time.monotonic() - began


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode(errors="replace")
