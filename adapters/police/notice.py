"""A public protection notice, as the force's system emits it: one JSON object, raised, updated or retracted.

A field that is not named here is refused, not ignored: what it says would be lost without anybody hearing of it.
docs/guide-integrators.md explains each field to integrators; notice.schema.json is generated from here.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from adapters.bridge.reading.fields import (
    MAX_CHILDREN,
    MAX_LIST,
    MAX_PEOPLE,
    OLDEST_CHILD,
    Address,
    AnyDate,
    Instant,
    Line,
    Name,
    Narrative,
    PersonBorn,
    Position,
    Postcode,
    RequiredLine,
    TenDigits,
    Word,
)
from adapters.bridge.reading.records import (
    Child,
    Handled,
    OtherPerson,
    Place,
    Record,
    RetractionReason,
    Versioned,
    schema_of,
)
from hub.facts.terms import Category, Risk


class NoticePerson(OtherPerson):
    """Somebody other than the children. `children` are positions in the notice's list, from 0; absent means all.

    `link` is an object where the person is known to be linked to an organisation, null where the force has checked
    and there is no link, and absent where nobody knows.
    """

    children: Annotated[list[Position] | None, Field(min_length=1, max_length=MAX_CHILDREN)] = None


class SpokenTo(Record):
    """Whether the child was spoken to; if so, whether alone, else who was beside the child, by role."""

    spoken_to: bool
    alone: bool | None = None
    beside: Line = None


class EstimatedAge(Record):
    """How old the child was thought to be, in years, where nobody knows the date of birth."""

    youngest: Annotated[int, Field(ge=0, le=OLDEST_CHILD)]
    oldest: Annotated[int, Field(ge=0, le=OLDEST_CHILD)]


class Provider(Record):
    """Where the child is taught or cared for, such as a college or a nursery."""

    name: RequiredLine
    kind: Word = None


class Mother(Record):
    """Who is expecting the child."""

    name: Name = None
    date_of_birth: PersonBorn = None
    nhs_number: TenDigits = None
    address: Address = None
    postcode: Postcode = None
    telephone: Line = None


class Unborn(Record):
    """A child not yet born. It has no name, date of birth, number or home of its own."""

    due_date: AnyDate = None
    mother: Mother = Mother()


class NoticeChild(Child):
    """A child that the notice is about. `narrative` is the account of this child alone: prefer it to `summary`."""

    present: bool | None = None
    voice: Narrative = None
    narrative: Narrative = None
    injuries: Narrative = None
    school_as_told: Line = None
    whereabouts: Narrative = None
    spoken_to: SpokenTo | None = None
    provider_attended: Provider | None = None
    estimated_age: EstimatedAge | None = None
    description: Narrative = None
    unborn: Unborn | None = None


class EarlierIncident(Record):
    """An earlier incident that the force has on record."""

    reference: Line = None
    occurred_on: AnyDate = None
    type: Line = None


class Incident(Record):
    """What the force attended."""

    type: Line = None
    occurred_at: Instant | None = None
    place: Place | None = None
    attended_by: list[Line] = Field(default=[], max_length=MAX_LIST)
    incident_number: Line = None
    crime_numbers: list[Line] = Field(default=[], max_length=MAX_LIST)
    earlier: list[EarlierIncident] = Field(default=[], max_length=MAX_LIST)


class Officer(Record):
    """Who raises the notice. `override_reason`: why an authorised officer has it shared in an emergency."""

    role: RequiredLine
    shoulder_number: Line = None
    contact: Line = None
    override_reason: Narrative = None


class Heading(Versioned):
    """What every notice begins with."""

    notice_reference: RequiredLine
    category: Category


class Notice(Heading, Handled):
    """A concern raised or updated. An update repeats the whole notice as it now stands."""

    notice_type: Literal["raise", "update"]
    risk: Risk
    incident: Incident | None = None
    officer: Officer
    children: Annotated[list[NoticeChild], Field(min_length=1, max_length=MAX_CHILDREN)]
    people: Annotated[list[NoticePerson] | None, Field(max_length=MAX_PEOPLE)] = None
    summary: Narrative = None
    detail: Narrative = None
    actions_taken: Narrative = None
    indicators: list[Line] = Field(default=[], max_length=MAX_LIST)
    suspected_offences: list[Line] = Field(default=[], max_length=MAX_LIST)


class Retraction(Heading):
    """A notice taken back, whole. It names nobody: its reference says which."""

    notice_type: Literal["retract"]
    reason: RetractionReason


def json_schema(ref_template: str = "#/$defs/{model}") -> dict[str, Any]:
    """JSON Schema (2020-12) of a notice."""
    return schema_of("Public protection notice", (Notice, Retraction), ref_template)
