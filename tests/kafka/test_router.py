"""`hub router` on real Kafka and PostgreSQL: several at once, parts that go away, records of every bad kind, replay."""

from __future__ import annotations

import shutil
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from parts import LocalKafka, LocalPostgres
from psycopg import sql

from hub.facts.model import Concern
from hub.facts.terms import Tier
from hub.keys.files import FileKeys
from hub.keys.provider import Use
from hub.log import WAITING
from hub.settings import Settings
from hub.wire.sealed import _SIGNED, seal
from tests.builders import ISLA, a_concern
from tests.e2e.commands import Hub, Running, lasting, wait_for
from tests.e2e.routed import Traffic, expected, many, terminate_connections
from tests.town import Town

WHY = ("--by", "O. Perator", "--reason", "the key is known now")

pytestmark = pytest.mark.timeout(150)
CALEDON, WESTSHIRE = "police.caledon", "police.westshire"
SMALL_BATCHES = "10"


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return lasting(tmp_path_factory.mktemp("router") / "home")


@pytest.fixture
def home(settled: Settings, tmp_path: Path) -> Settings:
    """Keys and rules of this test's own, to be changed."""
    folder = tmp_path / "home"
    shutil.copytree(settled.home, folder)
    return settled.model_copy(update={"home": folder, "rules": folder / "routing_rules"})


@pytest.fixture
def town(home: Settings, database_url: str, broker: LocalKafka) -> Town:
    made = Town(home.model_copy(update={"kafka_bootstrap": broker.bootstrap}), database_url)
    made.enrol_everyone()
    return made


@pytest.fixture
def hub(town: Town, tmp_path: Path) -> Hub:
    made = Hub.of(town.settings, tmp_path, HUB_BATCH=SMALL_BATCHES)
    made.run("kafka", "init")
    return made


@pytest.fixture
def traffic(town: Town, hub: Hub, broker: LocalKafka) -> Traffic:
    return Traffic(town, broker.bootstrap)


# --- several routers -------------------------------------------------------------------------------------------------


class Flow:
    """Rounds of concerns published one after another until it is ended."""

    def __init__(self, traffic: Traffic) -> None:
        self.published = 0
        self._traffic, self._enough = traffic, threading.Event()
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        while not self._enough.wait(0.05) and self.published < 4_000:
            self._traffic.publish(many(12, case=f"FLOW-{self.published}"))
            self.published += 12

    @contextmanager
    def on(self) -> Iterator[Flow]:
        self._thread.start()
        try:
            yield self
        finally:
            self.end()

    def end(self) -> None:
        self._enough.set()
        self._thread.join(30)


def decided_by(router: Running) -> int:
    """Events that this process decided."""
    lines = [line for line in router.get("/metrics")[1].splitlines() if line.startswith("hub_concerns_total{")]
    return sum(int(float(line.split()[-1])) for line in lines if "duplicate" not in line)


def test_two_routers_share_the_work_and_one_leaves_in_the_midst_of_it(hub: Hub, traffic: Traffic) -> None:
    with hub.router() as first, Flow(traffic).on() as flow:
        wait_for(lambda: decided_by(first) >= 20, what="the first at work")
        with hub.router() as second:
            wait_for(lambda: decided_by(second) >= 20, what="the second at work")
            alone = decided_by(first)
            wait_for(lambda: decided_by(first) > alone, what="the first still at work")
            first.stop()
            left = decided_by(second)
            wait_for(lambda: decided_by(second) >= left + 40, what="the second alone")
            flow.end()
            traffic.is_decided(flow.published)
            traffic.told_once(flow.published)


# --- parts that go away ----------------------------------------------------------------------------------------------


@contextmanager
def away(postgres: LocalPostgres, url: str) -> Iterator[None]:
    """The database takes no connection, and those that were there end."""
    with psycopg.connect(url) as asking:
        row = asking.execute("select current_database()").fetchone()
    assert row is not None
    name = sql.Identifier(row[0])
    with psycopg.connect(postgres.url, autocommit=True) as admin:
        admin.execute(sql.SQL("alter database {} with allow_connections false").format(name))
        admin.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", row)
        try:
            yield
        finally:
            admin.execute(sql.SQL("alter database {} with allow_connections true").format(name))


def test_postgresql_away_for_seconds_loses_nothing_and_makes_nothing_twice(
    hub: Hub, traffic: Traffic, postgres: LocalPostgres, database_url: str
) -> None:
    with hub.router() as router:
        traffic.publish(many(40, case="BEFORE"))
        wait_for(lambda: traffic.counted().events, what="some decided", every=0.001)
        for number in range(5):
            terminate_connections(database_url)
            traffic.publish(many(20, case=f"CUT-{number}"))
        with away(postgres, database_url):
            traffic.publish(many(60, case="AWAY"))
            wait_for(lambda: router.readiness() == (503, ["postgresql", "router"]), what="it says what is down")
            assert router.get("/livez")[0] == 200
        traffic.is_decided(200)
        traffic.told_once(200)
        wait_for(lambda: router.readiness() == (200, []), what="ready again")
        assert len(set(traffic.news(200))) == 200
        assert any(line["event"] == "batch_put_back" for line in router.logged())


def test_kafka_away_is_named_and_the_router_goes_on_when_it_returns(
    hub: Hub, traffic: Traffic, broker: LocalKafka
) -> None:
    with hub.router() as router:
        traffic.publish(many(20, case="BEFORE"))
        traffic.is_decided(20)
        broker.kill()
        try:
            wait_for(lambda: router.readiness() == (503, ["kafka"]), what="it says that Kafka is down")
            assert router.get("/livez")[0] == 200
            with hub.running("router") as meanwhile:
                wait_for(lambda: meanwhile.readiness() == (503, ["kafka"]), what="one that starts meanwhile says so")
                meanwhile.stop()
        finally:
            broker.start()
        wait_for(lambda: router.readiness() == (200, []), what="ready again")
        waited = Counter(line["event"] for line in router.logged() if line["event"] in WAITING)
        assert waited.total() <= 9, "a line a part, not one each second"
        traffic.publish(many(20, case="AFTER"))
        traffic.is_decided(40)
        traffic.told_once(40)


def test_while_kafka_is_away_the_router_still_ends_when_asked(hub: Hub, traffic: Traffic, broker: LocalKafka) -> None:
    with hub.router() as router:
        broker.kill()
        try:
            wait_for(lambda: router.readiness()[0] == 503, what="it says that Kafka is down")
            router.stop()
        finally:
            broker.start()


def test_while_a_batch_hangs_in_the_database_the_router_still_ends_when_asked(
    hub: Hub, traffic: Traffic, database_url: str
) -> None:
    with hub.router() as router, psycopg.connect(database_url) as another:
        another.execute("lock table hub.event in access exclusive mode")
        traffic.publish(many(4))
        waiting = "select count(*) from pg_locks where not granted"
        wait_for(lambda: traffic.query(waiting) != [(0,)], what="the batch waits for the lock")
        router.stop()
    with hub.router():
        traffic.is_decided(4)
        traffic.told_once(4)


# --- bad records -----------------------------------------------------------------------------------------------------


def a_child_s_concern(**changes: object) -> Concern:
    return a_concern(**changes).about(ISLA).made()


class Forge:
    """Records of every kind that the hub must refuse, made from a concern that it would take."""

    def __init__(self, town: Town) -> None:
        self.town, self.schemas = town, town.parts.schemas

    def good(self, **changes: object) -> tuple[bytes, bytes]:
        return self.town.sealed(a_child_s_concern(reference=f"FORGED-{uuid4()}", **changes))

    def undecodable(self) -> tuple[bytes, bytes]:
        key, value = self.good()
        return key, value[:5] + b"\xff" * 40

    def unknown_schema(self) -> tuple[bytes, bytes]:
        key, value = self.good()
        return key, b"\0" + (0x7FFF_FFFF).to_bytes(4, "big") + value[5:]

    def changed_header(self, **changes: object) -> tuple[bytes, bytes]:
        """Changed after it was signed."""
        key, value = self.good()
        return key, self._with_header(value, lambda header: header | changes)

    def signed_by_another(self) -> tuple[bytes, bytes]:
        """A header that names the source's key, under the signature of another force."""
        key, value = self.good()
        record = self.schemas.decode("SealedConcern", value)
        other = self.town.keys(WESTSHIRE)
        return key, self.schemas.encode("SealedConcern", record | {"signature": other.sign(_SIGNED + record["header"])})

    def in_another_s_name(self) -> tuple[bytes, bytes]:
        """Signed soundly by Westshire, and said to be Caledon's."""
        return seal(a_child_s_concern(source=CALEDON), self.schemas, self.town.keys(WESTSHIRE))

    def by_nobody_known(self) -> tuple[bytes, bytes]:
        keys = replace(self.town.keys(), signing_key=f"{CALEDON}.sign.9")
        return seal(a_child_s_concern(), self.schemas, keys)

    def with_parts_changed(self) -> tuple[bytes, bytes]:
        key, value = self.good()
        record = self.schemas.decode("SealedConcern", value)
        return key, self.schemas.encode("SealedConcern", record | {"parts": record["parts"][::-1]})

    def _with_header(self, value, change) -> bytes:
        record = self.schemas.decode("SealedConcern", value)
        header = self.schemas.encode("ConcernHeader", change(self.schemas.decode("ConcernHeader", record["header"])))
        return self.schemas.encode("SealedConcern", record | {"header": header})


def test_bad_records_of_every_kind_become_dead_letters_and_the_good_around_them_are_decided(
    hub: Hub, traffic: Traffic
) -> None:
    forge, good = Forge(traffic.town), many(40)
    one_id = a_child_s_concern(reference="TWICE")
    bad = [
        ("undecodable", forge.undecodable()),
        ("unknown_schema", forge.unknown_schema()),
        ("not_framed", (b"key", b"no Avro at all")),
        ("not_framed", (b"key", b"")),
        ("not_framed", (b"key", None)),
        ("not_framed", (None, b"\x01\x02\x03")),
        ("bad_signature", forge.changed_header(sequence=7)),
        ("bad_signature", forge.changed_header(tier="immediate")),
        ("bad_signature", forge.changed_header(source=WESTSHIRE)),
        ("bad_signature", forge.signed_by_another()),
        ("source_mismatch", forge.in_another_s_name()),
        ("unknown_signer", forge.by_nobody_known()),
        ("part_mismatch", forge.with_parts_changed()),
        ("case_key_mismatch", (b"another case", forge.good()[1])),
        ("tier_mismatch", forge.good(tier=Tier.ROUTINE)),
    ]
    with hub.router():
        around = iter(good)
        for _, (key, value) in bad:
            traffic.publish([next(around), next(around)])
            traffic.put([("concern.urgent", key, value)])
        traffic.publish([one_id, replace(one_id, risk=None), *around])
        wait_for(lambda: traffic.counted().dead >= len(bad) + 1, what="dead letters")
        traffic.is_decided(len(good) + 1)
    told = expected(len(good))
    assert traffic.counted() == replace(
        told,
        events=told.events + 1,
        decisions=told.decisions + 1,
        deliveries=told.deliveries + 1,
        decisions_proved=told.decisions_proved + 1,
        dead=len(bad) + 1,
    )
    listed = hub.json_lines("deadletters", "list")
    assert Counter(one["reason"] for one in listed) == Counter([reason for reason, _ in bad] + ["conflicting_event"])
    for one in listed:
        proved = one["reason"] == "conflicting_event"
        assert one["status"] == "open"
        assert (one["source"], one["event_id"]) == ((CALEDON, str(one_id.event_id)) if proved else (None, None))
        assert (one["owner"], one["owner_role"]) == ((CALEDON, "duty_officer") if proved else ("hub", "operator"))
        assert one["due_by"] > one["opened_at"]
    assert traffic.query("select count(*) from source_standing where quarantined_at is not null") == [(0,)]


def test_a_dead_letter_is_shown_and_replayed_once_the_missing_key_is_published(hub: Hub, traffic: Traffic) -> None:
    settings = traffic.town.settings
    key_id = FileKeys(settings.agency_keys(CALEDON)).current(CALEDON, Use.SIGN)
    (published,) = (settings.keys / "public").glob(f"{key_id}.*")
    hidden = published.rename(settings.home / "not-yet-published")
    concern = a_child_s_concern()
    with hub.router():
        traffic.publish([concern])
        traffic.put([("concern.urgent", b"key", b"rubbish")])
        wait_for(lambda: traffic.counted().dead == 2, what="two dead letters")
        unknown, rubbish = sorted(hub.json_lines("deadletters", "list"), key=lambda one: one["reason"], reverse=True)
        assert (unknown["reason"], rubbish["reason"]) == ("unknown_signer", "not_framed")
        shown = hub.json("deadletters", "show", unknown["dead_letter_id"])
        assert shown["explanation"] == "The record names a signing key that the hub does not know."
        assert shown["bytes"] > 1_000
        assert "Isla" not in str(shown)

        hidden.rename(published)
    with hub.router():  # signatures of ISPs are verified when a router starts, this key's too
        answer = hub.json("deadletters", "replay", unknown["dead_letter_id"], *WHY)
        assert answer == {"replayed": [unknown["dead_letter_id"]]}
        traffic.is_decided(1)
        story = hub.json("concern", "show", concern.event_id)
        assert (story["outcome"], [d["recipient"] for d in story["deliveries"]]) == (
            "matched",
            ["school.glenmore-primary"],
        )
        assert {one["reason"]: one["status"] for one in hub.json_lines("deadletters", "list")} == {
            "unknown_signer": "replayed",
            "not_framed": "open",
        }
        refused = hub.run("deadletters", "replay", unknown["dead_letter_id"], *WHY, "--json", status=1)
        assert "replayed already" in refused.err

        hub.json("deadletters", "replay", "--of-reason", "not_framed", *WHY)
        wait_for(lambda: traffic.counted().dead == 3, what="what is still bad is a dead letter again")
        hub.run("deadletters", "show", UUID(int=0), status=1)
