"""The adapter in front of a real Kafka that goes away and comes back, and an adapter that is killed."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from contextlib import contextmanager
from itertools import pairwise

import aiohttp
import pytest
from aiokafka import AIOKafkaConsumer

from adapters.bridge.answers import Door
from adapters.bridge.doors import callers
from adapters.bridge.spool.store import Spool
from hub.facts.terms import CONNECTION_TESTED, Tier
from hub.kafka.admin import settle
from hub.kafka.connection import Kafka
from hub.kafka.topics import concern_topic
from hub.keys.files import FileKeys
from hub.wire.sealed import check
from tests.unit.adapters.builders import CALEDON, SATURDAY_NIGHT, SCHEMAS, a_notice, an_agency, an_intake, raw

pytestmark = pytest.mark.timeout(180)
HUB = [sys.executable, "-c", "from hub.cli import main; main()"]
URGENCIES = ["immediate", "urgent", "routine"]


@pytest.fixture
def agency(broker, tmp_path):
    """An agency's settings, and a broker with the hub's topics."""
    settle(Kafka(broker.bootstrap), [], 1)
    return an_agency(tmp_path, kafka=broker.bootstrap)


def a_secret(agency):
    folder = agency.home / "agencies" / CALEDON
    return callers.add(folder, "ivpd", callers.SYSTEM, now=SATURDAY_NIGHT, random_bytes=os.urandom)


def environment(agency):
    return os.environ | {"HUB_HOME": str(agency.home), "HUB_KAFKA_BOOTSTRAP": agency.kafka()}


class Running:
    """An adapter process and what it logged."""

    def __init__(self, agency, log):
        command = [*HUB, "adapter", "run", "police", "--source", CALEDON, "--listen", "127.0.0.1:0"]
        self._log = log
        with log.open("ab") as stderr:
            self._process = subprocess.Popen(command, env=environment(agency), stderr=stderr)
        self.address = f"http://{self._ready()}"

    def _ready(self):
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            for line in reversed(self._log.read_text().splitlines()):
                if '"adapter ready"' in line:
                    return json.loads(line)["address"]
            assert self._process.poll() is None, self._log.read_text()
            time.sleep(0.05)
        raise AssertionError(self._log.read_text())

    def logged(self):
        return [json.loads(line) for line in self._log.read_text().splitlines()]

    def kill(self):
        self._process.kill()
        self._process.wait(10)

    def stop(self):
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(20)


@contextmanager
def an_adapter(agency, tmp_path):
    running = Running(agency, tmp_path / f"adapter-{time.monotonic_ns()}.log")
    try:
        yield running
    finally:
        running.kill()


def a_case(number, version):
    """Notices of many cases, of all tiers; a case keeps its tier."""
    return a_notice(notice_reference=f"CAL-{number}", version=version, risk="none", urgency=URGENCIES[number % 3])


async def post(session, running, secret, notice):
    headers = {"Authorization": f"Bearer {secret}"}
    async with session.post(f"{running.address}/v1/concerns", data=raw(notice), headers=headers) as answer:
        assert answer.status == 202, await answer.text()
        return (await answer.json())["event_id"]


async def records(agency, *, until):
    """Every concern on the concern topics, from the beginning, until `until` event ids were seen and no more come."""
    consumer = AIOKafkaConsumer(
        *(concern_topic(tier) for tier in Tier), bootstrap_servers=agency.kafka(), auto_offset_reset="earliest"
    )
    await consumer.start()
    found, quiet, public = [], False, FileKeys(agency.keys).public
    try:
        async with asyncio.timeout(60):
            while len({event.sent_as for event, _ in found}) < until or not quiet:
                batches = await consumer.getmany(timeout_ms=1_000)
                quiet = not batches
                for record in (record for batch in batches.values() for record in batch):
                    event = check(record.value, record.key, SCHEMAS, public)
                    if event.kind == CONNECTION_TESTED:
                        continue
                    assert record.topic == f"concern.{event.tier}"
                    assert record.headers == (("event_id", str(event.sent_as).encode()),)
                    found.append((event, record.value))
    finally:
        await consumer.stop()
    return found


def assert_all_there_in_order_and_repeats_the_same(found, expected):
    """`expected` are event ids. A record may come twice only with the same bytes."""
    bytes_of, sequences = defaultdict(set), defaultdict(list)
    for event, value in found:
        if str(event.sent_as) not in bytes_of:
            sequences[event.case_key].append(event.sequence)
        bytes_of[str(event.sent_as)].add(value)
    assert set(bytes_of) == set(expected)
    assert {len(values) for values in bytes_of.values()} == {1}
    for case in sequences.values():
        assert all(earlier < later for earlier, later in pairwise(case)), "a case lost its order"


def waiting(agency):
    spool = Spool(agency.spool(CALEDON))
    try:
        return spool.totals().events
    finally:
        spool.close()


async def drained(agency, seconds=60):
    async with asyncio.timeout(seconds):
        while await asyncio.to_thread(waiting, agency):
            await asyncio.sleep(0.1)


async def connected(session, running):
    """Values of the gauge by tiers."""
    async with session.get(f"{running.address}/metrics") as answer:
        lines = (await answer.text()).splitlines()
    return {line.split()[-1] for line in lines if line.startswith("hub_adapter_kafka_connected{")}


async def test_an_adapter_accepts_while_kafka_is_away_for_ten_seconds_and_sends_all_in_order(broker, agency, tmp_path):
    secret, accepted = a_secret(agency), []
    with an_adapter(agency, tmp_path) as running:
        async with aiohttp.ClientSession() as session:
            accepted += [await post(session, running, secret, a_case(number, 1)) for number in range(6)]
            await drained(agency)

            broker.kill()
            away_since, version = time.monotonic(), 2
            while time.monotonic() - away_since < 10:
                accepted += [await post(session, running, secret, a_case(number, version)) for number in range(6)]
                version += 1
                await asyncio.sleep(0.2)
            await asyncio.sleep(0.5)
            async with session.get(f"{running.address}/readyz") as answer:
                assert answer.status == 200
                parts = (await answer.json())["parts"]
            assert (parts["spool"], parts["kafka"], parts["keys"]) == ("ok", "away", "ok")
            assert await connected(session, running) == {"0.0"}
            assert Counter(line["event"] for line in running.logged())["kafka does not take events"] <= len(URGENCIES)
            assert waiting(agency) == len(accepted) - 6

            broker.start()
            await drained(agency)
            async with asyncio.timeout(30):
                while await connected(session, running) != {"1.0"}:
                    await asyncio.sleep(0.2)
            accepted.append(await post(session, running, secret, a_case(0, version)))
            await drained(agency)
        await asyncio.sleep(3)  # it looks at its parts every two seconds
        assert running.stop() == 0
        changes = [line for line in running.logged() if line["event"] == "a part changed"]
        said = [(line["part"], line["status"]) for line in changes if line["part"] != "hub"]  # no hub runs here
        assert said[:1] + said[-1:] == [("kafka", "away"), ("kafka", "ok")]
        assert len(said) <= 4, "a broker that has just come back may not take all at once; more than that is noise"
        assert not [line for line in running.logged() if line["event"] == "library"], "one line says it all"
    assert len(accepted) > 100
    found = await records(agency, until=len(accepted))
    assert_all_there_in_order_and_repeats_the_same(found, accepted)
    assert len(found) == len(accepted), "an idempotent producer that lives on sends nothing twice"


async def test_an_adapter_killed_in_the_midst_of_sending_loses_nothing(agency, tmp_path):
    notices = [a_case(number, version) for version in range(1, 101) for number in range(12)]
    with an_intake(agency) as (intake, _):
        accepted = [str(intake.take(raw(notice), Door.HTTP)[0].accepted) for notice in notices]
    kills = 0
    while kills < 8:
        with an_adapter(agency, tmp_path) as running:
            left = await asyncio.to_thread(waiting, agency)
            async with asyncio.timeout(30):
                while left and await asyncio.to_thread(waiting, agency) >= left:
                    await asyncio.sleep(0.002)
            running.kill()
        kills += 1
        if not waiting(agency):
            break
    assert kills >= 2, "it was to be killed while it had something to send"
    with an_adapter(agency, tmp_path) as running:
        await drained(agency)
        assert running.stop() == 0
    found = await records(agency, until=len(accepted))
    assert_all_there_in_order_and_repeats_the_same(found, accepted)


async def test_files_can_be_pushed_beside_a_running_adapter(agency, tmp_path):
    for number in range(3):
        (tmp_path / f"{number}.json").write_bytes(raw(a_case(number, 1)))
    command = [*HUB, "concern", "publish", *(str(tmp_path / f"{n}.json") for n in range(3)), "--adapter", "police"]
    command += ["--source", CALEDON, "--json"]
    with an_adapter(agency, tmp_path) as running:
        done = await asyncio.to_thread(
            subprocess.run, command, env=environment(agency), capture_output=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr
        assert running.stop() == 0
    event_ids = [one["event_id"] for one in json.loads(done.stdout)]
    found = await records(agency, until=3)
    assert_all_there_in_order_and_repeats_the_same(found, event_ids)


async def test_a_topic_that_is_not_there_holds_up_its_own_tier_alone(broker, tmp_path):
    agency = an_agency(tmp_path, kafka=broker.bootstrap)
    with an_intake(agency) as (intake, _):
        accepted = [str(intake.take(raw(a_case(number, 1)), Door.HTTP)[0].accepted) for number in range(6)]
    with an_adapter(agency, tmp_path) as running:
        await asyncio.sleep(1)
        assert waiting(agency) >= len(accepted)
        await asyncio.to_thread(settle, Kafka(broker.bootstrap), [], 1)
        await drained(agency)
        assert running.stop() == 0
    assert_all_there_in_order_and_repeats_the_same(await records(agency, until=6), accepted)
