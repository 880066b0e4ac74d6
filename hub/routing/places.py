"""How far the records of each partition are decided, and what it means where the database knows less than Kafka."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hub.facts.errors import HubError
from hub.routing.context import Record

Place = tuple[str, int]
"""A topic, and the number of one of its partitions."""


class Behind(HubError):
    """The database came back without what it was told last: these records are to be decided again, from `at` on."""

    def __init__(self, known: Mapping[Place, int], at: Mapping[Place, int]) -> None:
        super().__init__("The database is behind Kafka: what it lacks is decided again.")
        self.at = at
        self.records = {place: known[place] - offset for place, offset in at.items()}
        """How many offsets each partition goes back."""


def next_offsets(records: Sequence[Record]) -> dict[Place, int]:
    """One past the last record of each partition."""
    found: dict[Place, int] = {}
    for record in records:
        place = record.topic, record.partition
        found[place] = max(found.get(place, 0), record.offset + 1)
    return found


def behind(known: Mapping[Place, int], stored: Mapping[Place, int]) -> dict[Place, int]:
    """Where the database stands, of the partitions of which it knows less than we do."""
    return {place: offset for place, offset in stored.items() if offset < known.get(place, 0)}
