"""The console's app: the API of recipients' systems, the pages for people where there are any, and health."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from fastapi import FastAPI
from starlette.types import ASGIApp

from hub.console.api.routes import api_app
from hub.console.health import Check, Warnings, health_routes
from hub.console.limits import Guard
from hub.keys.provider import KeyProvider
from hub.people.recipients import Recipients


def make_app(
    recipients: Recipients,
    keys: KeyProvider,
    signing: Callable[[], Sequence[str]],
    checks: Mapping[str, Check] | None = None,
    warnings: Warnings = tuple,
    *,
    pages: ASGIApp | None = None,
) -> FastAPI:
    """The app; `checks` besides its own are for /readyz. What is no address of the API's belongs to `pages`."""
    health = health_routes({"postgresql": recipients.answers, **(checks or {})}, warnings)
    app = api_app(recipients, keys, signing, health)
    app.add_middleware(Guard)
    if pages is not None:
        app.mount("/", pages)
    return app
