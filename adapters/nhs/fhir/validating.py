"""Whether a resource is what FHIR R4 says: its shape by the definitions, its codes by the value sets here.

The models of fhir.resources take any code. The sets are those that R4 binds as required, of the elements that this
adapter reads (https://hl7.org/fhir/R4/valuesets.html). What is an extension is not looked at, so that an unknown one is
harmless; a modifierExtension changes what a resource means, and FHIR forbids to go on over an unknown one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from adapters.nhs.fhir.definitions import Definition, Member, definition
from adapters.nhs.fhir.elements import REQUIRED, Element, Notes
from adapters.nhs.fhir.reading import MAX_DEPTH, TOO_DEEP

MODIFIED = "is changed in its meaning by an extension that this adapter does not know."
NOT_IN_SET = "is not a code of the value set that FHIR requires."
NOT_AN_ELEMENT = "is not an element of this resource."
WRONG_TYPE = "is not of the type that FHIR says."
ONE_CHOICE = "gives one thing in two ways: FHIR lets one element of a choice be given."
NOT_VALID = "is not a valid value of its type."

_GENDER = frozenset({"male", "female", "other", "unknown"})
_NAME_USE = frozenset({"usual", "official", "temp", "nickname", "anonymous", "old", "maiden"})
_ADDRESS_USE = frozenset({"home", "work", "temp", "old", "billing"})
_ADDRESS_TYPE = frozenset({"postal", "physical", "both"})
_IDENTIFIER_USE = frozenset({"usual", "official", "temp", "secondary", "old"})
_TELECOM_SYSTEM = frozenset({"phone", "fax", "email", "pager", "url", "sms", "other"})
_TELECOM_USE = frozenset({"home", "work", "temp", "old", "mobile"})
_PRIORITY = frozenset({"routine", "urgent", "asap", "stat"})
_REQUEST_STATUS = frozenset({"draft", "active", "on-hold", "revoked", "completed", "entered-in-error", "unknown"})
_EVENT_STATUS = frozenset(
    {"preparation", "in-progress", "not-done", "on-hold", "stopped", "completed", "entered-in-error", "unknown"}
)
_INTENT = frozenset(
    {"proposal", "plan", "directive", "order", "original-order", "reflex-order", "filler-order", "instance-order",
     "option"}
)  # fmt: skip
_PERSON: Mapping[str, frozenset[str]] = {
    "gender": _GENDER,
    "name.use": _NAME_USE,
    "address.use": _ADDRESS_USE,
    "address.type": _ADDRESS_TYPE,
    "identifier.use": _IDENTIFIER_USE,
    "telecom.system": _TELECOM_SYSTEM,
    "telecom.use": _TELECOM_USE,
}
_CLINICAL = frozenset({"active", "recurrence", "relapse", "inactive", "remission", "resolved"})
_VERIFIED = frozenset({"unconfirmed", "provisional", "differential", "confirmed", "refuted", "entered-in-error"})

VALUE_SETS: Mapping[str, Mapping[str, frozenset[str]]] = {
    "Patient": {
        **_PERSON,
        "contact.gender": _GENDER,
        "contact.telecom.system": _TELECOM_SYSTEM,
        "link.type": frozenset({"replaced-by", "replaces", "refer", "seealso"}),
    },
    "RelatedPerson": _PERSON,
    "Practitioner": _PERSON,
    "Encounter": {
        "status": frozenset(
            {
                "planned",
                "arrived",
                "triaged",
                "in-progress",
                "onleave",
                "finished",
                "cancelled",
                "entered-in-error",
                "unknown",
            }
        ),
    },
    "Condition": {"clinicalStatus.coding.code": _CLINICAL, "verificationStatus.coding.code": _VERIFIED},
    "Flag": {"status": frozenset({"active", "inactive", "entered-in-error"})},
    "Observation": {
        "status": frozenset(
            {"registered", "preliminary", "final", "amended", "corrected", "cancelled", "entered-in-error", "unknown"}
        ),
    },
    "Communication": {"status": _EVENT_STATUS, "priority": _PRIORITY},
    "ServiceRequest": {"status": _REQUEST_STATUS, "priority": _PRIORITY, "intent": _INTENT},
    "DocumentReference": {
        "status": frozenset({"current", "superseded", "entered-in-error"}),
        "docStatus": frozenset({"preliminary", "final", "amended", "entered-in-error"}),
    },
    "MessageHeader": {"response.code": frozenset({"ok", "transient-error", "fatal-error"})},
    "Location": {"status": frozenset({"active", "suspended", "inactive"})},
    "Bundle": {"entry.request.method": frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH"})},
}


def validate(resource: Element, notes: Notes) -> None:
    """Note each fault of a resource, but not of those that it contains."""
    _check(resource.data, resource.kind, resource.at, notes, 0)
    for path, allowed in VALUE_SETS.get(resource.kind, {}).items():
        for at, code in _at(resource, path.split(".")):
            if code not in allowed:
                notes.fault(at, NOT_IN_SET)


def _check(data: Mapping[str, Any], type_name: str, at: str, notes: Notes, depth: int) -> None:
    """Hold an element against its type. Extensions are passed by, and so is what stands beside primitives (`_name`)."""
    if depth > MAX_DEPTH:
        notes.fault("".join(at.partition(".resource")[:2]), TOO_DEEP)
        return
    said = definition(type_name)
    for name, value in data.items():
        if name in _PASSED or name.startswith("_"):
            continue
        member = said.members.get(name)
        if name == "modifierExtension":
            notes.fault(f"{at}.{name}", MODIFIED)
        elif member is None:
            notes.fault(f"{at}.{_element_name(name)}", NOT_AN_ELEMENT)
        elif isinstance(value, list) is not member.repeats:
            notes.fault(f"{at}.{name}", WRONG_TYPE)
        elif member.repeats:
            for number, each in enumerate(value):
                _check_value(each, member, f"{at}.{name}[{number}]", notes, depth)
        else:
            _check_value(value, member, f"{at}.{name}", notes, depth)
    _check_presence(data, said, at, notes)


def _check_value(value: Any, member: Member, at: str, notes: Notes, depth: int) -> None:
    if member.sound is not None:
        if value not in _ABSENT and not member.sound(value):
            notes.fault(at, NOT_VALID)
    elif isinstance(value, dict):
        _check(value, member.type, at, notes, depth + 1)
    else:
        notes.fault(at, WRONG_TYPE)


def _check_presence(data: Mapping[str, Any], said: Definition, at: str, notes: Notes) -> None:
    for name in said.required:
        if data.get(name) in _ABSENT and f"_{name}" not in data:
            notes.fault(f"{at}.{name}", REQUIRED)
    for choice, names, needed in said.choices:
        given = sum(name in data or f"_{name}" in data for name in names)
        if given > 1:
            notes.fault(at, ONE_CHOICE)
        elif needed and not given:
            notes.fault(f"{at}.{choice}", REQUIRED)


_ABSENT = (None, "")
"""null stands where a primitive has an extension alone; an empty text is what systems export of what was left blank."""
_PASSED = frozenset({"resourceType", "extension", "contained"})


def _element_name(name: str) -> str:
    """As a fault may show it: what does not look like an element's name may be somebody's."""
    return name if _NAME.fullmatch(name) else "(another element)"


_NAME = re.compile(r"[a-z][A-Za-z]{1,39}")


def _at(element: Element, steps: list[str]) -> Iterator[tuple[str, str]]:
    """Each code that stands at a path, with its place."""
    name, *rest = steps
    if not rest:
        if (code := element.text(name)) is not None:
            yield f"{element.at}.{name}", code
        return
    one = element.one(name)
    for inner in [one] if one else element.many(name):
        yield from _at(inner, rest)
