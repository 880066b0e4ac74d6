"""A child within an event, as its reviewer needs it: who the source says it is, and whom the register proposed."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from hub.facts.errors import BadRecord, UserError
from hub.facts.model import Identity
from hub.people.desk import Desk
from hub.routing.context import Context, Record
from hub.routing.ingest import Refused, ingest
from hub.routing.recording import open_evidence
from hub.wire.records import identity_from
from hub.wire.sealed import FACTS_PART, open_part
from hub.wire.source_facts import parse_facts


class Child(NamedTuple):
    """A child of an event; `subject` is its key within the event."""

    event_id: UUID
    subject: str


def proposed(desk: Desk, child: Child) -> list[UUID]:
    """Subjects proposed for this child by the latest revision that proposed any."""
    for made in desk.rows("evidence_of", event=child.event_id):
        found = open_evidence(desk.evidence, made["evidence_key"], made["evidence"], child.event_id, made["revision"])
        candidates = found["matches"].get(child.subject, {}).get("candidates", ())
        if candidates:
            return [UUID(one) for one in candidates]
    return []


def said_to_be(desk: Desk, child: Child, context: Context) -> Identity:
    """Who the source says the child is: the one part of the event that is opened for this. Raises UserError."""
    row = desk.row("sealed_event", event=child.event_id)
    if row is None or row["value"] is None:
        raise UserError("The sealed record of this event is not kept any more, so the child cannot be shown.")
    checked = ingest(Record(**row), context)
    if isinstance(checked, Refused):
        raise UserError(f"The sealed record of this event is refused now: {checked.reason}.")
    schemas, unseal = context.schemas, context.keys.unseal
    try:
        facts = parse_facts(
            open_part(checked.event, FACTS_PART, "Facts", schemas, unseal), checked.event, context.catalogue
        )
        part = next(one.identity_part for one in facts.subjects if one.key == child.subject)
        return identity_from(open_part(checked.event, part, "Identity", schemas, unseal))
    except BadRecord as error:
        raise UserError(f"The sealed record of this event does not open: {error.reason}.") from error
