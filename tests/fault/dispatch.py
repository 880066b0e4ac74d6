"""A dispatcher in a process of its own, to be killed: `python dispatch.py DATABASE_URL HOME URL [SECONDS]`.

SECONDS: by how much the clock of its machine is ahead.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

from hub.delivery.dispatcher import Dispatcher
from hub.facts import clock
from hub.facts.terms import OrganisationKind
from hub.store.clock import DatabaseClock
from tests.unit.delivery.world import ACADEMY, POLICE, PRIMARY, World, an_organisation, inbox, webhook


def world(database_url: str, home: Path, url: str) -> World:
    """Two schools with webhooks of their own at one receiver, and the police."""
    return World(
        database_url,
        home,
        {
            POLICE: an_organisation(POLICE, kind=OrganisationKind.POLICE),
            PRIMARY: an_organisation(PRIMARY, webhook(f"{url}/primary"), inbox()),
            ACADEMY: an_organisation(ACADEMY, webhook(f"{url}/academy"), inbox()),
        },
    )


def turn_clock(seconds: float) -> None:
    """Every module of this process that asks its machine for the time hears another."""

    class Turned(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return datetime.now(tz) + timedelta(seconds=seconds)

    clock.datetime = Turned  # type: ignore[misc]


if __name__ == "__main__":
    made = world(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
    turn_clock(float(sys.argv[4]) if len(sys.argv) > 4 else 0.0)
    made.clock = DatabaseClock(lambda: made.database_url)
    asyncio.run(Dispatcher(made.tools()).run(asyncio.Event()))
