"""The console's app: the API of recipients' systems, the pages for people where there are any, and health."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI

from hub.console.api.routes import api_app
from hub.console.health import Check, Warnings, health_routes
from hub.console.limits import Guard
from hub.console.pages.frame.front import Front
from hub.console.pages.frame.serving import pages_app
from hub.console.pages.frame.styles import read_style
from hub.console.pages.listed import PAGES
from hub.keys.provider import KeyProvider
from hub.people.recipients import Recipients


def make_app(
    recipients: Recipients,
    keys: KeyProvider,
    signing: Callable[[], Sequence[str]],
    checks: Mapping[str, Check] | None = None,
    warnings: Warnings = tuple,
    *,
    front: Front | None = None,
) -> FastAPI:
    """The app; `checks` besides its own are for /readyz. What is no address of the API's belongs to the pages."""

    def warned() -> Sequence[str]:
        return [*warnings(), *(read_style().warnings() if front else ())]

    health = health_routes({"postgresql": recipients.answers, **(checks or {})}, warned)
    app = api_app(recipients, keys, signing, health, lambda: _opened(recipients, front))
    app.add_middleware(Guard)
    if front is not None:
        app.mount("/", pages_app(front, PAGES))
    return app


@asynccontextmanager
async def _opened(recipients: Recipients, front: Front | None) -> AsyncIterator[None]:
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(recipients.opened())
        for one in (front.office, front.ways) if front else ():
            await stack.enter_async_context(one.opened())
        yield
