"""The router killed with SIGKILL, on real Kafka and PostgreSQL: every event decided once, each delivery made once."""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random

import pytest
from parts import LocalKafka

from hub.settings import Settings
from tests.e2e.commands import Hub, lasting, wait_for
from tests.e2e.routed import Traffic, many
from tests.town import Town

pytestmark = pytest.mark.timeout(150)
CONCERNS = 200
SMALL_BATCHES = "20"
ROUTER_KILL = (sys.executable, str(Path(__file__).with_name("router_kill.py")))


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return lasting(tmp_path_factory.mktemp("router-kill") / "home")


@pytest.fixture
def town(settled: Settings, database_url: str, broker: LocalKafka) -> Town:
    made = Town(settled.model_copy(update={"kafka_bootstrap": broker.bootstrap}), database_url)
    made.enrol_everyone()
    return made


@pytest.fixture
def hub(town: Town, tmp_path: Path) -> Hub:
    made = Hub.of(town.settings, tmp_path, HUB_BATCH=SMALL_BATCHES)
    made.run("kafka", "init")
    return made


@pytest.fixture
def traffic(town: Town, hub: Hub, broker: LocalKafka) -> Traffic:
    """Two hundred concerns that wait on Kafka."""
    made = Traffic(town, broker.bootstrap)
    made.publish(many(CONCERNS))
    return made


def test_killed_between_database_commit_and_offset_commit_it_tells_nothing_twice(hub: Hub, traffic: Traffic) -> None:
    for whole in (0, 2):
        before = traffic.counted().events
        with hub.running(command=(*ROUTER_KILL, str(whole))) as router:
            router.killed_itself()
        assert not traffic.all_committed(), "it was to die before the offset commit"
        if not whole:
            assert traffic.counted().events > before, "it was to die after the database commit"
    with hub.router() as router:
        traffic.is_decided(CONCERNS)
        assert repeats(router.get("/metrics")[1]) > 0, "what was decided before it died came again, and was known"
        traffic.told_once(CONCERNS)
        assert len(set(traffic.news(CONCERNS))) == CONCERNS
    traffic.told_once(CONCERNS)


def repeats(metrics: str) -> float:
    lines = [line for line in metrics.splitlines() if line.startswith("hub_concerns_total{") and "duplicate" in line]
    return sum(float(line.split()[-1]) for line in lines)


def test_killed_at_any_moment_again_and_again_it_loses_nothing_and_tells_nothing_twice(
    hub: Hub, traffic: Traffic
) -> None:
    chance = Random(20_260_307)  # noqa: S311 - chance, not secrets
    killed_at = []
    for target in (1, 40, 110):
        with hub.running("router") as router:
            wait_for(lambda target=target: traffic.counted().events >= target, what="some decided", every=0.001)
            wait_for(lambda: chance.random() < 0.1, what="a moment", every=0.001)
            router.kill()
        killed_at.append(traffic.counted().events)
    assert killed_at[0] < CONCERNS, "it was to be killed in the midst of them"
    with hub.router():
        traffic.is_decided(CONCERNS)
        traffic.told_once(CONCERNS)
        assert len(set(traffic.news(CONCERNS))) == CONCERNS
