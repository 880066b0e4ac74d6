"""Which of the children a resource is about, by the references that say so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from adapters.nhs.fhir.bundle import NOWHERE, Bundle
from adapters.nhs.fhir.elements import Element, Notes
from adapters.nhs.fhir.patients import Child, replacement
from hub.facts.model import Personal

NOBODYS = "is not used: it does not say whose it is."


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
        if reference is None:
            self.notes.leave(f"{resource.at} ({resource.kind})", NOBODYS)
            return ()
        return tuple(self._key(reference))

    def _key(self, reference: Element) -> Iterable[str]:
        found = self.bundle.find(reference)
        if found is None:
            self.notes.fault(reference.at, NOWHERE)
            return
        while found.kind == "Patient" and (newer := _newer(found, self.bundle)) is not None:
            found = newer
        for child in self.children:
            if child.patient.at == found.at:
                yield child.key


def _newer(patient: Element, bundle: Bundle) -> Element | None:
    newer = replacement(patient, bundle)
    return newer if newer is not None and replacement(newer, bundle) is None else None
