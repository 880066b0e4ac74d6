"""Every state of a delivery, and every way from one to the next: the only place that says so. Pure.

What happens to a delivery is a `Happening`; the table says what state it is in afterwards. What the table does not list
does not happen: Python raises, and SQL leaves the row as it was (each statement that writes `delivery.status` is tried
against this table, state by state). The words are `hub.facts.terms.State` and `Unsent`.

    made ------> pending --taken--> accepted        taken is so whoever said what meanwhile
      |            ^   |
      |  replayed, |   | stopped, put on hold
      |   released |   v
      unsealed --> held                             either --called off--> cancelled
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from hub.facts.terms import CALLS_OFF, State, Unsent


class Happening(StrEnum):
    """What happens to a delivery."""

    MADE = "made"
    """By the router, or as a notice; due at once."""
    UNSEALED = "unsealed"
    """Made, but without a key to seal it to."""
    TAKEN = "taken"
    """The recipient's transport took it, or it lies in the recipient's inbox."""
    TRIED = "tried"
    """An attempt came to nothing, or none was made: it is tried again, or goes on by the next channel."""
    STOPPED = "stopped"
    """It cannot arrive, or may not leave: a person is asked."""
    CALLED_OFF = "called_off"
    """What it says does not stand any more, of which whoever has it already is told; or a reviewer left it out."""
    PUT_ON_HOLD = "put_on_hold"
    """By an operator."""
    RELEASED = "released"
    """By an operator: what one put on hold."""
    REPLAYED = "replayed"
    """By an operator: whatever is held goes out again, with a fresh schedule."""
    SEALED_ANEW = "sealed_anew"
    """By a reviewer: a text that was held is released again, and sealed to the keys of now."""


P, A, H, C = State.PENDING, State.ACCEPTED, State.HELD, State.CANCELLED

TRANSITIONS: Mapping[tuple[State | None, Happening], State] = {
    (None, Happening.MADE): P,
    (None, Happening.UNSEALED): H,
    # what an attempt came to; it may have been held or called off, or taken by another's hand, while it was under way
    (P, Happening.TAKEN): A,
    (H, Happening.TAKEN): A,
    (C, Happening.TAKEN): A,
    (A, Happening.TAKEN): A,
    (P, Happening.TRIED): P,
    (H, Happening.TRIED): H,
    (C, Happening.TRIED): C,
    (A, Happening.TRIED): A,
    (P, Happening.STOPPED): H,
    (H, Happening.STOPPED): H,
    (C, Happening.STOPPED): C,
    (A, Happening.STOPPED): A,
    # a retraction, a correction, a decision anew, a text left out; what was taken stays so, and is called back
    (P, Happening.CALLED_OFF): C,
    (H, Happening.CALLED_OFF): C,
    (C, Happening.CALLED_OFF): C,
    (A, Happening.CALLED_OFF): A,
    # an operator's hands
    (P, Happening.PUT_ON_HOLD): H,
    (H, Happening.RELEASED): P,
    (H, Happening.REPLAYED): P,
    (H, Happening.SEALED_ANEW): P,
}

WEIGHT = (State.PENDING, State.HELD, State.CANCELLED, State.ACCEPTED)
"""Of two things that happen at once the later state of these holds, as the table has it."""

REASONS: Mapping[State, frozenset[Unsent | None]] = {
    P: frozenset({None}),
    A: frozenset({None}),
    H: frozenset(Unsent) - CALLS_OFF,
    C: CALLS_OFF,
}
"""What a delivery's reason may be in each state."""


def after(state: State | None, happening: Happening) -> State:
    """The state that follows; raises KeyError for what cannot happen."""
    return TRANSITIONS[state, happening]


def stopping(reason: Unsent) -> Happening:
    """What it means for a delivery that something stands in its way."""
    return Happening.CALLED_OFF if reason in CALLS_OFF else Happening.STOPPED
