"""Everybody but the children: related people, contacts, and who raises the concern."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from adapters.nhs.fhir.bundle import Bundle
from adapters.nhs.fhir.elements import MAX_LINE, Element, Notes, codings, words
from adapters.nhs.fhir.mapping import CodeMapping, known
from adapters.nhs.fhir.naming import full_name, name_of, resolved, role_of, telephones
from adapters.nhs.fhir.periods import ended
from adapters.nhs.fhir.subjects import Subjects
from hub.facts.model import ContentPart, Person, Personal, Practitioner
from hub.facts.terms import PersonRole

MAX_PEOPLE = 50
PAST = "is not used: it is over, or no longer so."
NO_PLACE = "is not used: where an adult lives has no place in a concern."


@dataclass(frozen=True, slots=True, repr=False)
class Adult(Personal):
    """A person named in the bundle, and the children that they belong to."""

    person: Person
    relationship: str | None
    about: tuple[str, ...]
    said: Element
    """Where the bundle says it."""

    def named(self) -> dict[str, Any]:
        """As Content's NamedPerson has it."""
        person = self.person
        return {
            "name": person.name,
            "relationship": self.relationship,
            "date_of_birth": person.date_of_birth,
            "contact": person.contact,
        }


def read_people(bundle: Bundle, subjects: Subjects, mapping: CodeMapping, today: date, notes: Notes) -> list[Adult]:
    """RelatedPerson resources, and the contacts of each Patient, each person once."""
    found = [*_related(bundle, subjects, mapping, today, notes), *_contacts(subjects, mapping, today, notes)]
    once: dict[tuple[str | None, PersonRole, tuple[str, ...]], Adult] = {}
    for adult in found:
        once.setdefault((adult.person.name, adult.person.role, adult.about), adult)
    if len(once) > MAX_PEOPLE:
        notes.fault("Bundle.entry", f"holds too many people: at most {MAX_PEOPLE}.")
    return list(once.values())


def note_addresses(people: Iterable[Adult], mothers: Iterable[Adult], notes: Notes) -> None:
    """Where adults live is left out, but of the mothers of unborn children."""
    homes = {mother.said.at for mother in mothers}
    for adult in people:
        if adult.said.data.get("address") and adult.said.at not in homes:
            notes.leave(f"{adult.said.at}.address", NO_PLACE)


def parts_of(people: Iterable[Adult]) -> Iterator[ContentPart]:
    """One part for each role and set of children, in the bundle's order."""
    found: dict[tuple[PersonRole, tuple[str, ...]], list[dict[str, Any]]] = {}
    for adult in people:
        found.setdefault((adult.person.role, adult.about), []).append(adult.named())
    for (role, about), named in found.items():
        yield ContentPart(f"person.{role}", about, named)


def _related(bundle: Bundle, subjects: Subjects, mapping: CodeMapping, today: date, notes: Notes) -> Iterator[Adult]:
    for each in bundle.of("RelatedPerson"):
        if each.yes("active") is False or ended(each.one("period"), today):
            notes.leave(f"{each.at} (RelatedPerson)", PAST)
            continue
        yield _adult(each, subjects.of(each, "patient"), mapping, today, notes)


def _contacts(subjects: Subjects, mapping: CodeMapping, today: date, notes: Notes) -> Iterator[Adult]:
    for child in subjects.children:
        for contact in child.patient.many("contact"):
            if ended(contact.one("period"), today):
                notes.leave(contact.at, PAST)
            elif contact.one("name") is None and contact.one("organization") is not None:
                notes.leave(contact.at, "is not used: it is an organisation.")
            else:
                yield _adult(contact, (child.key,), mapping, today, notes)


def _adult(said: Element, about: tuple[str, ...], mapping: CodeMapping, today: date, notes: Notes) -> Adult:
    concepts = said.many("relationship")
    codes = [code for concept in concepts for code in codings(concept)]
    role = next(known(codes, mapping.roles), PersonRole.HOUSEHOLD)
    relationship = "; ".join(dict.fromkeys(each for each in map(words, concepts) if each))[:MAX_LINE] or None
    contact = next(telephones(said, today, notes), None)
    born = said.text("birthDate")
    return Adult(Person(role, full_name(said), born, contact), relationship, about, said)


def raised_by(
    references: Iterable[Element], bundle: Bundle, everyone: tuple[str, ...], today: date, notes: Notes
) -> tuple[Practitioner | None, list[Adult]]:
    """Who raises the concern, by role, and everybody named among these references who is a practitioner."""
    people: dict[str, Adult] = {}
    for reference in references:
        found = resolved(reference, bundle, notes)
        if found is None or found.kind not in {"Practitioner", "PractitionerRole"}:
            continue
        holder = found.one("practitioner") if found.kind == "PractitionerRole" else None
        person = resolved(holder, bundle, notes) if holder is not None else found
        name = name_of(found, bundle, notes)
        contacts = (number for each in (found, person) if each for number in telephones(each, today, notes))
        role = role_of(found) or role_of(person)
        who = Person(PersonRole.PRACTITIONER, name, None, next(contacts, None))
        people.setdefault(found.at, Adult(who, role, everyone, found))
    role = next((each.relationship for each in people.values() if each.relationship), None)
    return (Practitioner(role) if role else None), list(people.values())
