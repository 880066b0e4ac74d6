"""A public protection notice, as the force's system emits it: one JSON object, raised, updated or retracted.

A field that is not named here is refused, not ignored: what it says would be lost without anybody hearing of it.
docs/guide-integrators.md explains each field to integrators; notice.schema.json is generated from here.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import models_json_schema

from adapters.bridge.reading.fields import (
    MAX_CHILDREN,
    MAX_LIST,
    MAX_PEOPLE,
    MAX_VERSION,
    OLDEST_CHILD,
    Address,
    AnyDate,
    CandidateNumber,
    ChildBorn,
    Day,
    Instant,
    Line,
    Name,
    Narrative,
    Organisation,
    PersonBorn,
    Position,
    Postcode,
    PupilNumber,
    RequiredLine,
    TenDigits,
    Word,
)
from hub.facts.terms import Capacity, Category, Caveat, Consent, Flag, PersonRole, Risk, Tier


class Sex(StrEnum):
    """As the officer recorded it."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"
    NOT_KNOWN = "not_known"


class RetractionReason(StrEnum):
    """Why the force takes a notice back."""

    RAISED_IN_ERROR = "raised_in_error"
    WRONG_CHILD = "wrong_child"
    DUPLICATE = "duplicate"


class Record(BaseModel):
    """Base of every part of a notice: frozen, nothing unknown let in, and nothing of it in a repr."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} redacted>"

    __str__ = __repr__


class Place(Record):
    """An address in one line and its postcode; either may be absent."""

    address: Address = None
    postcode: Postcode = None


class Link(Record):
    """An organisation that a person works or volunteers at, and the role held there: one of the list, or any word."""

    organisation: Organisation
    role: Word = None


class NoticePerson(Record):
    """Somebody other than the children. `children` are positions in the notice's list, from 0; absent means all.

    `link` is an object where the person is known to be linked to an organisation, null where the force has checked
    and there is no link, and absent where nobody knows.
    """

    role: PersonRole
    name: Name = None
    date_of_birth: PersonBorn = None
    contact: Line = None
    relationship: Line = None
    link: Link | None = None
    children: Annotated[list[Position] | None, Field(min_length=1, max_length=MAX_CHILDREN)] = None


class SpokenTo(Record):
    """Whether the child was spoken to; if so, whether alone, else who was beside the child, by role."""

    spoken_to: bool
    alone: bool | None = None
    beside: Line = None


class HeldPlace(Place):
    """Where the child lived before, or lives besides, from when until when."""

    held_from: AnyDate = None
    held_until: AnyDate = None


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


class NoticeChild(Record):
    """A child that the notice is about. `narrative` is the account of this child alone: prefer it to `summary`."""

    given_names: Name = None
    family_name: Name = None
    known_as: Name = None
    previous_family_names: Annotated[list[Name], Field(max_length=MAX_LIST)] = []
    date_of_birth: ChildBorn = None
    sex: Sex | None = None
    nhs_number: TenDigits = None
    chi_number: TenDigits = None
    hc_number: TenDigits = None
    upn: PupilNumber = None
    scn: CandidateNumber = None
    address: Address = None
    postcode: Postcode = None
    safe_address: Place | None = None
    present: bool | None = None
    voice: Narrative = None
    narrative: Narrative = None
    injuries: Narrative = None
    language: Line = None
    ethnicity: Line = None
    disability: Line = None
    school_as_told: Line = None
    gp_as_told: Line = None
    capacity: Capacity | None = None
    flags: Annotated[list[Flag] | None, Field(max_length=MAX_LIST)] = None
    whereabouts: Narrative = None
    spoken_to: SpokenTo | None = None
    earlier_addresses: Annotated[list[HeldPlace], Field(max_length=MAX_LIST)] = []
    telephone: Annotated[list[Line], Field(max_length=MAX_LIST)] = []
    interpreter: Line = None
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
    attended_by: Annotated[list[Line], Field(max_length=MAX_LIST)] = []
    incident_number: Line = None
    crime_numbers: Annotated[list[Line], Field(max_length=MAX_LIST)] = []
    earlier: Annotated[list[EarlierIncident], Field(max_length=MAX_LIST)] = []


class Officer(Record):
    """Who raises the notice. `override_reason`: why an authorised officer has it shared in an emergency."""

    role: RequiredLine
    shoulder_number: Line = None
    contact: Line = None
    override_reason: Narrative = None


class Heading(Record):
    """What every notice begins with. One of `version` and `last_modified` is required."""

    notice_reference: RequiredLine
    version: Annotated[int | None, Field(ge=1, le=MAX_VERSION)] = None
    last_modified: Instant | None = None
    raised_at: Instant
    category: Category
    urgency: Tier | None = None


class Notice(Heading):
    """A concern raised or updated. An update repeats the whole notice as it now stands."""

    notice_type: Literal["raise", "update"]
    risk: Risk
    incident: Incident | None = None
    officer: Officer
    consent: Consent | None = None
    consent_reason: Narrative = None
    caveats: Annotated[list[Caveat], Field(max_length=MAX_LIST)] = []
    delete_by: Day = None
    children: Annotated[list[NoticeChild], Field(min_length=1, max_length=MAX_CHILDREN)]
    people: Annotated[list[NoticePerson] | None, Field(max_length=MAX_PEOPLE)] = None
    summary: Narrative = None
    detail: Narrative = None
    actions_taken: Narrative = None
    indicators: Annotated[list[Line], Field(max_length=MAX_LIST)] = []
    suspected_offences: Annotated[list[Line], Field(max_length=MAX_LIST)] = []


class Retraction(Heading):
    """A notice taken back, whole. It names nobody: its reference says which."""

    notice_type: Literal["retract"]
    reason: RetractionReason


def json_schema(ref_template: str = "#/$defs/{model}") -> dict[str, Any]:
    """JSON Schema (2020-12) of a notice."""
    models: list[tuple[type[BaseModel], Literal["validation"]]] = [(Notice, "validation"), (Retraction, "validation")]
    found, schema = models_json_schema(models, ref_template=ref_template, title="Public protection notice")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "oneOf": [found[model] for model in models],
        "anyOf": [{"required": ["version"]}, {"required": ["last_modified"]}],
    }
