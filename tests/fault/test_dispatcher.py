"""The dispatcher on real PostgreSQL, killed, hung, cut off and restarted: nothing lost, nothing told twice, none late."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from aiohttp import web

from hub import metrics
from hub.delivery.asking import HUB_DESK
from hub.delivery.bulkhead import Limits
from hub.delivery.operating import Hand, handle
from hub.delivery.recheck import StandardRecheck
from hub.delivery.session import LOCK_CLASS
from hub.delivery.sweep import Sweep
from hub.model import OrganisationKind, Purpose, Role, Tier
from hub.sharing.organisations import DutyDesk
from tests.fault import dispatch
from tests.unit.delivery.world import (
    ACADEMY,
    DESK,
    POLICE,
    PRIMARY,
    Receiver,
    World,
    a_policy,
    an_organisation,
    answering,
    failing_first,
    hanging,
    inbox,
    mesh,
    receiving,
    signature_holds,
    utc_now,
    webhook,
)

HERE = Path(__file__).resolve()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as made:
        yield made


@pytest.fixture
def world(database_url: str, tmp_path: Path, receiver: Receiver) -> World:
    return dispatch.world(database_url, tmp_path, receiver.url)


@contextmanager
def a_dispatcher_process(world: World, receiver: Receiver) -> Iterator[subprocess.Popen[bytes]]:
    root = HERE.parents[2]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.fault.dispatch", world.database_url, str(world.home), receiver.url], cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)}, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


async def sessions(world: World) -> list[int]:
    found = await asyncio.to_thread(
        world.rows, "select objid::int from pg_locks where locktype = 'advisory' and classid = %s and objsubid = 2 "
                    "and database = (select oid from pg_database where datname = current_database())", LOCK_CLASS)
    return [number for (number,) in found]


# --- the usual way ------------------------------------------------------------------------------------------------------


async def test_each_delivery_arrives_once_with_its_receipt_its_ledger_entry_and_news_for_the_sender(
        world: World, receiver: Receiver):
    ids = [world.deliver(PRIMARY), world.deliver(ACADEMY, tier=Tier.IMMEDIATE), world.deliver(PRIMARY, tier=Tier.ROUTINE)]
    async with world.dispatching() as dispatcher:
        await world.all_accepted(3)
        assert await dispatcher.ready()

    assert receiver.sent == {str(delivery_id): 1 for delivery_id in ids}
    _, headers, body = receiver.requests[0]
    assert signature_holds(headers, body, world.keys.public("hub.webhook.1").raw)
    assert json.loads(body)["id"] == headers["webhook-id"]
    assert world.status(ids[0]) == ("accepted", None, "webhook", 1)
    assert world.rows("select layer, count(*) from receipt group by layer") == [(1, 3)]
    assert world.rows("select kind, count(*) from ledger_entry group by kind") == [("receipt", 3)]
    assert world.rows("select topic, count(*) from outbox group by topic") == [(f"receipts.{POLICE}", 3)]
    assert world.rows("select count(*) from delivery where claimed_by is not null or settled_at is null") == [(0,)]


async def test_what_is_written_while_it_runs_leaves_at_once(world: World, receiver: Receiver):
    async with world.dispatching():
        world.deliver(PRIMARY)
        await world.all_accepted(1)
        loop = asyncio.get_running_loop()
        waits = []
        for count in range(2, 7):
            began = loop.time()
            await asyncio.to_thread(world.deliver, PRIMARY)
            while len(receiver.requests) < count:
                await asyncio.sleep(0.002)
            waits.append(loop.time() - began)
        assert sorted(waits)[2] < 0.5, "a poll would take a second"


async def test_the_inbox_takes_what_has_no_webhook_and_a_channel_not_built_is_passed_over(
        database_url: str, tmp_path: Path):
    world = World(database_url, tmp_path, {
        POLICE: an_organisation(POLICE, kind=OrganisationKind.POLICE), PRIMARY: an_organisation(PRIMARY, mesh(), inbox()),
        ACADEMY: an_organisation(ACADEMY, mesh())})
    there, nowhere = world.deliver(PRIMARY), world.deliver(ACADEMY)
    async with world.dispatching():
        await world.all_accepted(1)
        await world.until("select count(*) from delivery where status = 'held'", 1)
    assert world.status(there) == ("accepted", None, "inbox", 1)
    assert world.status(nowhere) == ("held", "no_channel", None, 0)
    assert world.rows("select cause, status, owner from review_task") == [("delivery", "open", POLICE)]


async def test_news_counts_what_every_delivery_of_the_event_came_to(world: World):
    event = world.raise_event()
    world.deliver(PRIMARY, event=event, wake=False)
    world.deliver(ACADEMY, event=event, wake=False)
    world.deliver(PRIMARY, event=event, role=Role.HEAD_TEACHER, tier=Tier.ROUTINE, wake=False)
    world.deliver(DESK, event=event, purpose=Purpose.NOTIFY, status="held")
    async with world.dispatching():
        await world.all_accepted(3)
    newest = world.rows("select value from outbox order by seq desc limit 1")[0][0]
    from tests.contract.test_console_api import open_news

    news = open_news(world, newest)
    assert news["told"] == 3
    assert [(one["layer"], one["count"]) for one in news["layers"]] == [("accepted", 3)]


# --- death --------------------------------------------------------------------------------------------------------------


async def test_killed_after_the_endpoint_accepted_nothing_is_lost_and_nothing_is_told_twice(
        world: World, receiver: Receiver):
    """kill -9 while the recipient holds the deliveries and the hub has not heard so."""
    ids = world.deliver_many([PRIMARY, ACADEMY] * 20)
    taken = asyncio.Event()

    async def accept_in_silence(_request: web.Request, _body: bytes) -> None:
        if len(receiver.requests) >= 10:
            taken.set()
        await asyncio.sleep(60)

    receiver.behaviours |= {"primary": accept_in_silence, "academy": accept_in_silence}
    with a_dispatcher_process(world, receiver) as process:
        await asyncio.wait_for(taken.wait(), 30)
        process.send_signal(signal.SIGKILL)
        process.wait()
    before = set(receiver.told)
    assert before
    assert world.rows("select count(*) from delivery where status = 'accepted'") == [(0,)]

    receiver.behaviours.clear()
    async with world.dispatching():
        loop = asyncio.get_running_loop()
        began = loop.time()
        await world.all_accepted(len(ids))
        assert loop.time() - began < 10, "the dead one's rows come free at once"

    assert receiver.told == set(map(str, ids)), "nothing lost"
    assert {delivery_id for delivery_id, times in receiver.sent.items() if times > 1} == before, \
        "sent again under the same id, and only what the first one had sent"
    assert world.rows("select count(*) from receipt") == [(len(ids),)]
    assert world.rows("select count(*) from ledger_entry") == [(len(ids),)]
    counted = {str(delivery_id) for (delivery_id,) in world.rows("select delivery_id from delivery where attempts = 2")}
    assert before <= counted, "an attempt whose end nobody knew is counted"


async def test_a_living_dispatcher_takes_over_from_a_killed_one_within_seconds(world: World, receiver: Receiver):
    receiver.behaviours["primary"] = hanging()
    with a_dispatcher_process(world, receiver) as process:
        world.deliver_many([PRIMARY] * 4)
        await world.until("select count(*) from delivery where claimed_by is not null", 4, within=30)
        async with world.dispatching():
            await asyncio.sleep(1.5)
            assert world.rows("select count(*) from delivery where claimed_by is not null") == [(4,)], \
                "a request that takes long frees nothing"
            receiver.behaviours.clear()
            process.kill()
            await world.all_accepted(4, within=8)


async def test_a_lost_lock_stops_all_sending_and_a_new_session_begins(world: World, receiver: Receiver):
    receiver.behaviours["primary"] = hanging()
    async with world.dispatching():
        world.deliver_many([PRIMARY] * 3)
        await world.until("select count(*) from delivery where claimed_by is not null", 3)
        while len(receiver.requests) < 3:
            await asyncio.sleep(0.02)
        [first] = await sessions(world)
        receiver.behaviours.clear()
        cut = world.rows("select pg_terminate_backend(pid) from pg_stat_activity where application_name = "
                         "'hub-dispatcher-lock' and datname = current_database()")
        assert cut == [(True,)]
        await world.all_accepted(3)
        [second] = await sessions(world)
    assert second != first
    assert len(receiver.told) == 3
    assert set(receiver.sent.values()) == {2}, "cut short, and sent again under the same id"


async def test_every_connection_cut_at_once_loses_nothing(world: World, receiver: Receiver):
    ids: list[UUID] = []
    async with world.dispatching():
        for _ in range(4):
            ids += await asyncio.to_thread(world.deliver_many, [PRIMARY, ACADEMY] * 10)
            await asyncio.sleep(0.05)
            await asyncio.to_thread(world.rows, "select pg_terminate_backend(pid) from pg_stat_activity where "
                                                "application_name like 'hub-%%' and datname = current_database()")
        await world.all_accepted(len(ids), within=60)
    assert receiver.told == set(map(str, ids))
    assert world.rows("select count(*) from receipt") == [(len(ids),)]
    assert world.rows("select count(*) from delivery where claimed_by is not null") == [(0,)]


async def test_two_dispatchers_share_the_work_and_none_is_sent_twice(world: World, receiver: Receiver):
    async def a_moment(_request: web.Request, _body: bytes) -> None:
        await asyncio.sleep(0.01)

    receiver.behaviours |= {"primary": a_moment, "academy": a_moment}
    async with world.dispatching(), world.dispatching():
        while len(await sessions(world)) < 2:
            await asyncio.sleep(0.05)
        ids = []
        for _ in range(10):
            ids += await asyncio.to_thread(world.deliver_many, [PRIMARY, ACADEMY] * 15)
        await world.all_accepted(len(ids))
    assert receiver.sent == {str(delivery_id): 1 for delivery_id in ids}


async def test_told_to_stop_it_finishes_what_is_in_hand(world: World, receiver: Receiver):
    async def slowly(_request: web.Request, _body: bytes) -> None:
        await asyncio.sleep(1.0)

    receiver.behaviours["primary"] = slowly
    async with world.dispatching():
        world.deliver_many([PRIMARY] * 5)
        while len(receiver.requests) < 5:
            await asyncio.sleep(0.02)
    assert world.rows("select status, attempts, count(*) from delivery group by 1, 2") == [("accepted", 1, 5)]
    assert set(receiver.sent.values()) == {1}


# --- slow, failing and refusing endpoints -------------------------------------------------------------------------------


async def test_a_hanging_endpoint_delays_neither_others_nor_another_tier(database_url: str, tmp_path: Path,
                                                                         receiver: Receiver):
    """30 schools hang; the workers are fewer than what they would hold on to."""
    hung = [f"school.hung-{place}" for place in range(30)]
    names = [*hung, PRIMARY, ACADEMY]
    organisations = {name: an_organisation(name, webhook(receiver.at(name))) for name in names}
    world = World(database_url, tmp_path, {POLICE: an_organisation(POLICE, kind=OrganisationKind.POLICE), **organisations},
                  limits=Limits(workers=16, per_endpoint=4, per_slow_endpoint=1, slow_after=timedelta(seconds=0.5)))
    for name in hung:
        receiver.behaviours[name] = hanging()
    async with world.dispatching():
        world.deliver_many(hung * 6)
        await asyncio.sleep(4)
        loop = asyncio.get_running_loop()
        waits = {}
        for tier in (Tier.URGENT, Tier.IMMEDIATE):
            began, so_far = loop.time(), len(receiver.of(PRIMARY)) + len(receiver.of(ACADEMY))
            await asyncio.to_thread(world.deliver_many, [PRIMARY, ACADEMY] * 10, tier=tier)
            while len(receiver.of(PRIMARY)) + len(receiver.of(ACADEMY)) < so_far + 20:
                await asyncio.sleep(0.01)
            waits[tier] = loop.time() - began
        assert waits[Tier.URGENT] < 2.5, waits
        assert waits[Tier.IMMEDIATE] < 2.5, waits
        await world.all_accepted(40)


async def test_one_hung_endpoint_holds_no_more_than_its_share(world: World, receiver: Receiver):
    world.limits = Limits(per_endpoint=3)
    most = now = 0

    async def count(_request: web.Request, _body: bytes) -> None:
        nonlocal most, now
        now += 1
        most = max(most, now)
        try:
            await asyncio.sleep(0.05)
        finally:
            now -= 1

    receiver.behaviours["primary"] = count
    async with world.dispatching():
        world.deliver_many([PRIMARY] * 40)
        await world.all_accepted(40)
    assert most == 3


async def test_a_failing_endpoint_is_left_alone_for_a_while_and_what_waits_goes_when_it_recovers(
        world: World, receiver: Receiver):
    world.limits = Limits(per_endpoint=2, failures=3, open_for=timedelta(seconds=1))
    world.policies[Tier.URGENT] = a_policy(1, 1, 1, 1, 1, 1, 1, 1, 1, 1)
    receiver.behaviours["primary"] = answering(500)
    async with world.dispatching():
        world.deliver_many([PRIMARY] * 50)
        await asyncio.sleep(2.5)
        assert len(receiver.requests) < 20, "not all of them knocked"
        receiver.behaviours.clear()
        await world.all_accepted(50)


async def test_retries_go_on_after_a_restart_where_they_were(world: World, receiver: Receiver):
    world.policies[Tier.URGENT] = a_policy(2, 2, 2)
    receiver.behaviours["primary"] = failing_first(2)
    delivery_id = world.deliver(PRIMARY)
    async with world.dispatching():
        await world.until("select attempts from delivery", 1)
    assert world.status(delivery_id)[0] == "pending"
    async with world.dispatching():
        await world.all_accepted(1)
    assert world.status(delivery_id) == ("accepted", None, "webhook", 3)
    loop_times = [at for _, at in receiver.times]
    assert all(later - earlier > 1.5 for earlier, later in zip(loop_times, loop_times[1:], strict=False))


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


@pytest.mark.parametrize(("status", "reason"), [(410, "endpoint_refused"), (401, "endpoint_refused"),
                                                (422, "message_invalid")])
async def test_what_is_refused_is_held_seen_and_can_be_replayed(
        database_url: str, tmp_path: Path, receiver: Receiver, status: int, reason: str):
    desk = DutyDesk(organisation=DESK, role=Role.FRONT_DOOR)
    world = World(database_url, tmp_path, {
        POLICE: an_organisation(POLICE, kind=OrganisationKind.POLICE),
        PRIMARY: an_organisation(PRIMARY, webhook(receiver.at("primary")), desk=desk)})
    receiver.behaviours["primary"] = answering(status)
    delivery_id = world.deliver(PRIMARY)
    async with world.dispatching():
        await world.until("select status from delivery", "held")
        assert world.status(delivery_id) == ("held", reason, "webhook", 1)
        [(cause, owner, role, state, why)] = world.rows("select cause, owner, owner_role, status, why from review_task")
        assert (cause, owner, role, state) == ("delivery", DESK, "front_door", "open")
        assert str(delivery_id) in why[0]
        receiver.behaviours.clear()
        with world.connect() as connection, connection.transaction():
            handled = handle(connection, Hand.REPLAY, [delivery_id], utc_now(), os.urandom)
        assert handled.changed == (delivery_id,)
        await world.all_accepted(1)
    assert world.rows("select status from review_task") == [("decided",)]
    kinds = dict(world.rows("select kind, count(*) from ledger_entry group by kind"))
    assert kinds == {"unsent": 1, "review": 1, "operator": 1, "receipt": 1}


# --- re-check, operators, deadlines -------------------------------------------------------------------------------------


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
    with world.connect() as connection:
        assert handle(connection, Hand.REPLAY, [delivery_id], utc_now(), os.urandom).unchanged == (delivery_id,)


async def test_what_an_isp_no_longer_allows_is_held_and_a_person_is_asked(world: World, receiver: Receiver):
    world.recheck = StandardRecheck(lambda *_: False, lambda *_: None, lambda _: ())
    delivery_id = world.deliver(PRIMARY, isp="ISP-POL-EDU-001@3")
    async with world.dispatching():
        await world.until("select status from delivery", "held")
    assert world.status(delivery_id) == ("held", "isp_not_in_force", None, 0)
    assert world.rows("select cause from review_task") == [("recheck",)]
    assert not receiver.requests


async def test_the_registration_that_the_rule_went_by_is_looked_up_again(world: World, receiver: Receiver):
    world.recheck = replace(world.recheck, needed_ties=lambda *_: {"enrolled"})
    subject = UUID(int=7)
    with world.connect() as connection:
        for relationship, end, key in (("enrolled", "2020-07-01", b"1"), ("school_nurse", None, b"2")):
            connection.execute(
                "insert into source_record (subject_id, organisation, relationship, end_date, local_key, content_key, "
                "key_id, sealed) values (%s, %s, %s, %s, %s, '', '', '')", (subject, PRIMARY, relationship, end, key))
        connection.execute(
            "insert into source_record (subject_id, organisation, relationship, local_key, content_key, key_id, sealed) "
            "values (%s, %s, 'enrolled', '3', '', '', '')", (subject, ACADEMY))
    left, stays = world.deliver(PRIMARY, subject_id=subject, wake=False), world.deliver(ACADEMY, subject_id=subject)
    with world.connect() as connection:
        connection.execute("insert into decision select event_id, subject, recipient, role, revision, 'school', 'share', "
                           "null, null, 'da-school', null, tier, '{}', '{}', '{}' from delivery")
        connection.execute("select pg_notify('delivery', '')")
    async with world.dispatching():
        await world.all_accepted(1)
        await world.until("select count(*) from delivery where status = 'held'", 1)
    assert world.status(left) == ("held", "registration_ended", None, 0)
    assert receiver.told == {str(stays)}


async def test_an_operators_hold_stops_a_delivery_until_it_is_released(world: World, receiver: Receiver):
    delivery_id = world.deliver(PRIMARY)
    with world.connect() as connection:
        assert handle(connection, Hand.HOLD, [delivery_id], utc_now(), os.urandom).changed == (delivery_id,)
    async with world.dispatching():
        await asyncio.sleep(1.5)
        assert not receiver.requests
        with world.connect() as connection:
            assert handle(connection, Hand.RELEASE, [delivery_id], utc_now(), os.urandom).changed == (delivery_id,)
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
            with world.connect() as connection:
                handle(connection, Hand.HOLD, [delivery_id], utc_now(), os.urandom)
            await world.until("select count(*) from delivery where claimed_by is null", 1)
            assert world.status(delivery_id) == expected
            with world.connect() as connection:
                handle(connection, Hand.RELEASE, [delivery_id], utc_now(), os.urandom)


async def test_past_its_deadline_a_delivery_is_still_tried_and_a_person_is_asked_once(
        database_url: str, tmp_path: Path, receiver: Receiver):
    world = World(database_url, tmp_path, {POLICE: an_organisation(POLICE, kind=OrganisationKind.POLICE),
                                           PRIMARY: an_organisation(PRIMARY, webhook(receiver.at("primary")))},
                  policies=dict.fromkeys(Tier, a_policy(1)), limits=Limits(failures=100))
    receiver.behaviours["primary"] = failing_first(4)
    delivery_id = world.deliver(PRIMARY, due_in=-1)
    async with world.dispatching():
        await world.until("select count(*) from review_task where status = 'open'", 1)
        await world.all_accepted(1)
    assert world.status(delivery_id) == ("accepted", None, "webhook", 5)
    assert world.rows("select cause, status, owner from review_task") == [("delivery", "decided", POLICE)]


# --- the sweep ----------------------------------------------------------------------------------------------------------


async def sweep(world: World, at: Any = None) -> None:
    tools = world.tools()
    if at is not None:
        tools = replace(tools, clock=lambda: at)
    from hub.delivery.database import connect

    connection = await connect(world.database_url, "test-sweep")
    try:
        await Sweep(None, tools).once(connection)  # type: ignore[arg-type]  # `once` is handed its connection
    finally:
        await connection.close()


def a_review(world: World, event: UUID, owner: str = DESK, role: str = "front_door") -> None:
    with world.connect() as connection:
        connection.execute(
            "insert into review_task (task_id, event_id, subject, cause, why, owner, owner_role, tier, opened_at, due_by, "
            "status) values (gen_random_uuid(), %s, '1', 'match', '{}', %s, %s, 'urgent', now(), now() + interval '1 hour', "
            "'open')", (event, owner, role))


async def test_a_review_nobody_answered_goes_to_its_desk_as_a_notice_without_content(database_url: str, tmp_path: Path):
    world = World(database_url, tmp_path, {POLICE: an_organisation(POLICE, kind=OrganisationKind.POLICE),
                                           DESK: an_organisation(DESK, inbox(), kind=OrganisationKind.LOCAL_AUTHORITY)})
    event = world.raise_event()
    world.deliver(DESK, event=event, role=Role.FRONT_DOOR, purpose=Purpose.NOTIFY, status="held")
    a_review(world, event)
    a_review(world, event)
    await sweep(world)
    assert world.rows("select distinct status from review_task") == [("open",)]

    for _ in range(2):
        await sweep(world, utc_now() + timedelta(hours=2))

    assert world.rows("select distinct status from review_task") == [("escalated",)]
    notices = world.rows("select revision, recipient, role, purpose, tier, body from delivery where revision > 1 "
                         "order by revision")
    assert [row[:5] for row in notices] == [(2, DESK, "front_door", "notify", "urgent"),
                                            (3, DESK, "front_door", "notify", "urgent")]
    data = json.loads(notices[0][5])["data"]
    assert set(data) == {"delivery_id", "event_id", "reason", "id", "where"}
    assert (data["reason"], data["event_id"]) == ("review_overdue", str(event))
    with world.connect() as connection:
        connection.execute("update delivery set next_attempt_at = now()")
    async with world.dispatching():
        await world.all_accepted(2)
    assert world.rows("select count(*) from outbox") == [(0,)]


async def test_the_operators_own_task_is_escalated_by_an_alarm_alone(world: World):
    a_review(world, world.raise_event(), *HUB_DESK)
    await sweep(world, utc_now() + timedelta(hours=2))
    assert world.rows("select status from review_task") == [("escalated",)]
    assert world.rows("select count(*) from delivery") == [(0,)]
    assert metrics.REGISTRY.get_sample_value("hub_escalations_total", {"what": "review", "told": "nobody"})


async def test_a_dead_letter_nobody_answered_is_escalated_and_told_where_its_event_is_known(world: World):
    event = world.raise_event()
    with world.connect() as connection:
        for number, known in enumerate((event, None, UUID(int=1))):
            connection.execute(
                "insert into dead_letter values (gen_random_uuid(), 'concern.immediate', 0, %s, %s, 'police.caledon', "
                "'undecodable', 'police.caledon', 'duty_officer', now(), now() + interval '1 hour', 'open', null, '')",
                (number, known))
    await sweep(world, utc_now() + timedelta(hours=2))
    assert world.rows("select distinct status from dead_letter") == [("escalated",)]
    assert world.rows("select event_id, recipient, role, purpose, tier, body is null from delivery") == [
        (event, POLICE, "duty_officer", "notify", "immediate", False)]


async def test_what_waits_past_its_deadline_for_whatever_cause_is_asked_about_once(world: World):
    delivery_id = world.deliver(PRIMARY, due_in=-1, next_attempt_at=utc_now() + timedelta(days=1))
    notice = world.deliver(DESK, due_in=-1, purpose=Purpose.NOTIFY, next_attempt_at=utc_now() + timedelta(days=1))
    await sweep(world)
    await sweep(world)
    tasks = world.rows("select owner, owner_role, why[1] from review_task order by owner")
    assert [(owner, role) for owner, role, _ in tasks] == [HUB_DESK, (POLICE, "duty_officer")]
    assert str(notice) in tasks[0][2]
    assert str(delivery_id) in tasks[1][2]


async def test_the_gauges_say_how_old_how_late_and_how_many(world: World):
    world.deliver(PRIMARY, tier=Tier.ROUTINE, due_in=-1, created_at=utc_now() - timedelta(seconds=500))
    a_review(world, world.raise_event())
    await sweep(world)
    sample = metrics.REGISTRY.get_sample_value
    assert 499 < (sample("hub_oldest_undelivered_seconds", {"tier": "routine"}) or 0) < 600
    assert sample("hub_deliveries_late", {"tier": "routine"}) == 1
    assert sample("hub_oldest_undelivered_seconds", {"tier": "immediate"}) == 0
    assert sample("hub_reviews_open", {"cause": "match"}) == 1
    assert sample("hub_reviews_open", {"cause": "delivery"}) == 1
    assert sample("hub_outbox_waiting") == 0


async def test_while_postgresql_is_away_it_waits_and_says_that_it_is_not_ready(world: World):
    from hub.delivery.dispatcher import Dispatcher

    tools = replace(world.tools(), database_url="postgresql://nobody@127.0.0.1:1/none")
    dispatcher, stop = Dispatcher(tools), asyncio.Event()
    task = asyncio.create_task(dispatcher.run(stop))
    await asyncio.sleep(0.5)
    assert not await dispatcher.ready()
    assert not task.done()
    stop.set()
    await asyncio.wait_for(task, 20)
