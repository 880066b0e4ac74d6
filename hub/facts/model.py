"""The frozen facts that flow through the hub, in the field's own words.

Times are aware and UTC. Types that hold personal data derive from `Personal` and never show it in their repr.
Their closed lists are in `hub.facts.terms`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID, uuid5

from hub.facts.outcome import Matching, NotFound, Ruling
from hub.facts.terms import (
    Capacity,
    Category,
    Caveat,
    Consent,
    EventKind,
    Flag,
    OrganisationKind,
    PersonRole,
    Purpose,
    Relationship,
    Risk,
    Role,
    Tier,
)

DELIVERY_NAMESPACE = UUID("5b0c3a4e-6f64-5a57-9a3e-0d5f6d1c7e21")


class Personal:
    """Base of types that hold personal data: their repr names the type and nothing else."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} redacted>"


# --- what an adapter makes of a native record ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, repr=False)
class Identity(Personal):
    """Who a child is, as a source knows it; also what the register is asked.

    `date_of_birth` is ISO 8601, possibly only a year or a year and month. Absent is None or empty, never a guess.
    """

    given_names: str | None = None
    family_name: str | None = None
    known_as: str | None = None
    previous_family_names: tuple[str, ...] = ()
    date_of_birth: str | None = None
    sex: str | None = None
    nhs_number: str | None = None
    chi_number: str | None = None
    hc_number: str | None = None
    upn: str | None = None
    scn: str | None = None
    address: str | None = None
    postcode: str | None = None


@dataclass(frozen=True, slots=True)
class Registration:
    """A child's tie to an organisation. `until` is the last day it holds; None means it goes on.

    `since` is the day on which it began, where the organisation says so.
    """

    organisation: str
    relationship: Relationship
    until: date | None = None
    local_id: str | None = field(default=None, repr=False)
    since: date | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Subject(Personal):
    """A child that a concern is about; `key` is unique within the event. None means the source does not know.

    One with the flag `unborn` has an empty identity: it is matched to nobody.
    """

    key: str
    identity: Identity
    flags: frozenset[Flag] | None = None
    capacity: Capacity | None = None
    registrations: tuple[Registration, ...] | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Person(Personal):
    """An adult or other child named in the concern.

    `link_known` False: the source does not say whether the person is linked to an organisation. True with
    `linked_to` None: it says there is no link. `holds` is the role held at `linked_to`, and `holds_other` the source's
    word for one that is on no list, such as caretaker.
    """

    role: PersonRole
    name: str | None = None
    date_of_birth: str | None = None
    contact: str | None = None
    link_known: bool = False
    linked_to: str | None = None
    holds: Role | None = None
    holds_other: str | None = None


@dataclass(frozen=True, slots=True)
class Practitioner:
    """Who raised it, by role; `override_reason` is an authorised practitioner's reason to share in an emergency."""

    role: str
    override_reason: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, order=True)
class Repeat:
    """A data item that a text repeats, and the children, by key, whom that item is about.

    A text that names another child repeats `child.name` about that child; one that names a witness, `person.witness`.
    """

    item: str
    subjects: tuple[str, ...]

    @classmethod
    def of(cls, item: str, *subjects: str) -> Repeat:
        """The item about these children."""
        return cls(item, tuple(sorted(subjects)))


@dataclass(frozen=True, slots=True, repr=False)
class ContentPart(Personal):
    """One data item's value about the subjects that it mentions. The value's shape is its field's in content.avsc.

    `repeats`: what a text says of other items, where somebody looked; None where nobody did.
    """

    item: str
    subjects: tuple[str, ...]
    value: Any
    repeats: frozenset[Repeat] | None = None


@dataclass(frozen=True, slots=True)
class PastEvent:
    """An earlier event of the child that a decision may count."""

    category: Category
    raised_at: datetime


@dataclass(frozen=True, slots=True, repr=False)
class Concern(Personal):
    """A concern as its source tells it, before sealing.

    `reference` is the source's own; `sequence` orders the events of one case (native version, or last-modified in ms).
    `delete_by` is the day of the caveat of that name, and is there only with it.
    """

    event_id: UUID
    kind: EventKind
    source: str
    reference: str
    sequence: int
    tier: Tier
    category: Category
    raised_at: datetime
    subjects: tuple[Subject, ...]
    content: tuple[ContentPart, ...]
    risk: Risk | None = None
    consent: Consent | None = None
    practitioner: Practitioner | None = None
    people: tuple[Person, ...] | None = None
    home_district: str | None = None
    incident_district: str | None = None
    history: tuple[PastEvent, ...] | None = None
    caveats: frozenset[Caveat] = frozenset()
    delete_by: date | None = None


# --- matching -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Weight:
    """One comparison's share of a score, in bits (log2 of the likelihood ratio)."""

    comparison: str
    level: str
    weight: float


@dataclass(frozen=True, slots=True, repr=False)
class Match(Personal):
    """What the register answers for one child. The weights add up to `score`.

    `date_of_birth`, `flags` and `registrations` are the register's own facts of a matched subject; `recorded` is how
    its source records have it, with other names and earlier addresses, and `home` other subjects of its home, as far as
    the look-up that found it came upon them.
    """

    outcome: Matching
    registrations: tuple[Registration, ...] = ()
    date_of_birth: date | None = None
    flags: frozenset[Flag] = frozenset()
    score: float = 0.0
    margin: float = 0.0
    guards: tuple[str, ...] = ()
    explanation: tuple[Weight, ...] = ()
    recorded: tuple[Identity, ...] = ()
    home: tuple[tuple[UUID, Identity], ...] = ()


NO_MATCH = Match(NotFound())


# --- deciding -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, repr=False)
class GivenChild(Personal):
    """What a decision may know of one child. None is unknown; an empty tuple or set is a known nothing."""

    key: str = "1"
    age: int | None = None
    sex: str | None = None
    capacity: Capacity | None = None
    registrations: tuple[Registration, ...] | None = None
    flags: frozenset[Flag] | None = None


@dataclass(frozen=True, slots=True)
class GivenPerson:
    """A person by role and link alone; see `Person` for `link_known` and `holds_other`.

    `alike_at`: organisations where somebody reads whose name or contact is like this person's, whatever the source says
    of a link.
    """

    role: PersonRole
    link_known: bool = False
    linked_to: str | None = None
    holds: Role | None = None
    alike_at: frozenset[str] = frozenset()
    holds_other: str | None = None


@dataclass(frozen=True, slots=True)
class Requester:
    """Who asks, for a query or a subject access request."""

    kind: str
    relationship: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Given(Personal):
    """Everything one event's decisions are made from. None is unknown, and unknown is never false.

    `age` of a child is in whole years at `raised_at`. `items` None means every item of the event's kind.
    """

    event: EventKind
    source: str
    children: tuple[GivenChild, ...]
    category: Category | None = None
    raised_at: datetime | None = None
    tier: Tier | None = None
    risk: Risk | None = None
    consent: Consent | None = None
    practitioner: Practitioner | None = None
    people: tuple[GivenPerson, ...] | None = None
    requester: Requester | None = None
    history: tuple[PastEvent, ...] | None = None
    home_district: str | None = None
    incident_district: str | None = None
    items: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, order=True)
class Recipient:
    """Who is told: a role at an organisation."""

    organisation: str
    role: Role

    def __str__(self) -> str:
        return f"{self.organisation}/{self.role}"


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether one recipient hears of one subject, what of it, by when, and why. Reasons hold no personal data."""

    subject: str
    recipient: Recipient
    kind: OrganisationKind
    ruling: Ruling
    rule: str | None = None
    by: datetime | None = None
    tier: Tier | None = None
    withheld: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """All decisions of one event, and each reason why a person is asked."""

    decisions: tuple[Decision, ...]
    review: tuple[str, ...] = ()


# --- delivering -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DeliveryKey:
    """What a delivery is; its id is the idempotency key on every channel."""

    event_id: UUID
    subject: str
    recipient: Recipient
    purpose: Purpose = Purpose.DISCLOSE
    revision: int = 1

    @cached_property
    def delivery_id(self) -> UUID:
        """UUIDv5 of (event, subject, recipient, purpose, revision)."""
        name = f"{self.event_id}|{self.subject}|{self.recipient}|{self.purpose}|{self.revision}"
        return uuid5(DELIVERY_NAMESPACE, name)
