"""What is late, held, dead, quarantined or waits, each with its hand."""

from __future__ import annotations

from hub.console.pages.frame.front import Page

PAGES: tuple[Page, ...] = ()
