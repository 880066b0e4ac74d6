"""The start page: one's posts, and what waits in each."""

from __future__ import annotations

from hub.console.pages.frame.front import Page
from hub.console.pages.home import blank, start

PAGES: tuple[Page, ...] = (start.PAGE, blank.PAGE)
