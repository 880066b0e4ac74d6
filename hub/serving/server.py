"""An HTTP server that strangers cannot shut by holding connections.

A connection that has no request under way is *idle*: it has just been opened, is in the midst of its headers, or was
answered. It is closed when its time is up, however it spreads its bytes, and earlier where its place is needed: the one
that has been idle longest goes, of the address that has too many, or of the address that has the most.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.protocols.http.h11_impl import H11Protocol

from hub.serving.addresses import Address, address_of, listening, parse_address

PROXIES = ("127.0.0.1", "::1")
"""Whoever connects from here may say whose address it speaks for: a proxy on the same host."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a server bears: seconds, and connections at once."""

    header_s: float = 10.0
    """From the connection to the end of the first request's headers."""
    idle_s: float = 5.0
    """From an answer to the end of the next request's headers."""
    request_s: float = 60.0
    """From a request's headers to the end of its answer: whoever sends or reads more slowly is cut off."""
    per_address: int = 100
    connections: int = 400
    handshake_s: float = 5.0
    """From the connection to the end of its TLS handshake."""
    end_s: float = 5.0
    """For what is under way when told to stop."""


async def serve(
    app: Any,
    door: socket.socket,
    stop: asyncio.Event,
    *,
    limits: Limits,
    lifespan: Literal["on", "off"] = "on",
    tls: ssl.SSLContext | None = None,
) -> None:
    """Serve until `stop` is set, then finish what is under way; with `tls`, to whoever speaks TLS alone."""
    server = _Server(
        uvicorn.Config(
            app,
            http=_guarded(limits),
            ws="none",
            lifespan=lifespan,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=True,
            forwarded_allow_ips=list(PROXIES),
            timeout_graceful_shutdown=int(limits.end_s),
        ),
        limits,
        tls,
    )
    running = asyncio.create_task(server.serve([door]))
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([running, stopping], return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopping.cancel()
        server.should_exit = True
        await running


@asynccontextmanager
async def serving(
    app: Any, address: str, setting: str, limits: Limits | None = None, tls: ssl.SSLContext | None = None
) -> AsyncIterator[Address]:
    """The server at `host:port`, while the context lasts; raises UserError where the address cannot be had."""
    with listening(parse_address(address, setting), setting) as door:
        stop = asyncio.Event()
        task = asyncio.create_task(serve(app, door, stop, limits=limits or Limits(), tls=tls))
        try:
            yield address_of(door)
        finally:
            stop.set()
            await task


class _Server(uvicorn.Server):
    """Leaves signals to the process; uvicorn would raise them again once it has stopped.

    It opens its door itself: uvicorn's own gives whoever never begins TLS a minute, and does not count them.
    """

    def __init__(self, config: uvicorn.Config, limits: Limits, tls: ssl.SSLContext | None) -> None:
        super().__init__(config)
        self._limits, self._tls = limits, tls

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await self.lifespan.startup()
        if self.lifespan.should_exit:
            sys.exit(STARTUP_FAILURE)
        handshake_s = self._limits.handshake_s if self._tls else None
        self.servers = [
            await asyncio.get_running_loop().create_server(
                self._protocol, sock=door, ssl=self._tls, ssl_handshake_timeout=handshake_s, backlog=self.config.backlog
            )
            for door in sockets or ()
        ]
        self.started = True

    def _protocol(self) -> asyncio.Protocol:
        kind: Any = self.config.http_protocol_class
        made: asyncio.Protocol = kind(config=self.config, server_state=self.server_state, app_state=self.lifespan.state)
        return made

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class _Guarded(H11Protocol):
    """One connection, under its server's limits."""

    limits: Limits
    _end: asyncio.TimerHandle | None = None
    _begun: object = None
    """The request whose time is running."""
    idle_since: float = 0.0

    @property
    def host(self) -> str:
        return self.client[0] if self.client else ""

    @property
    def is_idle(self) -> bool:
        return self.cycle is None or self.cycle.response_complete  # type: ignore[redundant-expr]  # None before the first

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn's own
        super().connection_made(transport)
        self._rest(self.limits.header_s)
        self._make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        self._ends_in(None)
        super().connection_lost(exc)

    def handle_events(self) -> None:
        super().handle_events()
        if not self.is_idle and self._begun is not self.cycle:
            self._begun = self.cycle
            self._ends_in(self.limits.request_s)

    def on_response_complete(self) -> None:
        self._rest(self.limits.idle_s)  # first, for the next request may be there already
        super().on_response_complete()

    def _rest(self, seconds: float) -> None:
        self.idle_since = self.loop.time()
        self._ends_in(seconds)

    def _ends_in(self, seconds: float | None) -> None:
        if self._end is not None:
            self._end.cancel()
        self._end = None if seconds is None else self.loop.call_later(seconds, self.transport.abort)

    def _make_room(self) -> None:
        """Where there are too many, the one that has been idle longest goes; where none is idle, this one does."""
        held = [one for one in self.connections if isinstance(one, _Guarded) and not one.transport.is_closing()]
        by_host = Counter(one.host for one in held)
        if by_host[self.host] > self.limits.per_address:
            crowded = self.host
        elif len(held) > self.limits.connections:
            crowded = by_host.most_common(1)[0][0]
        else:
            return
        idle = [one for one in held if one.host == crowded and one.is_idle and one is not self]
        min(idle, key=lambda one: one.idle_since, default=self).transport.abort()


def _guarded(limits: Limits) -> type[asyncio.Protocol]:
    return type("Guarded", (_Guarded,), {"limits": limits})
