"""A recipient's own system, as the webhook meets it: it keeps what it was sent, and behaves as a test says."""

from __future__ import annotations

import asyncio
from base64 import b64decode
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Handler = Callable[[web.Request, bytes], Any]


@dataclass
class Receiver:
    """A recipient's system: keeps what it was sent, told once by id. Behaviours may be set per path."""

    url: str = ""
    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    times: list[tuple[str, float]] = field(default_factory=list)
    behaviours: dict[str, Handler] = field(default_factory=dict)

    def at(self, path: str) -> str:
        return f"{self.url}/{path}"

    @property
    def sent(self) -> Counter[str]:
        """Requests by delivery id."""
        return Counter(headers["webhook-id"] for _, headers, _ in self.requests)

    @property
    def told(self) -> set[str]:
        """Deliveries the recipient has, each once however often it came."""
        return set(self.sent)

    def of(self, path: str) -> list[str]:
        return [headers["webhook-id"] for found, headers, _ in self.requests if found == path]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        path, body = request.path.strip("/"), await request.read()
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.requests.append((path, headers, body))
        self.times.append((path, asyncio.get_running_loop().time()))
        behaviour = self.behaviours.get(path)
        answer = await behaviour(request, body) if behaviour else None
        return answer if isinstance(answer, web.StreamResponse) else web.Response(status=202)


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """A receiver on a free port of this machine."""
    receiver = Receiver()
    app = web.Application(client_max_size=2**24)
    app.router.add_route("*", "/{path:.*}", receiver.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    receiver.url = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"  # type: ignore[union-attr]  # it is started
    try:
        yield receiver
    finally:
        await runner.cleanup()


def answering(status: int, **headers: str) -> Handler:
    """Always this status."""

    async def answer(_request: web.Request, _body: bytes) -> web.Response:
        return web.Response(status=status, headers=headers)

    return answer


def hanging(seconds: float = 60.0) -> Handler:
    """Takes the request and says nothing."""

    async def hang(_request: web.Request, _body: bytes) -> None:
        await asyncio.sleep(seconds)

    return hang


def failing_first(times: int, status: int = 503) -> Handler:
    """Fails so many times, then accepts."""
    left = [times]

    async def answer(_request: web.Request, _body: bytes) -> web.Response:
        left[0] -= 1
        return web.Response(status=status if left[0] >= 0 else 200)

    return answer


def signature_holds(headers: Mapping[str, str], body: bytes, public: bytes) -> bool:
    """Standard Webhooks v1a, checked as its text says, by nothing of the hub's."""
    signed = headers["webhook-id"].encode() + b"." + headers["webhook-timestamp"].encode() + b"." + body
    for signature in headers["webhook-signature"].split(" "):
        version, _, value = signature.partition(",")
        if version == "v1a":
            Ed25519PublicKey.from_public_bytes(public).verify(b64decode(value, validate=True), signed)
            return True
    return False
