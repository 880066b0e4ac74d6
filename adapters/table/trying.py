"""What an export would raise, incident by incident, for people to look at before anything is sent. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from adapters.bridge.formats import Raised, Wrong
from adapters.bridge.likely import asks_a_person
from hub.facts.bounds import out_of_bounds
from hub.facts.model import Concern, Identity

ASKS = "a person will be asked"


def tried(read: Sequence[Raised | Wrong], at: datetime, *, opened: bool = False) -> list[dict[str, Any]]:
    """One entry for each incident. `opened`: with what the file says; else counts, words of lists, and rows."""
    return [_entry(one, at, opened) for one in read]


def _entry(one: Raised | Wrong, at: datetime, opened: bool) -> dict[str, Any]:  # noqa: FBT001 - private, called from one place
    if isinstance(one, Wrong):
        return {"where": one.where, "raised": False, "faults": list(one.faults)}
    concern = one.concern
    if faults := out_of_bounds(concern, at):
        return {"where": one.where, "raised": False, "faults": list(faults)}
    return {
        "where": one.where,
        "raised": True,
        "kind": concern.kind.value,
        "tier": concern.tier.value,
        "category": concern.category.value,
        "risk": concern.risk and concern.risk.value,
        "sequence": concern.sequence,
        "children": len(concern.subjects),
        "people": [person.role.value for person in concern.people or ()],
        "items": sorted({part.item for part in concern.content}),
        "caveats": sorted(caveat.value for caveat in concern.caveats),
        "likely": ASKS if concern.subjects and asks_a_person(concern) else None,
        "left_out": list(one.left_out),
        **(_opened(concern) if opened else {}),
    }


def _opened(concern: Concern) -> dict[str, Any]:
    people = [
        {"role": one.role.value, "name": one.name, "date_of_birth": one.date_of_birth, "contact": one.contact}
        for one in concern.people or ()
    ]
    return {
        "reference": concern.reference,
        "raised_at": concern.raised_at,
        "subjects": {one.key: _said(one.identity) for one in concern.subjects},
        "persons": people,
        "content": [
            {"item": part.item, "subjects": list(part.subjects), "value": part.value} for part in concern.content
        ],
    }


def _said(identity: Identity) -> dict[str, Any]:
    said = {one.name: getattr(identity, one.name) for one in fields(identity)}
    return {name: value for name, value in said.items() if value not in (None, ())}
