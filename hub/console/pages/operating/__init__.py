"""What is late, held, dead, quarantined or waits, each with its hand."""

from __future__ import annotations

from hub.console.pages.frame.front import Page
from hub.console.pages.operating import together, troubles
from hub.console.pages.operating.things import PAGES as THINGS

PAGES: tuple[Page, ...] = (*troubles.PAGES, *together.PAGES, *THINGS)
