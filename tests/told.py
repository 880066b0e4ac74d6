"""Concerns that a school was told of, taken by its system, for tests of those who read them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

from hub.facts.model import Concern
from hub.facts.terms import Caveat
from tests.builders import ISLA, SATURDAY_NIGHT, a_concern
from tests.town import PRIMARY, Town

SUMMARY = "Police attended the home after a neighbour rang. Isla was on the stairs."
VOICE = "I hid on the stairs."


def a_night(reference: str = "VPD-2026-000123") -> Concern:
    """One night at Isla's."""
    night = a_concern(reference=reference).about(ISLA)
    return night.saying("concern.summary", SUMMARY).saying("child.voice", VOICE).made()


def a_whole_night(reference: str = "VPD-2026-000777") -> Concern:
    """All that a force tells of one, with how it is to be handled."""
    night = a_concern(reference=reference).about(ISLA)
    told = {
        "concern.summary": SUMMARY + " Nobody was hurt. A neighbour looked after her until her aunt came.",
        "child.voice": VOICE,
        "child.spoken_to": {"spoken_to": True, "alone": False, "beside": "her mother"},
        "child.present": True,
        "child.whereabouts": "On the stairs, then in her room.",
        "incident.occurred_at": SATURDAY_NIGHT,
        "incident.place": {"address": "4 Quarry Wynd, Glenmore", "postcode": "ZG1 4AB"},
        "person.practitioner": [{"name": "PC Rory Tait", "relationship": "attending", "contact": "01632 960199"}],
    }
    for item, value in told.items():
        night.saying(item, value)
    return replace(
        night.made(),
        caveats=frozenset({Caveat.DO_NOT_RAISE_WITH_PARENTS, Caveat.DELETE_BY}),
        delete_by=date(2027, 6, 30),
    )


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
