"""The people of an organisation and their posts, for its coordinator."""

from __future__ import annotations

from hub.console.pages.frame.front import Page

PAGES: tuple[Page, ...] = ()
