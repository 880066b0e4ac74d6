"""How often what was asked beside the batches is tried, and what this release cannot read of it."""

from __future__ import annotations

from typing import Generic, TypeVar

from hub.facts.errors import HubError

MOST_ATTEMPTS = 40
"""That fail by a fault of the hub, until what was asked is given up."""

Row = TypeVar("Row")


class Unread(HubError, Generic[Row]):
    """What was asked holds a word that this release does not know: it goes behind the others."""

    def __init__(self, asked: Row) -> None:
        super().__init__("A row of a newer release cannot be read by this one.")
        self.asked = asked
