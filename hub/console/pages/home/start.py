"""/: who you are here, and what waits in each of your posts."""

from __future__ import annotations

from hub.console.pages.frame.front import Answer, Asked, Page
from hub.console.pages.frame.shown import Shown


async def _show(asked: Asked) -> Answer:
    return Shown("home/start.html", {"posts": asked.by.posts, "lapsed": asked.by.lapsed})


PAGE = Page("/", None, get=_show)
