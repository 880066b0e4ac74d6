"""A child not yet born: matched to nobody, known by its mother. She is the RelatedPerson or contact coded as such."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from adapters.nhs.fhir.elements import Element, Notes, codings
from adapters.nhs.fhir.mapping import CodeMapping, NumberField
from adapters.nhs.fhir.patients import Child, place_of
from adapters.nhs.fhir.people import Adult
from hub.facts.model import ContentPart

MOTHERS = frozenset({"MTH", "NMTH", "GESTM"})
"""Codes of v3-RoleCode for her who bears a child."""
NOT_ITS_OWN = (
    "is not used but for the day on which the birth is expected: an unborn child has no name or home of its own."
)


def mothers_of(children: Iterable[Child], people: list[Adult]) -> dict[str, Adult]:
    """The mother of each unborn child, by its key, where the bundle names her."""
    found = {}
    for child in children:
        mothers = (each for each in people if child.key in each.about and _is_mother(each.said))
        if child.unborn and (mother := next(mothers, None)):
            found[child.key] = mother
    return found


def unborn_parts(
    children: Iterable[Child], mothers: Mapping[str, Adult], mapping: CodeMapping, notes: Notes
) -> Iterator[ContentPart]:
    """When each unborn child is expected, and who its mother is, as far as the bundle says."""
    for child in (each for each in children if each.unborn):
        if any(child.patient.data.get(name) for name in ("name", "identifier", "address", "telecom")):
            notes.leave(f"{child.patient.at} (Patient)", NOT_ITS_OWN)
        mother = mothers.get(child.key)
        told = _mother(mother, mapping, notes) if mother else dict.fromkeys(_MOTHERS_FIELDS)
        due = child.patient.text("birthDate")
        if due or any(told.values()):
            yield ContentPart("child.unborn", (child.key,), {"due_date": due, **told})


_MOTHERS_FIELDS = (
    "mother", "mother_date_of_birth", "mother_nhs_number", "mother_address", "mother_postcode", "mother_telephone",
)  # fmt: skip


def _mother(mother: Adult, mapping: CodeMapping, notes: Notes) -> dict[str, str | None]:
    person, said = mother.person, mother.said
    places = said.many("address") or [each for each in [said.one("address")] if each]
    home = next((place_of(each, notes) for each in places if each.text("use") not in {"old", "work"}), (None, None))
    said_by_her = (person.name, person.date_of_birth, _number(said, mapping), *home, person.contact)
    return dict(zip(_MOTHERS_FIELDS, said_by_her, strict=True))


def _number(said: Element, mapping: CodeMapping) -> str | None:
    for identifier in said.many("identifier"):
        if mapping.numbers.get(identifier.text("system") or "") is NumberField.NHS_NUMBER:
            return re.sub(r"\D", "", identifier.text("value") or "") or None
    return None


def _is_mother(said: Element) -> bool:
    return any(code in MOTHERS for concept in said.many("relationship") for _, code in codings(concept))
