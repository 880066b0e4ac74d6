"""The delivery of an address, for whoever may read it today: what every page about one concern begins with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hub.console.pages.frame.front import Asked
from hub.console.pages.receiving.phrases import say_when
from hub.facts.model import Personal
from hub.people.accounts.permissions import Doing, Place
from hub.people.desk import Desk
from hub.people.receiving.deadlines import age
from hub.people.receiving.opening import Around, around, reader_of
from hub.people.receiving.reader import Reader


@dataclass(frozen=True, slots=True, repr=False)
class Found(Personal):
    """A delivery, as whom it is read, and what lies around it."""

    reader: Reader
    around: Around

    @property
    def path(self) -> str:
        """Its page."""
        return f"/concerns/{self.around.delivery_id}"


async def find(asked: Asked, doing: Doing, *, words: bool = False) -> Found | None:
    """The delivery that the address names; None where there is none that they may do this with.

    `words`: with what people wrote of it, for a page that opens it besides.
    """
    delivery_id = asked.id("delivery_id")

    def look(desk: Desk) -> Found | None:
        reader = reader_of(desk, asked.by, delivery_id)
        if reader is None or not asked.may(doing, Place(reader.organisation, reader.role)):
            return None
        found = around(desk, reader, delivery_id, words=words)
        return Found(reader, found) if found else None

    return await asked.desk(look)


def told(asked: Asked, found: Found) -> dict[str, Any]:
    """What pages about a concern that do not open it say of it."""
    return {
        "found": found,
        "about": found.around,
        "came": say_when(asked.say, age(found.around.came_at, asked.now)),
    }
