"""What a person does, with who they are and why: the one form in which people enter the hub's doings.

A typed name today, a signed-in person's tomorrow: whoever makes an `Act` answers for `by`; nobody below asks again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hub.facts.errors import UserError
from hub.facts.model import Personal

LONGEST_NAME, LONGEST_REASON = 200, 2_000


@dataclass(frozen=True, slots=True, repr=False)
class Act(Personal):
    """Who acts, why, and when (UTC). Made by `act`, so neither is empty."""

    by: str
    reason: str
    at: datetime


def act(by: str, reason: str, at: datetime) -> Act:
    """A person's act; raises UserError where nobody answers for it, or nobody says why."""
    if not by.strip() or len(by) > LONGEST_NAME:
        raise UserError(f"Say who does this, in at most {LONGEST_NAME} characters: --by NAME.")
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise UserError(f"Say why, in at most {LONGEST_REASON} characters: --reason TEXT.")
    return Act(by.strip(), reason.strip(), at)


def same_person(one: str, other: str) -> bool:
    """Whether two typed names are one person's: case and spaces apart."""
    return one.casefold().split() == other.casefold().split()
