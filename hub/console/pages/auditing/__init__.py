"""Who looked at what, and the story of a child's concerns by reference."""

from __future__ import annotations

from hub.console.pages.frame.front import Page

PAGES: tuple[Page, ...] = ()
