"""What the pages of signing in share: where they lead, the browser's own cookie, and how somebody is refused."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import cache

from starlette.routing import compile_path

from hub import metrics
from hub.console.pages.frame.entry import SESSION
from hub.console.pages.frame.front import Asked
from hub.console.pages.frame.shown import Cookie, Sent, Shown
from hub.facts.act import How
from hub.people.accounts import sessions
from hub.people.desk import Desk
from hub.people.entering.begun import new_secret
from hub.people.entering.letting_in import refuse
from hub.people.entering.refusals import Refused, Why

BROWSER = "hub-browser"
"""The cookie by which an answer is known to come from the browser that began."""
ANEW = "anew"
"""Why somebody who is signed in signs in once more."""
JUST_NOW = timedelta(minutes=5)
TERMINAL = "/sign-in/terminal"
_PATH = re.compile(r"(?:/[A-Za-z0-9._~-]+)+")
_LONGEST_PATH = 200
_OWN = ("/sign-", "/signed-")
_TELLING = {
    Why.PROVIDER_AWAY: "away",
    Why.PROVIDER_REFUSED: "there",
    Why.SECOND_FACTOR: "second_factor",
    Why.NO_ACCOUNT: "no_account",
    Why.NO_POST: "no_post",
    Why.INVITATION: "invitation",
    Why.PASSKEYS_FULL: "passkeys_full",
    Why.PASSKEY_COUNT: "passkey_count",
}
"""Refusals that somebody can do something about; all others are told alike."""


def after(asked: Asked) -> str:
    """Where somebody goes once they are in: the page of ours that they came from, or the start page."""
    given = asked.query.get("after", "")
    fits = len(given) <= _LONGEST_PATH and _PATH.fullmatch(given) and (given == TERMINAL or not given.startswith(_OWN))
    return given if fits and any(pattern.fullmatch(given) for pattern in _known()) else "/"


@cache
def _known() -> tuple[re.Pattern[str], ...]:
    from hub.console.pages.listed import PAGES  # noqa: PLC0415 - it lists this room

    return tuple(compile_path(page.path)[0] for page in PAGES if page.get and not page.open_to_all)


def shut(asked: Asked) -> Shown | None:
    """The page that says why nobody signs in here; None where people may."""
    why = asked.front.ways.shut
    return Shown("entering/shut.html", {"why": why.value}, status=503) if why else None


def stale(asked: Asked, path: str) -> Sent | None:
    """The way to sign in anew, before what outlasts a session that may be borrowed; None where they did just now."""
    just_now = asked.now - asked.by.began_at < JUST_NOW
    return None if just_now else Sent(f"/sign-in?after={path}&why={ANEW}")


async def browser_of(asked: Asked) -> str:
    """This browser's own secret; a new one where it has none."""
    held = asked.cookies.get(BROWSER)
    return held if held is not None else await asked.desk(new_secret)


def too_many(asked: Asked, name: str) -> Shown | None:
    """The page for whoever failed too often just now; `name` is of what they try."""
    waits = max(asked.front.ways.waits(one) for one in (f"from {asked.address}", name))
    return _refused("wait", 429, {"retry-after": str(int(waits) + 1)}) if waits else None


async def refused(asked: Asked, why: Refused, name: str, *, provider: str | None = None) -> Shown:
    """Nobody comes in: it is written down by its code alone, counted, and told without saying more than helps."""
    for one in (f"from {asked.address}", name):
        asked.front.ways.failed(one)
    how = How.PROVIDER if provider else How.PASSKEY
    metrics.SIGN_INS.labels(how.value, "refused").inc()
    await asked.desk(lambda desk: refuse(desk, provider, why, asked.now))
    return _refused(_TELLING.get(why.why, "other"), 403)


def _refused(said: str, status: int, headers: dict[str, str] | None = None) -> Shown:
    return Shown("entering/refused.html", {"said": said}, status, headers=headers or {})


def leave_behind(desk: Desk, asked: Asked) -> None:
    """End the session that this browser had before it signed in anew."""
    if asked.session is not None:
        sessions.end(desk, asked.session.session_id, "replaced", asked.now)


def come_in(cookie: str, to: str, how: How) -> Sent:
    """In, with a new session; what bound the sign-in to the browser is of no more use."""
    return Sent(to, cookies=_cookies(cookie, how))


def come_in_from_there(cookie: str, to: str) -> Shown:
    """The same after a provider: what it sends the browser on to would count as a link of another site's."""
    return Shown("entering/in.html", {"to": to}, cookies=_cookies(cookie, How.PROVIDER))


def _cookies(cookie: str, how: How) -> tuple[Cookie, ...]:
    metrics.SIGN_INS.labels(how.value, "in").inc()
    return Cookie(SESSION, cookie), Cookie(BROWSER)
