"""A dispatcher in a process of its own, to be killed: `python dispatch.py DATABASE_URL HOME URL`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from hub.delivery.dispatcher import Dispatcher
from hub.facts.terms import OrganisationKind
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


if __name__ == "__main__":
    made = world(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
    asyncio.run(Dispatcher(made.tools()).run(asyncio.Event()))
