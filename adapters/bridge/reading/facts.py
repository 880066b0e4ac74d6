"""From the records of `records` to the hub's facts, and what is wrong between their fields. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from adapters.bridge.reading.concerns import kept, milliseconds
from adapters.bridge.reading.records import Child, OtherPerson, Place, Sex, Versioned
from hub.facts.model import Identity, Person, Subject

NamedPerson = dict[str, str | None]
"""As Content's NamedPerson has it: name, relationship, date_of_birth, contact."""

AHEAD = timedelta(hours=1)
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
)


def sequence_of(record: Versioned) -> int:
    """The version, else when it was last modified, in milliseconds; `faults_between` asks for one of them."""
    if record.version is not None:
        return record.version
    return milliseconds(record.last_modified) if record.last_modified else 0


def place_of(place: Place | None) -> dict[str, str | None] | None:
    """As Content's Place has it."""
    if place is None or not (place.address or place.postcode):
        return None
    return {"address": place.address, "postcode": place.postcode}


def subject_of(key: str, child: Child) -> Subject:
    """The child under its key, which must say nothing of it."""
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
    return Subject(key, identity, None if child.flags is None else frozenset(child.flags), child.capacity)


def person_of(person: OtherPerson) -> Person:
    """Somebody other than the children, with what is known of a link."""
    known = "link" in person.model_fields_set
    linked_to, holds = (person.link.organisation, person.link.role) if person.link else (None, None)
    return Person(person.role, person.name, person.date_of_birth, person.contact, known, linked_to, holds)


def named(person: OtherPerson) -> NamedPerson:
    """The same as content has it."""
    return {name: getattr(person, name) for name in ("name", "relationship", "date_of_birth", "contact")}


def faults_between(parsed: dict[str, Any], children: str) -> Iterator[str]:
    """What is wrong between fields of plain JSON: no version, nobody named, a position that there is not.

    `children` names the list of children, which the positions of people are counted in under the same name.
    """
    if parsed.get("version") is None and parsed.get("last_modified") is None:
        yield "version: is required, or else last_modified."
    listed = as_list(parsed.get(children))
    for number, child in enumerate(listed):
        if isinstance(child, dict) and not any(child.get(name) for name in _WHO):
            yield f"{children}[{number}]: must say who the child is by a name, a date of birth, a number or a place."
    for number, person in enumerate(as_list(parsed.get("people"))):
        for place, position in enumerate(as_list(person.get(children)) if isinstance(person, dict) else ()):
            if isinstance(position, int) and position >= len(listed):
                field = f"people[{number}].{children}[{place}]"
                yield f"{field}: is not a position in {children}, which are counted from 0."


def as_list(value: Any) -> list[Any]:
    """The value if it is a list, else an empty one: what it is instead is a fault of its own."""
    return value if isinstance(value, list) else []
