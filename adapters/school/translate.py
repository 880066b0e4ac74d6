"""A school's record of concern as a concern. Pure: bytes, a time and an id maker in; a concern or every fault out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from adapters.bridge.formats import Raised, Translated, Wrong
from adapters.bridge.reading.concerns import TIER_OF, more_urgent, shared_district
from adapters.bridge.reading.facts import person_of, sequence_of, subject_of
from adapters.bridge.reading.validating import JsonRecord, as_list, faults_of_children
from adapters.school.categories import FILE, category_of, unknown
from adapters.school.content import content, keyed
from adapters.school.record import Heading, Level, RaisedRecord, Withdrawn
from adapters.school.telling import LEAD
from hub.facts.model import Concern, Practitioner
from hub.facts.terms import Category, EventKind, Risk, Tier

RISK_OF = {
    Level.MONITOR: Risk.NONE,
    Level.EARLY_HELP: Risk.NONE,
    Level.CHILD_IN_NEED: Risk.SOME,
    Level.CHILD_PROTECTION: Risk.SIGNIFICANT_HARM,
    Level.IMMEDIATE_DANGER: Risk.LIFE_AT_RISK,
}
"""The thresholds as the hub grades: section 17 is some risk, section 47 significant harm (Children Act 1989)."""

NO_CATEGORY = f"categories: none of them is known: write one of the hub's, or of adapters/school/{FILE}, as well."
UNKNOWN = "is no word that the adapter knows: it went along as an indicator, and decided nothing."
_KINDS = {"concern": EventKind.RAISED, "update": EventKind.UPDATED}
_GLANCE = re.compile(rb'"(level|urgency|record_type)"\s*:\s*"([a-z_]{1,30})"')


def _faults_across(parsed: dict[str, Any]) -> Iterator[str]:
    """What is wrong between fields, to be told together with what is wrong in them."""
    if parsed.get("record_type") == "withdrawal":
        return
    yield from faults_of_children(parsed, "pupils")
    for number, pupil in enumerate(as_list(parsed.get("pupils"))):
        held = pupil.get("attendance") if isinstance(pupil, dict) else None
        counts = [held.get(name) for name in ("possible", "attended", "late")] if isinstance(held, dict) else []
        whole = [count for count in counts if type(count) is int]
        if whole != sorted(whole, reverse=True):
            yield f"pupils[{number}].attendance: more half days came late than came at all, or came than there were."


RECORD: JsonRecord[RaisedRecord | Withdrawn] = JsonRecord(
    "record_type", {"concern": RaisedRecord, "update": RaisedRecord, "withdrawal": Withdrawn}, _faults_across
)


def translate(raw: bytes, *, source: str, received_at: datetime, new_id: Callable[[], UUID]) -> Translated:
    """The one concern that a record tells of, or a sentence for each thing wrong with it."""
    record = RECORD.read(raw, received_at)
    if not isinstance(record, Heading):
        return (Wrong(record),)
    category = category_of(record.categories)
    if category is None:
        return (Wrong((NO_CATEGORY,)),)
    left_out = tuple(f"categories[{place}]: {UNKNOWN}" for place in unknown(record.categories))
    match record:
        case RaisedRecord():
            return (Raised(_raised(record, category, source, new_id()), left_out),)
        case Withdrawn():
            return (Raised(_withdrawn(record, category, source, new_id()), left_out),)


def tier_of(raw: bytes) -> Tier | None:
    """How urgent a record may be, by a glance at it; None where that does not say."""
    said = {name.decode(): word.decode() for name, word in _GLANCE.findall(raw)}
    graded = [TIER_OF[RISK_OF[Level(said["level"])]]] if said.get("level") in set(Level) else []
    asked = [Tier(said["urgency"])] if said.get("urgency") in set(Tier) else []
    taken_back = [Tier.URGENT] if said.get("record_type") == "withdrawal" else []
    return min([*graded, *asked, *taken_back], key=list(Tier).index, default=None)


def _withdrawn(record: Withdrawn, category: Category, source: str, event_id: UUID) -> Concern:
    return Concern(
        event_id=event_id,
        kind=EventKind.RETRACTED,
        source=source,
        reference=record.concern_id,
        sequence=sequence_of(record),
        tier=more_urgent(Tier.URGENT, record.urgency),
        category=category,
        raised_at=record.raised_at,
        subjects=(),
        content=(),
    )


def _practitioner(record: RaisedRecord) -> Practitioner:
    """Who raised it; where the lead gives a reason for an emergency, the lead, whose word that is."""
    decision = record.decision
    if decision and decision.emergency_reason:
        return Practitioner(decision.role or LEAD, decision.emergency_reason)
    return Practitioner(record.raised_by.role)


def _raised(record: RaisedRecord, category: Category, source: str, event_id: UUID) -> Concern:
    risk = RISK_OF[record.level]
    return Concern(
        event_id=event_id,
        kind=_KINDS[record.record_type],
        source=source,
        reference=record.concern_id,
        sequence=sequence_of(record),
        tier=more_urgent(TIER_OF[risk], record.urgency),
        category=category,
        raised_at=record.raised_at,
        subjects=tuple(subject_of(key, pupil) for key, pupil in keyed(record)),
        content=tuple(content(record)),
        risk=risk,
        consent=record.consent,
        caveats=frozenset(record.caveats),
        delete_by=record.delete_by,
        practitioner=_practitioner(record),
        people=None if record.people is None else tuple(person_of(person) for person in record.people),
        home_district=shared_district(pupil.postcode for pupil in record.pupils),
        incident_district=shared_district([record.happened.postcode if record.happened else None]),
    )
