"""What auditors and subject access officers ask: who looked at what and when; a child's concerns. Never content."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from hub.facts.act import Act, Principal
from hub.facts.errors import UserError
from hub.facts.model import DELIVERY_NAMESPACE, Personal
from hub.ledger import kinds
from hub.ledger.entry import Stamp
from hub.people.accounts.persons import names_of
from hub.people.cells import guarded
from hub.people.desk import Desk, Row
from hub.people.looks import Look, look
from hub.people.story import Places

LISTED, MOST_EXPORTED = 50, 10_000
MOST_EVENTS = 1_000
BY_KEY, AT_THE_HUB, ELSEWHERE = "its own system", "somebody at the hub's own machine", "somebody there"


@dataclass(frozen=True, slots=True)
class AskedLooks:
    """Which looks to list; None is all. `before`: when the last of the page before was, and its id."""

    about: str | None = None
    event_id: UUID | None = None
    person_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: tuple[datetime, UUID] | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Looked(Personal):
    """One reading: who, of which organisation, looked at what thing, and which event or subject that belongs to.

    `who`: a person's name, or how the hub knows the reader where it has none.
    """

    entry_id: UUID
    at: datetime
    who: str
    person_id: UUID | None
    key_id: str | None
    organisation: str
    what: str
    about: str
    event_id: UUID | None
    subject_id: UUID | None


@dataclass(frozen=True, slots=True)
class EventOf:
    """One event about a child: what kind, from whom, when, and how many were told, were not, are asked, looked.

    What is None is its source's to know: whoever was told is not told what became of it elsewhere.
    """

    event_id: UUID
    source: str
    kind: str
    tier: str
    raised_at: datetime
    decided_at: datetime
    subject: str | None
    outcome: str | None
    revision: int | None
    told: int | None
    not_told: int | None
    asked: int | None
    looks: int | None


def looks(desk: Desk, asked: AskedLooks, places: Places, limit: int = LISTED) -> list[Looked]:
    """The latest first. Of people of other organisations who looked at these ones' events no name is told."""
    before, entry = asked.before or (None, None)
    rows = desk.rows(
        "looks",
        about=asked.about,
        event=asked.event_id,
        person=asked.person_id,
        since=asked.since,
        until=asked.until,
        before=before,
        entry=entry,
        places=None if places is None else sorted(places),
        limit=limit,
    )
    names = names_of(desk, [row["person_id"] for row in rows if row["person_id"] and row["own"]])
    return [_looked(row, names) for row in rows]


def _looked(row: Row, names: dict[UUID, str]) -> Looked:
    own = row.pop("own")
    if not own:
        return Looked(**row | {"person_id": None, "key_id": None}, who=ELSEWHERE)
    if row["person_id"]:
        return Looked(**row, who=names.get(row["person_id"], str(row["person_id"])))
    return Looked(**row, who=BY_KEY if row["key_id"] else AT_THE_HUB)


# --- a child's concerns ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ChildOf:
    """A child of an event whom an auditor may mean; `subject_id` None: nobody of the register."""

    event_id: UUID
    subject: str
    subject_id: UUID | None


def children_of(desk: Desk, event_id: UUID, places: Places) -> list[ChildOf]:
    """Children of an event of these sources, also by the id that its source gave it."""
    rows = desk.rows("children_of", event=event_id)
    return [
        ChildOf(row["event_id"], row["subject"], row["subject_id"])
        for row in rows
        if places is None or row["source"] in places
    ]


def subject_by(desk: Desk, local_keys: Sequence[bytes]) -> UUID:
    """The subject of a record, by its look-up hashes (`Register.local_keys`); raises UserError where there is none."""
    found = desk.rows("subjects_by_key", keys=list(local_keys))
    if len(found) != 1:
        raise UserError("No record of this organisation bears this local id on the register.")
    subject_id: UUID = found[0]["subject_id"]
    return subject_id


def events_of(desk: Desk, subject_id: UUID, places: Places, act: Act) -> list[EventOf]:
    """Every event about a child, the latest first; that somebody looked is kept.

    `places`: of which these are the source, or were told; None is all.
    """
    seen = Look("child", str(subject_id), subject_id=subject_id)
    said = desk.evidence.seal_act(act, f"{seen.what}|{seen.about}".encode())
    look(desk, seen, act.by, kinds.looked(seen.what, seen.about, _reader(act.by), desk.stamp(act), said))
    asked = {"subject": subject_id, "places": None if places is None else sorted(places), "limit": MOST_EVENTS}
    return [EventOf(**row) for row in desk.rows("events_of", **asked)]


def note_look(desk: Desk, seen: Look, by: Principal, at: datetime) -> None:
    """Keep that somebody looked at a story, at decisions, or at a list of looks, of which nobody is asked why."""
    stamp = Stamp(at, desk.evidence.random(16))
    look(desk, seen, by, kinds.looked(seen.what, seen.about, _reader(by), stamp))


def _reader(by: Principal) -> dict[str, str | None]:
    return {"person": str(by.person_id) if by.person_id else None, "organisation": by.organisation}


# --- exports ---------------------------------------------------------------------------------------------------------


def export(desk: Desk, what: str, rows: Iterable[Looked | EventOf], kind: type[Looked | EventOf], act: Act) -> bytes:
    """The rows as CSV; that they left the hub's care is kept. Raises UserError for somebody without an account."""
    if act.by.person_id is None:
        raise UserError("Only somebody who is signed in may take a list away.")
    body = as_csv([field.name for field in fields(kind)], [asdict(row) for row in rows])
    digest = hashlib.sha256(body).hexdigest()
    export_id = uuid5(DELIVERY_NAMESPACE, f"export|{what}|{act.by.person_id}|{act.at.isoformat()}")
    said = desk.evidence.seal_act(act, export_id.bytes).as_facts()
    facts = {"what": what, "id": str(export_id), "form": "csv", "digest": digest, **said}
    entry = kinds.exported(export_id, facts, act.by.person_id, desk.stamp(act))
    look(desk, Look("export", str(export_id)), act.by, entry)
    return body


def as_csv(columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> bytes:
    """CSV (RFC 4180, UTF-8) in which no cell is a formula to the sheet that opens it."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(columns)
    writer.writerows([_cell(row[name]) for name in columns] for row in rows)
    return file.getvalue().encode()


def _cell(value: Any) -> str:
    text = "" if value is None else value.isoformat() if isinstance(value, datetime) else str(value)
    return guarded(text)
