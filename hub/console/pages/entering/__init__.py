"""The ways in and out: sign-in, passkeys, invitations, and what is one's own."""

from __future__ import annotations

from hub.console.pages.frame.front import Page

PAGES: tuple[Page, ...] = ()
