"""Which data items a school's record holds, each about which of its pupils. Pure.

What is recorded of one pupil is about that pupil alone. When and where it happened names no pupil, so each has it for
itself. The summary, what was done and who was told are about all of them: nobody has said which sentence is about whom.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from adapters.bridge.reading.facts import NamedPerson, child_items, named
from adapters.school.record import Decision, Happening, Pupil, RaisedRecord, Sibling, Staff, Words
from adapters.school.telling import LEAD, actions_taken, attendance, chronology, marks, said
from hub.facts.model import ContentPart
from hub.facts.terms import PersonRole


def keyed(record: RaisedRecord) -> list[tuple[str, Pupil]]:
    """The pupils under their keys: `1`, `2`, ... in the record's order. A key must say nothing of the child."""
    return [(str(number), pupil) for number, pupil in enumerate(record.pupils, start=1)]


def content(record: RaisedRecord) -> Iterator[ContentPart]:
    """One part for each data item that has a value; what is about one pupil is a part of that pupil's own."""
    everyone = tuple(key for key, _ in keyed(record))
    for item, value in _shared_items(record):
        if value not in (None, []):
            yield ContentPart(item, everyone, value)
    yield from _people_parts(record, everyone)
    for key, pupil in keyed(record):
        for item, value in (*_incident_items(record.happened), *_pupil_items(pupil)):
            if value not in (None, []):
                yield ContentPart(item, (key,), value)


def _shared_items(record: RaisedRecord) -> Iterator[tuple[str, Any]]:
    yield "concern.summary", record.summary
    yield "concern.actions_taken", actions_taken(record)
    yield "concern.indicators", list(record.categories)
    yield "concern.consent_reason", record.consent_reason


def _incident_items(happened: Happening | None) -> Iterator[tuple[str, Any]]:
    if happened is not None:
        yield "incident.occurred_at", happened.at
        found = {"address": happened.place, "postcode": happened.postcode}
        yield "incident.place", found if any(found.values()) else None


def _pupil_items(pupil: Pupil) -> Iterator[tuple[str, Any]]:
    yield from child_items(pupil, pupil.attends)
    yield "child.voice", said(pupil.said)
    yield "child.spoken_to", _spoken_to(pupil.said)
    yield "concern.summary", pupil.account
    yield "concern.detail", chronology(pupil.chronology)
    yield "health.injury", marks(pupil.body_map)
    yield "school.observations", pupil.observed
    yield "school.attendance", attendance(pupil.attendance)


def _spoken_to(said: Sequence[Words]) -> dict[str, Any] | None:
    """As Content's SpokenTo has it: alone only where nobody was there at any time; everybody who ever was."""
    if not said:
        return None
    answers = {one.alone for one in said}
    beside = "; ".join(dict.fromkeys(one.beside for one in said if one.beside)) or None
    accompanied = False in answers or beside is not None
    return {"spoken_to": True, "alone": False if accompanied else True if answers == {True} else None, "beside": beside}


def _people_parts(record: RaisedRecord, everyone: tuple[str, ...]) -> Iterator[ContentPart]:
    """One part for each role and set of pupils; staff come first among the practitioners."""
    found: dict[tuple[PersonRole, tuple[str, ...]], list[NamedPerson]] = {}
    found[PersonRole.PRACTITIONER, everyone] = [
        _staff(record.raised_by),
        *([_lead(record.decision)] if record.decision else []),
    ]
    for person in record.people or ():
        about = everyone if person.pupils is None else tuple(str(n + 1) for n in sorted(set(person.pupils)))
        found.setdefault((person.role, about), []).append(named(person))
    for key, pupil in keyed(record):
        for sibling in pupil.siblings:
            found.setdefault((PersonRole.HOUSEHOLD, (key,)), []).append(_sibling(sibling))
    for (role, about), people in found.items():
        yield ContentPart(f"person.{role}", about, people)


def _staff(staff: Staff) -> NamedPerson:
    return {"name": staff.name, "relationship": staff.role, "date_of_birth": None, "contact": staff.contact}


def _lead(decision: Decision) -> NamedPerson:
    told = {"name": decision.name, "relationship": decision.role or LEAD, "contact": decision.contact}
    return told | {"date_of_birth": None}


def _sibling(sibling: Sibling) -> NamedPerson:
    at = f"at {sibling.school}" if sibling.school else None
    relationship = ", ".join(part for part in (sibling.relationship or "sibling", at) if part)
    told: NamedPerson = {"name": sibling.name, "relationship": relationship, "contact": None}
    return told | {"date_of_birth": sibling.date_of_birth}
