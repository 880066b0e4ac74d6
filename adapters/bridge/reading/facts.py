"""From what the records of several formats have in common to the hub's facts and content. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from adapters.bridge.reading.concerns import kept, milliseconds
from adapters.bridge.reading.records import Child, OtherPerson, Place, Sex, Versioned
from hub.facts.model import Identity, Person, Subject
from hub.facts.roles import role_of

NamedPerson = dict[str, str | None]
"""As Content's NamedPerson has it: name, relationship, date_of_birth, contact."""


def sequence_of(record: Versioned) -> int:
    """The version, else when it was last modified, in milliseconds: one of them there is."""
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
    linked_to, said = (person.link.organisation, person.link.role) if person.link else (None, None)
    holds = role_of(said) if said else None
    other = said if holds is None else None
    return Person(person.role, person.name, person.date_of_birth, person.contact, known, linked_to, holds, other)


def child_items(child: Child, school: str | None) -> Iterator[tuple[str, Any]]:
    """(data item, value) of what the source knows of a child beside who it is; a value that says nothing is left.

    Their order is for ever: what makes a repeated notice known again is made of it.
    """
    yield "child.safe_address", place_of(child.safe_address)
    yield "child.school", school
    yield "child.gp", child.gp_as_told
    yield "child.ethnicity", child.ethnicity
    interpreter = f"interpreter: {child.interpreter}" if child.interpreter else None
    yield "child.language", "; ".join(kept([child.language, interpreter])) or None
    yield "child.disability", child.disability
    places = [told for one in child.earlier_addresses if any((told := one.model_dump()).values())]
    yield "child.earlier_addresses", places
    yield "child.telephone", list(kept(child.telephone))


def named(person: OtherPerson) -> NamedPerson:
    """The same as content has it."""
    return {name: getattr(person, name) for name in ("name", "relationship", "date_of_birth", "contact")}
