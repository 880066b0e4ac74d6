"""After a rotation the key before goes on for a while, so that whoever verifies can change over when they can.

A running process notices a new key within a second. An old key that is taken away is out of use at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hub.keys.files import FileKeys
from hub.keys.provider import Use

GRACE = timedelta(days=14)
"""After a rotation the key before goes on for so long."""
NOTICED = timedelta(seconds=1)


@dataclass(slots=True)
class Overlap:
    """Which keys are in use. `clock`: as this machine's files are dated."""

    keys: FileKeys
    clock: Callable[[], datetime]
    _known: dict[tuple[str, Use], tuple[datetime, list[str]]] = field(default_factory=dict)

    def in_use(self, owner: str, use: Use) -> list[str]:
        """The newest key that is held, and the one before while the newest is young; none where none is held."""
        now = self.clock()
        at, found = self._known.get((owner, use), (None, []))
        if at is None or not timedelta() <= now - at < NOTICED:
            newest = self.keys.held(owner, use)[-2:][::-1]
            young = bool(newest) and now.timestamp() - self.keys.made_at(newest[0]) < GRACE.total_seconds()
            found = newest if young else newest[:1]
            self._known[owner, use] = now, found
        return found
