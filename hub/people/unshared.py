"""Decisions not to share: who ought to have heard and was told nothing, by which ISP and clause, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from hub.facts.errors import KeyMissing
from hub.people.desk import Desk, Row
from hub.people.story import Places
from hub.routing.recording import open_evidence

LISTED = 50


@dataclass(frozen=True, slots=True)
class Unshared:
    """One recipient who was told nothing of one child of an event. `grounds`: the decision's own sentences."""

    event_id: UUID
    source: str
    kind: str
    tier: str
    recipient: str
    role: str
    outcome: str
    isp: str | None
    clause: str | None
    rule: str | None
    decided_at: datetime
    grounds: tuple[str, ...]


def list_unshared(
    desk: Desk, places: Places, before: tuple[datetime, UUID] | None = None, limit: int = LISTED
) -> list[Unshared]:
    """Of `limit` events, the latest first.

    `places`: the events' sources, None is all. `before`: when the last event of the page before was decided, its id.
    """
    at, event = before or (None, None)
    asked = {"places": None if places is None else sorted(places), "before": at, "event": event, "limit": limit}
    rows = desk.rows("unshared", **asked)
    said = {event_id: _grounds(desk, row) for event_id, row in {row["event_id"]: row for row in rows}.items()}
    return [_unshared(row, said[row["event_id"]]) for row in rows]


def _unshared(row: Row, grounds: dict[tuple[str, str, str], list[str]]) -> Unshared:
    said = grounds.get((row["subject"], row["recipient"], row["role"]), [])
    return Unshared(
        **{name: row[name] for name in Unshared.__slots__ if name != "grounds"},
        grounds=tuple(said) or ("The sentences of this decision are not kept any more, or cannot be read here.",),
    )


def _grounds(desk: Desk, row: Row) -> dict[tuple[str, str, str], list[str]]:
    """Of each decision of a revision its sentences; nothing where the key is gone or not held here."""
    try:
        found: dict[str, Any] = open_evidence(
            desk.evidence, row["evidence_key"], row["evidence"], row["event_id"], row["revision"]
        )
    except KeyMissing:
        return {}
    return {(subject, recipient, role): why for subject, recipient, role, why in found.get("reasons", ())}
