"""'Waiting for you': what was disclosed to a person's posts, by whatever channel it came. No list opens anything."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from hub.facts.model import Recipient
from hub.facts.terms import Layer, Purpose, Role, Tier
from hub.people.desk import Desk, Row
from hub.people.receiving.deadlines import Group, group
from hub.sharing import RuleSet

PAGE = 50


class Which(StrEnum):
    """One of the three lists."""

    WAITING = "waiting"
    READ = "read"
    DONE = "done"


class Cursor(NamedTuple):
    """Where a page ended: what it is sorted by, and the id of its last line."""

    at: datetime
    delivery_id: UUID

    def as_text(self) -> str:
        """As an address bears it."""
        return f"{self.at.isoformat()}~{self.delivery_id}"


@dataclass(frozen=True, slots=True)
class Line:
    """One delivery on a list: ids, codes and times alone. `deadline` None: it was read, or taken back.

    `later`: what came after it about the same child of the same case, and why: a newer version, a correction, a recall.
    `asked`, `answered`: questions to its source that wait, and answers that nobody there has looked at.
    """

    delivery_id: UUID
    to: Recipient
    purpose: Purpose
    tier: Tier
    source: str
    came_at: datetime
    deadline: datetime | None
    reached: Layer | None
    taken_back: bool
    later: tuple[UUID, Purpose] | None
    handed_by: UUID | None
    handed_to: UUID | None
    asked: int
    answered: int


class Listed(NamedTuple):
    """A page of a list; `after` is where the next one goes on, if there is one."""

    lines: list[Line]
    after: Cursor | None


@dataclass(frozen=True, slots=True)
class Count:
    """How much waits at one post."""

    to: Recipient
    unread: int
    answered: int


def read_cursor(text: str) -> Cursor | None:
    """Where to go on; None for the first page, and for what no page of ours says."""
    at, mark, delivery_id = text.partition("~")
    try:
        moment = datetime.fromisoformat(at)
        return Cursor(moment, UUID(delivery_id)) if mark and moment.tzinfo else None
    except ValueError:
        return None


def list_waiting(
    desk: Desk, posts: Collection[Recipient], which: Which, rules: RuleSet, *, after: Cursor | None = None
) -> Listed:
    """One page: what waits, nearest deadline first; what was read, or done, the latest first."""
    values: dict[str, Any] = _posts(posts) | {
        "after_at": after.at if after else None,
        "after_id": after.delivery_id if after else None,
        "limit": PAGE + 1,
        "purposes": sorted(Purpose),
        "tiers": [tier.value for tier in rules.tiers],
    }
    if which is Which.WAITING:
        rows = desk.rows("list_waiting", **values, within=[one.acknowledge_within for one in rules.tiers.values()])
    else:
        rows = desk.rows("list_seen", **values, acted=which is Which.DONE)
    lines = [_line(row) for row in rows[:PAGE]]
    return Listed(lines, _cursor(lines[-1]) if len(rows) > PAGE else None)


def count_waiting(desk: Desk, posts: Collection[Recipient]) -> list[Count]:
    """How much waits at each post."""
    return [
        Count(Recipient(row["recipient"], Role(row["role"])), row["unread"], row["answered"])
        for row in desk.rows("count_waiting", **_posts(posts), purposes=sorted(Purpose), tiers=sorted(Tier))
    ]


def grouped(lines: Iterable[Line], now: datetime, rules: RuleSet) -> Mapping[Group, list[Line]]:
    """What waits by how near its deadline is; groups with nothing in them are left out."""

    def near(line: Line) -> Group:
        return group(line.deadline or line.came_at, now, rules.school_days.get(line.to.organisation))

    found: dict[Group, list[Line]] = {}
    for one, among in groupby(lines, near):
        found.setdefault(one, []).extend(among)
    return {one: found[one] for one in Group if one in found}


def _posts(posts: Collection[Recipient]) -> dict[str, list[str]]:
    ordered = sorted(posts, key=str)
    return {"recipients": [one.organisation for one in ordered], "roles": [str(one.role) for one in ordered]}


def _line(row: Row) -> Line:
    return Line(
        row["delivery_id"],
        Recipient(row["recipient"], Role(row["role"])),
        Purpose(row["purpose"]),
        Tier(row["tier"]),
        row["source"],
        row["came_at"],
        row["deadline"],
        Layer(row["reached"]) if row["reached"] else None,
        row["recalled_at"] is not None,
        (row["later_id"], Purpose(row["later_purpose"])) if row["later_id"] else None,
        row["from_person"],
        row["to_person"],
        row["asked"],
        row["answered"],
    )


def _cursor(last: Line) -> Cursor:
    return Cursor(last.deadline or last.came_at, last.delivery_id)
