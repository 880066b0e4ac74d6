"""/operations: what is in the way, the worst first, each in its one sentence; and a list of each kind."""

from __future__ import annotations

from hub.console.pages.frame.front import Answer, Asked, Page
from hub.console.pages.frame.shown import NOT_HERE, Shown
from hub.people.accounts.permissions import Doing, reach
from hub.people.desk import Desk
from hub.people.operating.troubles import LISTED, MOST, Listed, Trouble, counts, list_troubles

_GLANCE = 5
"""Of each kind, on the first page."""


async def _show(asked: Asked) -> Answer:
    places = reach(asked.by.posts, Doing.OPERATE)

    def look(desk: Desk) -> dict[Trouble, tuple[int, list[Listed]]]:
        found = counts(desk, places)
        return {
            trouble: (count, list_troubles(desk, trouble, places, _GLANCE)[:_GLANCE] if count else [])
            for trouble, count in found.items()
        }

    found = await asked.desk(look)
    return Shown("operating/troubles.html", {"found": found, "most": MOST, "whole": False})


async def _list(asked: Asked) -> Answer:
    word = asked.path["trouble"]
    if word not in set(Trouble):
        return NOT_HERE
    trouble, places = Trouble(word), reach(asked.by.posts, Doing.OPERATE)

    def look(desk: Desk) -> tuple[int, list[Listed]]:
        return counts(desk, places)[trouble], list_troubles(desk, trouble, places, LISTED)

    found = await asked.desk(look)
    return Shown("operating/troubles.html", {"found": {trouble: found}, "most": MOST, "whole": True})


PAGES = (
    Page("/operations", Doing.OPERATE, get=_show),
    Page("/operations/list/{trouble}", Doing.OPERATE, get=_list),
)
