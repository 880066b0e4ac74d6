"""Ids as people type them: whole, or by as much of the beginning as only one thing has."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from hub.facts.errors import UserError

if TYPE_CHECKING:  # so that a command that asks no database loads none of it
    from hub.people.desk import Desk

SHORTEST = 8
"""Characters that a short id has at least."""
_HEX = re.compile(r"[0-9a-f]+")
_DIGITS = 32


class Thing(StrEnum):
    """What has an id that people type."""

    EVENT = "event"
    DELIVERY = "delivery"
    DEAD_LETTER = "dead_letter"
    REVIEW = "review"

    @property
    def words(self) -> str:
        """As a sentence says it."""
        return self.value.replace("_", " ")


class Found(NamedTuple):
    """A thing, by its id."""

    thing: Thing
    id: UUID


def is_id(typed: str) -> bool:
    """Whether this can be an id or the beginning of one."""
    digits = typed.replace("-", "").lower()
    return len(typed) >= SHORTEST and len(digits) <= _DIGITS and bool(_HEX.fullmatch(digits))


def between(typed: str) -> tuple[UUID, UUID]:
    """The least and the greatest id that begin so."""
    digits = typed.replace("-", "").lower()
    return UUID(digits.ljust(_DIGITS, "0")), UUID(digits.ljust(_DIGITS, "f"))


def find_any(desk: Desk, typed: str, thing: Thing | None = None) -> Found:
    """What the id names, or its beginning; raises UserError where that is nothing, or more than one thing."""
    low, high = between(typed)
    found = [Found(Thing(row["thing"]), row["id"]) for row in desk.rows("things", low=low, high=high, thing=thing)]
    what = thing.words if thing else "event, delivery, dead letter or review"
    if not found:
        raise UserError(f"There is no {what} with this id here.")
    if len(found) > 1:
        raise UserError(f"More than one {what} has an id that begins so: type more of it.")
    return found[0]


def find(desk: Desk, thing: Thing, typed: str) -> UUID:
    """The id of one thing of a kind, of which a whole id is believed; raises UserError as `find_any`."""
    return UUID(typed) if len(typed.replace("-", "")) == _DIGITS else find_any(desk, typed, thing).id
