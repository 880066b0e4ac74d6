"""One event's whole story, as the database has it: who was told what, when and why, and who was not."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from hub.facts.errors import KeyMissing
from hub.facts.terms import DISCLOSING, Layer, Outcome, RulingKind, State
from hub.people.desk import Desk, Row
from hub.routing.recording import open_evidence

ADAPTERS = {"police": "police", "trust": "nhs", "nhs": "nhs", "gp": "nhs", "school": "school", "nursery": "school"}
"""Adapter by the first word of a source's id."""
Places = frozenset[str] | None
"""Organisations for whose people somebody asks; None is all."""


def tell(desk: Desk, event_id: UUID, places: Places = None) -> Row | None:
    """The story as `hub concern show --json` prints it; None where the event is unknown.

    `places`: whose dead letters tell of an event that never was one.
    """
    event = desk.row("story_event", id=event_id)
    if event is None:
        return _dead(desk, event_id, places)
    first = event | {"revision": 1}
    revisions = desk.rows("story_revisions", id=event_id)
    given_id = event["sent_as"] or event_id
    given = _evidence(desk, first).get("given") or {}
    return {
        "event_id": event_id,
        "sent_as": given_id,
        "same_id": desk.rows("story_namesakes", id=event_id, given=given_id),
        "source": event["source"],
        "adapter": _adapter(event["source"]),
        "kind": event["kind"],
        "tier": event["tier"],
        "category": given.get("category"),
        "outcome": event["outcome"],
        "subjects": desk.rows("story_subjects", id=event_id),
        "decisions": _decisions(desk, [first, *revisions]),
        "deliveries": _deliveries(desk, event_id),
        "dead_letters": desk.rows("story_dead_letters", id=given_id, source=event["source"]),
        "reviews": desk.rows("story_reviews", id=event_id),
        "case": {"sequence": event["sequence"], "superseded_by": event["superseded_by"]},
        "history": desk.rows("story_history", id=event_id),
        "rules_version": event["rules_version"],
        "revisions": [
            {name: made[name] for name in ("revision", "cause", "outcome", "rules_version", "decided_at")}
            for made in revisions
        ],
        "raised_at": event["raised_at"],
        "decided_at": event["decided_at"],
    }


def seen_by(story: Row, places: Places) -> Row | None:
    """What people of these organisations may see of a story; None where nothing.

    Its source's see it whole, but for what other sources sent under the same id. A recipient's see what was told to it
    and arrived, and nothing of what was kept back or of others: recipients are not told what they miss.
    """
    if places is None:
        return story
    if story["source"] in places:
        own = [one for one in story["dead_letters"] if one["source"] in places]
        return story | {"same_id": [], "dead_letters": own}
    accepted = [one for one in story["deliveries"] if one["recipient"] in places and one["status"] == State.ACCEPTED]
    if not accepted or "dead_letter" in story:
        return None
    reached = {_which(one) for one in accepted if one["purpose"] in DISCLOSING}
    told = [
        one | {"withheld": [], "reasons": [], "subject": None}
        for one in story["decisions"]
        if one["outcome"] == RulingKind.SHARE and _which(one) in reached
    ]
    deliveries = [one | {"subject": None} for one in accepted]
    named = any("concern.category" in one["released"] for one in told)
    return {name: story[name] for name in _FOR_RECIPIENTS} | {
        "decisions": told,
        "deliveries": deliveries,
        "category": story["category"] if named else None,
        "subjects": [],
        "same_id": [],
        "dead_letters": [],
        "reviews": [one for one in story["reviews"] if one["owner"] in places],
        "case": {"sequence": None, "superseded_by": None},
        "history": [],
        "revisions": [],
        "outcome": None,
        "whole": False,
    }


def _which(one: Row) -> tuple[Any, ...]:
    """Which decision this is, or which one a delivery carries out."""
    return tuple(one[name] for name in ("subject", "recipient", "role", "revision"))


_FOR_RECIPIENTS = (
    "event_id",
    "sent_as",
    "source",
    "adapter",
    "kind",
    "tier",
    "rules_version",
    "raised_at",
    "decided_at",
)


def tell_of_dead(event_id: UUID, source: str | None, tier: str, dead: Row) -> Row:
    """The story of an event that never was one: its dead letter, and nothing else."""
    return {
        "event_id": event_id,
        "sent_as": event_id,
        "same_id": [],
        "source": source,
        "adapter": _adapter(source or ""),
        "kind": None,
        "tier": tier,
        "category": None,
        "outcome": Outcome.DEAD_LETTER,
        "decisions": [],
        "deliveries": [],
        "subjects": [],
        "reviews": [],
        "case": {"sequence": None, "superseded_by": None},
        "history": [],
        "rules_version": None,
        "revisions": [],
        "dead_letter": dead,
    }


def _dead(desk: Desk, event_id: UUID, places: Places) -> Row | None:
    """Of an event that only dead letters know, the first one tells; others may have sent theirs under the same id."""
    found = desk.rows("story_dead_letters", id=event_id, source=None)
    letters = [one for one in found if places is None or one["source"] in places]
    if not letters:
        return None
    dead = letters[0]
    story = tell_of_dead(event_id, dead["source"], dead["topic"].rpartition(".")[2], dead)
    return story | {"deliveries": _deliveries(desk, dead["dead_letter_id"]), "dead_letters": letters}


def _decisions(desk: Desk, revisions: list[Row]) -> list[Row]:
    """Every decision of every revision, the first one's first, each with its reasons."""
    reasons: dict[object, list[str]] = {}
    for made in revisions:
        reasons |= {
            (made["revision"], subject, recipient, role): why
            for subject, recipient, role, why in _evidence(desk, made).get("reasons", ())
        }
    decisions = desk.rows("story_decisions", id=revisions[0]["event_id"])
    for one in decisions:
        one["reasons"] = reasons.get((one["revision"], one["subject"], one["recipient"], one["role"]), [])
    return decisions


def _deliveries(desk: Desk, event_id: UUID) -> list[Row]:
    deliveries = desk.rows("story_deliveries", id=event_id)
    for delivery in deliveries:
        delivery["receipts"] = [
            {"layer": Layer(r["layer"]).word, "at": datetime.fromisoformat(r["at"]).astimezone(UTC)}
            for r in delivery["receipts"]
        ]
    return deliveries


def _evidence(desk: Desk, made: Row) -> dict[str, Any]:
    """What a revision's decisions were made from; nothing where the key is gone (erased) or not held here."""
    if not made["evidence"]:
        return {}
    try:
        return open_evidence(desk.evidence, made["evidence_key"], made["evidence"], made["event_id"], made["revision"])
    except KeyMissing:
        return {}


def _adapter(source: str) -> str:
    return ADAPTERS.get(source.partition(".")[0], source.partition(".")[0])
