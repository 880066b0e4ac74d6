"""The dispatcher on real PostgreSQL, killed, hung, cut off and restarted: nothing lost, nothing told twice."""

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
from itertools import pairwise
from pathlib import Path
from uuid import UUID

import pytest
from aiohttp import web

from hub.delivery.bulkhead import Limits
from hub.delivery.session import LOCK_CLASS
from hub.facts.terms import OrganisationKind, Purpose, Role, Tier
from tests.fault import dispatch
from tests.unit.delivery.console_world import open_news
from tests.unit.delivery.receiver import Receiver, answering, failing_first, hanging, receiving, signature_holds
from tests.unit.delivery.world import (
    ACADEMY,
    DESK,
    POLICE,
    PRIMARY,
    World,
    a_policy,
    an_organisation,
    inbox,
    mesh,
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
        [sys.executable, "-m", "tests.fault.dispatch", world.database_url, str(world.home), receiver.url],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


async def sessions(world: World) -> list[int]:
    found = await asyncio.to_thread(
        world.rows,
        "select objid::int from pg_locks where locktype = 'advisory' and classid = %s and objsubid = 2 "
        "and database = (select oid from pg_database where datname = current_database())",
        LOCK_CLASS,
    )
    return [number for (number,) in found]


# --- the usual way ---------------------------------------------------------------------------------------------------


async def test_each_delivery_arrives_once_with_its_receipt_its_ledger_entry_and_news_for_the_sender(
    world: World, receiver: Receiver
):
    ids = [
        world.deliver(PRIMARY),
        world.deliver(ACADEMY, tier=Tier.IMMEDIATE),
        world.deliver(PRIMARY, tier=Tier.ROUTINE),
    ]
    async with world.dispatching() as dispatcher:
        await world.all_accepted(3)
        await world.until("select count(*) from delivery where trying is null", 3)
        assert await dispatcher.ready()

    assert receiver.sent == {str(delivery_id): 1 for delivery_id in ids}
    _, headers, body = receiver.requests[0]
    assert signature_holds(headers, body, world.keys.public("hub.webhook.1").raw)
    assert json.loads(body)["id"] == headers["webhook-id"]
    assert world.status(ids[0]) == ("accepted", None, "webhook", 1)
    assert world.rows("select layer, count(*) from receipt group by layer") == [(1, 3)]
    assert world.rows("select kind, count(*) from ledger_entry group by kind") == [("receipt", 4)], (
        "the immediate one lies in the inbox besides"
    )
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
    database_url: str, tmp_path: Path
):
    world = World(
        database_url,
        tmp_path,
        {
            POLICE: an_organisation(POLICE, kind=OrganisationKind.POLICE),
            PRIMARY: an_organisation(PRIMARY, mesh(), inbox()),
            ACADEMY: an_organisation(ACADEMY, mesh()),
        },
    )
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
    news = open_news(world, newest)
    assert news["told"] == 3
    assert [(one["layer"], one["count"]) for one in news["layers"]] == [("accepted", 3)]


# --- death -----------------------------------------------------------------------------------------------------------


async def test_killed_after_the_endpoint_accepted_nothing_is_lost_and_nothing_is_told_twice(
    world: World, receiver: Receiver
):
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
    assert {delivery_id for delivery_id, times in receiver.sent.items() if times > 1} == before, (
        "sent again under the same id, and only what the first one had sent"
    )
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
            assert world.rows("select count(*) from delivery where claimed_by is not null") == [(4,)], (
                "a request that takes long frees nothing"
            )
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
        cut = world.rows(
            "select pg_terminate_backend(pid) from pg_stat_activity where application_name = "
            "'hub-dispatcher-lock' and datname = current_database()"
        )
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
            await asyncio.to_thread(
                world.rows,
                "select pg_terminate_backend(pid) from pg_stat_activity where "
                "application_name like 'hub-%%' and datname = current_database()",
            )
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


# --- slow, failing and refusing endpoints ----------------------------------------------------------------------------


async def test_a_hanging_endpoint_delays_neither_others_nor_another_tier(
    database_url: str, tmp_path: Path, receiver: Receiver
):
    """30 schools hang; the workers are fewer than what they would hold on to."""
    hung = [f"school.hung-{place}" for place in range(30)]
    names = [*hung, PRIMARY, ACADEMY]
    organisations = {name: an_organisation(name, webhook(receiver.at(name))) for name in names}
    world = World(
        database_url,
        tmp_path,
        {POLICE: an_organisation(POLICE, kind=OrganisationKind.POLICE), **organisations},
        limits=Limits(workers=16, per_endpoint=4, per_slow_endpoint=1, slow_after=timedelta(seconds=0.5)),
    )
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
    world: World, receiver: Receiver
):
    world.limits = Limits(per_endpoint=2, failures=3, open_for=timedelta(seconds=1))
    world.policies[Tier.ROUTINE] = a_policy(1, 1, 1, 1, 1, 1, 1, 1, 1, 1)
    receiver.behaviours["primary"] = answering(500)
    async with world.dispatching():
        world.deliver_many([PRIMARY] * 50, tier=Tier.ROUTINE)
        await asyncio.sleep(2.5)
        assert len(receiver.requests) < 20, "not all of them knocked"
        receiver.behaviours.clear()
        await world.all_accepted(50)


async def test_retries_go_on_after_a_restart_where_they_were(world: World, receiver: Receiver):
    world.policies[Tier.ROUTINE] = a_policy(2, 2, 2)
    receiver.behaviours["primary"] = failing_first(2)
    delivery_id = world.deliver(PRIMARY, tier=Tier.ROUTINE)
    async with world.dispatching():
        await world.until("select attempts from delivery", 1)
    assert world.status(delivery_id)[0] == "pending"
    async with world.dispatching():
        await world.all_accepted(1)
    assert world.status(delivery_id) == ("accepted", None, "webhook", 3)
    loop_times = [at for _, at in receiver.times]
    assert all(later - earlier > 1.5 for earlier, later in pairwise(loop_times))


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
