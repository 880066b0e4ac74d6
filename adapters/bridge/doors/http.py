"""The HTTP door: `POST /v1/concerns`, and what watches the adapter. No answer repeats anything that was posted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Literal

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel
from starlette.types import ASGIApp, Receive, Scope, Send

from adapters.bridge import metrics
from adapters.bridge.answers import (
    ASKS,
    TAKEN,
    UNABLE,
    Answer,
    Door,
    State,
    as_json,
    faults,
    placed_faults,
    state,
    summed,
)
from adapters.bridge.doors.admitting import admit, later, refuse_caller
from adapters.bridge.doors.callers import Callers
from adapters.bridge.doors.news import add_news
from adapters.bridge.doors.own_paths import add_route
from adapters.bridge.doors.routes import Turned
from adapters.bridge.formats import NativeFormat
from adapters.bridge.health import Health
from adapters.bridge.intake import Intake
from adapters.bridge.news.telling import Teller
from adapters.bridge.reading.faults import MAX_FAULTS
from adapters.bridge.spool.store import Accepted
from hub.facts.clock import utc_now
from hub.facts.errors import HubError
from hub.log import fault, logger

REQUESTS_AT_ONCE = 100

CROWDED = "Too many requests at once: send this notice again later."
NOTE = (
    "Posts a concern for routing. This is not an emergency service: where a child is in danger now, call 999 or make "
    "a direct child-protection referral."
)


class AcceptedNotice(BaseModel):
    """The notice is on disk and will be routed."""

    event_id: str
    repeated: bool
    """The same reference and sequence was accepted before: this is still that one event."""
    likely: Literal["a person will be asked"] | None = None
    """There where the notice says too little of a child for the hub to match it by itself."""
    left_out: list[str] | None = None
    """There where something of the notice could not be used: which field and why, never a value."""


class TakenConcern(BaseModel):
    """What became of one concern of a record that may hold several."""

    where: str | None = None
    """Which part of the record it was read from."""
    state: State
    event_id: str | None = None
    likely: Literal["a person will be asked"] | None = None
    left_out: list[str] | None = None
    faults: list[str] | None = None


class TakenBatch(BaseModel):
    """Every concern of the record is on disk and will be routed."""

    concerns: list[TakenConcern]


class Problem(BaseModel):
    """Why the notice was not accepted: a sentence for each fault, naming the field by its path, never its value."""

    faults: list[str]
    concerns: list[TakenConcern] | None = None
    """Of a record that holds several: what became of each. Some may have been taken in."""


def create_app(
    intake: Intake,
    native: NativeFormat,
    callers: Callers,
    health: Callable[[], Health],
    refresh: Callable[[], None],
    teller: Teller | None = None,
    now: Callable[[], datetime] = utc_now,
) -> FastAPI:
    """The application. `health` tells readiness; `refresh` brings the gauges up to date before they are read."""
    app = FastAPI(title=f"{native.title}: adapter", version="1", description=NOTE, docs_url=None, redoc_url=None)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HubError, _failed)
    app.add_exception_handler(Exception, _failed)
    app.add_middleware(Crowd, most=REQUESTS_AT_ONCE)
    _add_watching(app, health, refresh)
    _add_concerns(app, intake, native, callers)
    for route in native.routes:
        add_route(app, route, intake, callers, now)
    if teller is not None:
        add_news(app, teller, partial(_refuse_caller, callers, intake.source))
    return app


class Crowd:
    """Turns requests away, with the time to come back, while as many are under way as the process can hold."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self.app, self.most, self.under_way = app, most, 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self.under_way >= self.most:
            await _turned(later(CROWDED))(scope, receive, send)
            return
        self.under_way += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self.under_way -= 1


def watch_app(health: Callable[[], Health], refresh: Callable[[], None]) -> FastAPI:
    """What watches the adapter alone, for a door that no flood at the other one shuts."""
    app = FastAPI(title="Adapter", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_exception_handler(Exception, _failed)
    _add_watching(app, health, refresh)
    return app


def _add_watching(app: FastAPI, health: Callable[[], Health], refresh: Callable[[], None]) -> None:
    @app.get("/livez", tags=["watching"])
    async def livez() -> dict[str, str]:
        """Whether the process answers."""
        return {"status": "alive"}

    @app.get("/readyz", tags=["watching"])
    def readyz() -> JSONResponse:
        """Whether notices are accepted, and which part is down. Kafka may be: the spool bridges that."""
        state = health()
        return JSONResponse({"ready": state.ready, "parts": state.parts}, 200 if state.ready else 503)

    @app.get("/metrics", tags=["watching"], response_class=Response)
    def read_metrics() -> Response:
        """Prometheus metrics."""
        refresh()
        return Response(generate_latest(metrics.REGISTRY), media_type=CONTENT_TYPE_LATEST)


def _add_concerns(app: FastAPI, intake: Intake, native: NativeFormat, callers: Callers) -> None:
    text: dict[str, Any] = {"type": "string"}
    schema = native.json_schema("#/components/schemas/{model}") if native.json_schema else text
    definitions: dict[str, Any] = schema.pop("$defs", {})
    problems: dict[int | str, dict[str, Any]] = {
        status: {"model": Problem, "description": text} for status, text in _STATUSES.items()
    }
    body = {"requestBody": {"required": True, "content": {native.media_type: {"schema": schema}}}}

    answer = TakenBatch if native.batch else AcceptedNotice

    @app.post("/v1/concerns", status_code=202, responses=problems, openapi_extra=body, response_model=answer)
    async def post_concern(request: Request) -> Response:
        """Accept one native record: 202 only once all of it is sealed, signed and on disk."""
        raw = await admit(request, callers, intake.source)
        if isinstance(raw, Turned):
            return _turned(raw)
        return await asyncio.to_thread(partial(_take, intake, raw, batch=native.batch))

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            made = get_openapi(title=app.title, version=app.version, description=NOTE, routes=app.routes)
            made["components"]["schemas"] |= definitions
            app.openapi_schema = made
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way to extend its OpenAPI document


_STATUSES = {
    400: "The body is not what its Content-Encoding says.",
    401: "The secret is missing or unknown.",
    403: "The caller belongs to another source, or its role may not post.",
    408: "The body did not arrive in time.",
    413: "The notice is too large.",
    415: "The body is in an encoding that is not taken: send it as it is, or under gzip.",
    422: "The notice is wrong, or a concern of it: every fault is named.",
    503: "The spool is full or cannot be used, or too many requests at once: come back after `Retry-After` seconds.",
}


def _take(intake: Intake, raw: bytes, *, batch: bool) -> Response:
    answers = intake.take(raw, Door.HTTP)
    return _answer_each(answers) if batch or len(answers) > 1 else _answer(answers[0])


def _answer(answer: Answer) -> Response:
    match answer.taken, state(answer):
        case Accepted(event_id, repeated, asks=asks), State.ACCEPTED | State.REPEATED:
            likely, left_out = ASKS if asks else None, list(answer.left_out) or None
            notice = AcceptedNotice(event_id=str(event_id), repeated=repeated, likely=likely, left_out=left_out)
            return JSONResponse(notice.model_dump(exclude_none=True), 202)
        case _, State.LATER:
            return _turned(later(*faults(answer)))
        case _:
            return _turned(Turned(422, faults(answer)))


def _answer_each(answers: Sequence[Answer]) -> Response:
    """202 says that all of them are on disk. Any other status says that one is not, and the body which."""
    concerns = [as_json(answer) for answer in answers]
    states = {state(answer) for answer in answers}
    if states <= TAKEN:
        return JSONResponse({"concerns": concerns}, 202)
    told = {"faults": [summed(answers), *placed_faults(answers)[:MAX_FAULTS]], "concerns": concerns}
    if State.LATER in states:
        return JSONResponse(told, 503, headers=dict(later().headers))
    return JSONResponse(told, 422)


def _turned(turned: Turned) -> Response:
    return JSONResponse({"faults": turned.faults}, turned.status, headers=dict(turned.headers))


def _refuse_caller(callers: Callers, source: str, authorization: str | None) -> Response | None:
    refused = refuse_caller(callers, source, authorization)
    return None if refused is None else _turned(refused)


async def _malformed(_request: Request, _error: Exception) -> Response:
    """FastAPI's own answer would quote the input."""
    return _turned(Turned(422, ("request: is malformed.",)))


async def _failed(_request: Request, error: Exception) -> Response:
    logger().error("a request failed", fault=fault(error))
    return _turned(later(UNABLE))
