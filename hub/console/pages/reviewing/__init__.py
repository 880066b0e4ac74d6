"""Reviews of who a child is, texts that wait, and the register."""

from __future__ import annotations

from hub.console.pages.frame.front import Page

PAGES: tuple[Page, ...] = ()
