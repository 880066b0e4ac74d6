"""From the spool to a Kafka that is there, away, slow or full of refusals. The real one is in tests/kafka."""

import asyncio
from collections import defaultdict
from uuid import UUID

import pytest
from aiokafka.errors import KafkaConnectionError, MessageSizeTooLargeError

from adapters.bridge import metrics
from adapters.bridge.spool import publisher
from adapters.bridge.spool.backoff import Backoff
from adapters.bridge.spool.locks import only_adapter, publisher_lock
from adapters.bridge.spool.publisher import Publisher, TierPublisher, published
from adapters.bridge.spool.store import Entry, Notice, Spool, Waiting
from hub.facts.errors import UserError
from hub.facts.terms import Tier
from tests.unit.adapters.builders import CALEDON, SATURDAY_NIGHT

URGENT = "concern.urgent"
NO_WAIT = Backoff(lambda: 1.0, first=0.001, longest=0.002)


class FakeKafka:
    """Takes records as a broker does; `refuse` may raise instead of taking one."""

    def __init__(self):
        self.records = []
        self.connections = 0
        self.open = 0
        self.away = False
        self.refuse = lambda _key, _value: None
        self.under_way = defaultdict(int)
        self.most_of_one_case = 0

    def connect(self):
        return FakeProducer(self)


class FakeProducer:
    def __init__(self, kafka):
        self._kafka = kafka

    async def start(self):
        self._kafka.connections += 1
        self._kafka.open += 1
        if self._kafka.away:
            raise KafkaConnectionError

    async def stop(self):
        self._kafka.open -= 1

    async def answers(self):
        return not self._kafka.away

    async def send_and_wait(self, topic, value, key, *, headers):
        kafka = self._kafka
        kafka.under_way[key] += 1
        kafka.most_of_one_case = max(kafka.most_of_one_case, kafka.under_way[key])
        await asyncio.sleep(0.001)
        kafka.under_way[key] -= 1
        kafka.refuse(key, value)
        kafka.records.append((topic, key, value, headers))


@pytest.fixture
def spool(tmp_path):
    made = Spool(tmp_path)
    yield made
    made.close()


def fill(spool, *events, topic=URGENT):
    """Spool (number, case) pairs; the value is the number."""
    for number, case in events:
        event = Waiting(0, UUID(int=number), topic, case, str(number).encode())
        spool.append([Entry(event, Notice(case, number, b""))], at=SATURDAY_NIGHT)


async def drain(spool, kafka, *, until=lambda: False):
    stop = asyncio.Event()
    task = asyncio.create_task(TierPublisher(CALEDON, spool, Tier.URGENT, kafka.connect, NO_WAIT).run(stop))
    async with asyncio.timeout(10):
        while spool.waiting(URGENT, 1) and not until():
            await asyncio.sleep(0.002)
    stop.set()
    await asyncio.wait_for(task, 5)


async def test_records_carry_the_sealed_bytes_under_the_case_key_and_one_header(spool):
    fill(spool, (1, b"case"))
    kafka = FakeKafka()
    await drain(spool, kafka)
    assert kafka.records == [(URGENT, b"case", b"1", [("event_id", b"00000000-0000-0000-0000-000000000001")])]
    assert spool.totals().events == 0
    assert kafka.open == 0, "every connection was closed"


async def test_a_case_keeps_its_order_and_has_one_event_under_way(spool):
    fill(spool, *((number, b"a" if number % 2 else b"b") for number in range(1, 21)))
    kafka = FakeKafka()
    await drain(spool, kafka)
    for case in (b"a", b"b"):
        sent = [int(value) for _, key, value, _ in kafka.records if key == case]
        assert sent == sorted(sent)
        assert len(sent) == 10
    assert kafka.most_of_one_case == 1


async def test_an_event_that_fails_is_sent_again_and_what_follows_it_waits(spool):
    fill(spool, (1, b"a"), (2, b"a"), (3, b"b"))
    kafka, failures = FakeKafka(), iter([KafkaConnectionError()] * 3)

    def refuse(_key, value):
        if value == b"1" and (failure := next(failures, None)):
            raise failure

    kafka.refuse = refuse
    await drain(spool, kafka)
    assert [value for _, key, value, _ in kafka.records if key == b"a"] == [b"1", b"2"]
    assert [value for _, key, value, _ in kafka.records if key == b"b"] == [b"3"], "another case does not wait"
    assert kafka.connections == 4, "a connection on which a record failed is not used again"
    assert kafka.open == 0


async def test_kafka_away_is_waited_out(spool):
    fill(spool, (1, b"a"))
    kafka = FakeKafka()
    kafka.away = True
    await drain(spool, kafka, until=lambda: kafka.connections >= 5)
    assert spool.still_waiting([UUID(int=1)]) == {UUID(int=1)}
    assert kafka.open == 0, "a connection that failed is closed too"
    kafka.away = False
    await drain(spool, kafka)
    assert len(kafka.records) == 1


async def test_whether_kafka_answers_is_known_also_while_nothing_is_to_be_sent(spool, monkeypatch):
    monkeypatch.setattr(publisher, "_LOOK_SECONDS", 0.001)
    kafka, stop = FakeKafka(), asyncio.Event()
    publishing = Publisher(CALEDON, spool, kafka.connect, NO_WAIT)
    task = asyncio.create_task(publishing.run(stop))

    async def until(*, connected):
        async with asyncio.timeout(5):
            while publishing.connected is not connected:
                await asyncio.sleep(0.002)

    for away in (False, True, False):
        kafka.away = away
        await until(connected=not away)
        samples = [sample for family in metrics.KAFKA_CONNECTED.collect() for sample in family.samples]
        assert {one.value for one in samples if CALEDON in one.labels.values()} == {1.0} or away
    assert kafka.connections == 3, "a connection is kept: it comes back by itself"
    stop.set()
    await asyncio.wait_for(task, 8)
    assert not publishing.connected


async def test_an_event_larger_than_the_topic_allows_is_held_and_stops_nobody(spool):
    fill(spool, (1, b"a"), (2, b"b"), (3, b"a"))
    kafka = FakeKafka()

    def refuse(_key, value):
        if value == b"1":
            raise MessageSizeTooLargeError

    kafka.refuse = refuse
    await drain(spool, kafka)
    assert sorted(value for _, _, value, _ in kafka.records) == [b"2", b"3"]
    assert spool.totals().held == 1


async def test_a_flood_of_one_tier_does_not_delay_another(spool):
    fill(spool, *((number, bytes([number])) for number in range(1, 100)), topic="concern.routine")
    fill(spool, (200, b"now"), topic="concern.immediate")
    kafka, stuck = FakeKafka(), asyncio.Event()

    class Slow(FakeProducer):
        async def send_and_wait(self, topic, value, key, *, headers):
            if topic == "concern.routine":
                await stuck.wait()
            await super().send_and_wait(topic, value, key, headers=headers)

    stop = asyncio.Event()
    task = asyncio.create_task(Publisher(CALEDON, spool, lambda: Slow(kafka), NO_WAIT).run(stop))
    assert await published(spool, [UUID(int=200)], seconds=5) == set()
    assert spool.totals().events == 99
    stuck.set()
    stop.set()
    await asyncio.wait_for(task, 8)


async def test_who_waits_for_kafka_is_told_what_it_does_not_have(spool):
    fill(spool, (1, b"a"))
    assert await published(spool, [UUID(int=1), UUID(int=2)], seconds=0.1) == {UUID(int=1)}


async def test_one_process_at_a_time_publishes(spool, tmp_path):
    fill(spool, (1, b"a"))
    kafka, stop = FakeKafka(), asyncio.Event()
    with publisher_lock(tmp_path) as other:
        assert other.take()
        task = asyncio.create_task(Publisher(CALEDON, spool, kafka.connect, NO_WAIT).run_alone(tmp_path, stop))
        assert await published(spool, [UUID(int=1)], seconds=0.3) == {UUID(int=1)}
    assert await published(spool, [UUID(int=1)], seconds=5) == set()
    stop.set()
    await asyncio.wait_for(task, 8)


def test_a_second_adapter_on_a_spool_is_refused(tmp_path):
    refused = pytest.raises(UserError, match="runs on this spool already")
    with only_adapter(tmp_path, CALEDON), refused, only_adapter(tmp_path, CALEDON):
        pass
    with only_adapter(tmp_path, CALEDON):
        pass
