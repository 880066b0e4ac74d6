"""How one claim ended: what the settling transaction writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hub.delivery.claimed import Claimed
from hub.delivery.states import Happening, after
from hub.facts.terms import State, Unsent


@dataclass(frozen=True, slots=True)
class Finished:
    """A claim's ending: it was taken, is to be tried again (at `again_at`, on `channel`), was stopped or called off.

    `tried`: an attempt was made. `moved`: the next attempt is the first on another channel. `ask`: a person is asked.
    """

    claimed: Claimed
    how: Happening
    at: datetime
    channel: str | None
    tried: bool
    again_at: datetime | None = None
    reason: Unsent | None = None
    moved: bool = False
    ask: bool = False

    @property
    def state(self) -> State:
        """Where it stands then, unless something else happened to it meanwhile."""
        return after(State.PENDING, self.how)
