"""HL7 v2 as concerns: bytes, a time and an id maker in; for each message a concern, its faults, or nothing.

Pure but for documents, whose text a program of its own takes out.

What makes a message a concern is a code, or a field of the sender's own, that the mapping file lists. One without is
none, and no mistake: hospitals send every admission. An unwritten grade is urgent, for nobody said that it is less.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from adapters.bridge.formats import Nothing, Raised, Read, Translated, Wrong
from adapters.bridge.reading.concerns import TIER_OF, more_urgent, shared_district
from adapters.bridge.reading.faults import capped
from adapters.bridge.reading.fields import OLDEST_CHILD
from adapters.nhs.documents import Extract, extract
from adapters.nhs.hl7.batch import split
from adapters.nhs.hl7.events import Event, event_of, recorded_at, reference_of, sequence_of
from adapters.nhs.hl7.mapping import CodeMapping, shipped_mapping
from adapters.nhs.hl7.message import Message, parse
from adapters.nhs.hl7.patient import Patient, own_number
from adapters.nhs.hl7.people import people, practitioners
from adapters.nhs.hl7.reading import Reading
from adapters.nhs.hl7.story import Story
from adapters.nhs.hl7.times import day, zone_of
from adapters.nhs.hl7.words import Words, words_of
from hub.facts.clock import local_day
from hub.facts.model import Concern, ContentPart, Person, Practitioner, Subject
from hub.facts.terms import Category, EventKind, Flag, Tier

CHILD = "1"
"""Key of the one child of a message."""
NO_SAFEGUARDING = "nothing raised: no code or field of this message says safeguarding."
NO_CHILD = "nothing raised: PID-7 says that the patient is no child."
_SEVERAL = "is of another patient: send a message for each."
_READ = frozenset(
    ("MSH", "EVN", "PID", "PD1", "NK1", "PV1", "PV2", "PRB", "DG1", "ORC", "OBR", "OBX", "NTE", "TXA", "RF1", "PRD")
)
"""Segments that are read."""
_SILENT = frozenset({"SFT", "UAC"})
"""Segments of the sender's software, of which nothing need be said."""
_PRIORITY = {"S": Tier.IMMEDIATE, "A": Tier.URGENT}
"""RF1-2 (table 0280): at once, or as soon as possible."""


def translate(
    raw: bytes,
    *,
    source: str,
    received_at: datetime,
    new_id: Callable[[], UUID],
    mapping: CodeMapping | None = None,
    text_of: Extract = extract,
) -> Translated:
    """What each message of the record holds, in its order."""
    batch = split(raw)
    if batch.fault:
        return (Wrong((batch.fault,)),)
    codes = mapping or shipped_mapping()
    one = partial(
        translate_message, source=source, received_at=received_at, new_id=new_id, mapping=codes, text_of=text_of
    )
    if len(batch.messages) == 1:
        return (one(batch.messages[0]),)
    return tuple(replace(one(found), where=f"message {at}") for at, found in enumerate(batch.messages, start=1))


def translate_message(
    raw: bytes,
    *,
    source: str,
    received_at: datetime,
    new_id: Callable[[], UUID],
    mapping: CodeMapping,
    text_of: Extract,
) -> Read:
    """What one message holds."""
    message = parse(raw, _READ.union(own.segment for own in mapping.fields))
    if isinstance(message, str):
        return Wrong((message,))
    reading = Reading(local_day(received_at))
    event = event_of(message, reading)
    _check_header(message, reading)
    if event is None or reading.faults:
        return Wrong(capped(tuple(reading.faults)))
    found = _Found(message, event, reading, mapping, source, text_of)
    retraction = event.kind is EventKind.RETRACTED or found.is_withdrawn
    read = found.retraction(new_id) if retraction else found.concern(new_id)
    return Wrong(capped(tuple(reading.faults))) if reading.faults and not isinstance(read, Nothing) else read


def _check_header(message: Message, reading: Reading) -> None:
    header = message.header
    if not header.component(10, 1):
        reading.fault("MSH-10", "is required.")
    if header.component(11, 1) not in {"", "P"}:
        reading.fault("MSH-11.1", "must be P: messages of training or tests are not taken.")
    if header.component(12, 1) and not header.component(12, 1).startswith("2."):
        reading.fault("MSH-12.1", "must be 2.1 to 2.9.")
    if message.first("DSC") or message.first("ADD") or header.component(14, 1):
        reading.fault("MSH-14", "says that the message is continued in another: send it whole.")


class _Found:
    """One message that is of a kind that is read."""

    def __init__(
        self, message: Message, event: Event, reading: Reading, mapping: CodeMapping, source: str, text_of: Extract
    ) -> None:
        self._message, self._event, self._reading = message, event, reading
        self._mapping, self._source, self._text_of = mapping, source, text_of
        self._zone = zone_of(message.text("MSH", 7))

    @property
    def is_withdrawn(self) -> bool:
        """Whether a report takes back all of its results (OBX-11, table 0085: of another patient; or deleted)."""
        statuses = {segment.text(11).upper() for segment in self._message.all("OBX")}
        return self._message.header.component(9, 1) == "ORU" and bool(statuses) and statuses <= {"W", "D"}

    def retraction(self, new_id: Callable[[], UUID]) -> Read:
        """The case taken back; worth telling only where it was told of before, for most cancellations are of none."""
        made = self._made(EventKind.RETRACTED, Category.WELLBEING, Tier.URGENT, new_id)
        return Raised(made, only_known=True) if made else Wrong(())

    def concern(self, new_id: Callable[[], UUID]) -> Read:
        words = words_of(self._message, self._mapping, self._reading)
        if words.category is None and not self._reading.faults:
            return Nothing(NO_SAFEGUARDING)
        if self._is_adult():
            return Nothing(NO_CHILD)
        patient = self._patient()
        if patient is None:
            return Wrong(())
        identity = patient.identity()
        named = list(people(self._message, self._reading))
        content = tuple(self._content(patient, words, named))
        self._say_what_is_left_out()
        flags = words.flags if not patient.is_restricted else (words.flags or frozenset()) | {Flag.RESTRICTED}
        made = self._made(self._event.kind, words.category or Category.WELLBEING, self._tier(words), new_id)
        if made is None:
            return Wrong(())
        whole = replace(
            made,
            subjects=(Subject(CHILD, identity, flags),),
            content=content,
            risk=words.risk,
            consent=words.consent,
            practitioner=Practitioner("clinician"),
            people=tuple(person for person, _ in named) if self._message.first("NK1") else None,
            home_district=shared_district([identity.postcode]),
        )
        return Raised(whole, capped(tuple(self._reading.left_out)))

    def _made(self, kind: EventKind, category: Category, tier: Tier, new_id: Callable[[], UUID]) -> Concern | None:
        """A concern without its facts; nothing where it is wrong."""
        reference = reference_of(self._message, self._event.case, self._own_number, self._reading)
        recorded = recorded_at(self._message, self._zone, self._reading)
        if recorded is None or self._reading.faults:
            return None
        sequence = sequence_of(self._message, self._event, recorded)
        return Concern(new_id(), kind, self._source, reference, sequence, tier, category, recorded.at, (), ())

    def _patient(self) -> Patient | None:
        found = list(self._message.all("PID"))
        if not found:
            self._reading.fault("PID", "is required.")
            return None
        for other in found[1:]:
            self._reading.fault(other.place(), _SEVERAL)
        return Patient(found[0], self._message.first("PD1"), self._reading)

    def _own_number(self) -> str:
        pid = self._message.first("PID")
        return own_number(pid) if pid else ""

    def _is_adult(self) -> bool:
        born = day(self._message.text("PID", 7)) or ""
        return bool(born) and self._reading.today.year - int(born[:4]) > OLDEST_CHILD

    def _tier(self, words: Words) -> Tier:
        graded = Tier.URGENT if words.risk is None else TIER_OF[words.risk]
        return more_urgent(more_urgent(graded, words.urgency), _PRIORITY.get(self._message.text("RF1", 2).upper()))

    def _content(self, patient: Patient, words: Words, named: list[tuple[Person, str | None]]) -> Iterator[ContentPart]:
        story = Story(self._message, self._mapping, self._reading, self._zone, self._text_of)
        for item, text in words.texts:
            story.add(item, text)
        for item, value in (*patient.items(), *story.items(), *_people_items(named)):
            if value not in (None, "", []):
                yield ContentPart(item, (CHILD,), value)
        if treating := list(practitioners(self._message, self._reading)):
            yield ContentPart("person.practitioner", (CHILD,), treating)

    def _say_what_is_left_out(self) -> None:
        own = {found.segment for found in self._mapping.fields}
        for name in dict.fromkeys(segment.name for segment in self._message.segments):
            if name not in _READ | _SILENT | own:
                self._reading.leave_out(name, "is not read.")
        if self._message.lost_letters:
            self._reading.leave_out("MSH-18", "names a character set in which some bytes are no letters.")


def _people_items(named: list[tuple[Person, str | None]]) -> Iterator[tuple[str, Any]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for person, relationship in named:
        found.setdefault(f"person.{person.role}", []).append(
            {
                "name": person.name,
                "relationship": relationship,
                "date_of_birth": person.date_of_birth,
                "contact": person.contact,
            }
        )
    yield from found.items()
