"""Concerns and children in the field's words, for tests: invented people, reserved numbers, sample organisations."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from hub.facts.model import Concern, ContentPart, Identity, Person, Practitioner, Subject
from hub.facts.terms import Category, Consent, EventKind, Flag, PersonRole, Risk, Tier

SATURDAY_NIGHT = datetime(2026, 3, 7, 23, 12, tzinfo=UTC)
ISLA = Identity(
    given_names="Isla",
    family_name="Abercorn",
    date_of_birth="2017-09-14",
    sex="female",
    chi_number="1409179988",
    address="4 Quarry Wynd, Glenmore",
    postcode="ZG1 4AB",
)
FINLAY = Identity(
    given_names="Finlay",
    family_name="Abercorn",
    date_of_birth="2012-02-03",
    sex="male",
    chi_number="0302129987",
    address="4 Quarry Wynd, Glenmore",
    postcode="ZG1 4AB",
)
FATHER = Person(
    PersonRole.ALLEGED_PERPETRATOR,
    name="Gregor Abercorn",
    date_of_birth="1985-05-05",
    contact="07700 900123",
    link_known=True,
)


@dataclass
class ConcernBuilder:
    """`a_concern().about(ISLA).saying("concern.summary", "...")` and so on; `.made()` gives the Concern."""

    kind: EventKind = EventKind.RAISED
    source: str = "police.caledon"
    reference: str = "VPD-2026-000123"
    sequence: int = 1
    tier: Tier = Tier.URGENT
    category: Category = Category.DOMESTIC_ABUSE
    raised_at: datetime = SATURDAY_NIGHT
    event_id: UUID = field(default_factory=uuid4)
    subjects: list[Subject] = field(default_factory=list)
    content: list[ContentPart] = field(default_factory=list)
    people: tuple[Person, ...] | None = ()
    home_district: str | None = "ZG1"

    def about(self, identity: Identity, *, flags: frozenset[Flag] | None = None) -> ConcernBuilder:
        """Add a child."""
        self.subjects.append(Subject(str(len(self.subjects) + 1), identity, flags=flags))
        return self

    def saying(self, item: str, value: Any, *about: str) -> ConcernBuilder:
        """Add content about these children, or about all of them."""
        self.content.append(ContentPart(item, about or tuple(s.key for s in self.subjects), value))
        return self

    def but(self, **changes: Any) -> ConcernBuilder:
        """The same with changes, and an event id of its own unless it is named."""
        return replace(
            self, **{"event_id": uuid4(), "subjects": list(self.subjects), "content": list(self.content), **changes}
        )

    def made(self) -> Concern:
        """The concern."""
        return Concern(
            event_id=self.event_id,
            kind=self.kind,
            source=self.source,
            reference=self.reference,
            sequence=self.sequence,
            tier=self.tier,
            category=self.category,
            raised_at=self.raised_at,
            subjects=tuple(self.subjects),
            content=tuple(self.content),
            risk=Risk.SOME,
            consent=Consent.NOT_ASKED,
            practitioner=Practitioner("response_officer"),
            people=self.people,
            home_district=self.home_district,
            incident_district=self.home_district,
        )


def a_concern(**changes: Any) -> ConcernBuilder:
    """A domestic abuse concern of the Saturday night, about nobody yet."""
    return ConcernBuilder(**changes)
