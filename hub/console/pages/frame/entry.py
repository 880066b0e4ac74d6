"""Who asks: a cookie's session, that it is this browser's own form, and that no other site made it ask."""

from __future__ import annotations

import hmac
import re
from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache
from urllib.parse import urlsplit
from uuid import UUID

from starlette.requests import Request

from hub.console.limits import counted_as
from hub.console.pages.frame import refusals
from hub.console.pages.frame.front import Answer, Front
from hub.keys.files import HUB
from hub.keys.provider import KeyProvider, Use
from hub.people.accounts.posts import csrf_of

SESSION = "hub"
"""Name of the session's cookie, without a prefix."""
PREFIX = "__Host-"
_VALUE = re.compile(r"[A-Za-z0-9_-]{43}")


def read_cookies(headers: Iterable[str], secure: bool) -> dict[str, str]:  # noqa: FBT001 - of the address
    """The hub's cookies by name, without their prefix; one that came twice, or is none of ours, is left out.

    Over https only those with `__Host-` are read: nobody but this very host can have set them.
    """
    pairs = [part.strip().partition("=") for header in headers for part in header.split(";")]
    prefix = PREFIX if secure else ""
    found = [(name.removeprefix(prefix), value) for name, _, value in pairs if name.startswith(prefix + SESSION)]
    times = Counter(name for name, _ in found)
    return {name: value for name, value in found if times[name] == 1 and _VALUE.fullmatch(value)}


def is_secure(public_url: str) -> bool:
    """Whether browsers reach the pages by https."""
    return urlsplit(public_url).scheme == "https"


def is_own_form(sent: str, secret: str) -> bool:
    """Whether a form came from a page of this session; `sent` bears a person's mark behind the session's."""
    return _same(sent.partition(".")[0], csrf_of(secret))


def is_marked(sent: str, mark: str) -> bool:
    """Whether a form came from a page that was shown to the person of this mark, in whatever session."""
    return _same(sent.partition(".")[2], mark)


def marks(keys: KeyProvider) -> Callable[[UUID], str]:
    """What forms shown to a person bear, which nobody can make without the hub's key; it is looked up once."""

    @cache
    def key() -> bytes:
        return keys.secret(keys.current(HUB, Use.EVIDENCE))

    def mark(person_id: UUID) -> str:
        digest = hmac.digest(key(), b"concern-hub/form/1\0" + person_id.bytes, "sha256")
        return urlsafe_b64encode(digest).decode().rstrip("=")

    return mark


def _same(sent: str, ours: str) -> bool:
    return hmac.compare_digest(sent.encode(errors="replace"), ours.encode())


def refuse_early(request: Request, front: Front) -> Answer | None:
    """What is refused whoever asks.

    Another name that leads here is a trap for browsers; and what nobody asked for yet would be noted as looked at.
    """
    if request.headers.getlist("host") != [urlsplit(front.public_url).netloc]:
        return refusals.wrong_host(front.public_url)
    ahead = any("prefetch" in request.headers.get(name, "") for name in ("sec-purpose", "purpose", "x-moz"))
    return refusals.BUSY if ahead else None


def is_foreign(request: Request, public_url: str) -> bool:
    """Whether another site made the browser send a form."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    return site not in (None, "same-origin", "none") or origin not in (None, public_url)


def is_own_origin(request: Request, public_url: str) -> bool:
    """Whether the browser says that a page of the hub's own sent it; a browser of before 2020 says nothing."""
    return "same-origin" in request.headers.getlist("sec-fetch-site") or request.headers.get("origin") == public_url


def followed_from_elsewhere(request: Request) -> bool:
    """Whether another site led here by a link."""
    return request.headers.get("sec-fetch-site") not in (None, "same-origin", "none")


def address_of(request: Request) -> str:
    """Of the connection's other end, as it is counted."""
    return counted_as(request.client.host) if request.client else ""
