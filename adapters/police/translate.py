"""A public protection notice as a concern. Pure: bytes, a time and an id maker in; a concern or every fault out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from adapters.bridge.formats import MAX_NATIVE, Faults, Raised, Wrong
from adapters.bridge.reading.concerns import TIER_OF, kept, milliseconds, more_urgent, shared_district
from adapters.bridge.reading.faults import capped, faults_of, parse_json
from adapters.bridge.reading.fields import TODAY
from adapters.police.content import content, keyed
from adapters.police.notice import Heading, Notice, NoticeChild, NoticePerson, Retraction, Sex
from hub.facts.bounds import MODIFIED, modified_out_of_bounds
from hub.facts.model import Concern, Identity, Person, Practitioner, Subject
from hub.facts.roles import role_of
from hub.facts.terms import EventKind, Flag, Risk, Tier

_GRADE = re.compile(rb'"(risk|urgency|notice_type)"\s*:\s*"([a-z_]{1,30})"')
_KINDS = {"raise": EventKind.RAISED, "update": EventKind.UPDATED}
_AHEAD = timedelta(hours=1)
"""Of London before UTC, at most: a child born tonight was not born in the future."""

_WHO = (
    "given_names",
    "family_name",
    "known_as",
    "date_of_birth",
    "nhs_number",
    "chi_number",
    "hc_number",
    "upn",
    "scn",
    "address",
    "postcode",
    "description",
    "estimated_age",
    "unborn",
)
"""What says who a child is; of one whose name nobody knows, how it looks or how old it seems."""


def translate(raw: bytes, *, source: str, received_at: datetime, new_id: Callable[[], UUID]) -> tuple[Raised | Wrong]:
    """The one concern that a notice tells of, or a sentence for each thing wrong with it."""
    found = _translate(raw, source, received_at, new_id)
    return (Raised(found) if isinstance(found, Concern) else Wrong(found),)


def _translate(raw: bytes, source: str, received_at: datetime, new_id: Callable[[], UUID]) -> Concern | Faults:
    if len(raw) > MAX_NATIVE:
        return (f"notice: is larger than {MAX_NATIVE:,} bytes.",)
    parsed, unreadable = parse_json(raw)
    if unreadable:
        return unreadable
    model = Retraction if isinstance(parsed, dict) and parsed.get("notice_type") == "retract" else Notice
    across = tuple(_faults_across(parsed)) if isinstance(parsed, dict) else ()
    try:
        record = model.model_validate_json(
            raw.removeprefix(b"\xef\xbb\xbf"), context={TODAY: (received_at + _AHEAD).date()}
        )
    except ValidationError as error:
        return capped(_named(faults_of(error)) + across)
    if record.version is None and record.last_modified and modified_out_of_bounds(record.last_modified, received_at):
        across += (MODIFIED,)
    if across:
        return capped(across)
    match record:
        case Notice():
            return _raised(record, source, new_id())
        case Retraction():
            return _retracted(record, source, new_id())


def tier_of(raw: bytes) -> Tier | None:
    """How urgent a notice may be, by a glance at its beginning; None where that does not say."""
    said = {name.decode(): word.decode() for name, word in _GRADE.findall(raw)}
    graded = [TIER_OF[Risk(said["risk"])]] if said.get("risk") in set(Risk) else []
    asked = [Tier(said["urgency"])] if said.get("urgency") in set(Tier) else []
    taken_back = [Tier.URGENT] if said.get("notice_type") == "retract" else []
    return min([*graded, *asked, *taken_back], key=list(Tier).index, default=None)


def _named(faults: Faults) -> Faults:
    """A notice type that is neither is checked as a raised notice; the sentence names all three."""
    return tuple(
        "notice_type: must be one of 'raise', 'update' or 'retract'."
        if text.startswith("notice_type: must be one of")
        else text
        for text in faults
    )


def _faults_across(parsed: dict[str, Any]) -> Iterator[str]:
    """What is wrong between fields. Read from the plain JSON, to be told together with what is wrong in them."""
    if parsed.get("version") is None and parsed.get("last_modified") is None:
        yield "version: is required, or else last_modified."
    if parsed.get("notice_type") == "retract":
        return
    children = _list(parsed.get("children"))
    for number, child in enumerate(children):
        if isinstance(child, dict):
            yield from _faults_of_child(f"children[{number}]", child)
    for number, person in enumerate(_list(parsed.get("people"))):
        for place, position in enumerate(_list(person.get("children")) if isinstance(person, dict) else ()):
            if isinstance(position, int) and position >= len(children):
                yield f"people[{number}].children[{place}]: is not a position in children, which are counted from 0."


def _faults_of_child(path: str, child: dict[str, Any]) -> Iterator[str]:
    if not any(child.get(name) for name in _WHO):
        yield f"{path}: must say who the child is by a name, a date of birth, a number or a place."
    age = child.get("estimated_age")
    youngest, oldest = (age.get("youngest"), age.get("oldest")) if isinstance(age, dict) else (None, None)
    if isinstance(youngest, int) and isinstance(oldest, int) and youngest > oldest:
        yield f"{path}.estimated_age: has a youngest that is above its oldest."


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _sequence(record: Heading) -> int:
    """The notice's version, else when it was last modified, in milliseconds; `_faults_across` asks for one of them."""
    if record.version is not None:
        return record.version
    return milliseconds(record.last_modified) if record.last_modified else 0


def _retracted(record: Retraction, source: str, event_id: UUID) -> Concern:
    return Concern(
        event_id=event_id,
        kind=EventKind.RETRACTED,
        source=source,
        reference=record.notice_reference,
        sequence=_sequence(record),
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
        sequence=_sequence(record),
        tier=more_urgent(TIER_OF[record.risk], record.urgency),
        category=record.category,
        raised_at=record.raised_at,
        subjects=tuple(_subject(key, child) for key, child in keyed(record)),
        content=tuple(content(record)),
        risk=record.risk,
        consent=record.consent,
        practitioner=Practitioner(officer.role, officer.override_reason),
        people=None if record.people is None else tuple(_person(person) for person in record.people),
        home_district=shared_district(_home_postcode(child) for child in record.children),
        incident_district=shared_district([place.postcode if place else None]),
        caveats=frozenset(record.caveats),
        delete_by=record.delete_by,
    )


def _home_postcode(child: NoticeChild) -> str | None:
    """An unborn child lives with its mother."""
    return child.unborn.mother.postcode if child.unborn else child.postcode


def _subject(key: str, child: NoticeChild) -> Subject:
    identity = Identity(
        given_names=child.given_names,
        family_name=child.family_name,
        known_as=child.known_as,
        previous_family_names=kept(child.previous_family_names),
        date_of_birth=child.date_of_birth,
        sex=None if child.sex in (None, Sex.NOT_KNOWN) else child.sex.value,
        nhs_number=child.nhs_number,
        chi_number=child.chi_number,
        hc_number=child.hc_number,
        upn=child.upn,
        scn=child.scn,
        address=child.address,
        postcode=child.postcode,
    )
    flags = None if child.flags is None else frozenset(child.flags)
    return Subject(
        key, identity, flags if child.unborn is None else (flags or frozenset()) | {Flag.UNBORN}, child.capacity
    )


def _person(person: NoticePerson) -> Person:
    known = "link" in person.model_fields_set
    linked_to, said = (person.link.organisation, person.link.role) if person.link else (None, None)
    holds = role_of(said) if said else None
    other = said if holds is None else None
    return Person(person.role, person.name, person.date_of_birth, person.contact, known, linked_to, holds, other)
