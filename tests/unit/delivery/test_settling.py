"""What the settling transaction writes, and what a defect of the hub cannot break."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from hub.delivery.claimed import Claimed, Rules
from hub.delivery.finished import Finished, Tried
from hub.delivery.reasons import Fault
from hub.delivery.settling import Settler, Settling
from hub.delivery.states import Happening
from hub.facts.outcome import Delivered, Refused, Retry
from hub.facts.terms import OrganisationKind, Purpose, Unsent
from hub.store.connecting import Pool, make_pool
from tests.unit.delivery.world import (
    POLICE,
    PRIMARY,
    SECRET_STORY,
    World,
    a_claim,
    an_organisation,
    inbox,
    utc_now,
)

FAILED = Tried("webhook", Retry(Fault.TIMED_OUT))


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> World:
    return World(
        database_url,
        tmp_path,
        {POLICE: an_organisation(POLICE, kind=OrganisationKind.POLICE), PRIMARY: an_organisation(PRIMARY, inbox())},
    )


@pytest.fixture
async def pool(world: World) -> AsyncIterator[Pool]:
    made = make_pool(world.database_url, "hub-test", 2)
    await made.open()
    yield made
    await made.close()


def settling(world: World) -> Settling:
    return Settling(world.news, world.directory.desks, secrets.token_bytes)


def claimed(world: World, session: int = 1, **columns: object) -> Claimed:
    """A delivery claimed by a session, in the database and in hand."""
    delivery_id = world.deliver(PRIMARY, claimed_by=session, **columns)
    [(event_id,)] = world.rows("select event_id from delivery where delivery_id = %s", delivery_id)
    return a_claim(delivery_id=delivery_id, event_id=event_id, session=session, now=utc_now())


def accepted(one: Claimed) -> Finished:
    return Finished(one, Happening.TAKEN, utc_now(), "inbox", Tried("inbox", Delivered()))


def held(one: Claimed, reason: Unsent = Unsent.ENDPOINT_REFUSED) -> Finished:
    return Finished(one, Happening.STOPPED, utc_now(), "webhook", Tried("webhook", Refused(Fault.GONE)), reason=reason)


def again(one: Claimed) -> Finished:
    return Finished(one, Happening.TRIED, utc_now(), "webhook", FAILED, again_at=utc_now() + timedelta(seconds=9))


async def settle(world: World, pool: Pool, *endings: Finished) -> None:
    async with pool.connection() as connection:
        await settling(world).settle(connection, endings)


async def test_settled_again_an_ending_changes_nothing(world: World, pool: Pool):
    ending = accepted(claimed(world))
    for _ in range(3):
        await settle(world, pool, ending)
    assert world.status(ending.claimed.delivery_id) == ("accepted", None, "inbox", 1)
    counts = [world.rows(f"select count(*) from {table}") for table in ("receipt", "ledger_entry", "outbox")]
    assert counts == [[(1,)]] * 3


@pytest.mark.parametrize("make", [held, again])
async def test_a_claim_that_is_anothers_by_now_is_left_alone(world: World, pool: Pool, make):
    one = claimed(world, session=2)
    await settle(world, pool, make(replace(one, session=1)))
    assert world.rows("select status, attempts, claimed_by from delivery") == [("pending", 0, 2)]
    assert world.rows("select count(*) from review_task") == [(0,)]


async def test_what_the_recipient_took_is_accepted_whoever_holds_the_claim(world: World, pool: Pool):
    one = claimed(world, session=2)
    await settle(world, pool, accepted(replace(one, session=1)))
    await settle(world, pool, again(one))
    assert world.rows("select status, claimed_by from delivery") == [("accepted", None)]


async def test_a_late_failure_never_overwrites_an_accepted_delivery(world: World, pool: Pool):
    one = claimed(world)
    await settle(world, pool, accepted(one))
    await settle(world, pool, held(one))
    assert world.status(one.delivery_id)[0] == "accepted"


@pytest.mark.parametrize("rules", [Rules.OLDER, Rules.SAME])
async def test_a_text_that_may_not_leave_waits_again_for_a_person_and_nothing_is_decided_anew(
    world: World, pool: Pool, rules: Rules
):
    one = replace(claimed(world, purpose=Purpose.SUPPLEMENT), purpose=Purpose.SUPPLEMENT, decided_under=rules)
    await settle(world, pool, held(one, Unsent.ISP_NOT_IN_FORCE))
    assert world.rows("select cause, status from review_task") == [("text", "open")]
    assert world.rows("select count(*) from resumption") == [(0,)]


async def test_a_text_that_arrives_is_asked_about_no_more(world: World, pool: Pool):
    one = replace(claimed(world, purpose=Purpose.SUPPLEMENT), purpose=Purpose.SUPPLEMENT)
    await settle(world, pool, held(one, Unsent.RECIPIENT_KEY_CHANGED))
    await settle(world, pool, accepted(replace(one, attempts=1)))
    assert world.rows("select cause, status from review_task") == [("text", "decided")]


async def test_one_ending_that_cannot_be_written_does_not_hold_up_the_others(world: World, pool: Pool):
    """A defect: an ending whose channel PostgreSQL refuses."""
    good, bad = claimed(world), claimed(world)
    settler = Settler(settling(world), pool)
    task = asyncio.create_task(settler.run())
    settler.put(Finished(bad, Happening.TAKEN, utc_now(), "in\x00box", Tried("inbox", Delivered())))
    settler.put(accepted(good))
    await asyncio.wait_for(settler.drained(), 10)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert world.status(good.delivery_id)[0] == "accepted"
    rows = world.rows(
        "select status, attempts, claimed_by, next_attempt_at > now() + interval '30 seconds' from delivery "
        "where delivery_id = %s",
        bad.delivery_id,
    )
    assert rows == [("pending", 1, None, True)]


async def test_no_table_holds_what_is_disclosed_in_clear(world: World, pool: Pool):
    await settle(world, pool, accepted(claimed(world)), held(claimed(world)))
    for table in ("delivery", "ledger_entry", "outbox", "review_task", "receipt"):
        text = b"".join(str(row).encode() for row in world.rows(f"select {table}::text from {table}"))
        assert SECRET_STORY.encode().hex().encode() not in text
        assert SECRET_STORY.encode() not in text
