"""What the decisions about one child are made from, laid flat once so that each condition is one look-up.

None is unknown everywhere; an empty set or tuple is a known nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from hub.facts.clock import local_day
from hub.facts.items import CATALOGUE, in_catalogue_order
from hub.facts.terms import Flag

if TYPE_CHECKING:
    from hub.facts.model import Given, GivenChild, GivenPerson, PastEvent, Registration, Requester
    from hub.facts.terms import Capacity, Category, Consent, EventKind, OrganisationKind, Relationship, Risk, Tier
    from hub.sharing.writing.organisations import Organisation


@dataclass(slots=True, repr=False)
class Facts:
    """One event as it concerns one child. `day` is the deciding day in Europe/London; `present` in catalogue order.

    `one_restricted`: some child of the event, this one or another, is known to have a restricted record.
    """

    event: EventKind
    source: Organisation
    source_kinds: frozenset[OrganisationKind]
    tier: Tier | None
    category: Category | None
    risk: Risk | None
    consent: Consent | None
    requester: Requester | None
    practitioner_role: str | None
    override_reason: str | None
    people: tuple[GivenPerson, ...] | None
    history: tuple[PastEvent, ...] | None
    home_district: str | None
    incident_district: str | None
    items: frozenset[str] | None
    present: tuple[str, ...]
    key: str
    age: int | None
    sex: str | None
    capacity: Capacity | None
    flags: frozenset[Flag] | None
    one_restricted: bool
    registrations: tuple[Registration, ...] | None
    raised_at: datetime | None
    at: datetime
    day: date

    @property
    def unborn(self) -> bool:
        """Whether the child is not born yet: only conditions that name the flag speak of it."""
        return self.flags is not None and Flag.UNBORN in self.flags

    def registered(self, organisation: str, relationships: frozenset[Relationship]) -> bool | None:
        """Whether the child now has one of these relationships with the organisation."""
        if self.registrations is None:
            return None
        return any(
            held.organisation == organisation and held.relationship in relationships and self.holds(held)
            for held in self.registrations
        )

    def holds(self, registration: Registration) -> bool:
        """Whether a registration has not run out by the deciding day."""
        return registration.until is None or registration.until >= self.day


def lay_out(given: Given, child: GivenChild, source: Organisation, at: datetime) -> Facts:
    """The facts of one event about one child, at the moment of deciding (aware)."""
    practitioner = given.practitioner
    return Facts(
        event=given.event,
        source=source,
        source_kinds=source.kinds,
        tier=given.tier,
        category=given.category,
        risk=given.risk,
        consent=given.consent,
        requester=given.requester,
        practitioner_role=practitioner.role if practitioner else None,
        override_reason=practitioner.override_reason if practitioner else None,
        people=given.people,
        history=given.history,
        home_district=given.home_district,
        incident_district=given.incident_district,
        items=given.items,
        present=CATALOGUE if given.items is None else in_catalogue_order(given.items),
        key=child.key,
        age=child.age,
        sex=child.sex,
        capacity=child.capacity,
        flags=child.flags,
        one_restricted=any(Flag.RESTRICTED in one.flags for one in given.children if one.flags),
        registrations=child.registrations,
        raised_at=given.raised_at,
        at=at.astimezone(UTC),
        day=local_day(at),
    )
