"""The disk under a spool full, on a real adapter and a real Kafka: what was taken is published, and it says so."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest
from parts import LocalKafka

from adapters.bridge.doors import callers
from hub.facts.clock import utc_now
from hub.kafka.admin import settle
from hub.kafka.connection import Kafka
from hub.settings import Settings
from tests.e2e.commands import Hub, Running, a_free_address, wait_for
from tests.unit.adapters.builders import CALEDON, a_child, a_notice, an_agency

pytestmark = pytest.mark.timeout(150)
ROOM = 3_000_000
FULL_DISK = (sys.executable, str(Path(__file__).with_name("full_disk.py")), str(ROOM))
PUBLISHED = 'hub_adapter_published_total{source="police.caledon",tier="urgent"}'
LONG = "She would not say. " * 1_000


class Posting:
    """An agency's system that posts notices of cases of their own."""

    def __init__(self, running: Running, secret: str) -> None:
        self.running, self.secret, self.accepted = running, secret, 0

    def post(self) -> int:
        notice = a_notice(
            notice_reference=f"CAL-{self.accepted}", risk="significant_harm", children=[a_child(narrative=LONG)]
        )
        status, _ = self.running.get("/v1/concerns", bearer=self.secret, posting=notice)
        self.accepted += status == 202
        return status

    def until_full(self) -> None:
        while self.post() == 202:
            assert self.accepted < 1_000, "the disk never fills"


@pytest.fixture
def agency(broker: LocalKafka, tmp_path: Path) -> tuple[Settings, LocalKafka]:
    settle(Kafka(broker.bootstrap), [], 1)
    return an_agency(tmp_path, kafka=broker.bootstrap), broker


def test_a_full_disk_is_said_what_was_taken_is_published_once_and_it_goes_on_by_itself(
    agency: tuple[Settings, LocalKafka], tmp_path: Path
) -> None:
    settings, broker = agency
    secret = callers.add(
        settings.home / "agencies" / CALEDON, "ivpd", callers.SYSTEM, now=utc_now(), random_bytes=os.urandom
    )
    hub, address = Hub.of(settings, tmp_path), a_free_address()
    adapter = ("adapter", "run", "police", "--source", CALEDON, "--listen", address)
    broker.kill()
    with hub.running(*adapter, command=FULL_DISK, address=address) as running:
        wait_for(lambda: running.get("/readyz")[0] == 200, what="ready")
        posting = Posting(running, secret)
        posting.until_full()
        assert spool_of(running) == (503, "disk full")
        running.stop(20)
    with hub.running(*adapter, command=FULL_DISK, address=address) as running:
        posting.running = running
        wait_for(lambda: running.get("/livez")[0] == 200, what="it starts all the same")
        posting.until_full()
        assert spool_of(running) == (503, "disk full")
        wait_for(lambda: said(running) == ["disk full"], what="its log says so")
        broker.start()
        wait_for(lambda: published(running) == posting.accepted, what="all of it is published")
        wait_for(lambda: posting.post() == 202, what="what Kafka has makes room")
        broker.kill()
        posting.until_full()
        assert spool_of(running) == (503, "disk full")
        wait_for(lambda: said(running)[-1] == "disk full", what="its log says so")
        running.process.send_signal(signal.SIGUSR1)
        wait_for(lambda: spool_of(running) == (200, "ok"), what="ready again by itself")
        assert posting.post() == 202
        broker.start()
        wait_for(lambda: published(running) == posting.accepted, what="the rest is published")
        wait_for(lambda: said(running) == ["disk full", "ok"] * 2, what="its log says that, too")


def said(running: Running) -> list[str]:
    """What the log says of the spool."""
    return [line["status"] for line in running.logged() if line.get("part") == "spool"]


def spool_of(running: Running) -> tuple[int, str]:
    """Status of /readyz, and its word on the spool."""
    status, said = running.get("/readyz")
    return status, said["parts"]["spool"]


def published(running: Running) -> int:
    """Urgent events: a test of the connection is routine."""
    lines = running.get("/metrics")[1].splitlines()
    return sum(int(float(one.split()[-1])) for one in lines if one.startswith(PUBLISHED))
