"""Routing rules as their files say them: who ought to hear, and by when."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from hub.facts.terms import OrganisationKind, Relationship, Role
from hub.sharing.writing.when import When
from hub.written.entry import Duration, Entry, Identifier, Many, Sentence, read_instant, wrong

NEXT_SCHOOL_DAY: Literal["before_next_school_day"] = "before_next_school_day"


def _deadline(value: object) -> object:
    if value == NEXT_SCHOOL_DAY:
        return value
    try:
        return read_instant(value)
    except ValueError:
        raise wrong(f"must be {NEXT_SCHOOL_DAY} or an instant such as 2026-03-09T08:45:00+00:00") from None


def _flag_or_conditions(value: object) -> object:
    return {"flags": [value]} if isinstance(value, str) else value


class Tell(Entry):
    """Who ought to hear. With a relationship: organisations that the child is so registered with; see `BY_AREA`.

    An unborn child is registered with nobody: without a relationship, who serves the place is meant, of whatever kind.
    """

    kind: OrganisationKind
    relationship: Many[frozenset[Relationship]] | None = Field(default=None, min_length=1)
    role: Role
    by: Annotated[datetime | Literal["before_next_school_day"] | None, BeforeValidator(_deadline)] = None
    within: Duration | None = None
    if_: Annotated[When, BeforeValidator(_flag_or_conditions)] | None = Field(default=None, alias="if")

    @model_validator(mode="after")
    def _one_deadline(self) -> Tell:
        if self.by is not None and self.within is not None:
            raise ValueError("must say either 'by' or 'within'")
        return self

    @property
    def found_by_area(self) -> bool:
        """Whether the recipient serves the place, rather than being registered with the child."""
        return self.relationship is None and self.kind in BY_AREA


BY_AREA: frozenset[OrganisationKind] = frozenset(
    {OrganisationKind.LOCAL_AUTHORITY, OrganisationKind.POLICE, OrganisationKind.FIRE}
)
"""Kinds that answer for a place. Of the others, only one that the child is registered with can be meant."""


class Rule(Entry):
    """One routing rule."""

    id: Identifier
    title: Sentence | None = None
    when: When
    tell: Annotated[tuple[Tell, ...], Field(min_length=1)]
