"""What the records of several formats have in common: a child, another person, a place, and when which version was."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from adapters.bridge.reading.fields import (
    Address,
    CandidateNumber,
    ChildBorn,
    Instant,
    Line,
    Name,
    Organisation,
    PersonBorn,
    Postcode,
    PupilNumber,
    TenDigits,
)
from hub.facts.terms import Capacity, Flag, PersonRole, Role, Tier

MAX_CHILDREN = 20
MAX_PEOPLE = 50
MAX_LIST = 30
MAX_VERSION = 1_000_000_000
"""Lower than any last-modified time in milliseconds, so that a system may change over from versions to times."""


class Sex(StrEnum):
    """As whoever wrote the record has it."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"
    NOT_KNOWN = "not_known"


class RetractionReason(StrEnum):
    """Why a source takes a record back."""

    RAISED_IN_ERROR = "raised_in_error"
    WRONG_CHILD = "wrong_child"
    DUPLICATE = "duplicate"


class Record(BaseModel):
    """Base of every part of a record: frozen, nothing unknown let in, and nothing of it in a repr."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} redacted>"

    __str__ = __repr__


class Place(Record):
    """An address in one line and its postcode; either may be absent."""

    address: Address = None
    postcode: Postcode = None


class Link(Record):
    """An organisation that a person works or volunteers at, and the role held there."""

    organisation: Organisation
    role: Role | None = None


class OtherPerson(Record):
    """Somebody other than the children.

    `link` is an object where the person is known to be linked to an organisation, null where the source has checked
    and there is no link, and absent where nobody knows.
    """

    role: PersonRole
    name: Name = None
    date_of_birth: PersonBorn = None
    contact: Line = None
    relationship: Line = None
    link: Link | None = None


class Child(Record):
    """Who a child is, as the source has it, and what it knows of the child beside the worry itself."""

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
    language: Line = None
    ethnicity: Line = None
    disability: Line = None
    gp_as_told: Line = None
    capacity: Capacity | None = None
    flags: Annotated[list[Flag] | None, Field(max_length=MAX_LIST)] = None


class Versioned(Record):
    """When a record was raised, and which of its case it is: one of `version` and `last_modified` is required."""

    version: Annotated[int | None, Field(ge=1, le=MAX_VERSION)] = None
    last_modified: Instant | None = None
    raised_at: Instant
    urgency: Tier | None = None
