"""The HTTP door: `POST /v1/concerns`, and what watches the adapter. No answer repeats anything that was posted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import FastAPI, Header, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel
from starlette.types import ASGIApp, Receive, Scope, Send

from adapters.bridge import metrics
from adapters.bridge.doors.answers import ASKS, State, as_json, faults, placed_faults, state, summed
from adapters.bridge.doors.callers import ROLES, Callers
from adapters.bridge.doors.news import add_news
from adapters.bridge.formats import MAX_NATIVE, NativeFormat
from adapters.bridge.health import Health
from adapters.bridge.intake import Answer, Door, Intake
from adapters.bridge.news.telling import Teller
from adapters.bridge.reading.faults import MAX_FAULTS
from adapters.bridge.spool.store import Accepted
from hub.facts.errors import HubError
from hub.log import fault, logger
from hub.serving.bodies import TAKEN, NotTaken, plain_body

RETRY_AFTER_SECONDS = 30
REQUESTS_AT_ONCE = 100
_READ_SECONDS = 30
_DISCARDED = 4 * MAX_NATIVE
"""A body that is too large is read this far and thrown away, so that its sender hears why before the line closes."""

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
) -> FastAPI:
    """The application. `health` tells readiness; `refresh` brings the gauges up to date before they are read."""
    app = FastAPI(title=f"{native.title}: adapter", version="1", description=NOTE, docs_url=None, redoc_url=None)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HubError, _failed)
    app.add_exception_handler(Exception, _failed)
    app.add_middleware(Crowd, most=REQUESTS_AT_ONCE)
    _add_watching(app, health, refresh)
    _add_concerns(app, intake, native, callers)
    if teller is not None:
        add_news(app, teller, partial(_refuse_caller, callers, intake.source))
    return app


class Crowd:
    """Turns requests away, with the time to come back, while as many are under way as the process can hold."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self.app, self.most, self.under_way = app, most, 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self.under_way >= self.most:
            await _later("Too many requests at once: send this notice again later.")(scope, receive, send)
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
    schema = native.json_schema("#/components/schemas/{model}")
    definitions = schema.pop("$defs", {})
    problems: dict[int | str, dict[str, Any]] = {
        status: {"model": Problem, "description": text} for status, text in _STATUSES.items()
    }
    body = {"requestBody": {"required": True, "content": {native.media_type: {"schema": schema}}}}

    answer = TakenBatch if native.batch else AcceptedNotice

    @app.post("/v1/concerns", status_code=202, responses=problems, openapi_extra=body, response_model=answer)
    async def post_concern(request: Request, authorization: Annotated[str | None, Header()] = None) -> Response:
        """Accept one native notice: 202 only once it is sealed, signed and on disk."""
        refused = await asyncio.to_thread(_refuse_caller, callers, intake.source, authorization)
        if refused is not None:
            return refused
        raw = await _read_body(request)
        if raw is None:
            return _problem(408, "The body took too long: send it again.")
        plain = plain_body(raw, ",".join(request.headers.getlist("content-encoding")), MAX_NATIVE)
        if isinstance(plain, NotTaken):
            return _not_taken(plain)
        return await asyncio.to_thread(partial(_take, intake, plain, batch=native.batch))

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


def _refuse_caller(callers: Callers, source: str, authorization: str | None) -> Response | None:
    scheme, _, secret = (authorization or "").partition(" ")
    caller = callers.find(secret.strip()) if scheme.lower() == "bearer" else None
    if caller is None:
        metrics.CALLERS_REFUSED.labels("unknown").inc()
        return _problem(401, "Send a known secret as `Authorization: Bearer <secret>`.", WWW_Authenticate="Bearer")
    if caller.source != source or caller.role not in ROLES:
        metrics.CALLERS_REFUSED.labels("forbidden").inc()
        return _problem(403, "This secret may not post to this adapter: it belongs to another source or role.")
    return None


async def _read_body(request: Request) -> bytes | None:
    """The body, or as much as shows that it is too large; None where it does not come to an end in time."""
    kept, size = bytearray(), 0
    try:
        async with asyncio.timeout(_READ_SECONDS):
            async for chunk in request.stream():
                size += len(chunk)
                if len(kept) <= MAX_NATIVE:
                    kept += chunk
                if size > _DISCARDED:
                    break
    except TimeoutError:
        return None
    return bytes(kept)


def _not_taken(refused: NotTaken) -> Response:
    match refused.status:
        case 413:
            return _problem(413, f"notice: is larger than {MAX_NATIVE:,} bytes.")
        case 415:
            return _problem(415, refused.sentence, Accept_Encoding=TAKEN)
        case status:
            return _problem(status, refused.sentence)


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
            return _later(*faults(answer))
        case _:
            return _problem(422, *faults(answer))


def _answer_each(answers: Sequence[Answer]) -> Response:
    """202 says that all of them are on disk. Any other status says that one is not, and the body which."""
    concerns = [as_json(answer) for answer in answers]
    states = {state(answer) for answer in answers}
    if states <= {State.ACCEPTED, State.REPEATED}:
        return JSONResponse({"concerns": concerns}, 202)
    told = {"faults": [summed(answers), *placed_faults(answers)[:MAX_FAULTS]], "concerns": concerns}
    if State.LATER in states:
        return JSONResponse(told, 503, headers={"Retry-After": str(RETRY_AFTER_SECONDS)})
    return JSONResponse(told, 422)


def _later(*sentences: str) -> Response:
    return _problem(503, *sentences, Retry_After=str(RETRY_AFTER_SECONDS))


def _problem(status: int, *faults: str, **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return JSONResponse({"faults": faults}, status, headers=named)


async def _malformed(_request: Request, _error: Exception) -> Response:
    """FastAPI's own answer would quote the input."""
    return _problem(422, "request: is malformed.")


async def _failed(_request: Request, error: Exception) -> Response:
    logger().error("a request failed", fault=fault(error))
    return _later("The adapter cannot accept notices now: send this notice again later.")
