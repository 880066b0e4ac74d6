"""One row of a newer release, of each kind: it is put aside and named, and everything else goes on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from hub import metrics
from hub.delivery.dispatcher import Dispatcher
from hub.delivery.settling import Settler
from hub.facts.terms import Cause, Tier
from hub.kafka.relay import relay_once
from hub.people.operating.deliveries import show_delivery
from hub.routing.anew_requests import ask_anew
from hub.store.connecting import connect_async
from tests.builders import FINLAY, ISLA, a_concern
from tests.fault import dispatch
from tests.town import ACADEMY as TOWNS_ACADEMY
from tests.town import Town
from tests.unit.delivery.receiver import Receiver, receiving
from tests.unit.delivery.world import DESK, PRIMARY, World, sweep


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as made:
        yield made


@pytest.fixture
def world(database_url: str, tmp_path: Path, receiver: Receiver) -> World:
    return dispatch.world(database_url, tmp_path, receiver.url)


def unread(kind: str) -> float:
    found: float = metrics.ROWS_UNREAD.labels(kind)._value.get()
    return found


@pytest.mark.parametrize(
    "columns",
    [{"role": "school_counsellor"}, {"purpose": "remind"}, {"tier": "within_the_hour"}],
    ids=str,
)
async def test_a_delivery_of_which_a_word_is_unknown_waits_and_the_others_leave(
    world: World, receiver: Receiver, columns: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    [strange] = [world.deliver(PRIMARY, due_in=-60)]
    others = [world.deliver(PRIMARY, tier=tier) for tier in Tier]
    for name, word in columns.items():
        world.rows(f"update delivery set {name} = %s where delivery_id = %s returning 1", word, strange)
    async with world.dispatching() as dispatcher:
        await world.all_accepted(3)
        for _ in range(100):
            if unread("delivery"):
                break
            await asyncio.sleep(0.1)
        assert await dispatcher.ready()
    assert {str(one) for one in others} <= receiver.told
    assert str(strange) not in receiver.told
    assert world.status(strange) == ("pending", None, None, 0), "a newer dispatcher finds it as it was"
    assert unread("delivery") == 1
    said = capsys.readouterr().out
    assert "row_unread" in said
    assert str(strange) in said


async def test_a_delivery_on_a_channel_that_is_unknown_goes_by_one_that_is_known(
    world: World, receiver: Receiver
) -> None:
    strange = world.deliver(PRIMARY, channel="pager")
    async with world.dispatching():
        await world.all_accepted(1)
    assert str(strange) in receiver.told


async def test_a_channel_unknown_here_is_tried_on_by_whoever_knows_it(world: World) -> None:
    strange = world.deliver(PRIMARY, status="accepted", channel="inbox", trying="pager")
    other = world.deliver(PRIMARY)
    async with world.dispatching():
        await world.all_accepted(2)
    assert world.rows("select delivery_id, trying from delivery where trying is not null") == [(strange, "pager")]
    assert world.status(other)[0] == "accepted"
    await sweep(world)
    assert unread("delivery") == 1


def a_task(world: World, **columns: str) -> UUID:
    """A review whose time is over."""
    task_id, values = uuid4(), {"owner": DESK, "owner_role": "front_door", "tier": "urgent"} | columns
    world.rows(
        "insert into review_task (task_id, event_id, subject, cause, why, owner, owner_role, tier, opened_at, due_by,"
        " status) values (%s, %s, '1', 'match', '{}', %s, %s, %s, now() - interval '1 day', now(), 'open') returning 1",
        task_id, world.raise_event(), values["owner"], values["owner_role"], values["tier"],
    )  # fmt: skip
    return task_id


def a_dead_letter(world: World, **columns: str) -> UUID:
    """A dead letter whose time is over."""
    letter_id, event_id = uuid4(), world.raise_event()
    world.rows(
        "insert into dead_letter (dead_letter_id, topic, partition, record_offset, event_id, reason, owner,"
        " owner_role, opened_at, due_by, status)"
        " values (%s, %s, 0, 1, %s, 'undecodable', %s, %s, now(), now(), 'open') returning 1",
        letter_id, columns.get("topic", "concern.urgent"), event_id, DESK, columns.get("owner_role", "front_door"),
    )  # fmt: skip
    return letter_id


@pytest.mark.parametrize("columns", [{"owner_role": "children_s_champion"}, {"tier": "within_the_hour"}])
async def test_a_review_of_which_a_word_is_unknown_is_named_and_the_others_reach_their_desks(
    world: World, columns: dict[str, str]
) -> None:
    strange, known, letter = a_task(world, **columns), a_task(world), a_dead_letter(world)
    await sweep(world)
    states = dict(world.rows("select task_id, status from review_task"))
    assert (states[strange], states[known]) == ("open", "escalated")
    assert world.rows("select status from dead_letter where dead_letter_id = %s", letter) == [("escalated",)]
    assert unread("review_task") == 1


async def test_a_dead_letter_of_which_a_word_is_unknown_is_named_and_the_others_reach_their_desks(world: World) -> None:
    strange, known = a_dead_letter(world, owner_role="children_s_champion"), a_dead_letter(world, topic="concern.dawn")
    task = a_task(world)
    await sweep(world)
    states = dict(world.rows("select dead_letter_id, status from dead_letter"))
    assert (states[strange], states[known]) == ("open", "escalated")
    assert world.rows("select status from review_task where task_id = %s", task) == [("escalated",)]
    assert unread("dead_letter") == 1


async def test_a_disclosure_to_a_role_unknown_here_that_nobody_opens_is_named(world: World) -> None:
    event = world.raise_event()
    for role in ("school_counsellor", "head_teacher"):
        world.deliver(PRIMARY, event=event, status="accepted", channel="inbox", wake=False)
        world.rows(
            "update delivery set role = %s, settled_at = now() - interval '30 days', subject = %s "
            "where role = 'designated_safeguarding_lead' returning 1",
            role, role,
        )  # fmt: skip
        world.rows("update delivery set delivery_id = gen_random_uuid() returning 1")
    await sweep(world)
    assert world.rows("select subject from review_task where cause = 'unconfirmed'") == [("head_teacher",)]
    assert unread("delivery") == 1


async def test_an_operator_still_sees_what_is_held_for_a_reason_of_a_newer_release(world: World) -> None:
    held = world.deliver(PRIMARY, status="held", reason="awaits_translation")
    with world.desk() as desk:
        found = show_delivery(desk, held)
    assert found is not None
    assert "newer release" in found["explanation"]


async def test_a_settler_that_ends_by_itself_ends_the_dispatcher(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def failing(_: Settler) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr(Settler, "run", failing)
    with pytest.raises(RuntimeError, match="a defect"):
        await asyncio.wait_for(Dispatcher(world.tools()).run(asyncio.Event()), 20)


async def test_a_sweep_of_one_kind_that_fails_stops_no_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from hub.delivery.sweep import Sweep

    async def failing(*_: object) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr(Sweep, "_late", failing)
    task = a_task(world)
    await sweep(world)
    assert world.rows("select status from review_task where task_id = %s", task) == [("escalated",)]


# --- the router ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("column", ["cause", "answer"])
def test_a_request_of_which_a_word_is_unknown_goes_behind_the_others_and_ends_with_the_operators(
    town: Town, column: str
) -> None:
    strange, sound = a_concern(reference="VPD-strange").about(ISLA).made(), a_concern().about(FINLAY).made()
    town.send(strange, sound)
    town.change("update delivery set status = 'held', reason = 'recipient_key_changed'")
    with town.parts.connect() as connection, connection.transaction():
        ask_anew(connection, Cause.RECHECK, [(strange.event_id, "1")])
        ask_anew(connection, Cause.RECHECK, [(sound.event_id, "1")])
    town.change(f"update resumption set {column} = 'tossed_a_coin' where event_id = %s", strange.event_id)
    town.decide_anew()
    assert town.told(sound) == {TOWNS_ACADEMY: "disclose"}
    assert town.query("select revision from event where event_id = %s", sound.event_id) == [(2,)]
    assert town.query("select failed from resumption where event_id = %s", strange.event_id) == [
        ("the hub failed on it",)
    ]
    assert [r["owner"] for r in town.story(strange)["reviews"]] == ["hub"]


def test_a_case_with_a_delivery_to_a_role_unknown_here_is_buried_alone_and_can_be_replayed(town: Town) -> None:
    town.send(a_concern(reference="VPD-strange").about(ISLA).made())
    town.change("update delivery set role = 'school_counsellor'")
    update = a_concern(reference="VPD-strange", sequence=2).about(ISLA).made()
    town.send(update, sound := a_concern(reference="VPD-sound").about(FINLAY).made())
    assert town.dead() == ["hub_fault"]
    assert town.query("select event_id, whole from dead_letter") == [(update.event_id, True)]
    assert town.told(sound) == {TOWNS_ACADEMY: "disclose"}


# --- the outbox ------------------------------------------------------------------------------------------------------


class Broker:
    """Takes every topic but one, at which the client itself fails."""

    def __init__(self) -> None:
        self.taken: list[str] = []

    async def send(self, topic: str, *, value: bytes, key: bytes | None) -> asyncio.Future[None]:
        if topic == "receipts.strange":
            raise ValueError("a topic that cannot be")
        self.taken.append(topic)
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        done.set_result(None)
        return done


async def test_an_outbox_row_that_cannot_be_sent_rests_and_the_others_go(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    for topic in ("receipts.strange", "receipts.police.caledon", "receipts.strange"):
        world.rows("insert into outbox (topic, value) values (%s, '') returning 1", topic)
    broker, stuck = Broker(), dict[int, float]()
    async with await connect_async(world.database_url, "test") as connection:
        assert await relay_once(connection, broker, stuck) == 1  # type: ignore[arg-type]  # it asks for `send` alone
        assert await relay_once(connection, broker, stuck) == 0  # type: ignore[arg-type]  # as above
    assert broker.taken == ["receipts.police.caledon"]
    assert len(stuck) == 2
    assert "receipts.strange" in capsys.readouterr().out
