"""Clocks that differ: whatever the machine of a dispatcher or a router says, what is due leaves at once."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from hub.facts.clock import utc_now
from hub.facts.terms import Tier
from hub.people.operating.deliveries import Hand
from hub.store.clock import DatabaseClock
from tests.builders import ISLA, a_concern
from tests.fault import dispatch
from tests.town import Town
from tests.unit.delivery.receiver import Receiver, failing_first, receiving
from tests.unit.delivery.world import PRIMARY, World, a_policy

HERE = Path(__file__).resolve()


@contextmanager
def a_dispatcher(world: World, receiver: Receiver, *, ahead: float) -> Iterator[None]:
    """In a process of its own, whose machine's clock is ahead by so many seconds."""
    root = HERE.parents[2]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.fault.dispatch", world.database_url, str(world.home), receiver.url, str(ahead)],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("ahead", [-120.0, -3_600.0, 3_600.0])
async def test_a_dispatcher_whose_clock_is_wrong_delivers_at_once(
    database_url: str, tmp_path: Path, ahead: float
) -> None:
    async with receiving() as receiver:
        world = dispatch.world(database_url, tmp_path, receiver.url)
        receiver.behaviours["primary"] = failing_first(1)  # what is tried again is due again by the same clock
        with a_dispatcher(world, receiver, ahead=ahead):
            waiting = world.deliver_many([PRIMARY] * 6, tier=Tier.IMMEDIATE)
            await world.until("select count(*) from delivery where status = 'accepted'", 6)
            held = world.deliver(PRIMARY, status="held", reason="deadline_missed")
            world.hand(Hand.REPLAY, held)
            await world.until("select count(*) from delivery where status = 'accepted'", 7)
            await world.until("select count(*) from delivery where trying is not null", 0)
        assert {str(one) for one in [*waiting, held]} <= receiver.told
        assert world.rows("select count(*) from review_task") == [(0,)], "nothing seems late"


async def test_what_a_router_ahead_of_everybody_wrote_is_due_at_once_and_by_its_own_deadline(town: Town) -> None:
    ahead = DatabaseClock(lambda: town.settings.database_url or "", machine=lambda: utc_now() + timedelta(minutes=2))
    context = replace(town.parts.context, now=ahead)
    router = replace(town.router, context=context)
    concern = a_concern(raised_at=utc_now()).about(ISLA).made()
    town.now = utc_now()
    key, value = town.sealed(concern)
    router.process([town.record(key, value, tier=concern.tier)])
    assert town.query("select next_attempt_at <= hub.now(), created_at <= hub.now() from delivery") == [(True, True)]
    assert town.query("select decided_at <= hub.now() from event") == [(True,)]


async def test_two_dispatchers_whose_clocks_differ_by_an_hour_share_the_work(database_url: str, tmp_path: Path) -> None:
    async with receiving() as receiver:
        world = dispatch.world(database_url, tmp_path, receiver.url)
        world.policies[Tier.URGENT] = a_policy(1)
        with a_dispatcher(world, receiver, ahead=-1_800.0), a_dispatcher(world, receiver, ahead=1_800.0):
            ids = world.deliver_many([PRIMARY] * 20)
            await world.all_accepted(20)
        assert receiver.sent == {str(one): 1 for one in ids}
