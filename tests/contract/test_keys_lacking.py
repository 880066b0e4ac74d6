"""Keys that cannot be read, or are not here yet: another's buries its record alone, the hub's own is waited for."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from hub.console.health import health_routes
from hub.facts.act import act, typed
from hub.facts.errors import Reason, Unavailable
from hub.facts.model import Concern
from hub.keys.files import FileKeys
from hub.keys.provider import Use
from hub.people.operating.dead_letters import not_replayed, replay
from hub.routing.context import Record
from hub.routing.ingest import AWAITED_FOR
from hub.settings import Settings
from hub.wire.sealed import seal
from tests.builders import FINLAY, ISLA, a_concern
from tests.town import ACADEMY, PRIMARY, Town

SIGNER = "police.caledon.sign.1"


@pytest.fixture
def own(prepared: Settings, database_url: str, tmp_path: Path) -> Iterator[Town]:
    """A town with keys of its own to spoil."""
    shutil.copytree(prepared.home, tmp_path / "home")
    town = Town(prepared.model_copy(update={"home": tmp_path / "home"}), database_url)
    town.enrol_everyone()
    yield town
    town.close()


def start_anew(town: Town) -> None:
    """As a process that has read no key yet."""
    town.parts.keys.__init__(town.settings.keys)  # type: ignore[misc] - the object is shared by every part


def of_caledon() -> Concern:
    return a_concern(reference="VPD-2026-000701").about(ISLA).made()


def of_westshire() -> Concern:
    return a_concern(source="police.westshire", reference="WES-2026-000701").about(FINLAY).made()


def test_a_signers_key_that_is_half_copied_buries_the_record_and_is_named(own: Town) -> None:
    ill, well = of_caledon(), of_westshire()
    records = [own.record(*own.sealed(ill)), own.record(*own.sealed(well))]
    copied = own.settings.keys / "public" / f"{SIGNER}.json"
    whole = copied.read_text()
    copied.write_text(whole[: len(whole) // 2])
    start_anew(own)
    own.route(records)
    assert own.dead() == ["unknown_key"]
    assert own.query("select source, owner from dead_letter") == [(None, "hub")]
    assert own.query("select count(*) from source_standing") == [(0,)]
    assert own.query("select count(*) from event where event_id = %s", well.event_id) == [(1,)]
    [named] = own.parts.keys.troubles()
    assert SIGNER in named
    copied.write_text(whole)
    assert own.parts.keys.troubles() == []
    own.route([own.record(*own.sealed(ill))])
    assert own.told(ill) == {PRIMARY: "disclose"}


def test_a_recipients_key_that_cannot_be_read_stops_nobody_elses_disclosure(own: Town) -> None:
    (own.settings.keys / "public" / f"{PRIMARY}.receive.1.json").write_text("{")
    start_anew(own)
    concern = of_caledon()
    own.send(concern)
    assert own.told(concern) == {PRIMARY: "disclose"}, "sealed to its inbox key"
    assert [PRIMARY in named for named in own.parts.keys.troubles()] == [True]


@pytest.mark.parametrize("name", ["matching", "deciding", "evidence"])
def test_a_key_of_the_hubs_own_that_cannot_be_read_stops_the_router(own: Town, name: str) -> None:
    concern = of_caledon()
    record = own.record(*own.sealed(concern))
    (own.settings.keys / "private" / f"hub.{name}.1.json").write_text("{")
    start_anew(own)
    with pytest.raises(Unavailable):
        own.route([record])
    assert own.dead() == []


def sealed_to_new(town: Town, use: Use) -> tuple[Concern, Record, Path]:
    """A concern sealed to a key that another host of the hub made, its record, and where that key's file is to lie."""
    concern = of_caledon()
    key_id = town.parts.keys.make("hub", use, "x25519")
    keys = town.keys()
    newer = {use.value: town.parts.keys.public(key_id)}
    record = town.record(*seal(concern, town.parts.schemas, replace(keys, **newer)))
    private = town.settings.keys / "private" / f"{key_id}.json"
    private.rename(private.with_suffix(".elsewhere"))
    start_anew(town)
    return concern, record, private


@pytest.mark.parametrize("use", [Use.MATCHING, Use.DECIDING, Use.RELEASE])
def test_an_event_sealed_to_a_key_of_the_hubs_own_that_is_not_here_yet_is_waited_for_and_others_go_on(
    own: Town, use: Use
) -> None:
    well = of_westshire()
    other = replace(own.record(*own.sealed(well)), partition=1)
    concern, record, private = sealed_to_new(own, use)
    with pytest.raises(Unavailable):
        own.route([record, other])
    assert own.query("select count(*) from event where event_id = %s", well.event_id) == [(1,)]
    assert own.dead() == []
    assert [f"hub.{use}.2" in named for named in own.parts.keys.troubles()] == [True]
    private.with_suffix(".elsewhere").rename(private)
    own.route([record, other])
    assert own.told(concern) == {PRIMARY: "disclose"}
    assert own.parts.keys.troubles() == []


def test_what_lies_behind_it_on_its_partition_waits_and_what_lies_before_it_does_not(own: Town) -> None:
    before, behind = of_westshire(), a_concern(source="police.westshire", reference="WES-2").about(FINLAY).made()
    first, last = (own.record(*own.sealed(one)) for one in (before, behind))
    _, record, _ = sealed_to_new(own, Use.MATCHING)
    records = [first, replace(record, offset=first.offset + 1), replace(last, offset=first.offset + 2)]
    with pytest.raises(Unavailable):
        own.route(records)
    assert own.query("select event_id from event") == [(before.event_id,)]


def test_after_a_while_it_is_a_dead_letter_that_counts_against_nobody(own: Town) -> None:
    _, record, _ = sealed_to_new(own, Use.DECIDING)
    own.now += AWAITED_FOR + timedelta(seconds=1)
    own.route([record])
    assert own.dead() == ["unknown_key"]
    assert own.query("select owner from dead_letter") == [("hub",)]
    assert own.query("select count(*) from source_standing") == [(0,)]


def test_a_key_that_nobody_can_have_made_yet_is_not_waited_for(own: Town) -> None:
    concern = of_caledon()
    keys = own.keys()
    far = replace(keys.matching, key_id="hub.matching.99")
    own.route([own.record(*seal(concern, own.parts.schemas, replace(keys, matching=far)))])
    assert own.dead() == ["unknown_key"]
    assert own.told(own_school(own)) == {ACADEMY: "disclose"}


def own_school(town: Town) -> Concern:
    concern = a_concern(reference="VPD-2026-000702").about(FINLAY).made()
    town.send(concern)
    return concern


def test_a_forged_record_that_names_a_half_copied_key_is_buried_alone_and_stops_nobody(
    own: Town, tmp_path: Path
) -> None:
    copied = own.settings.keys / "public" / f"{SIGNER}.json"
    forger = FileKeys(tmp_path / "forger")
    key_id = forger.make("police.caledon", Use.SIGN)
    assert key_id == SIGNER
    forged = seal(of_caledon(), own.parts.schemas, replace(own.keys(), sign=lambda text: forger.sign(key_id, text)))
    well = of_westshire()
    records = [own.record(*forged) for _ in range(30)] + [own.record(*own.sealed(well))]
    copied.write_text(copied.read_text()[:40])
    start_anew(own)
    own.route(records)
    assert own.story(well)["outcome"] != "dead_letter"
    assert set(own.dead()) == {"unknown_key"}
    assert own.query("select distinct owner, source from dead_letter") == [("hub", None)]
    assert own.query("select count(*) from source_standing") == [(0,)]


def replay_all(town: Town) -> list[Record]:
    """Put back what waits, as an operator does; the records as they come from Kafka again."""
    with town.parts.desk() as desk:
        waiting = not_replayed(desk, Reason.UNKNOWN_KEY, None)
        replay(desk, waiting, act(typed("O. Perator"), "the key is here", town.now))
    put_back = town.query("select record_key, value from outbox where topic like %s order by seq", "concern.%")
    return [town.record(key, value) for key, value in put_back]


def test_what_was_buried_while_a_key_of_the_hubs_own_was_lacking_is_decided_once_it_is_replayed(own: Town) -> None:
    concern, record, private = sealed_to_new(own, Use.MATCHING)
    own.now += AWAITED_FOR + timedelta(seconds=1)
    own.route([record])
    assert own.dead() == ["unknown_key"]
    private.with_suffix(".elsewhere").rename(private)
    own.route(replay_all(own))
    assert own.told(concern) == {PRIMARY: "disclose"}
    assert own.query("select status from dead_letter") == [("replayed",)]


def test_what_the_release_before_buried_under_its_sources_name_is_decided_once_it_is_replayed(own: Town) -> None:
    concern, record, private = sealed_to_new(own, Use.DECIDING)
    own.now += AWAITED_FOR + timedelta(seconds=1)
    own.route([record])
    own.change(
        "update dead_letter set source = 'police.caledon', owner = 'police.caledon', event_id = %s", concern.event_id
    )
    private.with_suffix(".elsewhere").rename(private)
    own.route(replay_all(own))
    assert own.told(concern) == {PRIMARY: "disclose"}


def test_replayed_before_the_key_is_there_it_waits_like_any_other(own: Town) -> None:
    concern, record, private = sealed_to_new(own, Use.DECIDING)
    own.now += AWAITED_FOR + timedelta(seconds=1)
    own.route([record])
    [again] = replay_all(own)
    with pytest.raises(Unavailable):
        own.route([again])
    private.with_suffix(".elsewhere").rename(private)
    own.route([again])
    assert own.told(concern) == {PRIMARY: "disclose"}


def test_of_two_hosts_the_one_with_the_key_goes_on_and_what_it_decided_is_waited_for_by_nobody(
    own: Town, tmp_path: Path
) -> None:
    concern, record, private = sealed_to_new(own, Use.RELEASE)
    shutil.copytree(own.settings.home, tmp_path / "other")
    other = Town(own.settings.model_copy(update={"home": tmp_path / "other"}), own.settings.database_url or "")
    held = tmp_path / "other" / private.relative_to(own.settings.home)
    held.with_suffix(".elsewhere").rename(held)
    with pytest.raises(Unavailable):
        own.route([record])
    other.route([record])
    assert own.told(concern) == {PRIMARY: "disclose"}
    own.route([record])
    assert own.dead() == []
    other.router.close()
    other.anew_loop.close()


async def test_readyz_names_the_key_that_is_waited_for_until_it_is_here_and_stays_ready(own: Town) -> None:
    _, record, private = sealed_to_new(own, Use.MATCHING)
    with pytest.raises(Unavailable):
        own.route([record])
    [readyz] = [one for one in health_routes({}, own.parts.keys.troubles) if one.path == "/readyz"]

    async def warnings() -> list[str]:
        answer = await readyz.endpoint(None)
        assert answer.status_code == 200
        found: list[str] = json.loads(answer.body)["warnings"]
        return found

    assert await warnings() == ["The hub's own key hub.matching.2 is not here: copy it into keys/private/."]
    private.with_suffix(".elsewhere").rename(private)
    assert await warnings() == []
