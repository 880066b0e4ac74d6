"""Encounters, conditions, flags and observations: which data item each is, of which child."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from adapters.bridge.reading.text import clean_narrative
from adapters.nhs.codes import Code
from adapters.nhs.fhir.bundle import Bundle
from adapters.nhs.fhir.elements import MAX_NARRATIVE, Element, Notes, codings, words
from adapters.nhs.fhir.mapping import CodeMapping, known
from adapters.nhs.fhir.naming import called
from adapters.nhs.fhir.patients import UK_CORE
from adapters.nhs.fhir.periods import ended, for_people
from adapters.nhs.fhir.subjects import Subjects
from hub.facts.model import ContentPart
from hub.facts.terms import Caveat, Flag

OUTCOME = f"{UK_CORE}OutcomeOfAttendance"
TAKEN_BACK = frozenset({"entered-in-error", "revoked"})
"""Statuses by which a sender takes back what it told."""
WITHDRAWN = TAKEN_BACK | frozenset(
    {"cancelled", "refuted", "planned", "inactive", "superseded", "draft", "preparation", "not-done"}
)
"""Statuses of what did not happen, or not yet, was a mistake, or holds no longer."""
NO_WORDS = "is not used: it holds no words."
LEFT = "is not used: its status says that it did not happen, was a mistake, or holds no longer."
OVER = "is not used: it is over."
NOT_LISTED = "is not used: the mapping file does not list its code."
_CLASSES = {
    "EMER": "Emergency attendance",
    "IMP": "Inpatient stay",
    "ACUTE": "Inpatient stay",
    "NONAC": "Inpatient stay",
    "AMB": "Outpatient attendance",
    "SS": "Short stay",
    "HH": "Seen at home",
    "VR": "Seen remotely",
}


def clinical_parts(bundle: Bundle, subjects: Subjects, mapping: CodeMapping, notes: Notes) -> Iterator[ContentPart]:
    """One part for each resource that is used."""
    for resource, item in _items(bundle, mapping, notes):
        about = subjects.one(resource, "subject") if _stands(resource, notes) else ()
        if not about:
            continue
        text = _TELLING[resource.kind](resource, bundle, notes)
        if value := notes.limited(resource.at, clean_narrative(text), MAX_NARRATIVE):
            yield ContentPart(item, about, value)
        else:
            notes.leave(f"{resource.at} ({resource.kind})", NO_WORDS)


def _items(bundle: Bundle, mapping: CodeMapping, notes: Notes) -> Iterator[tuple[Element, str]]:
    """The resources that may be a data item, and which."""
    for each in bundle.of("Encounter"):
        yield each, "health.attendance"
    for each in bundle.of("Condition"):
        yield each, str(next(known(codings(each.one("code")), mapping.conditions), "health.condition"))
    for each in bundle.of("Observation"):
        item = next(known(codings(each.one("code")), mapping.observations), None)
        if item is None:
            notes.leave(f"{each.at} (Observation)", NOT_LISTED)
        else:
            yield each, str(item)


def flags_of(
    bundle: Bundle, subjects: Subjects, mapping: CodeMapping, today: date, notes: Notes
) -> dict[str, frozenset[Flag]]:
    """Standing facts of each child that the flags say. A child without any is one of whom nothing is said."""
    found: dict[str, set[Flag]] = {}
    for each in bundle.of("Flag"):
        codes = list(codings(each.one("code")))
        flags = list(known(codes, mapping.flags))
        if not _stands(each, notes):
            continue
        if ended(each.one("period"), today):
            notes.leave(f"{each.at} (Flag)", OVER)
            continue
        if not flags and _means_nothing(codes, mapping):
            notes.leave(f"{each.at} (Flag)", NOT_LISTED)
        for key in subjects.one(each, "subject"):
            found.setdefault(key, set()).update(flags)
    return {key: frozenset(flags) for key, flags in found.items() if flags}


def caveats_of(bundle: Bundle, mapping: CodeMapping) -> frozenset[Caveat]:
    """How the sender wants it handled: by the labels of what tells the concern, and by flags."""
    labelled = [bundle.root, *(each for kind in _LABELLED for each in bundle.of(kind))]
    labels = [label for each in labelled if (meta := each.one("meta")) for label in meta.many("security")]
    codes = [(label.text("system") or "", label.text("code") or "") for label in labels]
    codes += [code for each in bundle.of("Flag") if stands(each) for code in codings(each.one("code"))]
    return frozenset(Caveat(said.value) for said in known(codes, mapping.caveats))


_LABELLED = ("MessageHeader", "ServiceRequest", "Communication", "DocumentReference", "Patient")


def stands(resource: Element) -> bool:
    """Whether a resource is said to hold: not withdrawn, refuted, planned or replaced."""
    statuses = [resource.text("status"), resource.text("docStatus")]
    statuses += [code for _, code in codings(resource.one("verificationStatus"))]
    return WITHDRAWN.isdisjoint(statuses)


def _means_nothing(codes: list[Code], mapping: CodeMapping) -> bool:
    """Whether no section that may speak of a Flag lists one of its codes."""
    said = known(codes, mapping.caveats)
    return mapping.category_of(codes) is None and mapping.risk_of(codes) is None and next(said, None) is None


def _stands(resource: Element, notes: Notes) -> bool:
    if not stands(resource):
        notes.leave(f"{resource.at} ({resource.kind})", LEFT)
        return False
    return True


def _attendance(encounter: Element, bundle: Bundle, notes: Notes) -> str:
    """An attendance as somebody would tell it: what kind, where, when, why, how it ended."""
    kind = encounter.one("class")
    shown = kind and (_CLASSES.get(kind.text("code") or "") or kind.text("display"))
    period = encounter.one("period")
    since, until = (for_people(period.text("start")), for_people(period.text("end"))) if period else (None, None)
    places = [called(each.one("location"), bundle, notes) for each in encounter.many("location")]
    places.append(called(encounter.one("serviceProvider"), bundle, notes))
    outcome = encounter.extension(OUTCOME)
    stay = encounter.one("hospitalization")
    said = (
        ("", shown or "Attendance"),
        ("at ", ", ".join(dict.fromkeys(each for each in places if each))),
        ("from ", since),
        ("until ", until),
        ("for: ", _listed(encounter, "reasonCode")),
        ("type: ", _listed(encounter, "type")),
        ("outcome: ", words(outcome.one("valueCodeableConcept")) if outcome else None),
        ("discharged to: ", words(stay.one("dischargeDisposition")) if stay else None),
    )
    return "; ".join(before + text for before, text in said if text)


def _condition(condition: Element, _bundle: Bundle, _notes: Notes) -> str:
    sites = _listed(condition, "bodySite")
    status = next((code for _, code in codings(condition.one("clinicalStatus")) if code != "active"), None)
    since = for_people(condition.text("onsetDateTime")) or condition.text("onsetString")
    said = [words(condition.one("code")), sites, status, f"since {since}" if since else None, *_notes_of(condition)]
    return "; ".join(each for each in said if each)


def _observed(observation: Element, _bundle: Bundle, _notes: Notes) -> str:
    value = observation.text("valueString") or words(observation.one("valueCodeableConcept"))
    said = [value, words(observation.one("bodySite")), *_notes_of(observation)]
    return "; ".join(each for each in said if each)


_TELLING = {"Encounter": _attendance, "Condition": _condition, "Observation": _observed}


def _listed(resource: Element, name: str) -> str:
    return ", ".join(dict.fromkeys(each for each in map(words, resource.many(name)) if each))


def _notes_of(resource: Element) -> Iterator[str]:
    for note in resource.many("note"):
        if text := note.text("text"):
            yield text
