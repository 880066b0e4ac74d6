"""Who looked at what and when: one row beside the ledger entry of each reading, so that it can be asked about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg

from hub.facts.act import Act, Principal
from hub.ledger import kinds
from hub.ledger.entry import Entry
from hub.ledger.store import enter, enter_beside
from hub.people.desk import PACKAGE, Desk
from hub.store.sqlfiles import sql


@dataclass(frozen=True, slots=True)
class Look:
    """What was looked at: a kind of thing, its id, and the event or subject that it belongs to."""

    what: str
    about: str
    event_id: UUID | None = None
    subject_id: UUID | None = None


def look(desk: Desk, seen: Look, by: Principal, entry: Entry) -> None:
    """Keep that a person looked: the ledger's entry and the row, or neither."""
    enter(desk.connection, entry)
    desk.do("keep_look", **_row(seen, entry), person=by.person_id, key=None, organisation=by.organisation)


def look_at_subject(desk: Desk, subject_id: UUID, act: Act) -> None:
    """Keep that a person saw what the register has of a child; each time is an entry of its own."""
    name = f"opened|{subject_id}|{desk.evidence.random(16).hex()}"
    said = desk.evidence.seal_act(act, name.encode())
    entry = kinds.register_opened(subject_id, name, said, desk.stamp(act))
    look(desk, Look("subject", str(subject_id), subject_id=subject_id), act.by, entry)


async def look_beside(
    connection: psycopg.AsyncConnection[Any], seen: Look, reader: Mapping[str, Any], entry: Entry
) -> None:
    """As `look`, on an asynchronous connection. `reader`: person, key and organisation, of which one of two is None."""
    await enter_beside(connection, [entry])
    await connection.execute(sql("keep_look", PACKAGE), {**_row(seen, entry), **reader})


def _row(seen: Look, entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.entry_id,
        "at": entry.at,
        "what": seen.what,
        "about": seen.about,
        "event": seen.event_id,
        "subject": seen.subject_id,
    }
