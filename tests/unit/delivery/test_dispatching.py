"""What stops or turns a delivery on its way: re-check, operator, deadline, refusal. On real PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from aiohttp import web
from prometheus_client import generate_latest

from hub import metrics
from hub.delivery import lane
from hub.delivery.bulkhead import Limits
from hub.delivery.claimed import Claimed
from hub.delivery.recheck import Go, StandardRecheck, Stop
from hub.delivery.session import LOCK_CLASS
from hub.facts.terms import OrganisationKind, Role, Tier
from hub.people.operating.deliveries import Hand
from hub.sharing.writing.organisations import DutyDesk
from tests.fault import dispatch
from tests.unit.delivery.receiver import Receiver, answering, failing_first, receiving
from tests.unit.delivery.world import (
    ACADEMY,
    DESK,
    POLICE,
    PRIMARY,
    SECRET_STORY,
    World,
    a_policy,
    an_organisation,
    webhook,
)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as made:
        yield made


@pytest.fixture
def world(database_url: str, tmp_path: Path, receiver: Receiver) -> World:
    return dispatch.world(database_url, tmp_path, receiver.url)


async def test_what_was_retracted_meanwhile_is_cancelled_and_never_sent(world: World, receiver: Receiver):
    case = b"case-1"
    event = world.raise_event(case=case, sequence=1)
    delivery_id = world.deliver(PRIMARY, event=event, wake=False)
    world.raise_event(case=case, sequence=2, kind="concern.retracted")
    other = world.deliver(PRIMARY)
    async with world.dispatching():
        await world.all_accepted(1)
        await world.until("select count(*) from delivery where status = 'cancelled'", 1)
    assert world.status(delivery_id) == ("cancelled", "retracted", None, 0)
    assert receiver.told == {str(other)}
    assert world.rows("select count(*) from review_task") == [(0,)]
    assert world.hand(Hand.REPLAY, delivery_id).unchanged == (delivery_id,)


async def test_what_an_isp_no_longer_allows_is_held_and_decided_anew(world: World, receiver: Receiver):
    world.recheck = StandardRecheck(lambda *_: False, lambda *_: None, lambda _: ())
    delivery_id = world.deliver(PRIMARY, isp="ISP-POL-EDU-001@3")
    async with world.dispatching():
        await world.until("select status from delivery", "held")
    assert world.status(delivery_id) == ("held", "isp_not_in_force", None, 0)
    assert world.rows("select cause from review_task") == [("recheck",)]
    assert world.rows("select cause, subject from resumption where done_at is null") == [("recheck", "1")]
    assert not receiver.requests


async def test_the_registration_that_the_rule_went_by_is_looked_up_again(world: World, receiver: Receiver):
    world.recheck = replace(world.recheck, needed_ties=lambda *_: {"enrolled"})
    subject = UUID(int=7)
    with world.connect() as connection:
        for relationship, end, key in (("enrolled", "2020-07-01", b"1"), ("school_nurse", None, b"2")):
            connection.execute(
                "insert into source_record (subject_id, organisation, relationship, end_date, local_key, content_key, "
                "key_id, sealed) values (%s, %s, %s, %s, %s, '', '', '')",
                (subject, PRIMARY, relationship, end, key),
            )
        connection.execute(
            "insert into source_record (subject_id, organisation, relationship, local_key, content_key, key_id, "
            "sealed) values (%s, %s, 'enrolled', '3', '', '', '')",
            (subject, ACADEMY),
        )
    left, stays = world.deliver(PRIMARY, subject_id=subject, wake=False), world.deliver(ACADEMY, subject_id=subject)
    with world.connect() as connection:
        connection.execute(
            "insert into decision select event_id, subject, recipient, role, revision, 'school', 'share', "
            "null, null, 'da-school', null, tier, '{}', '{}' from delivery"
        )
        connection.execute("select pg_notify('delivery', '')")
    async with world.dispatching():
        await world.all_accepted(1)
        await world.until("select count(*) from delivery where status = 'held'", 1)
    assert world.status(left) == ("held", "registration_ended", None, 0)
    assert receiver.told == {str(stays)}


async def test_an_operators_hold_stops_a_delivery_until_it_is_released(world: World, receiver: Receiver):
    delivery_id = world.deliver(PRIMARY)
    assert world.hand(Hand.HOLD, delivery_id).changed == (delivery_id,)
    async with world.dispatching():
        await asyncio.sleep(1.5)
        assert not receiver.requests
        assert world.hand(Hand.RELEASE, delivery_id).changed == (delivery_id,)
        await world.all_accepted(1)


async def test_a_hold_during_an_attempt_never_hides_that_the_recipient_took_it(world: World, receiver: Receiver):
    async def slowly(_request: web.Request, _body: bytes) -> web.Response:
        await asyncio.sleep(0.8)
        return web.Response(status=500 if len(receiver.requests) == 1 else 200)

    receiver.behaviours["primary"] = slowly
    delivery_id = world.deliver(PRIMARY)
    async with world.dispatching():
        for expected in (("held", "by_operator", "webhook", 1), ("accepted", None, "webhook", 2)):
            while not (await asyncio.to_thread(world.rows, "select 1 from delivery where claimed_by is not null")):
                await asyncio.sleep(0.02)
            world.hand(Hand.HOLD, delivery_id)
            await world.until("select count(*) from delivery where claimed_by is null", 1)
            assert world.status(delivery_id) == expected
            world.hand(Hand.RELEASE, delivery_id)


async def test_past_its_deadline_a_delivery_is_still_tried_and_a_person_is_asked_once(
    database_url: str, tmp_path: Path, receiver: Receiver
):
    world = World(
        database_url,
        tmp_path,
        {
            POLICE: an_organisation(POLICE, kind=OrganisationKind.POLICE),
            PRIMARY: an_organisation(PRIMARY, webhook(receiver.at("primary"))),
        },
        policies=dict.fromkeys(Tier, a_policy(1)),
        limits=Limits(failures=100),
    )
    receiver.behaviours["primary"] = failing_first(4)
    delivery_id = world.deliver(PRIMARY, due_in=-1)
    async with world.dispatching():
        await world.until("select count(*) from review_task where status = 'open'", 1)
        await world.all_accepted(1)
    assert world.status(delivery_id) == ("accepted", None, "webhook", 5)
    assert world.rows("select cause, status, owner from review_task") == [("delivery", "decided", POLICE)]


async def test_an_endpoint_that_is_down_gives_way_to_the_inbox_before_the_deadline(world: World, receiver: Receiver):
    world.policies[Tier.URGENT] = a_policy(600, deliver=20)
    receiver.behaviours["primary"] = answering(503)
    delivery_id = world.deliver(PRIMARY, due_in=7)
    async with world.dispatching():
        await world.all_accepted(1, within=12)
    assert world.status(delivery_id) == ("accepted", None, "inbox", 3)
    [(early,)] = world.rows("select settled_at < due_by from delivery")
    assert early
    assert world.rows("select count(*) from review_task") == [(0,)]


async def test_what_waits_behind_an_open_circuit_also_gives_way_to_the_inbox(world: World, receiver: Receiver):
    world.policies[Tier.URGENT] = a_policy(600, deliver=20)
    world.limits = Limits(per_endpoint=1, failures=1, open_for=timedelta(seconds=60))
    receiver.behaviours["primary"] = answering(503)
    world.deliver(PRIMARY, due_in=3_600)
    async with world.dispatching():
        await world.until("select count(*) from delivery where attempts = 1", 1)
        waiting = world.deliver(PRIMARY, due_in=8)
        await world.all_accepted(1, within=12)
    assert world.status(waiting) == ("accepted", None, "inbox", 1)
    assert str(waiting) not in receiver.told


@pytest.mark.parametrize(
    ("status", "reason"), [(410, "endpoint_refused"), (401, "endpoint_refused"), (422, "message_invalid")]
)
async def test_what_is_refused_is_held_seen_and_can_be_replayed(
    database_url: str, tmp_path: Path, receiver: Receiver, status: int, reason: str
):
    desk = DutyDesk(organisation=DESK, role=Role.FRONT_DOOR)
    world = World(
        database_url,
        tmp_path,
        {
            POLICE: an_organisation(POLICE, kind=OrganisationKind.POLICE),
            PRIMARY: an_organisation(PRIMARY, webhook(receiver.at("primary")), desk=desk),
        },
    )
    receiver.behaviours["primary"] = answering(status)
    delivery_id = world.deliver(PRIMARY)
    async with world.dispatching():
        await world.until("select status from delivery", "held")
        assert world.status(delivery_id) == ("held", reason, "webhook", 1)
        [(cause, owner, role, state, why)] = world.rows("select cause, owner, owner_role, status, why from review_task")
        assert (cause, owner, role, state) == ("delivery", DESK, "front_door", "open")
        assert str(delivery_id) in why[0]
        receiver.behaviours.clear()
        handled = world.hand(Hand.REPLAY, delivery_id)
        assert handled.changed == (delivery_id,)
        await world.all_accepted(1)
    assert world.rows("select status from review_task") == [("decided",)]
    kinds = dict(world.rows("select kind, count(*) from ledger_entry group by kind"))
    assert kinds == {"unsent": 1, "review": 1, "operator": 1, "receipt": 1}


# --- the hub's own faults --------------------------------------------------------------------------------------------


async def test_what_cannot_be_checked_does_not_leave_and_stops_nothing_else(world: World, receiver: Receiver):
    poisoned = world.deliver(PRIMARY, wake=False)
    usual = world.recheck

    def broken_for_one(claimed: Claimed, now: datetime) -> Go | Stop:
        if claimed.delivery_id == poisoned:
            raise ZeroDivisionError(SECRET_STORY)
        return usual(claimed, now)

    world.recheck = broken_for_one
    other = world.deliver(ACADEMY)
    async with world.dispatching():
        await world.all_accepted(1)
        put_off = (
            "select count(*) from delivery where status = 'pending' and next_attempt_at > now() + '30 s'::interval"
        )
        await world.until(put_off, 1)
    assert receiver.told == {str(other)}
    assert world.status(poisoned) == ("pending", None, None, 0)


async def test_a_claim_whose_answer_was_lost_is_found_and_goes_out(
    world: World, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
):
    """PostgreSQL marked the row as this session's, but the session never heard so."""
    monkeypatch.setattr(lane, "STRAYS_S", 0.5)
    async with world.dispatching():
        locks = (
            f"select count(*) from pg_locks where locktype = 'advisory' and classid = {LOCK_CLASS} and "
            "database = (select oid from pg_database where datname = current_database())"
        )
        await world.until(locks, 1)
        [(session,)] = world.rows(locks.replace("count(*)", "objid::int"))
        world.deliver(PRIMARY, claimed_by=session)
        await world.all_accepted(1, within=6)
    assert set(receiver.sent.values()) == {1}


async def test_neither_log_nor_metrics_hold_a_body_an_answer_an_address_or_a_recipient(
    world: World, receiver: Receiver, capsys: pytest.CaptureFixture[str]
):
    async def tells_tales(_request: web.Request, _body: bytes) -> web.Response:
        if len(receiver.requests) < 3:
            return web.Response(status=500, text=SECRET_STORY, headers={"X-Story": SECRET_STORY})
        return web.Response(status=200, text=SECRET_STORY)

    world.policies[Tier.URGENT] = a_policy(1, 1, 1)
    receiver.behaviours |= {"primary": tells_tales, "academy": answering(410, Location=SECRET_STORY)}
    world.deliver(PRIMARY)
    world.deliver(ACADEMY)
    async with world.dispatching():
        await world.all_accepted(2)
    out, err = capsys.readouterr()
    seen = out + err + generate_latest(metrics.REGISTRY).decode()
    assert "attempt" in seen
    for secret in (SECRET_STORY, "Isla", receiver.url, "glenmore", "/primary"):
        assert secret not in seen
