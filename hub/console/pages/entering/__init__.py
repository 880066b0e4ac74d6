"""The ways in and out: sign-in, passkeys, invitations, and what is one's own."""

from __future__ import annotations

from hub.console.pages.entering import answer, by_link, by_passkey, me, sign_in, sign_out, terminal
from hub.console.pages.frame.front import Page

PAGES: tuple[Page, ...] = (
    *sign_in.PAGES,
    *answer.PAGES,
    *by_passkey.PAGES,
    *by_link.PAGES,
    *sign_out.PAGES,
    *me.PAGES,
    *terminal.PAGES,
)
