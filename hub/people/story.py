"""One event's whole story, as the database has it: who was told what, when and why, and who was not."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import dict_row

from hub.facts.errors import KeyMissing
from hub.facts.terms import Layer, Outcome
from hub.keys.evidence import Evidence
from hub.people.desk import PACKAGE
from hub.routing.recording import open_evidence
from hub.store.sqlfiles import sql

ADAPTERS = {"police": "police", "trust": "nhs", "nhs": "nhs", "gp": "nhs", "school": "schools", "nursery": "schools"}
"""Adapter by the first word of a source's id."""


def tell(connection: psycopg.Connection, event_id: UUID, evidence: Evidence) -> dict[str, Any] | None:
    """The story as `hub concern show --json` prints it; None where the event is unknown."""
    cursor = connection.cursor(row_factory=dict_row)
    event = cursor.execute(sql("story_event", PACKAGE), {"id": event_id}).fetchone()
    if event is None:
        return _dead(cursor, event_id)
    first = event | {"revision": 1}
    given = _evidence(first, evidence).get("given") or {}
    revisions = cursor.execute(sql("story_revisions", PACKAGE), {"id": event_id}).fetchall()
    decisions = _decisions(cursor, [first, *revisions], evidence)
    return {
        "event_id": event_id,
        "source": event["source"],
        "adapter": _adapter(event["source"]),
        "kind": event["kind"],
        "tier": event["tier"],
        "category": given.get("category"),
        "outcome": event["outcome"],
        "subjects": cursor.execute(sql("story_subjects", PACKAGE), {"id": event_id}).fetchall(),
        "decisions": decisions,
        "deliveries": _deliveries(cursor, event_id),
        "dead_letters": _dead_letters(cursor, event_id),
        "reviews": cursor.execute(sql("story_reviews", PACKAGE), {"id": event_id}).fetchall(),
        "case": {"sequence": event["sequence"], "superseded_by": event["superseded_by"]},
        "history": cursor.execute(sql("story_history", PACKAGE), {"id": event_id}).fetchall(),
        "rules_version": event["rules_version"],
        "revisions": [
            {name: made[name] for name in ("revision", "cause", "outcome", "rules_version", "decided_at")}
            for made in revisions
        ],
        "raised_at": event["raised_at"],
        "decided_at": event["decided_at"],
    }


def _decisions(
    cursor: psycopg.Cursor[dict[str, Any]], revisions: list[dict[str, Any]], evidence: Evidence
) -> list[dict[str, Any]]:
    """Every decision of every revision, the first one's first, each with its reasons."""
    reasons: dict[object, list[str]] = {}
    for made in revisions:
        reasons |= {
            (made["revision"], subject, recipient, role): why
            for subject, recipient, role, why in _evidence(made, evidence).get("reasons", ())
        }
    decisions = cursor.execute(sql("story_decisions", PACKAGE), {"id": revisions[0]["event_id"]}).fetchall()
    for one in decisions:
        one["reasons"] = reasons.get((one["revision"], one["subject"], one["recipient"], one["role"]), [])
    return decisions


def _dead(cursor: psycopg.Cursor[dict[str, Any]], event_id: UUID) -> dict[str, Any] | None:
    letters = _dead_letters(cursor, event_id)
    if not letters:
        return None
    dead = letters[0]
    return {
        "event_id": event_id,
        "source": dead["source"],
        "adapter": _adapter(dead["source"]),
        "kind": None,
        "tier": dead["topic"].rpartition(".")[2],
        "category": None,
        "outcome": Outcome.DEAD_LETTER,
        "decisions": [],
        "deliveries": _deliveries(cursor, dead["dead_letter_id"]),
        "subjects": [],
        "reviews": [],
        "case": {"sequence": None, "superseded_by": None},
        "history": [],
        "rules_version": None,
        "revisions": [],
        "dead_letter": dead,
        "dead_letters": letters,
    }


def _dead_letters(cursor: psycopg.Cursor[dict[str, Any]], event_id: UUID) -> list[dict[str, Any]]:
    """Records under this event's id that could not be used, the first one first."""
    return cursor.execute(sql("story_dead_letters", PACKAGE), {"id": event_id}).fetchall()


def _deliveries(cursor: psycopg.Cursor[dict[str, Any]], event_id: UUID) -> list[dict[str, Any]]:
    deliveries = cursor.execute(sql("story_deliveries", PACKAGE), {"id": event_id}).fetchall()
    for delivery in deliveries:
        delivery["receipts"] = [
            {"layer": Layer(r["layer"]).word, "at": datetime.fromisoformat(r["at"]).astimezone(UTC)}
            for r in delivery["receipts"]
        ]
    return deliveries


def _evidence(event: dict[str, Any], evidence: Evidence) -> dict[str, Any]:
    """What the decisions were made from; nothing where the key is gone (erased) or not held here."""
    if not event["evidence"]:
        return {}
    try:
        return open_evidence(evidence, event["evidence_key"], event["evidence"], event["event_id"], event["revision"])
    except KeyMissing:
        return {}


def _adapter(source: str) -> str:
    return ADAPTERS.get(source.partition(".")[0], source.partition(".")[0])
