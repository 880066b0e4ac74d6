"""Concerns that a school was told of, taken by its system, for tests of those who read them."""

from __future__ import annotations

from uuid import UUID

from hub.facts.model import Concern
from tests.builders import ISLA, a_concern
from tests.town import PRIMARY, Town

SUMMARY = "Police attended the home after a neighbour rang. Isla was on the stairs."
VOICE = "I hid on the stairs."


def a_night(reference: str = "VPD-2026-000123") -> Concern:
    """One night at Isla's."""
    night = a_concern(reference=reference).about(ISLA)
    return night.saying("concern.summary", SUMMARY).saying("child.voice", VOICE).made()


def told(town: Town, *concerns: Concern, channel: str = "webhook") -> list[UUID]:
    """These concerns, told to the primary school and taken by its system; ids of its deliveries."""
    town.send(*concerns)
    town.change(
        "update delivery set status = 'accepted', channel = %s, reason = null, settled_at = %s"
        " where status = 'pending'",
        channel,
        town.now,
    )
    town.change(
        "insert into receipt (delivery_id, layer, at, received_at) select delivery_id, 1, settled_at, settled_at"
        " from delivery where status = 'accepted' on conflict do nothing"
    )
    found = town.query(
        "select delivery_id from delivery where event_id = any(%s) and recipient = %s order by created_at",
        [concern.event_id for concern in concerns],
        PRIMARY,
    )
    return [delivery_id for (delivery_id,) in found]
