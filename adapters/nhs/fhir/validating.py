"""Whether a resource is what FHIR R4 says: its shape by the models of fhir.resources, its codes by the value sets here.

The models take any code. The sets are those that R4 binds as required, of the elements that this adapter reads
(https://hl7.org/fhir/R4/valuesets.html). What is an extension is not looked at, so that an unknown one is harmless; a
modifierExtension changes what a resource means, and FHIR forbids to go on over an unknown one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fhir.resources.R4B import get_fhir_model_class
from pydantic import ValidationError

from adapters.bridge.reading.faults import field_name
from adapters.nhs.fhir.elements import REQUIRED, Element, Notes
from adapters.nhs.fhir.reading import MAX_DEPTH, TOO_DEEP

MODIFIED = "is changed in its meaning by an extension that this adapter does not know."
NOT_IN_SET = "is not a code of the value set that FHIR requires."
NOT_AN_ELEMENT = "is not an element of this resource."
WRONG_TYPE = "is not of the type that FHIR says."
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

_REQUIRED_CODES: Mapping[str, tuple[str, ...]] = {
    "Encounter": ("status",),
    "Flag": ("status",),
    "Observation": ("status",),
    "Communication": ("status",),
    "ServiceRequest": ("status", "intent"),
    "DocumentReference": ("status",),
}
_MISSED = "model_field_validation.missing"
"""The model's word for a required code that is not there, which it tells only where nothing else is wrong."""
_YES_OR_NO = {"Patient": ("active",), "RelatedPerson": ("active",)}
"""Elements that are true or false; the model takes `yes` for true."""
_SENTENCES = {"missing": REQUIRED, "extra_forbidden": NOT_AN_ELEMENT, "value_error": NOT_VALID}


def validate(resource: Element, notes: Notes) -> None:
    """Note each fault of a resource, but not of those that it contains."""
    try:
        plain = _without_extensions(resource.data, resource.at, notes, 0)
    except RecursionError:
        notes.fault(resource.at, TOO_DEEP)
        return
    for name in _REQUIRED_CODES.get(resource.kind, ()):
        if plain.get(name) is None:
            notes.fault(f"{resource.at}.{name}", REQUIRED)
    for name in _YES_OR_NO.get(resource.kind, ()):
        if not isinstance(plain.get(name), bool | None):
            notes.fault(f"{resource.at}.{name}", WRONG_TYPE)
    for at, sentence in _model_faults(resource.kind, plain):
        notes.fault(resource.at + at, sentence)
    for path, allowed in VALUE_SETS.get(resource.kind, {}).items():
        for at, code in _at(resource, path.split(".")):
            if code not in allowed:
                notes.fault(at, NOT_IN_SET)


def _model_faults(kind: str, plain: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What the model of this type refuses: where within the resource, and a sentence."""
    try:
        get_fhir_model_class(kind).model_validate(plain)
    except ValidationError as error:
        for found in error.errors(include_input=False, include_url=False):
            if found["type"] != _MISSED:
                yield _path(found["loc"]), _SENTENCES.get(found["type"], WRONG_TYPE)
    except (ValueError, KeyError, TypeError, AttributeError):
        yield "", NOT_VALID


def _without_extensions(data: Mapping[str, Any], at: str, notes: Notes, depth: int) -> dict[str, Any]:
    """What the model is to see: no extensions, nothing beside primitives, no contained resources."""
    if depth > MAX_DEPTH:
        raise RecursionError
    if data.get("modifierExtension"):
        notes.fault(f"{at}.modifierExtension", MODIFIED)
    return {
        name: _plain(value, f"{at}.{field_name(name)}", notes, depth)
        for name, value in data.items()
        if name not in {"extension", "modifierExtension", "contained"} and not name.startswith("_")
    }


def _plain(value: Any, at: str, notes: Notes, depth: int) -> Any:
    if isinstance(value, dict):
        return _without_extensions(value, at, notes, depth + 1)
    if isinstance(value, list):
        if depth > MAX_DEPTH:
            raise RecursionError
        return [_plain(each, f"{at}[{n}]", notes, depth + 1) for n, each in enumerate(value)]
    return value


def _path(place: tuple[int | str, ...]) -> str:
    """`.name[0].family` of (`name`, 0, `family`)."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{_element_name(step)}" for step in place)


def _element_name(name: str) -> str:
    return name if name.isascii() and name.isalnum() and len(name) <= 40 else "(another element)"  # noqa: PLR2004 - the longest of FHIR has 35


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
