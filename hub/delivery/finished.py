"""How one claim ended: what the settling transaction writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from hub.delivery.claimed import Claimed, Rules
from hub.delivery.states import Happening, after
from hub.facts.outcome import Attempt, Delivered, Invalid, Refused, Retry
from hub.facts.terms import DECIDABLE, Purpose, State, Unsent


class Tried(NamedTuple):
    """An attempt by one channel, and what it came to."""

    channel: str
    answer: Attempt


OUTCOMES: dict[type[Attempt], str] = {Delivered: "delivered", Retry: "retry", Refused: "refused", Invalid: "invalid"}
"""An attempt's outcome in one word."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A claim's ending: it was taken, is to be tried again (at `again_at`, on `channel`), was stopped or called off.

    `tried`: the attempt, if one was made. `moved`: the next attempt is the first on another channel.
    `trying`: the channel that is tried on though another took it. `ask`: a person is asked.
    """

    claimed: Claimed
    how: Happening
    at: datetime
    channel: str | None
    tried: Tried | None = None
    again_at: datetime | None = None
    reason: Unsent | None = None
    moved: bool = False
    trying: str | None = None
    ask: bool = False

    @property
    def asks(self) -> bool:
        """Whether a person is asked now: not yet where routers on the rules in force have only to decide it anew."""
        stopped = self.how is Happening.STOPPED
        waits = self.decidable and self.claimed.decided_under is Rules.OLDER
        return self.ask or (stopped and not waits)

    @property
    def decidable(self) -> bool:
        """Whether deciding its event anew answers why it was stopped."""
        return self.reason in DECIDABLE and not self.waits_again

    @property
    def waits_again(self) -> bool:
        """A text that may not leave as it is: what its reviewer said of it is carried out again, else asked again."""
        return self.reason in DECIDABLE and self.claimed.purpose is Purpose.SUPPLEMENT

    @property
    def state(self) -> State:
        """Where it stands then, unless something else happened to it meanwhile."""
        return after(State.PENDING, self.how)
