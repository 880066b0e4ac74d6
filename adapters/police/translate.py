"""A public protection notice as a concern. Pure: bytes, a time and an id maker in; a concern or every fault out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from adapters.bridge.formats import Raised, Wrong
from adapters.bridge.reading.concerns import TIER_OF, more_urgent, shared_district
from adapters.bridge.reading.facts import person_of, sequence_of, subject_of
from adapters.bridge.reading.validating import WHO, JsonRecord, as_list, faults_of_children
from adapters.police.content import content, keyed
from adapters.police.notice import Notice, NoticeChild, Retraction
from hub.facts.model import Concern, Practitioner, Subject
from hub.facts.terms import EventKind, Flag, Risk, Tier

WHO_IT_IS = (*WHO, "description", "estimated_age", "unborn")
"""Fields of a child that say who it is; of one whose name nobody knows, how it looks or how old it seems."""
_GRADE = re.compile(rb'"(risk|urgency|notice_type)"\s*:\s*"([a-z_]{1,30})"')
_KINDS = {"raise": EventKind.RAISED, "update": EventKind.UPDATED}


def _faults_across(parsed: dict[str, Any]) -> Iterator[str]:
    """What is wrong between fields. Read from the plain JSON, to be told together with what is wrong in them."""
    if parsed.get("notice_type") == "retract":
        return
    yield from faults_of_children(parsed, "children", WHO_IT_IS)
    for number, child in enumerate(as_list(parsed.get("children"))):
        age = child.get("estimated_age") if isinstance(child, dict) else None
        youngest, oldest = (age.get("youngest"), age.get("oldest")) if isinstance(age, dict) else (None, None)
        if isinstance(youngest, int) and isinstance(oldest, int) and youngest > oldest:
            yield f"children[{number}].estimated_age: has a youngest that is above its oldest."


NOTICE: JsonRecord[Notice | Retraction] = JsonRecord(
    "notice_type", {"raise": Notice, "update": Notice, "retract": Retraction}, _faults_across
)


def translate(raw: bytes, *, source: str, received_at: datetime, new_id: Callable[[], UUID]) -> tuple[Raised | Wrong]:
    """The one concern that a notice tells of, or a sentence for each thing wrong with it."""
    match NOTICE.read(raw, received_at):
        case Notice() as record:
            return (Raised(_raised(record, source, new_id())),)
        case Retraction() as record:
            return (Raised(_retracted(record, source, new_id())),)
        case faults:
            return (Wrong(faults),)


def tier_of(raw: bytes) -> Tier | None:
    """How urgent a notice may be, by a glance at its beginning; None where that does not say."""
    said = {name.decode(): word.decode() for name, word in _GRADE.findall(raw)}
    graded = [TIER_OF[Risk(said["risk"])]] if said.get("risk") in set(Risk) else []
    asked = [Tier(said["urgency"])] if said.get("urgency") in set(Tier) else []
    taken_back = [Tier.URGENT] if said.get("notice_type") == "retract" else []
    return min([*graded, *asked, *taken_back], key=list(Tier).index, default=None)


def _retracted(record: Retraction, source: str, event_id: UUID) -> Concern:
    return Concern(
        event_id=event_id,
        kind=EventKind.RETRACTED,
        source=source,
        reference=record.notice_reference,
        sequence=sequence_of(record),
        tier=more_urgent(Tier.URGENT, record.urgency),
        category=record.category,
        raised_at=record.raised_at,
        subjects=(),
        content=(),
    )


def _raised(record: Notice, source: str, event_id: UUID) -> Concern:
    officer = record.officer
    place = record.incident.place if record.incident else None
    return Concern(
        event_id=event_id,
        kind=_KINDS[record.notice_type],
        source=source,
        reference=record.notice_reference,
        sequence=sequence_of(record),
        tier=more_urgent(TIER_OF[record.risk], record.urgency),
        category=record.category,
        raised_at=record.raised_at,
        subjects=tuple(_subject(key, child) for key, child in keyed(record)),
        content=tuple(content(record)),
        risk=record.risk,
        consent=record.consent,
        practitioner=Practitioner(officer.role, officer.override_reason),
        people=None if record.people is None else tuple(person_of(person) for person in record.people),
        home_district=shared_district(_home_postcode(child) for child in record.children),
        incident_district=shared_district([place.postcode if place else None]),
        caveats=frozenset(record.caveats),
        delete_by=record.delete_by,
    )


def _home_postcode(child: NoticeChild) -> str | None:
    """An unborn child lives with its mother."""
    return child.unborn.mother.postcode if child.unborn else child.postcode


def _subject(key: str, child: NoticeChild) -> Subject:
    subject = subject_of(key, child)
    return replace(subject, flags=(subject.flags or frozenset()) | {Flag.UNBORN}) if child.unborn else subject
