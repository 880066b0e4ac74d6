"""What every concern begins with: which case, in which order, how urgent, raised when, and what it does to the case.

The rule, in the order that is asked:
  reference  identifier of the MessageHeader's focus; of the ServiceRequest; Communication; Encounter; Bundle
  sequence   meta.versionId of the resource that gave the reference, if it is a whole number; its meta.lastUpdated;
             Bundle.timestamp; Bundle.meta.lastUpdated
  raised_at  Communication.sent; ServiceRequest.authoredOn; Bundle.timestamp; the last update of what gave the reference
  tier       the most urgent priority of them: stat is immediate, asap and urgent are urgent, routine and none routine
  kind       MessageHeader.reason by the mapping file; a case whose every request and communication was entered in error
             or revoked is retracted; anything else is raised
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from adapters.bridge.reading.concerns import TIER_OF, milliseconds, more_urgent
from adapters.nhs.fhir.bundle import NOWHERE, Bundle
from adapters.nhs.fhir.clinical import TAKEN_BACK, stands
from adapters.nhs.fhir.elements import Element, Notes, codings
from adapters.nhs.fhir.mapping import CodeMapping, Doing, known
from adapters.nhs.fhir.periods import instant
from hub.facts.bounds import LAST_VERSION, MODIFIED, modified_out_of_bounds
from hub.facts.model import Concern
from hub.facts.terms import Category, EventKind, Tier

TIERS = {"stat": Tier.IMMEDIATE, "asap": Tier.URGENT, "urgent": Tier.URGENT, "routine": Tier.ROUTINE}
NO_REFERENCE = (
    "Bundle.identifier: is required, or an identifier of the ServiceRequest or Communication that the message is "
    "about: by it a later message is known to be of the same case."
)
SEVERAL = (
    "could be the case's reference, and so could another: name the resource that it stands in as MessageHeader.focus."
)
NO_TIME = "Bundle.timestamp: is required, or meta.versionId or meta.lastUpdated of what the message is about."
ANSWER = "is an answer to a message, and tells of no concern."
_CASES = ("ServiceRequest", "Communication", "Encounter")
_KINDS = {Doing.RAISE: EventKind.RAISED, Doing.UPDATE: EventKind.UPDATED, Doing.RETRACT: EventKind.RETRACTED}


@dataclass(frozen=True, slots=True)
class Heading:
    """The facts of the message itself."""

    kind: EventKind
    reference: str
    sequence: int
    asked: Tier | None
    """The tier that the priorities ask for."""
    raised_at: datetime

    def concern(self, source: str, event_id: UUID, category: Category, **facts: Any) -> Concern:
        """The concern with this heading; a retraction has no children and no content."""
        given: dict[str, Any] = {"subjects": (), "content": ()} | facts
        risk = given.get("risk")
        tier = self.asked or Tier.URGENT if risk is None else more_urgent(TIER_OF[risk], self.asked)
        if self.kind is EventKind.RETRACTED:
            tier = more_urgent(Tier.URGENT, tier)
        return Concern(
            event_id=event_id,
            kind=self.kind,
            source=source,
            reference=self.reference,
            sequence=self.sequence,
            tier=tier,
            category=category,
            raised_at=self.raised_at,
            **given,
        )


def read_heading(bundle: Bundle, mapping: CodeMapping, received_at: datetime, notes: Notes) -> Heading | None:
    """The heading; None, with the faults noted, where something of it is missing."""
    for header in bundle.of("MessageHeader"):
        if header.one("response") is not None:
            notes.fault(f"{header.at}.response", ANSWER)
    found = _case(bundle, notes)
    if found is None:
        return None
    reference, case = found
    sequence = _sequence(case, bundle, received_at, notes)
    raised_at = _raised_at(case, bundle)
    if sequence is None or raised_at is None:
        notes.faults.append(NO_TIME)
        return None
    kind = _kind(bundle, mapping)
    told = bundle.of("ServiceRequest") + bundle.of("Communication")
    asked = most_urgent(each.text("priority") for each in told if stands(each) or kind is EventKind.RETRACTED)
    return Heading(kind, reference, sequence, asked, raised_at)


def most_urgent(priorities: Iterable[str | None]) -> Tier | None:
    """The tier of the most urgent of these priorities; None where none of them is one."""
    return min((TIERS[each] for each in priorities if each in TIERS), key=list(Tier).index, default=None)


def _kind(bundle: Bundle, mapping: CodeMapping) -> EventKind:
    for header in bundle.of("MessageHeader"):
        for doing in known(codings(header.one("reason")), mapping.reasons):
            return _KINDS[doing]
    told = bundle.of("ServiceRequest") + bundle.of("Communication")
    if told and all(each.text("status") in TAKEN_BACK for each in told):
        return EventKind.RETRACTED
    return EventKind.RAISED


# --- which case -----------------------------------------------------------------------------------------------------


def _case(bundle: Bundle, notes: Notes) -> tuple[str, Element] | None:
    """The case's reference, and the resource that gave it."""
    focused = _focus(bundle, notes)
    for resources in (focused, *(bundle.of(kind) for kind in _CASES)):
        found = {value: each for each in resources if (value := _identifier(each, notes))}
        if len(found) > 1 and resources is not focused:
            notes.fault(f"{next(iter(found.values())).at}.identifier", SEVERAL)
            return None
        if found:
            return next(iter(found.items()))
    held = bundle.root.one("identifier")
    own = notes.line(held, "value") if held else None
    if own is None:
        notes.faults.append(NO_REFERENCE)
        return None
    return own, bundle.root


def _focus(bundle: Bundle, notes: Notes) -> list[Element]:
    found = []
    for reference in (each for header in bundle.of("MessageHeader") for each in header.many("focus")):
        resource = bundle.find(reference)
        if resource is None:
            notes.fault(reference.at, NOWHERE)
        elif resource.kind in _CASES:
            found.append(resource)
    return found


def _identifier(resource: Element, notes: Notes) -> str | None:
    """The first identifier of a resource that is not an old one."""
    for identifier in resource.many("identifier"):
        if identifier.text("use") != "old" and (value := notes.line(identifier, "value")):
            return value
    return None


# --- in which order, and when ---------------------------------------------------------------------------------------


def _updated(resource: Element) -> datetime | None:
    meta = resource.one("meta")
    return instant(meta.text("lastUpdated")) if meta else None


def _sequence(case: Element, bundle: Bundle, received_at: datetime, notes: Notes) -> int | None:
    meta = case.one("meta")
    version = (meta.text("versionId") if meta else None) or ""
    if case is not bundle.root and version.isascii() and version.isdigit() and 1 <= int(version[:20]) <= LAST_VERSION:
        return int(version)
    moments = (
        (f"{case.at}.meta.lastUpdated", _updated(case)),
        ("Bundle.timestamp", instant(bundle.root.text("timestamp"))),
        ("Bundle.meta.lastUpdated", _updated(bundle.root)),
    )
    for at, modified in moments:
        if modified is not None:
            if modified_out_of_bounds(modified, received_at):
                notes.fault(at, MODIFIED.partition(": ")[2])
            return milliseconds(modified)
    return None


def _raised_at(case: Element, bundle: Bundle) -> datetime | None:
    written = [each.text("sent") for each in bundle.of("Communication")]
    written += [each.text("authoredOn") for each in bundle.of("ServiceRequest")]
    moments = [*(instant(each) for each in written), instant(bundle.root.text("timestamp")), _updated(case)]
    return next((each for each in moments if each), None)
