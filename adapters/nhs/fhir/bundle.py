"""The resources of one bundle, and what their references mean: address, urn, relative id, `#contained`, in any order.

Resources are held by their place. Two of one type and id, or of one address, are refused: who can say which is meant?
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from adapters.nhs.fhir.definitions import is_resource_type
from adapters.nhs.fhir.elements import REQUIRED, Element, Notes
from adapters.nhs.fhir.reading import UNKNOWN_TYPE
from adapters.nhs.fhir.validating import validate
from hub.facts.model import Personal

TYPES = ("message", "collection", "transaction")
NOT_TAKEN = f"must be {', '.join(TYPES[:-1])} or {TYPES[-1]}: no other type tells of a concern."
HEADER_FIRST = "must be a MessageHeader: the first resource of a message is."
TWICE = "is given to two resources: nobody can say which one is meant."
NOWHERE = "leads nowhere: no resource of this bundle has that address."
MAX_ENTRIES = 500
READ = frozenset(
    {"MessageHeader", "Patient", "RelatedPerson", "Encounter", "Condition", "Flag", "Observation", "Communication",
     "ServiceRequest", "DocumentReference", "Binary", "Practitioner", "PractitionerRole", "Organization", "Location"}
)  # fmt: skip
"""What this adapter reads; every other resource is left out, and said."""
NOT_READ = "is of a type that this adapter does not use."
_NO_CHANGE = frozenset({"GET", "HEAD"})
_PATCH = "is a change that this adapter cannot make: send the whole resource."


@dataclass(frozen=True, slots=True, repr=False)
class Bundle(Personal):
    """The resources of a bundle that are read, in order, and by what they may be called."""

    root: Element
    resources: tuple[Element, ...]
    names: Mapping[str, Element] = field(default_factory=dict)
    inside: Mapping[str, Mapping[str, Element]] = field(default_factory=dict)
    """Of the place of a resource, those that it contains, by `#id`."""
    kinds: Mapping[str, list[Element]] = field(default_factory=dict)
    """Those that are read by their type, contained ones last."""

    def of(self, kind: str) -> list[Element]:
        """Every resource of this type, contained ones last."""
        return self.kinds.get(kind, [])

    def find(self, reference: Element) -> Element | None:
        """The resource that a Reference leads to, by its address or by an identifier of a patient; None for none."""
        called = reference.text("reference")
        if called is None:
            return self._by_identifier(reference.one("identifier"))
        if called.startswith("#"):
            return self.inside.get(_owner(reference.at), {}).get(called)
        if "?" in called:
            return self._by_query(called)
        return self.names.get(called.partition("/_history/")[0])

    def _by_identifier(self, identifier: Element | None) -> Element | None:
        if identifier is None or not identifier.text("value"):
            return None
        return self._bearer(identifier.text("system"), identifier.text("value"))

    def _by_query(self, called: str) -> Element | None:
        """A conditional reference of a transaction, such as `Patient?identifier=system|value`."""
        kind, _, query = called.partition("?")
        name, _, token = query.partition("=")
        system, _, value = token.rpartition("|")
        return self._bearer(system, value) if kind == "Patient" and name == "identifier" else None

    def _bearer(self, system: str | None, value: str | None) -> Element | None:
        for patient in self.of("Patient"):
            for held in patient.many("identifier"):
                if (held.text("system"), held.text("value")) == (system, value):
                    return patient
        return None


def gather(data: Mapping[str, Any], notes: Notes) -> Bundle:
    """The bundle, each resource that is read held against FHIR R4; its faults are noted."""
    root = Element("Bundle", data)
    validate(Element("Bundle", {**data, "entry": _shells(data)}), notes)
    kind = root.text("type")
    if kind not in TYPES:
        notes.fault("Bundle.type", NOT_TAKEN if kind else REQUIRED)
    entries = root.many("entry")
    if len(entries) > MAX_ENTRIES:
        notes.fault("Bundle.entry", f"holds too many entries: at most {MAX_ENTRIES}.")
        return Bundle(root, ())
    found: list[Element] = []
    names: dict[str, Element] = {}
    inside: dict[str, dict[str, Element]] = {}
    for entry in entries:
        resource = entry.one("resource")
        if resource is not None and _is_read(entry, resource, notes):
            validate(resource, notes)
            found.append(resource)
            _contain(resource, inside, notes)
        if resource is not None and is_resource_type(resource.kind):
            _name(entry, resource, names, notes)
    first = entries[0].one("resource") if entries else None
    if kind == "message" and (first is None or first.kind != "MessageHeader"):
        notes.fault("Bundle.entry[0].resource", HEADER_FIRST)
    return Bundle(root, tuple(found), names, inside, _by_kind(found, inside))


def _by_kind(found: list[Element], inside: Mapping[str, Mapping[str, Element]]) -> dict[str, list[Element]]:
    kinds: dict[str, list[Element]] = {}
    for resource in chain(found, *(each.values() for each in inside.values())):
        kinds.setdefault(resource.kind, []).append(resource)
    return kinds


def _shells(data: Mapping[str, Any]) -> Any:
    """The entries without their resources, each of which is looked at by itself."""
    entries = data.get("entry", [])
    if not isinstance(entries, list):
        return entries
    return [
        {name: value for name, value in entry.items() if name != "resource"} if isinstance(entry, dict) else entry
        for entry in entries
    ]


def _is_read(entry: Element, resource: Element, notes: Notes) -> bool:
    request = entry.one("request")
    method = request.text("method") if request else None
    if not is_resource_type(resource.kind):
        notes.fault(f"{resource.at}.resourceType", UNKNOWN_TYPE if resource.kind else REQUIRED)
        return False
    if method == "PATCH":
        notes.fault(f"{entry.at}.request.method", _PATCH)
    if resource.kind not in READ or method in _NO_CHANGE:
        notes.leave(_called(resource), NOT_READ)
        return False
    return True


def _called(resource: Element) -> str:
    return f"{resource.at} ({resource.kind})"


def _contain(resource: Element, inside: dict[str, dict[str, Element]], notes: Notes) -> None:
    """The resources that one contains, by `#id`; the one that contains them is `#` itself."""
    contained = resource.many("contained")
    if not contained:
        return
    here = inside[resource.at] = {"#": resource}
    for each in contained:
        name = f"#{each.text('id') or ''}"
        if name in here:
            notes.fault(f"{each.at}.id", TWICE if len(name) > 1 else REQUIRED)
        elif not is_resource_type(each.kind):
            notes.fault(f"{each.at}.resourceType", UNKNOWN_TYPE if each.kind else REQUIRED)
        elif each.kind in READ:
            validate(each, notes)
            here[name] = each
        else:
            notes.leave(_called(each), NOT_READ)
    del here["#"]


def _name(entry: Element, resource: Element, names: dict[str, Element], notes: Notes) -> None:
    """By what a resource may be called: its full address, and its type and id."""
    given = resource.text("id")
    relative = f"{resource.kind}/{given}" if given else None
    full = entry.text("fullUrl")
    for name, at in ((full, f"{entry.at}.fullUrl"), (relative, f"{resource.at}.id")):
        if name is None:
            continue
        if names.get(name, resource) is not resource:
            notes.fault(at, TWICE)
        names[name] = resource


def _owner(at: str) -> str:
    """The place of the resource in an entry, of the place of anything in it."""
    head, marker, rest = at.partition(".resource")
    return head + marker if marker and rest else at
