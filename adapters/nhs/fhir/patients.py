"""Patients: who each child is, and what a Patient says besides. A Patient is a child that the concern is about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from adapters.bridge.reading.text import clean_line
from adapters.nhs.fhir.bundle import Bundle
from adapters.nhs.fhir.elements import MAX_ADDRESS, MAX_LINE, Element, Notes, codings, words
from adapters.nhs.fhir.mapping import CodeMapping, NumberField, known
from adapters.nhs.fhir.naming import called, telephones
from adapters.nhs.fhir.periods import ended, started
from hub.facts.model import Identity, Personal
from hub.facts.terms import Flag
from hub.matching.values.identifiers import IdentifierKind, check

OLDEST_CHILD = 25
MAX_CHILDREN = 20
UK_CORE = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-"
VERIFICATION = f"{UK_CORE}NHSNumberVerificationStatus"
ETHNICITY = f"{UK_CORE}EthnicCategory"
INTERPRETER = "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired"
NOT_THEIRS = frozenset({"04", "05", "trace-attempted", "trace-needs-to-be-resolved"})
"""Verification statuses (UKCore-NHSNumberVerificationStatus and England's) that doubt whose number it is."""

TEN_DIGITS = "must be ten digits."
CHECK_DIGIT = "fails its check digit: it is kept, as evidence, and matches nobody."
DOUBTED = "is not used: its verification status says that it may be another patient's."
SECOND_NUMBER = "contradicts another number of this patient."
FUTURE = "lies in the future."
TOO_OLD = f"makes the patient older than {OLDEST_CHILD}: Patients are children; send an adult as a RelatedPerson."
NOBODY = "says too little: at least one of name, birthDate, identifier and address is needed."
SHARED = "is given to two Patients: nobody can say whose it is."

_CURRENT_NAMES = ("official", "usual", "", "temp")
_FORMER = frozenset({"old", "maiden"})
_AHEAD = timedelta(hours=1)
"""Of London before UTC, at most: a child born tonight was not born in the future."""


@dataclass(frozen=True, slots=True, repr=False)
class Child(Personal):
    """One child of the concern: `key` as the hub has it, the Patient, who it is, and the items about it alone.

    `unborn`: not born yet, and so without an identity; the Patient's birthDate is then when the birth is expected.
    """

    key: str
    patient: Element
    identity: Identity
    items: tuple[tuple[str, Any], ...]
    unborn: bool = False


def read_children(bundle: Bundle, mapping: CodeMapping, today: date, notes: Notes) -> list[Child]:
    """The children, keyed `1`, `2`, ... in the bundle's order; a key says nothing of the child."""
    patients = [each for each in bundle.of("Patient") if not _is_replaced(each, bundle, notes)]
    if not patients:
        notes.fault("Bundle.entry", "holds no Patient: a concern is about one child at least.")
    if len(patients) > MAX_CHILDREN:
        notes.fault("Bundle.entry", f"holds too many Patients: at most {MAX_CHILDREN}.")
        patients = []
    unborn = _unborn(bundle, mapping)
    children = [
        Child(str(n), each, Identity(), (), unborn=True)
        if each.at in unborn
        else _child(str(n), each, bundle, mapping, today, notes)
        for n, each in enumerate(patients, start=1)
    ]
    _note_shared_numbers(children, notes)
    return children


def _unborn(bundle: Bundle, mapping: CodeMapping) -> set[str]:
    """Places of the Patients whom an active Flag says to be unborn."""
    found = set()
    for each in bundle.of("Flag"):
        subject = each.one("subject")
        says_so = Flag.UNBORN in known(codings(each.one("code")), mapping.flags)
        if each.text("status") == "active" and subject and says_so and (patient := bundle.find(subject)):
            found.add(patient.at)
    return found


def replacement(patient: Element, bundle: Bundle) -> Element | None:
    """The Patient of this bundle by which another was replaced."""
    for link in patient.many("link"):
        other = link.one("other")
        if link.text("type") == "replaced-by" and other is not None:
            found = bundle.find(other)
            if found is not None and found.kind == "Patient" and found.at != patient.at:
                return found
    return None


def _is_replaced(patient: Element, bundle: Bundle, notes: Notes) -> bool:
    if replacement(patient, bundle) is None:
        return False
    notes.leave(f"{patient.at} (Patient)", "was replaced by another Patient of this bundle, which is used.")
    return True


def _note_shared_numbers(children: Iterable[Child], notes: Notes) -> None:
    seen: set[tuple[str, str]] = set()
    for child in children:
        for name in NumberField:
            number = getattr(child.identity, name)
            if number and (name, number) in seen:
                notes.fault(f"{child.patient.at}.identifier", SHARED)
            seen.add((name, number))


def _child(key: str, patient: Element, bundle: Bundle, mapping: CodeMapping, today: date, notes: Notes) -> Child:
    names = _names(patient, today, notes)
    numbers = _numbers(patient, mapping, notes)
    address, postcode, earlier = _addresses(patient, today, notes)
    born = _born(patient, today, notes)
    gender = patient.text("gender")
    sex = gender if gender != "unknown" else None
    identity = Identity(date_of_birth=born, sex=sex, address=address, postcode=postcode, **names, **numbers)
    if not any((born, address, postcode, numbers, names["given_names"], names["family_name"], names["known_as"])):
        notes.fault(patient.at, NOBODY)
    items = (("child.earlier_addresses", earlier), *_items(patient, bundle, today, notes))
    for name in ("deceasedBoolean", "deceasedDateTime", "photo", "multipleBirthBoolean", "multipleBirthInteger"):
        if patient.data.get(name):
            notes.leave(f"{patient.at}.{name}", "is not used.")
    return Child(key, patient, identity, tuple((item, value) for item, value in items if value not in (None, [])))


def _born(patient: Element, today: date, notes: Notes) -> str | None:
    """The date of birth, or as much of it as FHIR allows to be given: a year, or a year and month."""
    text = patient.text("birthDate")
    parts = re.fullmatch(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", text or "", re.ASCII)
    if text is None or parts is None:
        return None  # the model has noted a date that is none
    year, month, day = (int(part) if part else 1 for part in parts.groups())
    try:
        earliest = date(year, month, day)
    except ValueError:
        return None
    if earliest > today:
        notes.fault(f"{patient.at}.birthDate", FUTURE)
    if today.year - year > OLDEST_CHILD:
        notes.fault(f"{patient.at}.birthDate", TOO_OLD)
    return text


# --- names ----------------------------------------------------------------------------------------------------------


def _names(patient: Element, today: date, notes: Notes) -> dict[str, Any]:
    """The name now (official before usual), the name in daily use, and earlier family names."""
    names = [each for each in patient.many("name") if _says_a_name(each, notes)]
    now = [
        each for each in names if (each.text("use") or "") in _CURRENT_NAMES and not ended(each.one("period"), today)
    ]
    now.sort(key=lambda each: _CURRENT_NAMES.index(each.text("use") or ""))
    chosen = now[0] if now else None
    family = notes.name(chosen, "family") if chosen else None
    former = [notes.name(each, "family") for each in names if each not in now and each.text("use") not in _UNUSED]
    return {
        "given_names": _given(chosen, notes) if chosen else None,
        "family_name": family,
        "known_as": _known_as(names, now, notes),
        "previous_family_names": tuple(dict.fromkeys(each for each in former if each and each != family)),
    }


_UNUSED = frozenset({"nickname", "anonymous"})


def _says_a_name(name: Element, notes: Notes) -> bool:
    if name.text("use") == "anonymous":
        notes.leave(name.at, "is not used: it hides who the patient is.")
        return False
    if name.text("family") or name.texts("given"):
        return True
    if name.text("text"):
        notes.leave(f"{name.at}.text", "is not used: give the name by family and given.")
    return False


def _given(name: Element, notes: Notes) -> str | None:
    return notes.cleaned_name(f"{name.at}.given", " ".join(name.texts("given")))


def _known_as(names: list[Element], now: list[Element], notes: Notes) -> str | None:
    """The nickname, or what the usual name has in place of the official one."""
    nickname = next((each for each in names if each.text("use") == "nickname"), None)
    usual = next((each for each in now[1:] if each.text("use") == "usual"), None)
    other = nickname or usual
    used = _given(other, notes) if other else None
    return used if not now or used != _given(now[0], notes) else None


# --- numbers --------------------------------------------------------------------------------------------------------


def _numbers(patient: Element, mapping: CodeMapping, notes: Notes) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for identifier in patient.many("identifier"):
        name = mapping.numbers.get(identifier.text("system") or "")
        written = identifier.text("value")
        if name is None or written is None or identifier.text("use") == "old":
            if written is not None:
                notes.leave(identifier.at, "is not used: it is old, or of no system that the mapping file lists.")
            continue
        number = re.sub(r"[\s-]", "", clean_line(written))
        if not re.fullmatch(r"\d{10}", number, re.ASCII):
            notes.fault(f"{identifier.at}.value", TEN_DIGITS)
        elif _is_doubted(identifier):
            notes.leave(f"{identifier.at}.value", DOUBTED)
        elif found.setdefault(name, number) != number:
            notes.fault(f"{identifier.at}.value", SECOND_NUMBER)
        elif not check(IdentifierKind(name), number):
            notes.leave(f"{identifier.at}.value", CHECK_DIGIT)
    return found


def _is_doubted(identifier: Element) -> bool:
    status = identifier.extension(VERIFICATION)
    return status is not None and any(code in NOT_THEIRS for _, code in codings(status.one("valueCodeableConcept")))


# --- addresses ------------------------------------------------------------------------------------------------------


def _addresses(patient: Element, today: date, notes: Notes) -> tuple[str | None, str | None, list[dict[str, Any]]]:
    """The address now and its postcode, and the others with their periods: one without an end is lived at too."""
    places = [(each, *place_of(each, notes)) for each in patient.many("address") if _is_a_home(each, notes)]
    now = [each for each in places if each[0].text("use") != "old" and not ended(each[0].one("period"), today)]
    now.sort(key=lambda each: (each[0].text("use") == "temp", _reversed(started(each[0].one("period")))))
    home = now[0] if now else None
    others = [
        {"address": line, "postcode": code, "held_from": since, "held_until": until}
        for place, line, code in places
        if home is None or place.at != home[0].at
        for since, until in [_days(place.one("period"))]
    ]
    return (home[1], home[2], others) if home else (None, None, others)


def _reversed(day: str) -> tuple[int, ...]:
    """A sort key that brings the latest day first, and no day last."""
    return tuple(-ord(letter) for letter in day) or (0,)


def _days(period: Element | None) -> tuple[str | None, str | None]:
    since, until = (period.text("start"), period.text("end")) if period else (None, None)
    return since[:10] if since else None, until[:10] if until else None


def _is_a_home(address: Element, notes: Notes) -> bool:
    if address.text("use") in {"work", "billing"}:
        notes.leave(address.at, "is not used: nobody lives there.")
        return False
    return True


def place_of(address: Element, notes: Notes) -> tuple[str | None, str | None]:
    """An address in one line, and its postcode."""
    parts = [*address.texts("line"), *(address.text(name) for name in ("district", "city"))]
    line = ", ".join(part for part in map(clean_line, filter(None, parts)) if part)
    line = line or clean_line((address.text("text") or "").replace("\n", ", "))
    code = clean_line(address.text("postalCode") or "").upper()
    return notes.limited(address.at, line, MAX_ADDRESS), notes.limited(f"{address.at}.postalCode", code, 10)


# --- what else a Patient says ---------------------------------------------------------------------------------------


def _items(patient: Element, bundle: Bundle, today: date, notes: Notes) -> Iterator[tuple[str, Any]]:
    yield "child.telephone", list(telephones(patient, today, notes))
    yield "child.gp", _practice(patient, bundle, notes)
    ethnicity = patient.extension(ETHNICITY)
    yield "child.ethnicity", words(ethnicity.one("valueCodeableConcept")) if ethnicity else None
    yield "child.language", _languages(patient)


def _practice(patient: Element, bundle: Bundle, notes: Notes) -> str | None:
    said = [called(each, bundle, notes) for each in patient.many("generalPractitioner")]
    return "; ".join(dict.fromkeys(each for each in said if each))[:MAX_LINE] or None


def _languages(patient: Element) -> str | None:
    spoken = [words(each.one("language")) for each in patient.many("communication")]
    needed = patient.extension(INTERPRETER)
    interpreter = needed.yes("valueBoolean") if needed else None
    said = [*dict.fromkeys(each for each in spoken if each)]
    if interpreter is not None:
        said.append("interpreter needed" if interpreter else "no interpreter needed")
    return "; ".join(said)[:MAX_LINE] or None
