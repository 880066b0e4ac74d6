"""What cannot wait for a recipient's own system: in the inbox at once, or after the second failure; who is asked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from hub.delivery.bulkhead import Limits
from hub.facts.terms import OrganisationKind, Tier, Unsent
from hub.store.sqlfiles import sql
from tests.unit.delivery.receiver import Receiver, answering, failing_first, receiving
from tests.unit.delivery.world import POLICE, PRIMARY, World, a_policy, an_organisation, inbox, utc_now, webhook

IN_INBOX = "select count(*) from delivery where status = 'accepted' and channel = 'inbox'"
OVER = "select count(*) from delivery where trying is null and claimed_by is null"


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as made:
        yield made


@pytest.fixture
def world(database_url: str, tmp_path: Path, receiver: Receiver) -> World:
    """A school with a system of its own and an inbox; a failed attempt is made again after a second."""
    return World(
        database_url,
        tmp_path,
        {
            POLICE: an_organisation(POLICE, kind=OrganisationKind.POLICE),
            PRIMARY: an_organisation(PRIMARY, webhook(receiver.at("primary")), inbox()),
        },
        policies=dict.fromkeys(Tier, a_policy(1)),
        limits=Limits(failures=100),
    )


def attempts(world: World, delivery_id: UUID) -> list[tuple[object, ...]]:
    return world.rows(
        "select channel, outcome, reason from delivery_attempt where delivery_id = %s order by number", delivery_id
    )


async def test_an_immediate_lies_in_the_inbox_at_once_and_reaches_the_system_when_it_is_back_under_the_same_id(
    world: World, receiver: Receiver
):
    receiver.behaviours["primary"] = failing_first(2)
    delivery_id = world.deliver(PRIMARY, tier=Tier.IMMEDIATE)
    async with world.dispatching():
        await world.until(IN_INBOX, 1, within=5)
        await world.until(OVER, 1)
    assert world.rows("select settled_at - created_at < interval '5 s' from delivery") == [(True,)]
    assert receiver.sent == {str(delivery_id): 3}
    assert attempts(world, delivery_id) == [
        ("inbox", "delivered", None),
        ("webhook", "retry", "server_error"),
        ("webhook", "retry", "server_error"),
        ("webhook", "delivered", None),
    ]
    assert world.status(delivery_id) == ("accepted", None, "inbox", 4)
    assert world.rows("select layer from receipt") == [(1,)]
    assert world.rows("select count(*) from outbox") == [(1,)]
    assert world.rows("select kind, count(*) from ledger_entry group by kind") == [("receipt", 2)]


async def test_a_person_is_asked_once_when_half_of_the_time_is_gone_and_no_more_when_it_arrived(
    world: World, receiver: Receiver
):
    world.policies[Tier.IMMEDIATE] = a_policy(1, deliver=60)  # so that its last call is not yet
    receiver.behaviours["primary"] = answering(503)
    now = utc_now()
    almost_half_gone = now - timedelta(seconds=50)
    world.deliver(PRIMARY, tier=Tier.IMMEDIATE, due_in=60, created_at=almost_half_gone)
    async with world.dispatching():
        await world.until(IN_INBOX, 1, within=5)
        assert world.rows("select count(*) from review_task") == [(0,)]
        await world.until("select count(*) from review_task where cause = 'delivery' and status = 'open'", 1)
        del receiver.behaviours["primary"]
        await world.until("select count(*) from review_task where status = 'decided'", 1)
    assert world.rows("select count(*) from review_task") == [(1,)]


async def test_a_system_that_refuses_is_not_tried_on_and_nobody_is_asked_for_the_inbox_has_it(
    world: World, receiver: Receiver
):
    receiver.behaviours["primary"] = answering(410)
    delivery_id = world.deliver(PRIMARY, tier=Tier.IMMEDIATE)
    async with world.dispatching():
        await world.until(IN_INBOX, 1, within=5)
        await world.until(OVER, 1)
    assert receiver.sent == {str(delivery_id): 1}
    assert world.status(delivery_id)[:3] == ("accepted", None, "inbox")
    assert world.rows("select count(*) from review_task") == [(0,)]


@pytest.mark.parametrize("why", [Unsent.RETRACTED, Unsent.CORRECTED])
async def test_what_is_taken_back_is_not_tried_on(world: World, receiver: Receiver, why: Unsent):
    receiver.behaviours["primary"] = answering(503)
    delivery_id = world.deliver(PRIMARY, tier=Tier.IMMEDIATE)
    async with world.dispatching():
        await world.until("select count(*) from delivery where attempts > 1", 1)
        with world.connect() as connection:
            given = {"ids": [delivery_id], "reasons": [why], "now": utc_now()}
            connection.execute(sql("cancel_deliveries", "hub.routing"), given)
        await world.until(OVER, 1)
        sent = receiver.sent[str(delivery_id)]
        await world.until("select count(*) from delivery where next_attempt_at < now()", 1)
    assert receiver.sent[str(delivery_id)] == sent
    assert world.status(delivery_id)[:3] == ("accepted", None, "inbox")


async def test_a_dispatcher_that_dies_leaves_what_is_tried_on_to_the_next(world: World, receiver: Receiver):
    delivery_id = world.deliver(
        PRIMARY, tier=Tier.IMMEDIATE, status="accepted", channel="inbox", trying="webhook", claimed_by=77, attempts=1
    )
    async with world.dispatching():
        await world.until(OVER, 1)
    assert receiver.told == {str(delivery_id)}


async def test_an_urgent_one_goes_to_the_inbox_after_the_second_failure(world: World, receiver: Receiver):
    receiver.behaviours["primary"] = answering(503)
    delivery_id = world.deliver(PRIMARY)
    async with world.dispatching():
        await world.all_accepted(1, within=10)
    assert attempts(world, delivery_id) == [
        ("webhook", "retry", "server_error"),
        ("webhook", "retry", "server_error"),
        ("inbox", "delivered", None),
    ]


async def test_an_urgent_one_does_not_wait_behind_an_endpoint_that_is_left_alone(world: World, receiver: Receiver):
    world.limits = Limits(per_endpoint=1, failures=1, open_for=timedelta(seconds=60))
    receiver.behaviours["primary"] = answering(503)
    world.deliver(PRIMARY)
    async with world.dispatching():
        await world.until("select count(*) from delivery where attempts = 1", 1)
        waiting = world.deliver(PRIMARY)
        await world.until(f"select count(*) from delivery where delivery_id = '{waiting}' and status = 'accepted'", 1)
    assert world.status(waiting)[2] == "inbox"
    assert str(waiting) not in receiver.told


async def test_a_routine_one_waits_for_the_recipient_s_own_system(world: World, receiver: Receiver):
    world.policies[Tier.ROUTINE] = a_policy(1, 1, 1)
    receiver.behaviours["primary"] = failing_first(3)
    delivery_id = world.deliver(PRIMARY, tier=Tier.ROUTINE)
    async with world.dispatching():
        await world.all_accepted(1, within=10)
    assert world.status(delivery_id) == ("accepted", None, "webhook", 4)
