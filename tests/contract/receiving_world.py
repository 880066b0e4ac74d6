"""People at a school, by their rows, for the tests of what they read and say."""

from __future__ import annotations

import json
import os
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any, TypeVar
from uuid import UUID, uuid4

from hub.facts.act import How, Principal
from hub.facts.terms import Role
from hub.people.receiving.reader import Reader
from hub.people.recipients import Recipients
from tests.unit.delivery.console_world import recipients_of
from tests.unit.delivery.world import DSL, PRIMARY, World

T = TypeVar("T")


def a_person(
    world: World, name: str = "Fiona Lockhart", organisation: str = PRIMARY, *offices: str, since: date | None = None
) -> Principal:
    """Somebody with these posts; the safeguarding lead's where none are named."""
    person_id = uuid4()
    named = world.evidence.seal(json.dumps({"name": name, "telephone": "01632 960152", "email": None}), person_id.bytes)
    with world.connect() as connection:
        connection.execute(
            "insert into person (person_id, organisation, named_key, named, handle, made_at)"
            " values (%s, %s, %s, %s, %s, now())",
            (person_id, organisation, named.key_id, named.sealed, os.urandom(64)),
        )
        for office in offices or (DSL,):
            connection.execute(
                "insert into post (post_id, person_id, organisation, office, since, made_at)"
                " values (%s, %s, %s, %s, %s, now())",
                (uuid4(), person_id, organisation, office, since or date(2026, 1, 1)),
            )
    return Principal(person_id, name, organisation, How.PASSKEY)


def reading_as(person: Principal, role: Role = DSL) -> Reader:
    return Reader(person.organisation, role, person=person)


async def with_recipients(world: World, work: Callable[[Recipients], Awaitable[T]]) -> T:
    """What the work gives over the connections of the console."""
    recipients = recipients_of(world)
    async with recipients.opened():
        return await work(recipients)


def entries(world: World, kind: str) -> list[dict[str, Any]]:
    """Facts of the ledger's entries of a kind, in order."""
    return [
        json.loads(bytes(facts))
        for (facts,) in world.rows("select facts from ledger_entry where kind = %s order by seq", kind)
    ]


def looks(world: World, delivery_id: UUID) -> list[tuple[Any, ...]]:
    """(what, person, key, organisation) of each look at a delivery."""
    return world.rows(
        "select what, person_id, key_id, organisation from look where about = %s order by at", str(delivery_id)
    )
