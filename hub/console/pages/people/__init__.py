"""The people of an organisation and their posts, for its coordinator."""

from __future__ import annotations

from hub.console.pages.frame.front import Page
from hub.console.pages.people import add, colleagues, granting, holding, links, person

PAGES: tuple[Page, ...] = (
    *colleagues.PAGES,
    *add.PAGES,
    *person.PAGES,
    *granting.PAGES,
    *links.PAGES,
    *holding.PAGES,
)
