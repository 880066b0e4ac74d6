"""Reviews of who a child is, texts that wait, and the register."""

from __future__ import annotations

from hub.console.pages.frame.front import Page
from hub.console.pages.reviewing import queue, register, review, subject, texts, wrong_child

PAGES: tuple[Page, ...] = (
    *queue.PAGES,
    *review.PAGES,
    *texts.PAGES,
    *register.PAGES,
    *subject.PAGES,
    *wrong_child.PAGES,
)
