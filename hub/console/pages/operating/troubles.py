"""/operations: what is in the way, the worst first, each in its one sentence; and a list of each kind."""

from __future__ import annotations

from hub.console.pages.frame.front import Answer, Asked, Page
from hub.console.pages.frame.shown import NOT_HERE, Shown
from hub.facts.clock import local_day
from hub.people.accounts.leave import Untrained, untrained
from hub.people.accounts.permissions import Doing, reach
from hub.people.desk import Desk
from hub.people.operating.troubles import LISTED, MOST, Listed, Trouble, counts, list_troubles

_GLANCE = 5
"""Of each kind, on the first page."""


async def _show(asked: Asked) -> Answer:
    places = reach(asked.by.posts, Doing.OPERATE)

    def look(desk: Desk) -> tuple[dict[Trouble, tuple[int, list[Listed]]], list[Untrained]]:
        found = {
            trouble: (count, list_troubles(desk, trouble, places, _GLANCE)[:_GLANCE] if count else [])
            for trouble, count in counts(desk, places).items()
        }
        amiss = untrained(desk, local_day(asked.now))
        return found, [one for one in amiss if places is None or one.organisation in places][:LISTED]

    found, amiss = await asked.desk(look)
    return Shown("operating/troubles.html", {"found": found, "untrained": amiss, "most": MOST, "whole": False})


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
