"""SIGTERM while a part that a process needs stands still or is away: it ends within its grace all the same."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from parts import LocalKafka, LocalPostgres, find_kafka, find_postgres, scratch_folder

from adapters.bridge.doors import callers
from hub.facts.clock import utc_now
from hub.processes import DISPATCHER_STOP_S
from hub.serving.supervisor import HEED_S
from hub.store.migrate import upgrade
from tests.e2e.commands import Hub, Running, a_free_address, lasting, wait_for
from tests.e2e.routed import Traffic, many
from tests.town import Town

pytestmark = pytest.mark.timeout(150)
CALEDON = "police.caledon"
PROCESSES = ("router", "dispatcher", "console", "serve", "adapter")
GRACE_S = DISPATCHER_STOP_S + 2 * HEED_S + 1
"""Of the slowest part, and what its process takes to go."""


@pytest.fixture(scope="module")
def parts() -> Iterator[tuple[LocalKafka, LocalPostgres]]:
    """Of this file's own, to be frozen."""
    with scratch_folder() as data, find_kafka(data, own=True) as kafka, find_postgres(data, own=True) as postgres:
        yield kafka, postgres


@pytest.fixture(scope="module")
def town(parts: tuple[LocalKafka, LocalPostgres], tmp_path_factory: pytest.TempPathFactory) -> Town:
    kafka, postgres = parts
    settings = lasting(tmp_path_factory.mktemp("ending") / "home")
    url = postgres.create_database("ending")
    upgrade(url)
    made = Town(settings.model_copy(update={"kafka_bootstrap": kafka.bootstrap}), url)
    made.enrol_everyone()
    return made


@pytest.fixture
def hub(town: Town, tmp_path: Path) -> Hub:
    made = Hub.of(town.settings, tmp_path)
    made.run("kafka", "init")
    return made


@contextmanager
def running(hub: Hub, process: str, town: Town) -> Iterator[Running]:
    """The process, ready, and used to its parts."""
    address = a_free_address()
    if process == "adapter":
        folder = town.settings.home / "agencies" / CALEDON
        if not callers.read(folder):
            callers.add(folder, "ivpd", callers.SYSTEM, now=utc_now(), random_bytes=os.urandom)
        arguments = ("adapter", "run", "police", "--source", CALEDON, "--listen", address)
        with hub.running(*arguments, address=address) as started:
            wait_for(lambda: started.get("/readyz")[0] == 200, what="ready")
            yield started
        return
    where = {"HUB_CONSOLE_ADDRESS": address} if process in {"console", "serve"} else {}
    with hub.running(process, address=address, **where) as started:
        started.is_ready()
        yield started


@pytest.mark.parametrize("part", ["kafka", "postgresql"])
def test_every_process_ends_while_what_it_works_with_stands_still(
    hub: Hub, town: Town, parts: tuple[LocalKafka, LocalPostgres], part: str
) -> None:
    kafka, postgres = parts
    with ExitStack() as stack:
        started = {name: stack.enter_context(running(hub, name, town)) for name in PROCESSES}
        Traffic(town, kafka.bootstrap).publish(many(8, case=part))
        stack.enter_context(kafka.frozen() if part == "kafka" else postgres.frozen())
        wait_for(lambda: started["router"].get("/readyz")[0] != 200, what="it is noticed")
        for one in started.values():
            one.process.send_signal(signal.SIGTERM)
        end = time.monotonic() + GRACE_S
        for name, one in started.items():
            assert one.process.wait(max(0.1, end - time.monotonic())) == 0, (name, one.log.read_text()[-3_000:])
        said = {line["event"] for line in started["dispatcher"].logged()}
        assert "stopped" in said
        assert "part_failed" not in said, "it ended by itself, within its own grace"
