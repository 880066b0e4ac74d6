"""What a person does, with who they are and why: the one form in which people enter the hub's doings.

Whoever makes a `Principal` answers for it: a session, a person's token, or a name typed at the hub's own machine.
Nobody below asks again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from hub.facts.errors import UserError
from hub.facts.model import Personal

LONGEST_NAME, LONGEST_REASON = 200, 2_000
HUB = "hub"
"""Organisation of the hub's own people."""


class How(StrEnum):
    """How the hub knows who somebody is."""

    PASSKEY = "passkey"
    PROVIDER = "provider"
    TOKEN = "token"  # noqa: S105 - a word for how, not a secret
    DEMONSTRATION = "demonstration"
    BREAK_GLASS = "break_glass"
    TYPED = "typed"
    """A name given at the hub's own machine, while the hub knows nobody by account."""


@dataclass(frozen=True, slots=True, repr=False)
class Principal(Personal):
    """Who acts: a person by their row, or a name that was typed (`person_id` None)."""

    person_id: UUID | None
    name: str
    organisation: str
    how: How


@dataclass(frozen=True, slots=True, repr=False)
class Act(Personal):
    """Who acts, why, and when (UTC). Made by `act`, so neither is empty."""

    by: Principal
    reason: str
    at: datetime


def typed(name: str) -> Principal:
    """Who gave their name at the hub's own machine; raises UserError where nobody answers for it."""
    if not name.strip() or len(name) > LONGEST_NAME:
        raise UserError(f"Say who does this, in at most {LONGEST_NAME} characters: --by NAME.")
    return Principal(None, name.strip(), HUB, How.TYPED)


def act(by: Principal, reason: str, at: datetime) -> Act:
    """A person's act; raises UserError where nobody says why."""
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise UserError(f"Say why, in at most {LONGEST_REASON} characters: --reason TEXT.")
    return Act(by, reason.strip(), at)


def same_person(one: Principal, other: Principal) -> bool:
    """Whether two are one person: by their rows, or by their names (case and spaces apart) where one has none."""
    if one.person_id is not None and other.person_id is not None:
        return one.person_id == other.person_id
    return one.name.casefold().split() == other.name.casefold().split()
