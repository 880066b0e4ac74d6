"""Leave, cover and training: on which days a post is held by somebody who may read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from hub.facts.act import Act
from hub.facts.clock import local_day
from hub.facts.errors import UserError
from hub.people.accounts.posts import grant, is_own, note, post_of
from hub.people.desk import PACKAGE, Desk
from hub.store.sqlfiles import sql

LONGEST_DAYS = 400
"""Of a leave: who is away for longer holds their post no more."""


class Untrained(NamedTuple):
    """A post that people hold, of whom none is in training and at work."""

    organisation: str
    office: str


def leave(desk: Desk, post_id: UUID, since: date, until: date, act: Act) -> None:
    """Say that a post's holder is away from a day on, and back on another; raises UserError."""
    if not since < until or (until - since).days > LONGEST_DAYS:
        raise UserError(f"A leave ends after the day on which it begins, and lasts at most {LONGEST_DAYS} days.")
    if not desk.rows("keep_leave", post=post_id, since=since, until=until):
        raise UserError("No such post is held: `hub people show` names those of a person.")
    note(desk, post_id, "leave", {"since": since.isoformat(), "until": until.isoformat()}, act)


def back(desk: Desk, post_id: UUID, act: Act) -> bool:
    """End a leave early, with whoever covers for it; whether there was one to end."""
    day = local_day(act.at)
    if not desk.rows("end_leave", post=post_id, day=day):
        return False
    note(desk, post_id, "back", {"since": day.isoformat()}, act)
    for row in desk.rows("end_covers", post=post_id, day=day, at=act.at):
        note(desk, row["post_id"], "ended", {"person_id": str(row["person_id"])}, act)
    return True


def cover(
    desk: Desk, post_id: UUID, person_id: UUID, since: date, until: date, act: Act, *, trained_until: date | None = None
) -> UUID:
    """Let another person hold a post for these days, granted as it was; returns the id of theirs."""
    found = desk.row("find_post", post=post_id)
    post = post_of(found) if found else None
    if post is None:
        raise UserError("No such post is held: `hub people show` names those of a person.")
    return grant(desk, person_id, post.organisation, post.office, since, until, trained_until, post_id, act)


def train(desk: Desk, post_id: UUID, until: date, act: Act) -> None:
    """Keep on which day the training that a post asks for runs out; raises UserError."""
    if is_own(desk, post_id, act.by):
        raise UserError("Nobody says of themselves that they are in training: ask another coordinator.")
    if not desk.rows("train", post=post_id, until=until):
        raise UserError("No such post is held: `hub people show` names those of a person.")
    note(desk, post_id, "trained", {"trained_until": until.isoformat()}, act)


def untrained(desk: Desk, day: date) -> list[Untrained]:
    """Posts that nobody in training holds on a day: who holds them may read nothing."""
    return [Untrained(row["organisation"], row["office"]) for row in desk.rows("untrained_posts", day=day)]


@dataclass(slots=True)
class Lapsed:
    """How many posts nobody in training holds, as a process last saw."""

    count: int = 0

    async def look(self, connection: psycopg.AsyncConnection[Any], day: date) -> None:
        """Look again."""
        found = await connection.execute(sql("untrained_posts", PACKAGE), {"day": day})
        self.count = len(await found.fetchall())

    def warnings(self) -> list[str]:
        """What is wrong with them, for /readyz."""
        if not self.count:
            return []
        return [f"Nobody in training holds {self.count} of the posts: `hub people list --untrained` names them."]
