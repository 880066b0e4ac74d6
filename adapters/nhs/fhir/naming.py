"""How people, practices and places are called, where a reference leads to them or only says so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from adapters.bridge.reading.text import clean_line, clean_name
from adapters.nhs.fhir.bundle import NOWHERE, Bundle
from adapters.nhs.fhir.elements import MAX_LINE, MAX_NAME, Element, Notes, words
from adapters.nhs.fhir.periods import ended

ODS = frozenset({"https://fhir.nhs.uk/Id/ods-organization-code", "https://fhir.nhs.uk/Id/ods-site-code"})
OUTSIDE = "leads out of the bundle, and says no name."


def resolved(reference: Element, bundle: Bundle, notes: Notes) -> Element | None:
    """Where a reference leads. One that can only lead into this bundle and does not is a fault."""
    found = bundle.find(reference)
    to = reference.text("reference") or ""
    if found is None and to.startswith(("#", "urn:")):
        notes.fault(reference.at, NOWHERE)
    return found


def called(reference: Element | None, bundle: Bundle, notes: Notes) -> str | None:
    """The name of what a reference leads to, else what it says itself."""
    if reference is None:
        return None
    found = resolved(reference, bundle, notes)
    name = name_of(found, bundle, notes) if found else None
    said = name or clean_line(reference.text("display") or "") or _code(reference.one("identifier"))
    if not said and found is None and not notes.faults:
        notes.leave(reference.at, OUTSIDE)
    return said[:MAX_LINE] if said else None


def name_of(resource: Element, bundle: Bundle, notes: Notes) -> str | None:
    """What a resource is called."""
    match resource.kind:
        case "Organization" | "Location":
            codes = (_code(each) for each in resource.many("identifier"))
            return clean_line(resource.text("name") or "") or next((code for code in codes if code), None)
        case "PractitionerRole":
            who = (called(resource.one(name), bundle, notes) for name in ("practitioner", "organization"))
            return ", ".join(each for each in who if each) or None
        case _:
            return full_name(resource)


def full_name(person: Element) -> str | None:
    """A person's name in one line: of those given the official one, the usual one, else the first."""
    names = person.many("name") or [each for each in [person.one("name")] if each]
    names = [each for each in names if each.text("use") not in {"old", "maiden", "anonymous", "nickname"}]
    names.sort(key=lambda each: {"official": 0, "usual": 1}.get(each.text("use") or "", 2))
    for name in names:
        parts = [*name.texts("given"), name.text("family") or ""]
        line = clean_name(" ".join(parts)) or clean_name(name.text("text") or "")
        if line:
            return line[:MAX_NAME]
    return None


def telephones(person: Element, today: date, notes: Notes) -> Iterator[str]:
    """Telephone numbers that a person has now."""
    for telecom in person.many("telecom"):
        said = notes.line(telecom, "value")
        if said is None or telecom.text("use") == "old" or ended(telecom.one("period"), today):
            continue
        if telecom.text("system") in {None, "phone", "sms"}:
            yield said
        else:
            notes.leave(telecom.at, "is not used: it is no telephone number.")


def role_of(role: Element | None) -> str | None:
    """What a PractitionerRole or Practitioner says that somebody does."""
    if role is None:
        return None
    return next(
        (said for said in (words(each) for each in (*role.many("code"), *role.many("specialty"))) if said), None
    )


def _code(identifier: Element | None) -> str | None:
    if identifier is None or identifier.text("system") not in ODS or not identifier.text("value"):
        return None
    return f"ODS {clean_line(identifier.text('value') or '')}"
