"""Pages that say no, and say what to do."""

from __future__ import annotations

from urllib.parse import urlencode

from hub.console.pages.frame.shown import Cookie, Refusal, Sent, Shown

FORGED = Refusal(403, "frame.forged")
UNREADABLE = Refusal(400, "frame.unreadable")
BUSY = Refusal(503, "frame.busy", {"retry-after": "2"})
BROKEN = Refusal(500, "frame.broken")
SIGN_IN = "/sign-in"


def too_many(seconds: float) -> Refusal:
    """Slow down."""
    return Refusal(429, "frame.too_many", {"retry-after": str(max(int(seconds + 1), 1))})


def wrong_host(public_url: str) -> Shown:
    """Another name than the hub's leads here."""
    return Shown("frame/wrong_host.html", {"url": public_url}, 421)


def elsewhere(path: str) -> Shown:
    """Somebody came by a link of another site: what opens something is opened from here."""
    return Shown("frame/elsewhere.html", {"path": path}, 403)


def to_sign_in(path: str, why: str, *cookies: Cookie) -> Sent:
    """To the ways in, and back to this page afterwards. `why` is there where a session was."""
    asked = {"after": path} if path != "/" else {}
    if why != "unknown":
        asked["why"] = why
    behind = urlencode(asked, safe="/")
    return Sent(f"{SIGN_IN}?{behind}" if behind else SIGN_IN, cookies)
