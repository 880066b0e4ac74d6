"""What would follow from a change of the register: the very change, made under a savepoint and rolled back.

So nothing is foretold by other rules than those that do it. Who is called back is known in the end only when the
event is decided anew, by the router: here are all whom that may concern.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from hub.facts.terms import State
from hub.matching.register import changes_store
from hub.people.desk import Desk
from hub.people.register import Clerk, Made
from hub.people.reviewing.child import Child

MOST_TOLD = 500
"""Deliveries listed."""


class Told(NamedTuple):
    """A delivery of a child's concern that a decision anew may take back. `arrived`: its recipient may have it."""

    delivery_id: UUID
    event_id: UUID
    subject: str
    recipient: str
    role: str
    status: State
    arrived: bool


@dataclass(frozen=True, slots=True)
class Follows:
    """What a change would do. `named`: children among those decided anew whom a person named."""

    made: Made
    told: tuple[Told, ...]
    named: tuple[Child, ...]
    following: int
    """Deliveries that would go by the ties of the subject that stays."""

    @property
    def called_back(self) -> tuple[Told, ...]:
        """Deliveries that may be with the wrong recipient already."""
        return tuple(one for one in self.told if one.arrived)

    @property
    def stopped(self) -> tuple[Told, ...]:
        """Deliveries that have not left."""
        return tuple(one for one in self.told if not one.arrived)

    def digest(self) -> str:
        """Names all of this, so that nobody confirms what they were not shown."""
        change = self.made.change
        said = [
            change.kind,
            change.records,
            sorted(map(sorted, change.after.values())),
            change.asked,
            [(str(event), subject) for event, subject in self.made.routed],
            [(str(one.delivery_id), one.status, one.arrived) for one in self.told],
            self.following,
        ]
        return sha256(json.dumps(said).encode()).hexdigest()[:32]


def what_follows(clerk: Clerk, change: Callable[[], Made]) -> Follows:
    """Make the change, look at what came of it, and roll it back; raises UserError where it would be refused."""
    desk = clerk.desk
    with desk.connection.transaction(force_rollback=True):
        made = change()
        kept = changes_store.change(desk.connection, made.change_id)
        following = len(kept.deliveries) if kept else 0
        return Follows(made, told_of(desk, made.routed), named_of(desk, made), following)


def told_of(desk: Desk, children: Collection[Child]) -> tuple[Told, ...]:
    """What was, or is about to be, disclosed of these children of events, and is not called back yet."""
    events, subjects = [one.event_id for one in children], [one.subject for one in children]
    rows = desk.rows("told_of_children", events=events, subjects=subjects, limit=MOST_TOLD)
    return tuple(Told(**row | {"status": State(row["status"])}) for row in rows)


def named_of(desk: Desk, made: Made) -> tuple[Child, ...]:
    """Children of events whom a person named as the subject that proved to be two."""
    wrong = made.change.divided
    named = {Child(**row) for row in desk.rows("named_children", subject=wrong)} if wrong else set()
    return tuple(one for one in made.routed if one in named)
