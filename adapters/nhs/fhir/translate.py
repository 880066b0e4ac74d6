"""A FHIR bundle as a concern. Pure but for documents, whose text a program of its own takes out.

One bundle is one concern, of as many children as it has Patients; it is taken whole or refused. What is taken from
where is said in docs/guide-integrators.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from uuid import UUID

from adapters.bridge.formats import MAX_NATIVE, Raised, Wrong
from adapters.bridge.reading.concerns import shared_district
from adapters.bridge.reading.faults import capped
from adapters.nhs.codes import Code
from adapters.nhs.documents import Extract, extract
from adapters.nhs.fhir.bundle import Bundle, gather
from adapters.nhs.fhir.clinical import caveats_of, clinical_parts, flags_of
from adapters.nhs.fhir.documents import Attachments
from adapters.nhs.fhir.elements import MAX_SAID, Element, Notes, codings
from adapters.nhs.fhir.heading import Heading, read_heading
from adapters.nhs.fhir.mapping import CodeMapping
from adapters.nhs.fhir.patients import read_children
from adapters.nhs.fhir.people import Adult, note_addresses, parts_of, raised_by, read_people
from adapters.nhs.fhir.reading import read_bundle
from adapters.nhs.fhir.subjects import Subjects
from adapters.nhs.fhir.telling import narrative_parts, telling
from adapters.nhs.fhir.unborn import mothers_of, unborn_parts
from hub.facts.clock import local_day
from hub.facts.model import Concern, ContentPart, Subject
from hub.facts.terms import Category, EventKind

NO_CATEGORY = (
    "Bundle.entry: holds no code that the mapping file gives a category: not in the reasonCode, category or code of a "
    "ServiceRequest or Communication, not in MessageHeader.event, nor in a Flag, Condition, Encounter or Observation."
)
NO_WORDS = "Bundle.entry: tells nothing: a concern has a Communication, a ServiceRequest or a document with words."
_AHEAD = timedelta(hours=1)


class Translation:
    """The translation by one mapping file, as the bridge calls it."""

    def __init__(self, mapping: CodeMapping) -> None:
        self._mapping = mapping

    def __call__(
        self, raw: bytes, *, source: str, received_at: datetime, new_id: Callable[[], UUID]
    ) -> tuple[Raised | Wrong]:
        return (read(raw, source=source, received_at=received_at, new_id=new_id, mapping=self._mapping),)


def read(
    raw: bytes,
    *,
    source: str,
    received_at: datetime,
    new_id: Callable[[], UUID],
    mapping: CodeMapping,
    text_of: Extract = extract,
) -> Raised | Wrong:
    """The concern that a bundle tells of, or every fault of it."""
    if len(raw) > MAX_NATIVE:
        return Wrong((f"Bundle: is larger than {MAX_NATIVE:,} bytes.",))
    data, unreadable = read_bundle(raw)
    if unreadable:
        return Wrong(unreadable)
    notes = Notes()
    bundle = gather(data, notes)
    if notes.faults:
        return Wrong(capped(tuple(notes.faults)))
    heading = read_heading(bundle, mapping, received_at, notes)
    reading = _Reading(bundle, mapping, notes, text_of)
    concern = reading.concern(source, heading, received_at, new_id) if heading else None
    if notes.faults or concern is None:
        return Wrong(capped(tuple(notes.faults)))
    return Raised(concern, _said(notes))


def _said(notes: Notes) -> tuple[str, ...]:
    once = tuple(dict.fromkeys(notes.left_out))
    more = len(once) - MAX_SAID
    return once if more <= 0 else (*once[:MAX_SAID], f"Bundle: {more} more things are left out.")


@dataclass(frozen=True, slots=True)
class _Reading:
    """One bundle on its way to a concern."""

    bundle: Bundle
    mapping: CodeMapping
    notes: Notes
    text_of: Extract

    def concern(self, source: str, heading: Heading, received_at: datetime, new_id: Callable[[], UUID]) -> Concern:
        category = self._category()
        if heading.kind is EventKind.RETRACTED:
            return heading.concern(source, new_id(), category or Category.WELLBEING)
        today = local_day(received_at + _AHEAD)
        children = tuple(read_children(self.bundle, self.mapping, today, self.notes))
        subjects = Subjects(self.bundle, children, self.notes)
        people = read_people(self.bundle, subjects, self.mapping, today, self.notes)
        practitioner, staff = raised_by(_senders(self.bundle), self.bundle, subjects.everyone, today, self.notes)
        flags = flags_of(self.bundle, subjects, self.mapping, today, self.notes)
        content = tuple(self._content(subjects, people, staff))
        if category is None:
            self.notes.faults.append(NO_CATEGORY)
        if not any(part.item.startswith("concern.") and part.item != "concern.indicators" for part in content):
            self.notes.faults.append(NO_WORDS)
        return heading.concern(
            source,
            new_id(),
            category or Category.WELLBEING,
            subjects=tuple(Subject(child.key, child.identity, flags.get(child.key)) for child in children),
            content=content,
            risk=self.mapping.risk_of(_all_codes(self.bundle)),
            practitioner=practitioner,
            people=tuple(adult.person for adult in people) or None,
            home_district=shared_district(child.identity.postcode for child in children),
            caveats=caveats_of(self.bundle, self.mapping),
        )

    def _content(self, subjects: Subjects, people: list[Adult], staff: list[Adult]) -> Iterator[ContentPart]:
        attachments = Attachments(self.bundle, self.notes, self.text_of)
        yield from narrative_parts(self.bundle, subjects, attachments, self.notes)
        yield from parts_of((*staff, *people))
        for child in subjects.children:
            for item, value in child.items:
                yield ContentPart(item, (child.key,), value)
        mothers = mothers_of(subjects.children, people)
        note_addresses(people, mothers.values(), self.notes)
        yield from unborn_parts(subjects.children, mothers, self.mapping, self.notes)
        yield from clinical_parts(self.bundle, subjects, self.mapping, self.notes)

    def _category(self) -> Category | None:
        """What the sender states as its reason; only where that says none, what the record holds."""
        return self.mapping.category_of(_stated(self.bundle)) or self.mapping.category_of(_all_codes(self.bundle))


def _stated(bundle: Bundle) -> list[Code]:
    told = chain.from_iterable(_concepts(each) for each in telling(bundle))
    events = (each.one("eventCoding") for each in bundle.of("MessageHeader"))
    headers = [(each.text("system") or "", each.text("code") or "") for each in events if each]
    return [*chain.from_iterable(map(codings, told)), *headers]


def _all_codes(bundle: Bundle) -> list[Code]:
    kinds = ("ServiceRequest", "Communication", "Flag", "Condition", "Encounter", "Observation")
    found = [each for kind in kinds for each in bundle.of(kind)]
    return [code for each in found for concept in _concepts(each) for code in codings(concept)]


def _concepts(resource: Element) -> list[Element]:
    """Every CodeableConcept that says why or what a resource is."""
    alone = [resource.one(name) for name in ("code", "valueCodeableConcept")]
    return [*filter(None, alone), *resource.many("reasonCode"), *resource.many("category"), *resource.many("type")]


def _senders(bundle: Bundle) -> Iterator[Element]:
    for resource in (*telling(bundle), *bundle.of("MessageHeader")):
        for name in ("requester", "sender", "author", "responsible"):
            if (reference := resource.one(name)) is not None:
                yield reference
