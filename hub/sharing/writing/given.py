"""What a decision is made from, as JSON or YAML writes it -> `Given`. Errors name the field and never its value."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated

from pydantic import BeforeValidator, Field, StrictInt, ValidationError, model_validator

from hub.facts.bounds import MAX_WORD
from hub.facts.clock import local_day, years_between
from hub.facts.errors import UserError
from hub.facts.items import ITEMS
from hub.facts.model import (
    Given,
    GivenChild,
    GivenPerson,
    PastEvent,
    Practitioner,
    Registration,
    Requester,
)
from hub.facts.roles import role_of
from hub.facts.terms import Capacity, Category, Consent, EventKind, Flag, PersonRole, Relationship, Risk, Tier
from hub.written.entry import Day, District, Entry, Identifier, Instant, place_of, sentence_of, wrong

MAX_CHILDREN = 50
MAX_LISTED = 1000

_ITEM = re.compile(r"[a-z_]{1,40}\.[a-z_]{1,40}")


class GivenInvalid(UserError):
    """The facts of a line or a scenario are not as they must be. The message names fields and no values."""


def _item(value: object) -> str:
    if isinstance(value, str) and value in ITEMS:
        return value
    named = f": {value}" if isinstance(value, str) and _ITEM.fullmatch(value) else ""
    raise wrong(f"is not a data item of the catalogue{named}")


class OverrideIn(Entry):
    """An authorised practitioner's stated reason to share in an emergency."""

    reason: str = Field(min_length=1, max_length=5000, pattern=r"\S", repr=False)


class PractitionerIn(Entry):
    """Who raised it, by role."""

    role: str = Field(min_length=1, max_length=200)
    override: OverrideIn | None = None


class RegistrationIn(Entry):
    """A registration of the child."""

    organisation: Identifier
    relationship: Relationship
    since: Day | None = None
    until: Day | None = None


class PersonIn(Entry):
    """A person by role; `linked_to: null` is a known absence of a link, leaving it out leaves it unknown.

    `holds`: a role of the list, or any other word, such as caretaker.
    `alike_at`: organisations where somebody of a like name or the same contact reads.
    """

    role: PersonRole
    linked_to: Identifier | None = None
    holds: Annotated[str, Field(min_length=1, max_length=MAX_WORD, pattern=r"\S")] | None = None
    alike_at: Annotated[frozenset[Identifier], Field(max_length=MAX_LISTED)] = frozenset()


class PastIn(Entry):
    """An earlier event of the child."""

    category: Category
    raised_at: Instant


class RequesterIn(Entry):
    """Who asks."""

    kind: str = Field(min_length=1, max_length=100)
    relationship: str | None = Field(default=None, min_length=1, max_length=100)


class ChildIn(Entry):
    """One child; never shown in a repr."""

    key: str | None = Field(default=None, min_length=1, max_length=100)
    age: Annotated[StrictInt, Field(ge=0, le=120)] | None = None
    date_of_birth: Day | None = None
    sex: str | None = Field(default=None, min_length=1, max_length=50)
    capacity: Capacity | None = None
    registrations: Annotated[tuple[RegistrationIn, ...], Field(max_length=MAX_LISTED)] | None = None
    flags: frozenset[Flag] | None = None

    def __repr__(self) -> str:
        return "<ChildIn redacted>"

    @model_validator(mode="after")
    def _one_age(self) -> ChildIn:
        if self.age is not None and self.date_of_birth is not None:
            raise ValueError("must say either age or date_of_birth")
        return self


class GivenIn(Entry):
    """The whole of `given`."""

    event: EventKind
    source: Identifier
    practitioner: PractitionerIn | None = None
    tier: Tier | None = None
    category: Category | None = None
    raised_at: Instant | None = None
    risk: Risk | None = None
    consent: Consent | None = None
    child: ChildIn | None = None
    children: Annotated[tuple[ChildIn, ...], Field(min_length=1, max_length=MAX_CHILDREN)] | None = None
    people: Annotated[tuple[PersonIn, ...], Field(max_length=MAX_LISTED)] | None = None
    requester: RequesterIn | None = None
    history: Annotated[tuple[PastIn, ...], Field(max_length=MAX_LISTED)] | None = None
    home_district: District | None = None
    incident_district: District | None = None
    items: frozenset[Annotated[str, BeforeValidator(_item)]] | None = None

    def __repr__(self) -> str:
        return "<GivenIn redacted>"

    @model_validator(mode="after")
    def _subjects(self) -> GivenIn:
        if (self.child is None) == (self.children is None):
            raise ValueError("must hold either child or children")
        keys = [child.key for child in self.children or ()]
        if None in keys or len(set(keys)) < len(keys):
            raise ValueError("each of the children must have a key of its own")
        return self


def read_given(data: object, at: datetime) -> Given:
    """Parse `given`. Where `raised_at` is left out, an age from a date of birth counts at `at`.

    Raises `GivenInvalid`.
    """
    try:
        written = GivenIn.model_validate(data)
    except ValidationError as error:
        raise GivenInvalid(" ".join(_sentences(error))) from None
    return as_given(written, at)


def as_given(written: GivenIn, at: datetime) -> Given:
    """The frozen fact of what was parsed; raises `GivenInvalid` for a child born after the event."""
    moment = written.raised_at or at
    children = written.children or ((written.child,) if written.child else ())
    practitioner = written.practitioner
    people, history = written.people, written.history
    return Given(
        event=written.event,
        source=written.source,
        children=tuple(_child(child, moment) for child in children),
        category=written.category,
        raised_at=written.raised_at,
        tier=written.tier,
        risk=written.risk,
        consent=written.consent,
        practitioner=None
        if practitioner is None
        else Practitioner(practitioner.role, practitioner.override.reason if practitioner.override else None),
        people=None if people is None else tuple(_person(person) for person in people),
        requester=Requester(written.requester.kind, written.requester.relationship) if written.requester else None,
        history=None if history is None else tuple(PastEvent(past.category, past.raised_at) for past in history),
        home_district=written.home_district,
        incident_district=written.incident_district,
        items=written.items,
    )


def _child(written: ChildIn, moment: datetime) -> GivenChild:
    age = written.age
    if written.date_of_birth is not None:
        age = years_between(written.date_of_birth, local_day(moment))
        if not 0 <= age <= 120:  # noqa: PLR2004 - as the field `age`
            raise GivenInvalid("child.date_of_birth must lie in the 120 years before the event.")
    registrations = written.registrations
    return GivenChild(
        key=written.key or "1",
        age=age,
        sex=written.sex,
        capacity=written.capacity,
        registrations=None
        if registrations is None
        else tuple(
            Registration(held.organisation, held.relationship, held.until, since=held.since) for held in registrations
        ),
        flags=written.flags,
    )


def _person(written: PersonIn) -> GivenPerson:
    known = "linked_to" in written.model_fields_set
    holds = role_of(written.holds) if written.holds else None
    other = written.holds if holds is None else None
    return GivenPerson(written.role, known, written.linked_to, holds, written.alike_at, other)


def _sentences(error: ValidationError) -> list[str]:
    found = []
    for detail in error.errors(include_url=False):
        steps = list(detail["loc"])
        if detail["type"] == "extra_forbidden" and not re.fullmatch(r"[A-Za-z_]{1,40}", str(steps[-1])):
            steps[-1] = "a field"
        place = place_of(steps) or "given"
        found.append(f"{place} {sentence_of(detail, GivenIn, show_values=False)}.")
    return found[:10]
