"""/raise/{id}/sent: that it went, under which number, and what happens next."""

from __future__ import annotations

from hub.console.pages.frame.front import Answer, Asked, Page
from hub.console.pages.frame.shown import NOT_HERE, Shown
from hub.console.pages.raising.question import begun
from hub.people.accounts.permissions import Doing
from hub.people.raising.following import how_far


async def _show(asked: Asked) -> Answer:
    found = await begun(asked)
    if found is None or found.event_id is None:
        return NOT_HERE
    event_id = found.event_id
    stands = await asked.desk(lambda desk: how_far(desk, event_id, found.organisation))
    return Shown("raising/sent.html", {"begun": found, "stands": stands})


PAGE = Page("/raise/{raising_id:uuid}/sent", Doing.RAISE, get=_show)
