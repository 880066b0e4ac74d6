"""NK1 and those who treat the child: who else is named. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from adapters.nhs.hl7.message import Message, Segment
from adapters.nhs.hl7.patient import name_of, number_called
from adapters.nhs.hl7.reading import LINE, NAME, PERSON_BORN, Reading, joined
from hub.facts.model import Person
from hub.facts.terms import PersonRole

_PARENTS = {"MTH", "FTH", "PAR", "GRD", "CGV", "NMTH", "NFTH", "STPMTH", "STPFTH", "FOSTER"}
_PARENTS_CALLED = re.compile(r"\b(?:mother|mum|mam|mummy|father|dad|daddy|parent|guardian|carer)\b", re.IGNORECASE)
_NOT_KIN = {"SEL", "EMR", "EME", "MGR", "OWN", "TRA", "ASC"}
"""Table 0063: the child itself, and people of a work place."""
_MOST = 50


def people(message: Message, reading: Reading) -> Iterator[tuple[Person, str | None]]:
    """Each person of an NK1 with their relationship to the child."""
    for number, segment in enumerate(message.all("NK1"), start=1):
        names = segment.repetitions(2)
        if number > _MOST:
            reading.leave_out(segment.place(), f"is more than {_MOST} people.")
        elif not names or not name_of(names[0]):
            reading.leave_out(segment.place(), "names nobody.")
        elif segment.text(3).upper() in _NOT_KIN:
            reading.leave_out(segment.place(), "is nobody of the child's family.")
        elif reading.is_over(segment.text(9)):
            reading.leave_out(segment.place(), "has ended.")
        else:
            yield _person(segment, reading)


def _person(segment: Segment, reading: Reading) -> tuple[Person, str | None]:
    relationship = segment.text(3, 2) or segment.text(3, 1)
    is_parent = segment.text(3).upper() in _PARENTS or _PARENTS_CALLED.search(relationship)
    telephones = [called for number in (5, 6) for one in segment.repetitions(number) if (called := number_called(one))]
    person = Person(
        PersonRole.PARENT if is_parent else PersonRole.HOUSEHOLD,
        reading.checked(NAME, name_of(segment.repetitions(2)[0]), segment.place(2)),
        reading.born(PERSON_BORN, segment, 16),
        reading.checked(LINE, telephones[0] if telephones else "", segment.place(5)),
    )
    return person, reading.checked(LINE, relationship, segment.place(3, component=2))


_WHO_TREATS = (("PV1", 7, "attending doctor"), ("TXA", 9, "author"), ("OBR", 16, "ordering provider"))


def practitioners(message: Message, reading: Reading) -> Iterator[dict[str, Any]]:
    """Who treats the child or wrote the document, each once, as the item person.practitioner has them."""
    found: dict[str, dict[str, Any]] = {}
    for one in _named_everywhere(message, reading):
        found.setdefault(one["name"], one)
    yield from found.values()


def _named_everywhere(message: Message, reading: Reading) -> Iterator[dict[str, Any]]:
    for name, number, role in _WHO_TREATS:
        segment = message.first(name)
        found = segment.repetitions(number) if segment else []
        if segment and found:
            called = joined((found[0].text(6), found[0].text(3), found[0].text(2, 1)), " ")
            yield from _named(reading, called, role, "", segment.place(number))
    for segment in message.all("PRD"):
        found = segment.repetitions(2)
        if segment.text(1).upper() == "RP" and found:
            phones = (number_called(one) for one in segment.repetitions(5))
            contact = next((phone for phone in phones if phone), "")
            yield from _named(reading, name_of(found[0]), "referring provider", contact, segment.place(2))


def _named(reading: Reading, name: str, role: str, contact: str, place: str) -> Iterator[dict[str, Any]]:
    if called := reading.checked(NAME, name, place):
        phone = reading.checked(LINE, contact, place)
        yield {"name": called, "relationship": role, "date_of_birth": None, "contact": phone}
