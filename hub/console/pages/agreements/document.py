"""/agreements/{ref}: one ISP to read and to print: what it lets whom tell whom, what never, and who has signed."""

from __future__ import annotations

from hub.console.pages.frame.front import Answer, Asked, Page
from hub.console.pages.frame.shown import NOT_HERE, Shown
from hub.facts.clock import local_day
from hub.people.accounts.permissions import Doing
from hub.people.agreements import document


async def _show(asked: Asked) -> Answer:
    front = asked.front
    found = document(front.rules, asked.path["ref"], front.signed, local_day(asked.now))
    return NOT_HERE if found is None else Shown("agreements/document.html", {"isp": found, "line": found.line})


PAGE = Page("/agreements/{ref}", Doing.SEE_RULES, get=_show)
