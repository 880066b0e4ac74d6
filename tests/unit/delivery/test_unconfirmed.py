"""Watched until a person confirms, not a machine. On real PostgreSQL."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from hub import metrics
from hub.facts.terms import Layer, OrganisationKind, Purpose, Role, Tier
from hub.people.receipts import Receipt, Receipts
from hub.people.receiving.reader import Reader
from hub.sharing.writing.organisations import DutyDesk, Holder
from hub.sharing.writing.tiers import Escalation
from hub.store.connecting import connect_async
from tests.unit.delivery.world import (
    DESK,
    DSL,
    POLICE,
    PRIMARY,
    World,
    a_policy,
    an_organisation,
    inbox,
    sweep,
    utc_now,
)

HOUR = timedelta(hours=1)
SOMEBODY = (Holder(name="Morag Fraser", contact="01632 960155"),)
CHAIN = (
    Escalation(role=Role.HEAD_TEACHER, after="PT1H"),
    Escalation(role=Role.FRONT_DOOR, after="PT2H"),
    Escalation(role=Role.DUTY_OFFICER, after="PT4H"),
)


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> World:
    """A school with a safeguarding lead and a head, its authority, and the police; twelve hours to confirm."""
    school = an_organisation(PRIMARY, inbox(), desk=DutyDesk(organisation=DESK, role=Role.FRONT_DOOR))
    holders = {"holders": {DSL: SOMEBODY, Role.HEAD_TEACHER: SOMEBODY}, "authority": DESK}
    policy = a_policy(1, acknowledge=12 * 3_600).model_copy(update={"escalate": CHAIN})
    return World(
        database_url,
        tmp_path,
        {
            POLICE: an_organisation(POLICE, kind=OrganisationKind.POLICE),
            DESK: an_organisation(DESK, inbox(), kind=OrganisationKind.LOCAL_AUTHORITY),
            PRIMARY: school.model_copy(update=holders),
        },
        policies=dict.fromkeys(Tier, policy),
    )


def taken(world: World, *, ago: timedelta, **columns: Any) -> UUID:
    """A disclosure that the inbox or a webhook took."""
    at = utc_now() - ago
    delivery_id = world.deliver(
        PRIMARY, **{"status": "accepted", "channel": "webhook", "settled_at": at, "created_at": at, **columns}
    )
    put_receipt(world, delivery_id, Layer.ACCEPTED)
    return delivery_id


def put_receipt(world: World, delivery_id: UUID, layer: Layer) -> None:
    with world.connect() as connection:
        connection.execute(
            "insert into receipt (delivery_id, layer, at, received_at) values (%s, %s, now(), now())",
            (delivery_id, int(layer)),
        )


async def confirm(world: World, delivery_id: UUID, layer: Layer, by: str | None = None) -> None:
    receipts = Receipts(world.news, world.evidence, utc_now)
    connection = await connect_async(world.database_url, "test")
    async with connection:
        await receipts.record(connection, Reader(PRIMARY, DSL, "k"), Receipt(delivery_id, layer, utc_now(), by))


def notices(world: World) -> list[tuple[str, str]]:
    return world.rows("select recipient, role from delivery where purpose = 'notify' order by created_at, recipient")


def tasks(world: World) -> list[tuple[Any, ...]]:
    return world.rows("select cause, status, owner, owner_role from review_task")


async def test_for_as_long_as_its_tier_gives_nobody_is_asked(world: World):
    taken(world, ago=11 * HOUR)
    await sweep(world)
    assert (tasks(world), notices(world)) == ([], [])
    assert metrics.REGISTRY.get_sample_value("hub_unconfirmed", {"tier": "urgent"}) == 0


async def test_then_a_person_is_asked_and_each_step_of_the_chain_tells_one_desk_more_once(world: World):
    delivery_id = taken(world, ago=12 * HOUR)
    head, front_door, control_room = (PRIMARY, "head_teacher"), (DESK, "front_door"), (POLICE, "duty_officer")
    for hours, told in ((0, []), (1, [head]), (2, [front_door]), (4, [control_room])):
        before = notices(world)
        for _ in range(2):
            await sweep(world, utc_now() + hours * HOUR + timedelta(seconds=5))
        assert list((Counter(notices(world)) - Counter(before)).elements()) == told
    assert tasks(world)[0] == ("unconfirmed", "open", DESK, "front_door")
    assert len([one for one in tasks(world) if one[0] == "unconfirmed"]) == 1
    entries = world.rows("select facts from ledger_entry where kind = 'escalation' order by seq")
    steps = [json.loads(facts) for (facts,) in entries]
    assert [(one["step"], one["id"], one["told"]) for one in steps if one["what"] == "delivery"] == [
        (number, str(delivery_id), True) for number in (1, 2, 3)
    ]


async def test_six_days_unopened_everybody_in_the_chain_has_heard_and_an_alarm_stands(world: World):
    delivery_id = taken(world, ago=timedelta(days=6))
    before = metrics.REGISTRY.get_sample_value("hub_escalations_total", {"what": "delivery", "told": "desk"}) or 0
    await sweep(world)
    assert sorted(notices(world)) == [(DESK, "front_door"), (POLICE, "duty_officer"), (PRIMARY, "head_teacher")]
    assert [cause for cause, *_ in tasks(world)] == ["unconfirmed"]
    assert metrics.REGISTRY.get_sample_value("hub_unconfirmed", {"tier": "urgent"}) == 1
    assert metrics.REGISTRY.get_sample_value("hub_reviews_open", {"cause": "unconfirmed"}) == 1
    after = metrics.REGISTRY.get_sample_value("hub_escalations_total", {"what": "delivery", "told": "desk"}) or 0
    assert after - before == 3
    [(body,)] = world.rows("select body from delivery where role = 'head_teacher'")
    data = json.loads(body)["data"]
    assert (data["reason"], data["id"], data["ids"]) == ("unconfirmed", str(delivery_id), [str(delivery_id)])


@pytest.mark.parametrize("layer", [Layer.OPENED, Layer.ACTED])
async def test_once_a_named_person_confirms_nobody_is_told_any_more(world: World, layer: Layer):
    delivery_id = taken(world, ago=12 * HOUR)
    await sweep(world)
    await confirm(world, delivery_id, layer, "Morag Fraser")
    await sweep(world, utc_now() + 10 * HOUR)
    assert tasks(world) == [("unconfirmed", "decided", DESK, "front_door")]
    assert notices(world) == []
    assert metrics.REGISTRY.get_sample_value("hub_unconfirmed", {"tier": "urgent"}) == 0


async def test_what_a_machine_collected_nobody_has_confirmed(world: World):
    delivery_id = taken(world, ago=12 * HOUR)
    await confirm(world, delivery_id, Layer.COLLECTED)
    await sweep(world)
    assert [cause for cause, *_ in tasks(world)] == ["unconfirmed"]


async def test_a_word_taken_by_the_release_before_counts(world: World):
    delivery_id = taken(world, ago=12 * HOUR)
    await sweep(world)
    put_receipt(world, delivery_id, Layer.OPENED)
    await sweep(world, utc_now() + 5 * HOUR)
    assert tasks(world) == [("unconfirmed", "decided", DESK, "front_door")]
    assert notices(world) == []


async def test_a_reviewer_s_word_that_somebody_saw_to_it_ends_the_chain(world: World):
    taken(world, ago=12 * HOUR)
    await sweep(world)
    with world.connect() as connection:
        connection.execute("update review_task set status = 'decided'")
    await sweep(world, utc_now() + 5 * HOUR)
    assert notices(world) == []
    assert world.rows("select unconfirmed from delivery") == [(False,)]


@pytest.mark.parametrize(
    "columns",
    [
        {"purpose": Purpose.RECALL},
        {"purpose": Purpose.NOTIFY},
        {"recalled_at": utc_now()},
        {"status": "pending", "settled_at": None, "due_by": utc_now() + timedelta(days=30)},
    ],
    ids=["a recall", "a notice", "what was called back", "what was not taken yet"],
)
async def test_only_a_disclosure_that_stands_has_to_be_confirmed(world: World, columns: dict[str, Any]):
    taken(world, ago=timedelta(days=6), **columns)
    await sweep(world)
    assert [cause for cause, *_ in tasks(world)] == []


async def test_one_notice_tells_a_desk_of_all_children_of_an_event(world: World):
    event = world.raise_event()
    siblings = {str(taken(world, ago=timedelta(days=6), event=event, subject=key)) for key in ("1", "2", "3")}
    await sweep(world)
    assert len(notices(world)) == 3
    assert len(tasks(world)) == 3, "a task stays a child's own"
    [(body,)] = world.rows("select body from delivery where role = 'head_teacher'")
    assert set(json.loads(body)["data"]["ids"]) == siblings


async def test_what_is_held_and_what_nobody_could_use_stand_on_their_gauges_until_somebody_acts(world: World):
    world.deliver(PRIMARY, status="held", reason="endpoint_refused", due_in=-1)
    world.deliver(PRIMARY, status="held", reason="by_operator", due_in=3_600)
    with world.connect() as connection:
        connection.execute(
            "insert into dead_letter values (gen_random_uuid(), 'concern.urgent', 0, 1, null, null, 'not_framed', "
            "'hub', 'operator', now(), now() + interval '1 hour', 'escalated', null, '')"
        )
    await sweep(world)
    sample = metrics.REGISTRY.get_sample_value
    assert sample("hub_deliveries_held", {"tier": "urgent"}) == 2
    assert sample("hub_deliveries_late", {"tier": "urgent"}) == 1
    assert sample("hub_dead_letters_open") == 1
