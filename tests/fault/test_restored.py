"""A database that comes back without the last of what it was told, as after a failover to a copy or a restore."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from parts import LocalKafka, LocalPostgres
from psycopg import sql

from tests.e2e.commands import Hub, Running, lasting, wait_for
from tests.e2e.routed import Traffic, many
from tests.town import Town

pytestmark = pytest.mark.timeout(150)


class Backup:
    """A copy of a database, which can take its place once, beneath whoever works on it."""

    def __init__(self, postgres: LocalPostgres, url: str) -> None:
        self._server, self._url = postgres, url
        with psycopg.connect(url) as asking:
            (self.name,) = asking.execute("select current_database()").fetchone() or ("",)
        self.copy = f"{self.name}_copy"

    def take(self) -> None:
        self._alone("create database {copy} template {name}")

    def restore(self) -> None:
        self._alone("drop database {name} with (force)", "alter database {copy} rename to {name}")

    def _alone(self, *commands: str) -> None:
        """Nobody is connected meanwhile, as nobody would be to a server that is away."""
        names = {"name": sql.Identifier(self.name), "copy": sql.Identifier(self.copy)}
        with psycopg.connect(self._server.url, autocommit=True) as admin:
            admin.execute(sql.SQL("alter database {name} with allow_connections false").format(**names))
            admin.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", (self.name,))
            for command in commands:
                admin.execute(sql.SQL(command).format(**names))
            admin.execute(sql.SQL("alter database {name} with allow_connections true").format(**names))


@pytest.fixture
def town(broker: LocalKafka, database_url: str, tmp_path: Path) -> Town:
    settings = lasting(tmp_path / "home")
    made = Town(settings.model_copy(update={"kafka_bootstrap": broker.bootstrap}), database_url)
    made.enrol_everyone()
    return made


@pytest.fixture
def hub(town: Town, tmp_path: Path) -> Hub:
    made = Hub.of(town.settings, tmp_path)
    made.run("kafka", "init")
    return made


def went_back_by(router: Running) -> int:
    lines = router.get("/metrics")[1].splitlines()
    return sum(int(float(one.split()[-1])) for one in lines if one.startswith("hub_database_behind_records_total{"))


def test_what_the_database_lost_is_decided_again_under_the_same_ids_and_is_said(
    hub: Hub, town: Town, postgres: LocalPostgres, database_url: str
) -> None:
    traffic, backup = Traffic(town, town.settings.kafka()), Backup(postgres, database_url)
    with hub.router() as router:
        traffic.publish(many(40, case="BEFORE"))
        traffic.is_decided(40)
        backup.take()
        traffic.publish(many(60, case="LOST"))
        traffic.is_decided(100)
        told = traffic.query("select delivery_id from delivery order by 1")
        backup.restore()
        wait_for(lambda: went_back_by(router) == 60, what="the router goes back, though nothing new comes")
        traffic.is_decided(100)
        traffic.told_once(100)
        assert traffic.query("select delivery_id from delivery order by 1") == told
        assert sum(line.get("count", 0) for line in router.logged() if line["event"] == "database_behind") == 60
        backup.take()
    with hub.router():
        traffic.publish(many(20, case="LOST-AGAIN"))
        traffic.is_decided(120)
    backup.restore()
    with hub.router() as taking_over:
        wait_for(lambda: went_back_by(taking_over) == 20, what="who takes the partitions over goes back, too")
        traffic.is_decided(120)
        traffic.told_once(120)
