"""One style sheet: NHS.UK frontend's, from the wheel that carries it, then the hub's own; served from memory.

Nothing in it asks anybody else: the wheel's names two fonts at assets.nhs.uk, which are dropped, and what would be left
of such addresses is refused. Without the wheel the hub's own is plain, and whole.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hub.facts.errors import ConfigurationError

_PACKAGE = "wagtailnhsukfrontend"  # only looked for: it is a web framework's, which nobody here runs
_SHEET = "static/wagtailnhsukfrontend/css/nhsuk-frontend-10.4.2.min.css"
_DIGEST = "f4c945508478b2f9be1178d7f9ec7c0e93250d824947add22c1a923c99033559"
_FONTS = 'system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",Arial,sans-serif'
_DROPPED = re.compile(r"@font-face\{[^}]*\}|/\*# sourceMappingURL=[^*]*\*/")
_OUTSIDE = re.compile(r"url\(|https?:|@import", re.IGNORECASE)
_KEPT = {"cache-control": "public, max-age=31536000, immutable", "vary": "accept-encoding"}


@dataclass(frozen=True, slots=True)
class Style:
    """The sheet, and whether NHS.UK's is in it. Its address is of its own digest, so that it may be kept for ever."""

    body: bytes
    whole: bool

    @property
    def path(self) -> str:
        return f"/styles/{sha256(self.body).hexdigest()[:16]}.css"

    def warnings(self) -> Sequence[str]:
        """What pages lack, for /readyz."""
        if self.whole:
            return ()
        return ("Pages are shown plain: install requirements/pages.txt.",)

    def route(self) -> Route:
        """Where it is served."""
        packed = gzip.compress(self.body, mtime=0)

        async def style(request: Request) -> Response:
            if "gzip" in request.headers.get("accept-encoding", ""):
                return Response(packed, media_type="text/css", headers={**_KEPT, "content-encoding": "gzip"})
            return Response(self.body, media_type="text/css", headers=_KEPT)

        return Route(self.path, style)


@cache
def read_style() -> Style:
    """As it is installed here; raises ConfigurationError where the wheel's sheet is not the one that was looked at."""
    own = (Path(__file__).parent / "hub.css").read_text(encoding="utf-8")
    sheet = _find()
    return Style(((make_safe(sheet.read_bytes()) if sheet else "") + own).encode(), sheet is not None)


def make_safe(sheet: bytes, digest: str = _DIGEST) -> str:
    """NHS.UK's sheet without fonts and addresses; raises ConfigurationError where it is another, or some are left."""
    if sha256(sheet).hexdigest() != digest:
        raise ConfigurationError("The style sheet of NHS.UK frontend is not the pinned one: install it again.")
    text = _DROPPED.sub("", sheet.decode()).replace("Frutiger W01,arial,sans-serif", _FONTS)
    if _OUTSIDE.search(text) or "Frutiger" in text:
        raise ConfigurationError("The style sheet of NHS.UK frontend asks for something elsewhere.")
    return text


def _find() -> Path | None:
    spec = find_spec(_PACKAGE)
    places = (Path(place) / _SHEET for place in spec.submodule_search_locations or ()) if spec else ()
    return next((path for path in places if path.is_file()), None)
