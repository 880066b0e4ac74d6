"""The long-running processes: router, dispatcher, console, or all in one; ready on /readyz, ended by SIGTERM."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI

from hub.bootstrap import Parts, settle_memory
from hub.console.api import make_app
from hub.console.health import Check, health_app
from hub.facts.errors import UserError
from hub.facts.terms import Tier
from hub.kafka.consuming import Consuming
from hub.kafka.relay import Relay
from hub.log import fault, logger
from hub.store.connecting import answers

Address = tuple[str, int]
_STOP_S = 25.0
_ROUTER_STOP_S = 6.0
_BODY_S = 5
_REQUESTS_AT_ONCE = 400
_FIRST_UNUSABLE_PORT = 65_536


async def run(parts: Parts, *, router: bool, dispatcher: bool, console: bool) -> None:
    """Run the wanted parts until SIGTERM or SIGINT; raises HubError at once where something is missing."""
    parts.check_ready(router=router)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    checks: dict[str, Check] = {"postgresql": lambda: answers(parts.database_url)}
    settings = parts.settings
    async with AsyncExitStack() as stack:
        if router:
            checks |= await stack.enter_async_context(routing(parts))
        if dispatcher:
            checks |= await stack.enter_async_context(dispatching(parts))
        app = console_app(parts, checks) if console else health_app(checks)
        await stack.enter_async_context(serving(app, settings.console_address if console else settings.watch_address))
        settle_memory()
        logger().info("ready", process=_name(router=router, dispatcher=dispatcher, console=console))
        await stop.wait()
    logger().info("stopped")


@asynccontextmanager
async def routing(parts: Parts) -> AsyncIterator[dict[str, Check]]:
    """Every tier's subscriber, the relay and what decides anew, while the context lasts; yields their checks."""
    routers = {tier: parts.router() for tier in Tier}
    consuming = Consuming(parts.settings.kafka(), lambda tier: routers[tier].process, parts.settings.batch)
    relay = Relay(parts.settings.kafka(), parts.database_url)
    anew_loop = parts.anew_loop()
    starting = asyncio.create_task(consuming.run())
    relaying, deciding_anew = beside = [asyncio.create_task(relay.run()), asyncio.create_task(anew_loop.run())]
    try:
        yield {
            "kafka": consuming.answers,
            "router": consuming.decides,
            "outbox": lambda: _runs(relaying),
            "anew": lambda: _runs(deciding_anew),
        }
    finally:
        await _within(_ROUTER_STOP_S, _stopped(consuming, starting), _cancelled(beside))
        anew_loop.close()
        for router in routers.values():
            router.close()


async def _stopped(consuming: Consuming, starting: asyncio.Task[None]) -> None:
    await _cancelled([starting])
    await consuming.stop()


@asynccontextmanager
async def dispatching(parts: Parts) -> AsyncIterator[dict[str, Check]]:
    """The dispatcher, while the context lasts; what is in hand is finished at the end. Yields its check."""
    dispatcher, stop = parts.dispatcher(), asyncio.Event()
    task = asyncio.create_task(dispatcher.run(stop))
    try:
        yield {"dispatcher": dispatcher.ready}
    finally:
        stop.set()
        await asyncio.wait([task], timeout=_STOP_S)
        await _cancelled([task])


def console_app(parts: Parts, checks: Mapping[str, Check]) -> FastAPI:
    """The HTTP API over this process's parts."""
    return make_app(parts.recipients(), parts.keys, checks)


@asynccontextmanager
async def serving(app: Any, address: str) -> AsyncIterator[Address]:
    """An HTTP server at `host:port`, while the context lasts; raises UserError where the address cannot be had."""
    host, port = parse_address(address)
    with _listening(host, port) as door:
        server = _Server(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                server_header=False,
                lifespan="on",
                timeout_keep_alive=_BODY_S,
                limit_concurrency=_REQUESTS_AT_ONCE,
            )
        )
        task = asyncio.create_task(server.serve([door]))
        try:
            yield door.getsockname()[:2]
        finally:
            server.should_exit = True
            await asyncio.wait([task], timeout=_STOP_S)


def parse_address(text: str) -> Address:
    """Host and port of `127.0.0.1:8400` or `[::1]:8400`; raises UserError."""
    host, _, port = text.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or int(port) >= _FIRST_UNUSABLE_PORT:
        raise UserError(
            "An address to listen on has the form 127.0.0.1:8400: correct HUB_CONSOLE_ADDRESS or HUB_WATCH_ADDRESS."
        )
    return host.strip("[]"), int(port)


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    try:
        door = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise UserError(
            f"{host}:{port} cannot be listened on: another process may have it; choose another address."
        ) from error
    with door:
        yield door


class _Server(uvicorn.Server):
    """Leaves signals to `run`; uvicorn would raise them again once it has stopped."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def _within(seconds: float, *endings: Coroutine[Any, Any, None]) -> None:
    """Give these so long to end: a Kafka or PostgreSQL that hangs must not keep the process from ending."""
    tasks = [asyncio.create_task(ending) for ending in endings]
    _, late = await asyncio.wait(tasks, timeout=seconds)
    for task in late:
        logger().warning("part_failed", fault="it did not stop in time")
        task.cancel()


async def _runs(task: asyncio.Task[Any]) -> bool:
    return not task.done()


async def _cancelled(tasks: list[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    for ending in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(ending, Exception):
            logger().error("part_failed", fault=fault(ending))


def _name(**wanted: bool) -> str:
    return "serve" if all(wanted.values()) else " and ".join(name for name, is_wanted in wanted.items() if is_wanted)
