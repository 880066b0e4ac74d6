"""People as they are listed: each with what they hold, from which day, and in what state."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from hub.facts.errors import UserError
from hub.people.accounts.persons import Person, find_person, persons_of
from hub.people.desk import Desk, Row


class HeldPost(NamedTuple):
    """A post that somebody holds, is to hold, or waits for. `state`: empty where it is in force."""

    post: UUID
    organisation: str
    office: str
    state: str
    since: date
    until: date | None
    trained_until: date | None
    covers: UUID | None
    leave: list[str]


@dataclass(frozen=True, slots=True)
class Listed:
    """A person, and their posts."""

    person: Person
    posts: tuple[HeldPost, ...]


def list_people(desk: Desk, organisation: str | None, day: date, limit: int) -> list[Listed]:
    """Those of an organisation, or of all, who have not ended; the longest known first."""
    return _with_posts(desk, persons_of(desk, organisation, limit), day)


def show_person(desk: Desk, person_id: UUID, day: date) -> Listed:
    """One, ended or not; raises UserError where there is none."""
    person = find_person(desk, person_id)
    if person is None:
        raise UserError("There is no such person: `hub people list` shows them.")
    return _with_posts(desk, [person], day)[0]


def _with_posts(desk: Desk, found: list[Person], day: date) -> list[Listed]:
    posts = defaultdict(list)
    for row in desk.rows("posts_of", persons=[one.person_id for one in found], day=day):
        posts[row["person_id"]].append(_held(row, day))
    return [Listed(one, tuple(posts[one.person_id])) for one in found]


def _held(row: Row, day: date) -> HeldPost:
    kept = ("organisation", "office", "since", "until", "trained_until", "covers", "leave")
    return HeldPost(post=row["post_id"], state=_state(row, day), **{name: row[name] for name in kept})


def _state(row: Row, day: date) -> str:
    """In a word; empty where it is held as it should be."""
    states = (
        ("waits for a second person", row["waits"]),
        ("not yet", row["since"] > day),
        ("training ran out", row["trained_until"] is not None and row["trained_until"] < day),
        ("on leave", row["away"]),
    )
    return next((state for state, so in states if so), "")
