"""/not-shared: decisions not to share of one's own organisation's events, the latest first, each with its grounds."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from hub.console.pages.frame.front import Answer, Asked, Page
from hub.console.pages.frame.shown import NOT_HERE, Shown
from hub.people.accounts.permissions import Doing, reach
from hub.people.auditing import note_look
from hub.people.desk import Desk
from hub.people.looks import Look
from hub.people.unshared import LISTED, Unshared, list_unshared


async def _show(asked: Asked) -> Answer:
    try:
        before = _before(asked.query.get("before", ""))
    except ValueError:
        return NOT_HERE
    places = reach(asked.by.posts, Doing.SEE_STORIES)

    def look(desk: Desk) -> list[Unshared]:
        note_look(desk, Look("not_shared", asked.by.organisation), asked.by.principal(), asked.now)
        return list_unshared(desk, places, before)

    found = await asked.desk(look)
    events = list(dict.fromkeys(one.event_id for one in found))
    last = found[-1] if len(events) == LISTED else None
    more = f"{last.decided_at:%Y-%m-%dT%H:%M:%S.%fZ}_{last.event_id}" if last else ""
    return Shown("agreements/not_shared.html", {"found": found, "more": more})


def _before(said: str) -> tuple[datetime, UUID] | None:
    """Where the page before ended; raises ValueError for what no page says."""
    if not said:
        return None
    at, _, event = said.partition("_")
    return datetime.fromisoformat(at), UUID(event)


PAGE = Page("/not-shared", Doing.SEE_STORIES, get=_show, notes=True)
