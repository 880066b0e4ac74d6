"""What waits for whoever receives concerns, and one concern on one page."""

from __future__ import annotations

from hub.console.pages.frame.front import Page
from hub.console.pages.receiving import asked, asking, concern, did, export, hand_over, lists, next_steps

PAGES: tuple[Page, ...] = (
    *lists.PAGES,
    *concern.PAGES,
    next_steps.PAGE,
    did.PAGE,
    hand_over.PAGE,
    *asking.PAGES,
    export.PAGE,
    *asked.PAGES,
)
