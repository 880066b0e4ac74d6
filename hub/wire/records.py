"""A concern as the records of its schemas: facts, identities, people; and the way back. Pure."""

from __future__ import annotations

from typing import Any

from hub.facts.model import Concern, ContentPart, Identity, Person
from hub.facts.terms import LATER_FLAGS


def facts_record(concern: Concern, person_parts: dict[int, int], first_content: int) -> dict[str, Any]:
    """As the Facts schema has it; `person_parts`: which of the people has an identity part, and its number."""
    asked = concern.people
    people = None if asked is None else [_person_facts(one, person_parts.get(n)) for n, one in enumerate(asked)]
    practitioner = concern.practitioner
    return {
        "reference": concern.reference,
        "category": concern.category.value,
        "risk": concern.risk,
        "consent": concern.consent,
        "practitioner": practitioner and {"role": practitioner.role, "override_reason": practitioner.override_reason},
        "home_district": concern.home_district,
        "incident_district": concern.incident_district,
        "subjects": [_subject_facts(s, 2 + n) for n, s in enumerate(concern.subjects)],
        "people": people,
        "history": None
        if concern.history is None
        else [{"category": past.category.value, "raised_at": past.raised_at} for past in concern.history],
        "content": [
            {
                "part": first_content + n,
                "item": part.item,
                "subjects": list(part.subjects),
                "repeats": _repeats(part),
            }
            for n, part in enumerate(concern.content)
        ],
        "caveats": sorted(concern.caveats),
        "delete_by": concern.delete_by and concern.delete_by.isoformat(),
    }


def _repeats(part: ContentPart) -> list[dict[str, Any]] | None:
    if part.repeats is None:
        return None
    return [{"item": one.item, "subjects": list(one.subjects)} for one in sorted(part.repeats)]


def _person_facts(person: Person, part: int | None) -> dict[str, Any]:
    names = ("link_known", "linked_to", "holds", "holds_other")
    return {"role": person.role.value, "person_part": part, **{name: getattr(person, name) for name in names}}


def _subject_facts(subject: Any, identity_part: int) -> dict[str, Any]:
    return {
        "key": subject.key,
        "identity_part": identity_part,
        "capacity": subject.capacity,
        "flags": None if subject.flags is None else sorted(subject.flags - LATER_FLAGS),
        "more_flags": sorted(LATER_FLAGS & (subject.flags or frozenset())),
        "registrations": None
        if subject.registrations is None
        else [
            {"organisation": r.organisation, "relationship": r.relationship.value, "until": r.until}
            for r in subject.registrations
        ],
    }


_IDENTITY_FIELDS = tuple(Identity.__dataclass_fields__)


def identity_record(identity: Identity) -> dict[str, Any]:
    """As the Identity schema has it."""
    return {name: getattr(identity, name) for name in _IDENTITY_FIELDS} | {
        "previous_family_names": list(identity.previous_family_names)
    }


def identity_from(record: dict[str, Any]) -> Identity:
    """Identity of a decoded Identity record."""
    return Identity(**record | {"previous_family_names": tuple(record["previous_family_names"])})


def person_record(person: Person) -> dict[str, Any]:
    """As the PersonIdentity schema has it."""
    return {
        "role": person.role.value,
        "name": person.name,
        "date_of_birth": person.date_of_birth,
        "contact": person.contact,
    }


def content_field(item: str) -> str:
    """Field of the Content schema that carries a data item."""
    return item.replace(".", "_")
