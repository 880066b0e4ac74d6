"""How one claim ended: what the settling transaction writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hub.delivery.claimed import Claimed
from hub.facts.terms import Unsent


@dataclass(frozen=True, slots=True)
class Finished:
    """A claim's ending. `status` is accepted, pending (to be tried at `again_at` on `channel`), held or cancelled.

    `tried`: an attempt was made. `moved`: the next attempt is the first on another channel. `ask`: a person is asked.
    """

    claimed: Claimed
    status: str
    at: datetime
    channel: str | None
    tried: bool
    again_at: datetime | None = None
    reason: Unsent | None = None
    moved: bool = False
    ask: bool = False
