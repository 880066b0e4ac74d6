"""What waits for reviewers: whose desk each question lies on, the nearest deadline first, and how many there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from hub.asking.tasks import ASKED_BACK
from hub.facts.act import HUB
from hub.facts.clock import LONDON, local_day
from hub.facts.terms import Tier
from hub.people.accounts.permissions import Doing, Place, may
from hub.people.accounts.posts import Post
from hub.people.desk import Desk, Row

PAGE = 50
"""Questions on one page of the queue."""
OF_READERS = frozenset(ASKED_BACK)
"""Questions of whoever reads a concern: answered beside it, and not as a review."""
Owners = frozenset[str] | None
"""Organisations whose questions somebody sees; None: those of every one, and the register's own."""


class When(StrEnum):
    """How near a deadline is, by the days of Europe/London."""

    OVERDUE = "overdue"
    TODAY = "today"
    TOMORROW = "tomorrow"
    THIS_WEEK = "this_week"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A question that waits. Ids and codes alone: no list opens anything."""

    task_id: UUID
    event_id: UUID
    question: str
    """A word of `Question`, or one of a later release."""
    owner: str
    tier: Tier
    opened_at: datetime
    due_by: datetime
    escalated: bool
    seconding: bool
    """One reviewer answered, and another must say the same."""
    delivery_id: UUID | None
    ask_id: UUID | None
    """Of what a reader of the concern asks its source."""


class Counts(NamedTuple):
    """How many questions wait; `records` are those of the register."""

    overdue: int
    today: int
    later: int
    records: int

    @property
    def all(self) -> int:
        """Together."""
        return sum(self)


def owners_of(posts: Iterable[Post]) -> Owners:
    """Whose questions the holder of these posts, all in force, answers: a post at the hub is for every organisation."""
    found = frozenset(post.organisation for post in posts if may([post], Doing.REVIEW, Place(post.organisation)))
    return None if HUB in found else found


def owns(owners: Owners, organisation: str) -> bool:
    """Whether a question of this organisation is theirs."""
    return owners is None or organisation in owners


def list_for(desk: Desk, owners: Owners, *, after: tuple[datetime, UUID] | None = None) -> list[Waiting]:
    """The questions that wait, the nearest deadline first; one more than a page where there are more.

    `after`: deadline and id of the last one of the page before.
    """
    due, task = after or (None, None)
    rows = desk.rows("queue_of_reviews", owners=_names(owners), due=due, task=task, limit=PAGE + 1)
    return [_waiting(row) for row in rows]


def count_for(desk: Desk, owners: Owners, now: datetime) -> Counts:
    """How many wait. Reviews of records belong to no organisation: who answers for all of them sees them."""
    found = desk.row("count_reviews", owners=_names(owners), now=now, tomorrow=_midnight_after(now))
    assert found is not None, "a count without a group is one row"
    return Counts(**found)


def task_for(desk: Desk, owners: Owners, task_id: UUID) -> Row | None:
    """One question and its `answers`, if any; None where there is none, or where it lies on another's desk."""
    found = desk.row("show_review", task=task_id)
    if found is None or not owns(owners, found["owner"]):
        return None
    return found | {"answers": desk.rows("answers_of", task=task_id)}


def group(waiting: Sequence[Waiting], now: datetime) -> dict[When, list[Waiting]]:
    """The same by how near their deadlines are; groups with nothing in them are left out."""
    found: dict[When, list[Waiting]] = {}
    for one in waiting:
        found.setdefault(when(one.due_by, now), []).append(one)
    return found


def when(due_by: datetime, now: datetime) -> When:
    """How near a deadline is; a week ends with its Sunday."""
    if due_by <= now:
        return When.OVERDUE
    today, day = local_day(now), local_day(due_by)
    if day == today:
        return When.TODAY
    if day == today + timedelta(days=1):
        return When.TOMORROW
    return When.THIS_WEEK if day <= today + timedelta(days=6 - today.weekday()) else When.LATER


def _waiting(row: Row) -> Waiting:
    status = row.pop("status")
    return Waiting(**row | {"tier": Tier(row["tier"]), "escalated": status == "escalated"})


def _names(owners: Owners) -> list[str] | None:
    return None if owners is None else sorted(owners)


def _midnight_after(now: datetime) -> datetime:
    return datetime.combine(local_day(now) + timedelta(days=1), time(), LONDON)
