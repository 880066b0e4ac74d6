"""A budget for rubbish: whoever floods a partition with it costs the concerns behind it next to nothing.

The first records of a partition that nobody is proved to have written are each a dead letter of its own. Beyond that,
those of one batch with one reason are one dead letter, which says how many. What a source is proved to have sent
is never counted together: each may be a child's concern, and is one to its source.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hub.facts.errors import Reason
from hub.routing.ingest import Refused
from hub.routing.places import Place

APART = 50
"""Records of a partition that each are a dead letter of their own, within `WINDOW`."""
WINDOW = timedelta(minutes=10)


@dataclass(slots=True)
class Budget:
    """What is left of each partition's."""

    _spent: dict[Place, tuple[datetime, int]] = field(default_factory=dict)

    def divide(self, refused: Sequence[Refused], now: datetime) -> list[list[Refused]]:
        """Which of these share a dead letter: in order, each group by its last."""
        groups: list[list[Refused]] = []
        shared: dict[tuple[Place, Reason], list[Refused]] = {}
        for one in refused:
            place = one.record.topic, one.record.partition
            if one.source is not None or self._has_room(place, now):
                groups.append([one])
            elif (place, one.reason) in shared:
                shared[place, one.reason].append(one)
            else:
                groups.append(shared.setdefault((place, one.reason), [one]))
        return groups

    def _has_room(self, place: Place, now: datetime) -> bool:
        since, spent = self._spent.get(place, (now, 0))
        if now - since >= WINDOW:
            since, spent = now, 0
        self._spent[place] = since, spent + 1
        return spent < APART
