"""What is agreed and who would hear, for those who answer for it."""

from __future__ import annotations

from hub.console.pages.frame.front import Page

PAGES: tuple[Page, ...] = ()
