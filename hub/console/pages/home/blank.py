"""/blank: where "Hide this page" leads, when somebody comes into the room. It says nothing of the hub."""

from __future__ import annotations

from hub.console.pages.frame.front import Answer, Asked, Page
from hub.console.pages.frame.shown import Shown


async def _show(_: Asked) -> Answer:
    return Shown("home/blank.html")


PAGE = Page("/blank", None, get=_show, open_to_all=True)
