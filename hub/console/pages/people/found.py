"""Whom a page of people is about, and what whoever asks may do with them; None where they may not even see them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from uuid import UUID

from hub.console.pages.frame.front import Asked
from hub.facts.act import HUB
from hub.facts.clock import local_day
from hub.facts.errors import UserError
from hub.facts.model import Personal
from hub.facts.offices import read_office
from hub.ledger import kinds
from hub.people.accounts.listing import HeldPost, Listed, list_people, show_person
from hub.people.accounts.permissions import Doing, Place, may_grant, may_keep, reach
from hub.people.accounts.persons import find_person
from hub.people.auditing import note_look
from hub.people.desk import Desk
from hub.people.looks import Look, look

T = TypeVar("T")
LONGEST_REASON = 500
MOST = 200
"""People on a list; an organisation with more looks for one by name."""


@dataclass(frozen=True, slots=True, repr=False)
class Found(Personal):
    """A person who has not ended, and their posts."""

    listed: Listed
    keeps: bool
    """Whether whoever asks may change them."""

    @property
    def person_id(self) -> UUID:
        return self.listed.person.person_id

    @property
    def organisation(self) -> str:
        return self.listed.person.organisation

    @property
    def path(self) -> str:
        """Of their page."""
        return f"/people/{self.person_id}"


@dataclass(frozen=True, slots=True, repr=False)
class Holding(Personal):
    """A post that is held, or waits to be, with its holder."""

    found: Found
    post: HeldPost


def organisations(asked: Asked) -> tuple[str, ...]:
    """Those whose people somebody sees, by name; the hub's own coordinators see everybody."""
    seen = reach(asked.by.posts, Doing.SEE_PEOPLE) or frozenset()
    known = asked.front.rules.organisations
    if may_keep(asked.by.posts, HUB):
        return (HUB, *sorted(known, key=lambda one: known[one].name))
    return tuple(sorted(seen))


async def find(asked: Asked, *, to_keep: bool = False) -> Found | None:
    """The person whom the address names."""

    def sought(desk: Desk) -> Found | None:
        found = found_at(desk, asked, asked.id("person_id"), to_keep=to_keep)
        return _noted(desk, asked, found) if found else None

    return await asked.desk(sought)


async def find_post(asked: Asked) -> Holding | None:
    """The post that the address names, where whoever asks may change it."""
    post_id = asked.id("post_id")

    def sought(desk: Desk) -> Holding | None:
        row = desk.row("find_post", post=post_id)
        found = found_at(desk, asked, row["person_id"]) if row else None
        held = next((one for one in found.listed.posts if one.post == post_id), None) if found else None
        if found is None or held is None or not may_change(asked, held):
            return None
        return Holding(_noted(desk, asked, found), held)

    return await asked.desk(sought)


def _noted(desk: Desk, asked: Asked, found: Found) -> Found:
    """Keep that somebody saw how to reach a colleague."""
    if found.person_id != asked.by.person_id:
        note_look(desk, Look("people", str(found.person_id)), asked.by.principal(), asked.now)
    return found


def may_change(asked: Asked, held: HeldPost) -> bool:
    """Whether whoever asks may end a post, or say who is away from it."""
    office = read_office(held.office)
    return office is not None and may_grant(asked.by.posts, held.organisation, office)


def leaves(held: HeldPost) -> list[tuple[date, date]]:
    """From which day on its holder is away, and back again."""
    pairs = (one.partition(" to ") for one in held.leave)
    return [(date.fromisoformat(since), date.fromisoformat(until)) for since, _, until in pairs]


def found_at(desk: Desk, asked: Asked, person_id: UUID, *, to_keep: bool = False) -> Found | None:
    """The same, at a desk."""
    person = find_person(desk, person_id)
    if person is None or person.ended_at is not None:
        return None
    keeps = may_keep(asked.by.posts, person.organisation)
    if not keeps and (to_keep or not asked.may(Doing.SEE_PEOPLE, Place(person.organisation))):
        return None
    return Found(show_person(desk, person_id, local_day(asked.now)), keeps)


def listed(desk: Desk, asked: Asked, organisation: str) -> list[Listed]:
    """Everybody of an organisation, which is noted as looked at."""
    found = list_people(desk, organisation, local_day(asked.now), MOST)
    by = asked.by.principal()
    reader = {"person": str(by.person_id), "organisation": by.organisation}
    stamp = desk.stamp(asked.act("to see who holds which post"))
    look(desk, Look("people", organisation), by, kinds.looked("people", organisation, reader, stamp))
    return found


async def do(asked: Asked, field: str, work: Callable[[Desk], T]) -> T | None:
    """What is done at a desk; None where it was refused, which is then said of a field."""
    try:
        return await asked.desk(work)
    except UserError as error:
        asked.form.wrong(field, "frame.fault.refused", said=str(error))
        return None
