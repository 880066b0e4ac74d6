"""What is agreed and who would hear, for those who answer for it."""

from __future__ import annotations

from hub.console.pages.agreements import coverage, document, hearing, not_shared, register, story
from hub.console.pages.frame.front import Page

PAGES: tuple[Page, ...] = (register.PAGE, document.PAGE, hearing.PAGE, coverage.PAGE, story.PAGE, not_shared.PAGE)
