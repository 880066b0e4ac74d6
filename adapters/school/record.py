"""A school's record of concern, as its safeguarding software holds it: one JSON object, raised, updated or withdrawn.

A field that is not named here is refused, not ignored: what it says would be lost without anybody hearing of it.
docs/guide-integrators.md explains each field to integrators; record.schema.json is generated from here.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field

from adapters.bridge.reading.fields import (
    MAX_CHILDREN,
    MAX_LIST,
    MAX_PEOPLE,
    Instant,
    Line,
    Name,
    Narrative,
    PersonBorn,
    Position,
    Postcode,
    RequiredLine,
)
from adapters.bridge.reading.records import Child, Handled, OtherPerson, Record, RetractionReason, Versioned, schema_of
from adapters.school.fields import Day, Moment, PerhapsMoment, RequiredNarrative

MAX_CATEGORIES = 10
MAX_CHRONOLOGY = 100
MAX_SESSIONS = 1_000
"""Half days in more than two school years."""


class Level(StrEnum):
    """How grave it is, as the safeguarding lead judges it: England's thresholds, least grave first."""

    MONITOR = "monitor"
    EARLY_HELP = "early_help"
    CHILD_IN_NEED = "child_in_need"
    CHILD_PROTECTION = "child_protection"
    IMMEDIATE_DANGER = "immediate_danger"


class Words(Record):
    """What the pupil said, word for word, once; to whom, and who was there."""

    words: RequiredNarrative
    at: PerhapsMoment = None
    to: Line = None
    asked: Narrative = None
    alone: bool | None = None
    beside: Line = None


class Mark(Record):
    """One mark of a body map, in words: where on the body, what is seen, and what was said of how it came."""

    where: RequiredLine
    seen: RequiredNarrative
    seen_at: PerhapsMoment = None
    seen_by: Line = None
    explanation: Narrative = None


class Attendance(Record):
    """Of half days (sessions, openings) since a day: how many there were, how many the pupil came to, and came late."""

    since: Day
    possible: Annotated[int, Field(ge=1, le=MAX_SESSIONS)]
    attended: Annotated[int, Field(ge=0, le=MAX_SESSIONS)]
    late: Annotated[int | None, Field(ge=0, le=MAX_SESSIONS)] = None
    note: Narrative = None


class Entry(Record):
    """One dated entry of the chronology: an earlier concern, a meeting, a telephone call."""

    at: Moment
    what: RequiredNarrative
    by: Line = None


class Sibling(Record):
    """A brother or sister, here or elsewhere, whom this record is not about. One whom it is about is a pupil of it."""

    name: Name = None
    date_of_birth: PersonBorn = None
    relationship: Line = None
    school: Line = None


class Pupil(Child):
    """A child of this school whom the record is about; everything here is about this child alone."""

    attends: Line = None
    account: Narrative = None
    observed: Narrative = None
    said: list[Words] = Field(default=[], max_length=MAX_LIST)
    body_map: list[Mark] = Field(default=[], max_length=MAX_LIST)
    attendance: Attendance | None = None
    chronology: list[Entry] = Field(default=[], max_length=MAX_CHRONOLOGY)
    siblings: list[Sibling] = Field(default=[], max_length=MAX_LIST)


class SchoolPerson(OtherPerson):
    """Somebody other than the pupils. `pupils` are positions in the record's list, from 0; absent means all.

    `link` is an object where the person is known to be linked to an organisation, null where the school has checked
    and there is no link, and absent where nobody knows.
    """

    pupils: Annotated[list[Position] | None, Field(min_length=1, max_length=MAX_CHILDREN)] = None


class Staff(Record):
    """A member of staff, by role; name and contact are for who wants to ring back."""

    role: RequiredLine
    name: Name = None
    contact: Line = None


class Decision(Record):
    """What the safeguarding lead decided, when, and why; who that is, to be rung back.

    `emergency_reason`: why what is necessary is to be shared in an emergency that no agreement covers.
    """

    role: Line = None
    name: Name = None
    contact: Line = None
    told_at: PerhapsMoment = None
    decided_at: PerhapsMoment = None
    reason: Narrative = None
    emergency_reason: Narrative = None


class Informed(Record):
    """Who was told of it, when, by whom, and what they said."""

    who: RequiredLine
    at: Moment
    by: Line = None
    said: Narrative = None


class Action(Record):
    """What was done, when, and by whom."""

    what: RequiredNarrative
    at: PerhapsMoment = None
    by: Line = None


class Happening(Record):
    """When and where it happened, if it happened at one time."""

    at: Instant | None = None
    place: Line = None
    postcode: Postcode = None


class Heading(Versioned):
    """What every record begins with."""

    concern_id: RequiredLine
    categories: Annotated[list[RequiredLine], Field(min_length=1, max_length=MAX_CATEGORIES)]


class RaisedRecord(Heading, Handled):
    """A concern raised or updated. An update repeats the whole record as it now stands."""

    record_type: Literal["concern", "update"]
    level: Level
    raised_by: Staff
    decision: Decision | None = None
    pupils: Annotated[list[Pupil], Field(min_length=1, max_length=MAX_CHILDREN)]
    people: Annotated[list[SchoolPerson] | None, Field(max_length=MAX_PEOPLE)] = None
    happened: Happening | None = None
    summary: Narrative = None
    informed: list[Informed] = Field(default=[], max_length=MAX_LIST)
    actions: list[Action] = Field(default=[], max_length=MAX_LIST)


class Withdrawn(Heading):
    """A record taken back, whole. It names nobody: its concern_id says which."""

    record_type: Literal["withdrawal"]
    reason: RetractionReason


def json_schema(ref_template: str = "#/$defs/{model}") -> dict[str, Any]:
    """JSON Schema (2020-12) of a record."""
    return schema_of("School's record of concern", (RaisedRecord, Withdrawn), ref_template)
