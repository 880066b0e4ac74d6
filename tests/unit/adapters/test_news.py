"""What an adapter hears of the hub: its test answered, news beside the file, and what it tells its agency."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

import aiohttp
import pytest
from aiokafka import TopicPartition

from adapters.bridge import metrics
from adapters.bridge.answers import Door
from adapters.bridge.doors.callers import Callers
from adapters.bridge.doors.drop import SETTLE_SECONDS, DropFolder
from adapters.bridge.doors.http import create_app
from adapters.bridge.health import Health, look
from adapters.bridge.news.listener import Listener, note_file
from adapters.bridge.news.telling import told
from adapters.bridge.news.testing import AGAIN, EVERY, standing
from adapters.bridge.parts import Bridge, open_bridge
from adapters.bridge.spool.backoff import Backoff
from adapters.bridge.spool.store import Accepted
from hub.facts.clock import utc_now
from hub.facts.terms import Tier
from hub.kafka.topics import concern_topic
from hub.keys.files import FileKeys
from hub.keys.overlap import Overlap
from hub.settings import Settings
from hub.wire.news import TESTED, About, NewsSigner, Said, seal_news, topic
from hub.wire.sealed import header_digest
from tests.unit.adapters.builders import CALEDON, SATURDAY_NIGHT, SCHEMAS, a_notice, an_agency, raw, taken
from tests.unit.adapters.test_http import serving


@dataclass
class FakeTopic:
    """The sender's topic, of one partition, read as aiokafka reads it."""

    values: list[bytes] = field(default_factory=list)
    at: int = 0

    async def start(self) -> None: ...
    async def stop(self) -> None: ...
    def assignment(self) -> set[TopicPartition]:
        self.at = 0
        return {TopicPartition(topic(CALEDON), 0)}

    def seek(self, _place: TopicPartition, offset: int) -> None:
        self.at = offset

    async def end_offsets(self, places: list[TopicPartition]) -> dict[TopicPartition, int]:
        return dict.fromkeys(places, len(self.values))

    async def position(self, _place: TopicPartition) -> int:
        return self.at

    async def getmany(self, *, timeout_ms: int) -> dict[TopicPartition, list[object]]:
        @dataclass
        class Record:
            offset: int
            value: bytes

        found = [Record(offset, value) for offset, value in enumerate(self.values)][self.at :]
        self.at = len(self.values)
        await asyncio.sleep(0)
        return {TopicPartition(topic(CALEDON), 0): found}


class Site:
    """An agency with its adapter, and a hub that speaks to it."""

    def __init__(self, settings: Settings, bridge: Bridge) -> None:
        self.settings, self.bridge, self.topic = settings, bridge, FakeTopic()
        self.hub = FileKeys(settings.keys)
        self.now = SATURDAY_NIGHT

    def listener(self) -> Listener:
        keys = FileKeys(self.settings.agency_keys(CALEDON), publics=self.settings.keys / "public")
        return Listener(
            CALEDON, self.bridge.news, SCHEMAS, keys, lambda: self.topic, Backoff(lambda: 0.5), lambda: self.now
        )

    def take(self, **changes: object) -> UUID:
        found = taken(self.bridge.intake, a_notice(**changes), Door.COMMAND)
        assert isinstance(found, Accepted)
        return found.event_id

    def value_of(self, event_id: UUID) -> bytes:
        waiting = [one for tier in Tier for one in self.bridge.spool.waiting(concern_topic(tier), 100)]
        return next(one.value for one in waiting if one.event_id == event_id)

    def say(self, event_id: UUID, said: Said, *, digest: bytes | None = None, at: datetime = SATURDAY_NIGHT) -> None:
        """The hub's word on what it was sent."""
        found = digest if digest is not None else header_digest(self.value_of(event_id), SCHEMAS)
        key = self.hub.public(f"{CALEDON}.receive.1")
        self.topic.values.append(
            seal_news(
                About(event_id, CALEDON, found), key, SCHEMAS, NewsSigner(Overlap(self.hub, utc_now)), at=at, said=said
            )
        )

    def published(self) -> None:
        """Kafka has taken what waited."""
        self.bridge.spool.remove([one.position for one in self.bridge.spool.waiting("concern.routine", 100)])

    def hub_is(self, at: datetime = SATURDAY_NIGHT) -> str:
        return look(self.bridge, self.bridge.publisher(), {}, at=at).parts["hub"]

    def hear(self) -> None:
        asyncio.run(self.listener().catch_up(5))

    def tests(self) -> list[UUID]:
        return [one.event_id for one in self.bridge.spool.waiting("concern.routine", 100)]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    settings = an_agency(tmp_path)
    with open_bridge(settings, "police", CALEDON) as bridge:
        yield Site(settings, bridge)


# --- the hub is tested -----------------------------------------------------------------------------------------------


def test_until_the_hub_answers_a_test_it_is_not_known_and_doors_accept_meanwhile(site: Site) -> None:
    tester = site.bridge.tester()
    tester.test_if_due(tester.clock())
    [test] = site.tests()
    health = look(site.bridge, site.bridge.publisher(), {}, at=SATURDAY_NIGHT)
    assert (health.ready, health.parts["hub"]) == (True, "not known to the hub")
    assert site.take() in site.tests()
    site.say(test, Said(TESTED, reads={"Facts": 2, "News": 2}))
    site.hear()
    assert site.hub_is() == "ok"
    assert site.bridge.news.reads() == {"Facts": 2, "News": 2}
    assert site.bridge.teller().latest() == [], "a test is no concern"


def test_a_test_is_sent_again_after_ten_minutes_until_it_is_answered(tmp_path: Path) -> None:
    now = [SATURDAY_NIGHT]
    with open_bridge(an_agency(tmp_path), "police", CALEDON, clock=lambda: now[0]) as bridge:
        site, tester = Site(bridge.settings, bridge), bridge.tester()
        for _ in range(5):
            tester.test_if_due(SATURDAY_NIGHT)
        assert len(site.tests()) == 1
        now[0] += EVERY
        assert tester.test_if_due(SATURDAY_NIGHT) is None, "Kafka has not taken the first one yet"
        site.published()
        second = tester.test_if_due(SATURDAY_NIGHT)
        assert site.tests() == [second]
        site.now = now[0]
        site.say(second, Said(TESTED))
        site.hear()
        site.published()
        now[0] += EVERY * 3
        assert tester.test_if_due(SATURDAY_NIGHT) is None, "answered"
        now[0] += AGAIN
        assert tester.test_if_due(SATURDAY_NIGHT) is not None, "once an hour"


def test_each_start_tests_but_never_sooner_than_ten_minutes_after_another(tmp_path: Path) -> None:
    now = [SATURDAY_NIGHT]
    with open_bridge(an_agency(tmp_path), "police", CALEDON, clock=lambda: now[0]) as bridge:
        site, tester = Site(bridge.settings, bridge), bridge.tester()
        site.say(tester.test_if_due(now[0]), Said(TESTED))
        site.hear()
        site.published()
        now[0] += EVERY / 2
        assert tester.test_if_due(now[0]) is None
        now[0] += EVERY / 2
        assert tester.test_if_due(now[0]) is not None


def test_a_hub_that_falls_silent_is_named_while_what_it_said_before_stands(tmp_path: Path) -> None:
    now = [SATURDAY_NIGHT]
    with open_bridge(an_agency(tmp_path), "police", CALEDON, clock=lambda: now[0]) as bridge:
        site, tester = Site(bridge.settings, bridge), bridge.tester()
        site.say(tester.test_if_due(now[0]), Said(TESTED, reads={"Facts": 2}))
        site.hear()
        site.published()
        now[0] += AGAIN
        tester.test_if_due(SATURDAY_NIGHT)
        assert site.hub_is(now[0]) == "ok"
        now[0] += EVERY
        assert site.hub_is(now[0]) == "silent"
        assert site.bridge.news.reads() == {"Facts": 2}


def test_what_the_hub_says_of_a_concern_shows_that_it_knows_the_key_too(site: Site) -> None:
    site.say(site.take(), Said("matched", 1))
    site.hear()
    assert site.hub_is() == "ok"


def test_a_new_signing_key_is_not_known_until_the_hub_has_answered_it(site: Site) -> None:
    site.say(site.take(), Said("matched", 1))
    site.hear()
    assert standing(site.bridge.news.hub(), f"{CALEDON}.sign.2", SATURDAY_NIGHT) == "not known to the hub"


def test_a_test_that_the_hub_cannot_use_says_why(site: Site) -> None:
    test = site.bridge.tester().test_if_due(SATURDAY_NIGHT)
    site.say(test, Said("dead_letter", reason="unknown_key"))
    site.hear()
    assert site.hub_is() == "the hub cannot use what is sent: unknown_key"


def test_another_adapters_test_answers_for_nobody_else(site: Site) -> None:
    site.say(uuid4(), Said(TESTED), digest=b"x" * 32)
    site.hear()
    assert site.hub_is() == "not known to the hub"


def test_a_store_of_news_that_cannot_be_used_stops_no_notice(site: Site) -> None:
    site.bridge.news.close()
    (site.bridge.folder / "news.sqlite3").unlink(missing_ok=True)
    (site.bridge.folder / "news.sqlite3").mkdir()
    assert site.take()
    health = look(site.bridge, site.bridge.publisher(), {}, at=SATURDAY_NIGHT)
    assert (health.ready, health.parts["spool"], health.parts["hub"]) == (True, "ok", "unknown")


# --- news ------------------------------------------------------------------------------------------------------------


def test_news_is_kept_and_the_latest_tells(site: Site) -> None:
    event_id = site.take()
    site.say(event_id, Said("matched", 1, {"accepted": 1}))
    site.say(event_id, Said("matched", 1, {"accepted": 1, "opened": 1}), at=SATURDAY_NIGHT + timedelta(hours=1))
    site.say(event_id, Said("matched", 1), at=SATURDAY_NIGHT - timedelta(hours=1))
    site.hear()
    found = site.bridge.teller().of_event(event_id)
    assert found == {
        "event_id": str(event_id),
        "state": "heard",
        "at": "2026-03-08T00:15:00Z",
        "outcome": "matched",
        "told": 1,
        "layers": {"accepted": 1, "opened": 1},
        "reason": None,
    }


def test_what_the_hub_has_not_spoken_of_is_said_to_be_on_disk_or_on_kafka(site: Site) -> None:
    event_id = site.take()
    assert site.bridge.teller().of_event(event_id)["state"] == "spooled"
    site.published()
    assert site.bridge.teller().of_event(event_id)["state"] == "published"
    assert site.bridge.teller().of_event(uuid4()) is None


def test_a_case_is_found_by_the_agencys_own_reference(site: Site) -> None:
    first, second = site.take(), site.take(version=2, notice_type="update")
    site.take(notice_reference="CAL-2")
    site.say(first, Said("dead_letter", reason="unknown_key"))
    site.hear()
    found = told(site.bridge.teller(), None, "CAL-1")
    assert [one["event_id"] for one in found] == [str(second), str(first)]
    assert [one["reason"] for one in found] == [None, "unknown_key"]
    assert told(site.bridge.teller(), None, "CAL-9") == []
    assert [one["event_id"] for one in told(site.bridge.teller(), str(first)[:13], None)].count(str(first)) == 1


def outcomes() -> Counter[str]:
    """How many records of each outcome were counted."""
    [family] = metrics.NEWS.collect()
    return Counter({one.labels["outcome"]: int(one.value) for one in family.samples if one.name.endswith("_total")})


def test_news_that_the_hub_did_not_sign_is_passed_over(site: Site) -> None:
    event_id = site.take()
    site.say(event_id, Said("matched", 1))
    genuine = SCHEMAS.decode("SealedNews", site.topic.values.pop())
    site.topic.values += [
        b"rubbish",
        SCHEMAS.encode("SealedNews", genuine | {"signature": bytes(64)}),
        SCHEMAS.encode("SealedNews", genuine | {"signing_key": None, "signature": None}),
    ]
    before = outcomes()
    site.hear()
    assert site.bridge.teller().of_event(event_id)["state"] == "spooled"
    assert site.bridge.news.places() == {0: 3}
    assert outcomes() - before == Counter(unreadable=1, unsigned=2)


def test_news_of_anothers_event_under_the_same_id_is_passed_over(site: Site) -> None:
    event_id = site.take()
    site.say(event_id, Said("matched", 7), digest=b"x" * 32)
    before = outcomes()
    site.hear()
    assert outcomes() - before == Counter(foreign=1)
    assert site.bridge.teller().of_event(event_id)["state"] == "spooled"


def test_it_reads_on_from_where_it_stopped(site: Site) -> None:
    event_id = site.take()
    site.say(event_id, Said("matched", 1))
    site.hear()
    read: list[int] = []
    site.topic.seek = lambda _place, offset: read.append(offset) or FakeTopic.seek(site.topic, _place, offset)
    site.say(event_id, Said("matched", 2), at=SATURDAY_NIGHT + timedelta(minutes=1))
    site.hear()
    assert read == [1]
    assert site.bridge.teller().of_event(event_id)["told"] == 2


# --- beside the file -------------------------------------------------------------------------------------------------


def dropped(site: Site, folder: Path) -> tuple[UUID, Path]:
    """A notice taken from a drop folder, and where its receipts lie."""
    folder.mkdir(exist_ok=True)
    now, filed = [0.0], partial(note_file, site.bridge.news, lambda: SATURDAY_NIGHT)
    drop = DropFolder(folder, site.bridge.intake, site.bridge.native, monotonic=lambda: now[0], filed=filed)
    (folder / "one.json").write_bytes(raw(a_notice()))
    drop.finished()
    now[0] += 2 * SETTLE_SECONDS
    for name in drop.finished():
        drop.take(name)
    [event_id] = [one.event_id for one in site.bridge.spool.waiting("concern.routine", 9)]
    return event_id, folder / "accepted" / "one.json.receipts.jsonl"


def test_each_news_is_a_line_beside_the_accepted_file(site: Site, tmp_path: Path) -> None:
    event_id, receipts = dropped(site, tmp_path / "drop")
    for layers in ({}, {"accepted": 1}, {"accepted": 1, "opened": 1}):
        site.say(event_id, Said("matched", 1, layers))
    site.hear()
    lines = [json.loads(line) for line in receipts.read_text().splitlines()]
    assert [line["layers"] for line in lines] == [{}, {"accepted": 1}, {"accepted": 1, "opened": 1}]
    assert {line["event_id"] for line in lines} == {str(event_id)}
    assert receipts.stat().st_mode & 0o077 == 0


def test_two_files_of_one_notice_both_get_its_receipts(site: Site, tmp_path: Path) -> None:
    event_id, receipts = dropped(site, tmp_path / "drop")
    assert dropped(site, tmp_path / "drop")[0] == event_id
    site.say(event_id, Said("matched", 1))
    site.hear()
    assert receipts.exists()
    assert len(list(receipts.parent.glob("*.receipts.jsonl"))) == 2


def test_a_file_of_the_longest_name_gets_its_receipts_too(site: Site, tmp_path: Path) -> None:
    path = tmp_path / ("n" * 250 + ".json")
    path.write_text("{}")
    event_id = site.take()
    note_file(site.bridge.news, lambda: SATURDAY_NIGHT, event_id, path)
    site.say(event_id, Said("matched", 1))
    site.hear()
    assert len(list(tmp_path.glob("*.receipts.jsonl"))) == 1


def test_a_file_that_was_cleared_away_gets_no_receipts(site: Site, tmp_path: Path) -> None:
    event_id, receipts = dropped(site, tmp_path / "drop")
    (tmp_path / "drop" / "accepted" / "one.json").unlink()
    site.say(event_id, Said("matched", 1))
    site.hear()
    assert not receipts.exists()


def test_news_that_came_before_the_file_was_moved_is_written_all_the_same(site: Site, tmp_path: Path) -> None:
    event_id = site.take()
    site.say(event_id, Said("matched", 1))
    site.hear()
    path = tmp_path / "one.json"
    path.write_text("{}")
    note_file(site.bridge.news, lambda: SATURDAY_NIGHT, event_id, path)
    assert json.loads((tmp_path / "one.json.receipts.jsonl").read_text())["outcome"] == "matched"


# --- over HTTP -------------------------------------------------------------------------------------------------------


async def test_a_caller_asks_what_became_of_an_event_or_of_a_case(site: Site, tmp_path: Path) -> None:
    from adapters.bridge.doors import callers

    event_id = site.take()
    agencies = tmp_path / "callers"
    secret = callers.add(agencies / CALEDON, "ivpd", "system", now=SATURDAY_NIGHT, random_bytes=lambda n: b"s" * n)
    app = create_app(
        site.bridge.intake, site.bridge.native, Callers(agencies), lambda: Health(ready=True, parts={}), lambda: None,
        site.bridge.teller(),
    )  # fmt: skip
    async with serving(app) as address, aiohttp.ClientSession() as session:

        async def get(path: str, bearer: str = secret) -> tuple[int, object]:
            headers = {"Authorization": f"Bearer {bearer}"}
            async with session.get(f"{address}/v1/concerns{path}", headers=headers) as answer:
                return answer.status, await answer.json()

        status, found = await get(f"/{event_id}")
        assert (status, found["state"]) == (200, "spooled")
        status, case = await get("?reference=CAL-1")
        assert (status, [one["event_id"] for one in case]) == (200, [str(event_id)])
        assert (await get(f"/{uuid4()}"))[0] == 404
        assert (await get("?reference=CAL-9"))[0] == 404
        assert (await get(f"/{event_id}", "wrong"))[0] == 401
        assert (await get("/not-an-id"))[0] == 422
