"""Writes what is asked and told, each with its ledger entry, in the caller's transaction.

The router copies its own rows in bulk. `beside`: on an asynchronous connection.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import psycopg
from psycopg.sql import SQL, Composed, Identifier, Placeholder

from hub.asking.notices import DeliveryRow, NewDelivery
from hub.asking.tasks import Task, id_of_unconfirmed
from hub.facts.model import Recipient
from hub.ledger.store import enter, enter_beside

TASKS, DELIVERIES = "review_task", "delivery"
WAKE_CHANNEL = "delivery"
"""Where dispatchers listen; the payload is a tier, or '' for all of them."""
WAKE = b"select pg_notify('delivery', %s)"

Random = Callable[[int], bytes]

_ASKED_AGAIN = SQL(
    " on conflict (task_id) do update set status = 'open', why = excluded.why, opened_at = excluded.opened_at,"
    " due_by = excluded.due_by where review_task.status = 'decided'"
)
_END = b"update review_task set status = 'decided' where task_id = any(%s) and status <> 'decided'"
_CONFIRM = b"update delivery set unconfirmed = false where delivery_id = %s and unconfirmed"
_NEXT_REVISION = b"""
select coalesce(max(revision), 0) + 1 from delivery
where event_id = %s and subject = %s and recipient = %s and role = %s and purpose = 'notify'
"""


def ask(connection: psycopg.Connection[Any], task: Task, random: Random) -> None:
    """Open a task; one that was answered is open again, with its present reason and a clock of its own."""
    connection.execute(_ASK, task)
    enter(connection, task.entry(random(16)))


def tell(connection: psycopg.Connection[Any], made: NewDelivery, random: Random) -> None:
    """Make a notice, and wake the dispatchers."""
    connection.execute(_TELL, made.row())
    enter(connection, made.entry(random(16)))
    connection.execute(WAKE, (made.tier,))


async def ask_beside(connection: psycopg.AsyncConnection[Any], tasks: Sequence[Task], random: Random) -> None:
    """As `ask`."""
    if tasks:
        await connection.cursor().executemany(_ASK, tasks)
        await enter_beside(connection, [task.entry(random(16)) for task in tasks])


async def end_beside(connection: psycopg.AsyncConnection[Any], task_ids: Sequence[UUID]) -> None:
    """What these tasks asked is answered by what happened."""
    if task_ids:
        await connection.execute(_END, (list(task_ids),))


async def confirm_beside(connection: psycopg.AsyncConnection[Any], delivery_id: UUID) -> None:
    """A named person opened a delivery, or acted on it: nobody is asked or told any more that none does."""
    await connection.execute(_CONFIRM, (delivery_id,))
    await end_beside(connection, [id_of_unconfirmed(delivery_id)])


async def tell_beside(connection: psycopg.AsyncConnection[Any], made: NewDelivery, random: Random) -> None:
    """As `tell`."""
    await connection.execute(_TELL, made.row())
    await enter_beside(connection, [made.entry(random(16))])
    await connection.execute(WAKE, (made.tier,))


def next_number(connection: psycopg.Connection[Any], event_id: UUID, subject: str, desk: Recipient) -> int:
    """The number of the next notice about a child of an event to a desk."""
    [[number]] = connection.execute(_NEXT_REVISION, (event_id, subject, desk.organisation, desk.role)).fetchall()
    return int(number)


async def next_revision(connection: psycopg.AsyncConnection[Any], event_id: UUID, subject: str, desk: Recipient) -> int:
    """As `next_number`."""
    found = await connection.execute(_NEXT_REVISION, (event_id, subject, desk.organisation, desk.role))
    [[number]] = await found.fetchall()
    return int(number)


def _insert(kind: type[Task | DeliveryRow], table: str) -> Composed:
    fields = kind._fields
    return SQL("insert into {} ({}) values ({})").format(
        Identifier(table), SQL(", ").join(map(Identifier, fields)), SQL(", ").join([Placeholder()] * len(fields))
    )


_ASK = _insert(Task, TASKS) + _ASKED_AGAIN
_TELL = _insert(DeliveryRow, DELIVERIES) + SQL(" on conflict do nothing")
