"""What every request to the console is held to: size, time, rate; and the headers that every answer bears."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from ipaddress import IPv4Address, IPv6Network, ip_address

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub.console.api.faults import broken
from hub.serving.bodies import TAKEN, NotTaken, plain_body

MAX_BODY = 16_384
MAX_FORM = 65_536
API = "/v1/"
BODY_S = 10.0
_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'none'",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=31536000; includeSubDomains",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


class Guard:
    """ASGI middleware: reads a body within `BODY_S`, and sets the headers of safety.

    A body has at most `MAX_BODY` bytes at the API, and `MAX_FORM` at pages, where refusals are pages too.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, whole, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Answer(send)
        api = scope["path"].startswith(API)
        plain = await _plain(scope, receive, MAX_BODY if api else MAX_FORM)
        if isinstance(plain, NotTaken):
            await (_refuse(plain) if api else _refuse_form(plain))(scope, receive, answer)
            return
        try:
            await self._app(_without_encoding(scope), _replay(plain, receive), answer)
        except Exception as error:  # noqa: BLE001 - a defect of ours is answered without its words
            response = broken(error)
            if not answer.begun:
                await response(scope, receive, answer)


def _without_encoding(scope: Scope) -> Scope:
    """The request's headers as they are true of its body in clear."""
    gone = {b"content-encoding", b"content-length"}
    return {**scope, "headers": [(name, value) for name, value in scope["headers"] if name not in gone]}


async def _plain(scope: Scope, receive: Receive, most: int) -> bytes | NotTaken:
    """The body in clear."""
    try:
        async with asyncio.timeout(BODY_S):
            body = await _read(receive, most)
    except TimeoutError:
        return NotTaken(408, "The request took too long to arrive.")
    if body is None:
        return NotTaken(413, f"A request has at most {most} bytes.")
    return plain_body(body, Headers(scope=scope).get("content-encoding"), most)


def _refuse(fault: NotTaken) -> Response:
    code = {408: "too_slow", 413: "too_large", 415: "encoding_not_taken"}.get(fault.status, "invalid")
    headers = {"Accept-Encoding": TAKEN} if fault.status == HTTPStatus.UNSUPPORTED_MEDIA_TYPE else None
    return JSONResponse({"error": code, "message": fault.sentence, "faults": []}, fault.status, headers)


def _refuse_form(fault: NotTaken) -> Response:
    """As a page; what was typed is still behind the browser's back button."""
    said = "It is too long, or did not arrive whole. Nothing was changed: go back, shorten it, and send it again."
    page = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>This form was not taken</title></head>'
        f"<body><main><h1>This form was not taken</h1><p>{said}</p></main></body></html>"
    )
    return HTMLResponse(page, fault.status)


class _Answer:
    """Sends an answer on with the headers of safety; `begun` once its status is out."""

    def __init__(self, send: Send) -> None:
        self._send, self.begun = send, False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun = True
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
        await self._send(message)


async def _read(receive: Receive, most: int) -> bytes | None:
    """The whole body; None where it is larger than allowed."""
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b"".join(chunks)
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > most:
            return None
        chunks.append(chunk)
        if not message.get("more_body"):
            return b"".join(chunks)


def _replay(body: bytes, receive: Receive) -> Receive:
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def counted_as(host: str) -> str:
    """As whom a client has allowances: its address; of IPv6 its /64, all of which is one client's."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(IPv6Network((address.packed, 64), strict=False))


@dataclass(slots=True)
class Rate:
    """A bucket of allowances for each name: `burst` at once, `per_second` on average. `clock` is monotonic seconds."""

    clock: Callable[[], float]
    per_second: float = 20.0
    burst: float = 60.0
    remembered: int = 10_000
    _buckets: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def take(self, name: str) -> float:
        """Use one allowance: 0 where there was one, else the seconds until there is."""
        wait, now, left = self.wait(name), self.clock(), self._left(name)
        self._buckets.pop(name, None)
        self._buckets[name] = (left if wait else left - 1, now)
        while len(self._buckets) > self.remembered:
            self._buckets.popitem(last=False)
        return wait

    def wait(self, name: str) -> float:
        """The seconds until there is an allowance, without using one."""
        left = self._left(name)
        return 0.0 if left >= 1 else (1 - left) / self.per_second

    def _left(self, name: str) -> float:
        left, at = self._buckets.get(name, (self.burst, 0.0))
        return min(left + (self.clock() - at) * self.per_second, self.burst)
