"""The delivery of an address, for whoever may read it today: what every page about one concern begins with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hub.console.pages.frame.front import Answer, Asked
from hub.console.pages.frame.shown import NOT_HERE, Shown
from hub.console.pages.receiving.phrases import say_when
from hub.facts.errors import KeyMissing, Unopenable
from hub.facts.model import Personal
from hub.log import fault, logger
from hub.people.accounts.permissions import Doing, Place
from hub.people.desk import Desk
from hub.people.inbox import Recalled
from hub.people.receiving.deadlines import age
from hub.people.receiving.opening import Around, around, reader_of
from hub.people.receiving.reader import Reader
from hub.people.receiving.ringing import whom_to_ring


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


async def open_it(asked: Asked, found: Found) -> dict[str, Any] | Answer:
    """What was released, as an event, noted as read; or the page that says why it is not shown."""
    try:
        event = await asked.front.recipients.read(found.reader, found.around.delivery_id)
    except (KeyMissing, Unopenable) as error:
        logger().error("page_not_opened", page="/concerns/{delivery_id}", fault=fault(error))
        ring = whom_to_ring(found.around.source, {}, asked.front.rules)
        return Shown("receiving/not_opened.html", told(asked, found) | {"ring": ring}, status=503)
    if isinstance(event, Recalled):
        return Shown("receiving/taken_back.html", told(asked, found), status=410)
    return NOT_HERE if event is None else event


def told(asked: Asked, found: Found) -> dict[str, Any]:
    """What pages about a concern that do not open it say of it."""
    return {
        "found": found,
        "about": found.around,
        "came": say_when(asked.say, age(found.around.came_at, asked.now)),
    }
