"""A form that was sent when its session had ended: kept for whoever typed it, and given back where they typed it.

It is never done without being looked at and sent again. Which page waits for its draft the browser says by a cookie, so
that no other page asks.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from uuid import UUID

from hub.console.pages.frame import refusals
from hub.console.pages.frame.form import Form
from hub.console.pages.frame.front import Answer, Asked, Page
from hub.console.pages.frame.shown import Cookie, Sent
from hub.people.accounts.drafts import keep_draft, take_draft

COOKIE = "hub-draft"


def waits(cookies: Mapping[str, str], path: str) -> bool:
    """Whether a draft waits to be shown at this path."""
    return cookies.get(COOKIE) == _mark(path)


async def keep(asked: Asked, person_id: UUID, page: Page, path: str, signed_out: str = "") -> Answer:
    """Keep what was typed, and go to where it was typed, by the ways in where nobody is signed in any more."""
    shown_at = path if page.get else path.rpartition("/")[0] or "/"
    form: dict[str, list[str]] = {}
    for name, value in asked.form.pairs():
        if name != "csrf":
            form.setdefault(name, []).append(value)
    await asked.desk(lambda desk: keep_draft(desk, person_id, shown_at, form, asked.now))
    cookie = Cookie(COOKIE, _mark(shown_at))
    return refusals.to_sign_in(shown_at, signed_out, cookie) if signed_out else Sent(shown_at, (cookie,))


async def take(asked: Asked, path: str) -> Form | None:
    """What whoever is signed in had typed at this path."""
    found = await asked.desk(lambda desk: take_draft(desk, asked.by.person_id, path, asked.now))
    return Form((name, value) for name, values in found.items() for value in values) if found else None


def _mark(path: str) -> str:
    return urlsafe_b64encode(sha256(path.encode()).digest()).decode().rstrip("=")
