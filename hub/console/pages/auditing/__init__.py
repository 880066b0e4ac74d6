"""Who looked at what, and a child's concerns by reference, for auditors and subject access officers."""

from __future__ import annotations

from hub.console.pages.auditing import children, looked_at
from hub.console.pages.frame.front import Page

PAGES: tuple[Page, ...] = (looked_at.PAGE, children.PAGE)
