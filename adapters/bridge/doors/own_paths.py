"""The paths that a format adds to the HTTP door, served: `routes` says what they are."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from fastapi import FastAPI, Request, Response

from adapters.bridge.answers import UNABLE, Door, Takes
from adapters.bridge.doors.admitting import admit, later
from adapters.bridge.doors.callers import Callers
from adapters.bridge.doors.routes import Asked, Page, Post, Reply, Route, Turned
from hub.facts.errors import HubError
from hub.log import fault, logger


def add_route(app: FastAPI, route: Route, intake: Takes, callers: Callers, now: Callable[[], datetime]) -> None:
    """Serve one of them."""

    async def tell(request: Request) -> Response:
        match route:
            case Page(page=page):
                return _response(page(_asked(request, now())))
            case Post() as post:
                return _response(await _post(post, request, intake, callers, _asked(request, now())))

    method = "GET" if isinstance(route, Page) else "POST"
    app.add_api_route(route.path, tell, methods=[method], summary=route.summary, response_class=Response)


async def _post(post: Post, request: Request, intake: Takes, callers: Callers, asked: Asked) -> Reply:
    raw = await admit(request, callers, intake.source)
    if isinstance(raw, Turned):
        return post.turned(asked, raw)
    try:
        answers = await asyncio.to_thread(intake.take, raw, Door.HTTP)
    except HubError as error:
        logger().error("a request failed", fault=fault(error))
        return post.turned(asked, later(UNABLE))
    return post.taken(asked, raw, answers)


def _asked(request: Request, at: datetime) -> Asked:
    headers = request.headers
    return Asked(headers.get("content-type", ""), headers.get("accept", ""), at)


def _response(reply: Reply) -> Response:
    return Response(reply.body, reply.status, headers=dict(reply.headers), media_type=reply.media_type)
