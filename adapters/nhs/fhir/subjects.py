"""Which of the children a resource is about, by the references that say so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from adapters.nhs.fhir.bundle import NOWHERE, Bundle
from adapters.nhs.fhir.elements import Element, Notes
from adapters.nhs.fhir.patients import MAX_CHILDREN, Child, replacement
from hub.facts.model import Personal

NOBODYS = "is not used: it does not say which Patient's it is."


@dataclass(frozen=True, slots=True, repr=False)
class Subjects(Personal):
    """The children of one bundle, by the place of their Patient."""

    bundle: Bundle
    children: tuple[Child, ...]
    notes: Notes

    @property
    def everyone(self) -> tuple[str, ...]:
        return tuple(child.key for child in self.children)

    def of(self, resource: Element, *names: str) -> tuple[str, ...]:
        """Whom a resource is about, by its references of these names; all of them where it names none."""
        references = [each for name in names for each in (resource.one(name), *resource.many(name)) if each]
        found = {key for each in references for key in self._key(each)}
        return tuple(key for key in self.everyone if key in found) or self.everyone

    def one(self, resource: Element, name: str) -> tuple[str, ...]:
        """Whom a clinical resource is about; it has to say so, for what is nobody's is not anybody's."""
        reference = resource.one(name)
        faults = len(self.notes.faults)
        found = tuple(self._key(reference)) if reference else ()
        if not found and len(self.notes.faults) == faults:
            self.notes.leave(f"{resource.at} ({resource.kind})", NOBODYS)
        return found

    def _key(self, reference: Element) -> Iterable[str]:
        found = self.bundle.find(reference)
        if found is None:
            self.notes.fault(reference.at, NOWHERE)
            return
        for _ in range(MAX_CHILDREN):  # records that replace each other in a circle are no child's
            found = replacement(found, self.bundle) or found
        for child in self.children:
            if child.patient.at == found.at:
                yield child.key
