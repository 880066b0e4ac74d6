"""Worked cases beside the rules, in words that IG teams can read."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StrictBool

from hub.facts.terms import Role, RulingKind
from hub.sharing.writing.given import GivenIn
from hub.written.entry import Entry, Identifier, Instant, Item, Sentence


class Expected(Entry):
    """One recipient's decision. What is left out is not compared; listed items must be among the decision's."""

    tell: Identifier
    role: Role | None = None
    subject: str | None = None
    outcome: RulingKind = RulingKind.SHARE
    isp: str | None = None
    clause: Identifier | None = None
    rule: Identifier | None = None
    by: Instant | None = None
    released: frozenset[Item] = frozenset()
    withheld: frozenset[Item] = frozenset()


class Scenario(Entry):
    """A case and exactly who is told. It is decided at `at`, else when it was raised, as if every ISP were signed.

    `review`, if said, is whether a person must be asked.
    """

    title: Sentence
    given: GivenIn
    at: Instant | None = None
    expect: Annotated[tuple[Expected, ...], Field(max_length=200)]
    review: StrictBool | None = None
