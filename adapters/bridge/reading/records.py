"""What the records of several formats have in common: a child, another person, a place, and which version it is."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import models_json_schema

from adapters.bridge.reading.fields import (
    MAX_LIST,
    MAX_VERSION,
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
    Postcode,
    PupilNumber,
    TenDigits,
    Word,
)
from hub.facts.terms import Capacity, Caveat, Consent, Flag, PersonRole, Tier


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


class HeldPlace(Place):
    """Where the child lived before, or lives besides, from when until when."""

    held_from: AnyDate = None
    held_until: AnyDate = None


class Link(Record):
    """An organisation that a person works or volunteers at, and the role held there: one of the list, or any word."""

    organisation: Organisation
    role: Word = None


class OtherPerson(Record):
    """Somebody other than the children. Whether `link` was given as null or not given at all makes a difference."""

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
    previous_family_names: list[Name] = Field(default=[], max_length=MAX_LIST)
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
    earlier_addresses: list[HeldPlace] = Field(default=[], max_length=MAX_LIST)
    telephone: list[Line] = Field(default=[], max_length=MAX_LIST)
    language: Line = None
    interpreter: Line = None
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


class Handled(Record):
    """What the family said to it, and how what it tells is to be handled."""

    consent: Consent | None = None
    consent_reason: Narrative = None
    caveats: list[Caveat] = Field(default=[], max_length=MAX_LIST)
    delete_by: Day = None


def schema_of(title: str, kinds: Sequence[type[Versioned]], ref_template: str) -> dict[str, Any]:
    """JSON Schema (2020-12) of a record that is of one of these kinds."""
    models: list[tuple[type[BaseModel], Literal["validation"]]] = [(kind, "validation") for kind in kinds]
    found, schema = models_json_schema(models, ref_template=ref_template, title=title)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "oneOf": [found[model] for model in models],
        "anyOf": [{"required": ["version"]}, {"required": ["last_modified"]}],
    }
