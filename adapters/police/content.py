"""Which data items a notice holds, each about which of its children. Pure.

What a notice says of one child is about that child alone. When, where and what kind of incident it was names no child,
so each child has it for itself. Everything else is about all of them: nobody has said which sentence is about whom.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from adapters.bridge.reading.concerns import kept
from adapters.bridge.reading.facts import NamedPerson, child_items, named, place_of
from adapters.police.notice import Notice, NoticeChild, Officer, Provider, Unborn
from hub.facts.model import ContentPart
from hub.facts.terms import PersonRole


def keyed(record: Notice) -> list[tuple[str, NoticeChild]]:
    """The children under their keys: `1`, `2`, ... in the notice's order. A key must say nothing of the child."""
    return [(str(number), child) for number, child in enumerate(record.children, start=1)]


def content(record: Notice) -> Iterator[ContentPart]:
    """One part for each data item that has a value; what is about one child is a part of that child's own."""
    everyone = tuple(key for key, _ in keyed(record))
    for item, value in _shared_items(record):
        if value not in (None, []):
            yield ContentPart(item, everyone, value)
    yield from _people_parts(record, everyone)
    for key, child in keyed(record):
        for item, value in (*_incident_items(record), *_child_items(child)):
            if value not in (None, []):
                yield ContentPart(item, (key,), value)


def _incident_items(record: Notice) -> Iterator[tuple[str, Any]]:
    incident = record.incident
    if incident:
        yield "incident.type", incident.type
        yield "incident.occurred_at", incident.occurred_at
        yield "incident.place", place_of(incident.place)
        yield "incident.attended_by", list(kept(incident.attended_by))
        yield "incident.crime_number", list(kept([incident.incident_number, *incident.crime_numbers]))
        yield "incident.earlier", [told for one in incident.earlier if any((told := one.model_dump()).values())]


def _shared_items(record: Notice) -> Iterator[tuple[str, Any]]:
    yield "concern.summary", record.summary
    yield "concern.detail", record.detail
    yield "concern.actions_taken", record.actions_taken
    yield "concern.indicators", list(kept(record.indicators))
    yield "concern.consent_reason", record.consent_reason
    yield "offence.details", "; ".join(kept(record.suspected_offences)) or None


def _child_items(child: NoticeChild) -> Iterator[tuple[str, Any]]:
    yield from child_items(child, "; ".join(kept([child.school_as_told, _provider(child.provider_attended)])) or None)
    yield "child.present", child.present
    yield "child.voice", child.voice
    yield "concern.summary", child.narrative
    yield "health.injury", child.injuries
    yield "child.whereabouts", child.whereabouts
    yield "child.spoken_to", child.spoken_to and child.spoken_to.model_dump()
    yield "child.estimated_age", child.estimated_age and child.estimated_age.model_dump()
    yield "child.description", child.description
    yield "child.unborn", child.unborn and _unborn(child.unborn)


def _provider(provider: Provider | None) -> str | None:
    if provider is None or provider.kind is None:
        return provider.name if provider else None
    return f"{provider.name} ({provider.kind})"


def _unborn(unborn: Unborn) -> dict[str, str | None]:
    """As Content's Unborn has it."""
    mother = unborn.mother
    return {
        "due_date": unborn.due_date,
        "mother": mother.name,
        **{f"mother_{name}": getattr(mother, name) for name in type(mother).model_fields if name != "name"},
    }


def _people_parts(record: Notice, everyone: tuple[str, ...]) -> Iterator[ContentPart]:
    """One part for each role and set of children, in the notice's order; the officer is the first practitioner."""
    found: dict[tuple[PersonRole, tuple[str, ...]], list[NamedPerson]] = {}
    if record.officer.shoulder_number or record.officer.contact:
        found[PersonRole.PRACTITIONER, everyone] = [_named_officer(record.officer)]
    for person in record.people or ():
        about = everyone if person.children is None else tuple(str(n + 1) for n in sorted(set(person.children)))
        found.setdefault((person.role, about), []).append(named(person))
    for (role, about), people in found.items():
        yield ContentPart(f"person.{role}", about, people)


def _named_officer(officer: Officer) -> NamedPerson:
    return {
        "name": officer.shoulder_number,
        "relationship": officer.role,
        "date_of_birth": None,
        "contact": officer.contact,
    }
