"""What waits for whoever receives concerns, and one concern on one page."""

from __future__ import annotations

from hub.console.pages.frame.front import Page

PAGES: tuple[Page, ...] = ()
