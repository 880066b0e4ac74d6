"""Conditions as ISPs and rules write them: finite sets and intervals over the facts of an event."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, StrictInt, model_validator

from hub.facts.terms import Capacity, Category, Consent, EventKind, Flag, OrganisationKind, Risk, Tier
from hub.written.entry import Count, Duration, Entry, Identifier, Many, Sentence


class AgeRange(Entry):
    """Whole years at `raised_at`, ends included; one end may be open."""

    from_: Annotated[StrictInt, Field(ge=0, le=120)] | None = Field(default=None, alias="from")
    to: Annotated[StrictInt, Field(ge=0, le=120)] | None = None

    @model_validator(mode="after")
    def _in_order(self) -> AgeRange:
        if self.from_ is None and self.to is None:
            raise ValueError("must say from, to, or both")
        if self.from_ is not None and self.to is not None and self.to < self.from_:
            raise ValueError("can never apply: 'to' is below 'from'")
        return self

    def holds(self, age: int) -> bool:
        """Whether the age lies in the range."""
        return (self.from_ is None or age >= self.from_) and (self.to is None or age <= self.to)

    def __str__(self) -> str:
        if self.to is None:
            return f"{self.from_} and over"
        return f"{self.from_} to {self.to}" if self.from_ is not None else f"{self.to} and under"


class FlagTest(Entry):
    """Flags of the child: at least one of `any`, every one of `all`, not one of `none`."""

    any: Many[frozenset[Flag]] = frozenset()
    all: Many[frozenset[Flag]] = frozenset()
    none: Many[frozenset[Flag]] = frozenset()

    @model_validator(mode="after")
    def _some(self) -> FlagTest:
        if not (self.any or self.all or self.none):
            raise ValueError("must name at least one flag")
        return self


class PastTest(Entry):
    """Earlier events of the child: `at_least` so many of these categories (all, if left out) within the time before."""

    at_least: Count
    category: Many[frozenset[Category]] | None = None
    within: Duration | None = None


class RequesterTest(Entry):
    """Who asks, for a query or a subject access request."""

    kind: Many[frozenset[str]] | None = None
    relationship: Many[frozenset[str]] | None = None


def _flags(value: object) -> object:
    return {"any": value} if isinstance(value, str | list) else value


class When(Entry):
    """All that is named must hold; what is left out does not matter. A list holds what is accepted."""

    event: Annotated[Many[frozenset[EventKind]], Field(min_length=1)] | None = None
    category: Annotated[Many[frozenset[Category]], Field(min_length=1)] | None = None
    source_kind: Annotated[Many[frozenset[OrganisationKind]], Field(min_length=1)] | None = None
    source: Annotated[Many[frozenset[Identifier]], Field(min_length=1)] | None = None
    tier: Annotated[Many[frozenset[Tier]], Field(min_length=1)] | None = None
    risk: Annotated[Many[frozenset[Risk]], Field(min_length=1)] | None = None
    consent: Annotated[Many[frozenset[Consent]], Field(min_length=1)] | None = None
    practitioner: Annotated[Many[frozenset[Sentence]], Field(min_length=1)] | None = None
    age: AgeRange | None = None
    sex: Annotated[Many[frozenset[Sentence]], Field(min_length=1)] | None = None
    capacity: Annotated[Many[frozenset[Capacity]], Field(min_length=1)] | None = None
    flags: Annotated[FlagTest, BeforeValidator(_flags)] | None = None
    history: PastTest | None = None
    requester: RequesterTest | None = None


ALWAYS = When()


def speaks_of_unborn(when: When | None) -> bool:
    """Whether conditions name the flag `unborn`: nothing else in rules and ISPs speaks of an unborn child."""
    return when is not None and when.flags is not None and Flag.UNBORN in when.flags.any | when.flags.all
