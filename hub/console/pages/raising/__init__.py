"""Raising a concern from a page, one question at a time."""

from __future__ import annotations

from hub.console.pages.frame.front import Page

PAGES: tuple[Page, ...] = ()
