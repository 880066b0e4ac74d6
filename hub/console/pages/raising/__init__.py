"""Raising a concern from a page, one question at a time."""

from __future__ import annotations

from hub.console.pages.frame.front import Page
from hub.console.pages.raising import begin, check, question, sent

PAGES: tuple[Page, ...] = (begin.PAGE, check.PAGE, check.DROP, sent.PAGE, question.TAKE_OUT, question.PAGE)
