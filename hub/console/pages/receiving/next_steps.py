"""/concerns/{id}/next: that something was said of it, and what can be done next. It opens nothing: no words either."""

from __future__ import annotations

from hub.console.pages.frame.front import Answer, Asked, Page
from hub.console.pages.frame.shown import NOT_HERE, Shown
from hub.console.pages.receiving.found import find, told
from hub.people.accounts.permissions import Doing


async def _show(asked: Asked) -> Answer:
    found = await find(asked, Doing.READ)
    if found is None:
        return NOT_HERE
    if found.around.taken_back_at is not None:
        return Shown("receiving/taken_back.html", told(asked, found), status=410)
    return Shown("receiving/next_steps.html", told(asked, found))


PAGE = Page("/concerns/{delivery_id:uuid}/next", Doing.READ, get=_show)
