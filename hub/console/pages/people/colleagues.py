"""/people: who works at an organisation, what posts they hold, and what is amiss with them."""

from __future__ import annotations

from hub.console.pages.frame.front import Answer, Asked, Page
from hub.console.pages.frame.shown import NOT_HERE, Shown
from hub.console.pages.people.found import MOST, listed, organisations
from hub.facts.clock import local_day
from hub.people.accounts.leave import Untrained, untrained
from hub.people.accounts.listing import Listed
from hub.people.accounts.permissions import Doing, may_keep
from hub.people.desk import Desk
from hub.people.entering.invitations import Waiting, recoveries_waiting


async def _show(asked: Asked) -> Answer:
    seen = organisations(asked)
    organisation = asked.query.get("organisation") or next(iter(seen), "")
    if organisation not in seen:
        return NOT_HERE

    def read(desk: Desk) -> tuple[list[Listed], list[Untrained], list[Waiting]]:
        amiss = [one for one in untrained(desk, local_day(asked.now)) if one.organisation == organisation]
        return (
            listed(desk, asked, organisation),
            amiss,
            recoveries_waiting(desk, organisation, asked.now, MOST),
        )

    people, amiss, recoveries = await asked.desk(read)
    values = {
        "people": people,
        "untrained": amiss,
        "recoveries": recoveries,
        "of": organisation,
        "organisations": seen,
        "keeps": may_keep(asked.by.posts, organisation),
        "more": len(people) == MOST,
    }
    return Shown("people/colleagues.html", values)


PAGES = (Page("/people", Doing.SEE_PEOPLE, get=_show, notes=True),)
