"""The long-running adapter: its doors, its publisher, and a clean end on SIGTERM."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import uvicorn

from adapters.bridge.callers import Callers
from adapters.bridge.drop import DropFolder
from adapters.bridge.health import Health, look, refresh_gauges
from adapters.bridge.http import REQUESTS_AT_ONCE, create_app
from adapters.bridge.locks import only_adapter
from adapters.bridge.parts import Bridge
from adapters.bridge.publisher import Publisher, pause
from hub.facts.errors import HubError, UserError
from hub.log import fault, logger

_FORGET_SECONDS = 3_600.0
_LOOK_SECONDS = 2.0
_STOP_SECONDS = 8.0

Address = tuple[str, int]


def parse_address(text: str) -> Address:
    """Host and port of `127.0.0.1:8410` or `[::1]:8410`; port 0 takes any free one. Raises UserError."""
    host, _, port = text.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or int(port) > 65_535:  # noqa: PLR2004 - the last port
        raise UserError("An address to listen on has the form 127.0.0.1:8410: correct --listen.")
    return host.strip("[]"), int(port)


def run_adapter(bridge: Bridge, *, drop: Path | None, listen: Address | None) -> None:
    """Run until SIGTERM or SIGINT. What is still in the spool then, the next run publishes."""
    if drop is None and listen is None:
        raise UserError("The adapter has no door: give --drop, or --listen, or both.")
    with only_adapter(bridge.folder, bridge.source), _listening(listen) if listen else nullcontext() as door:
        asyncio.run(_run(bridge, drop, door))


async def _run(bridge: Bridge, drop: Path | None, door: socket.socket | None) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    publisher = bridge.publisher()
    folder = None if drop is None else DropFolder(drop, bridge.intake, monotonic=time.monotonic)
    work = [publisher.run_alone(bridge.folder, stop), _forget(bridge, stop), _watch(bridge, publisher, folder, stop)]
    address = None
    if folder is not None:
        work.append(folder.run(stop))
    if door is not None:
        address = "{}:{}".format(*door.getsockname()[:2])
        work.append(_serve(bridge, publisher, folder, door, stop))
    logger().info("adapter ready", source=bridge.source, address=address)
    await _until_stopped(stop, work)
    logger().info("adapter stopped", source=bridge.source)


async def _until_stopped(stop: asyncio.Event, work: list[Coroutine[Any, Any, None]]) -> None:
    """Run everything until `stop`. If one part ends by itself, all end: half an adapter helps nobody."""
    tasks = [asyncio.create_task(one) for one in work]
    stopped = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([stopped, *tasks], return_when=asyncio.FIRST_COMPLETED)
        stop.set()
        await asyncio.wait(tasks, timeout=_STOP_SECONDS)
    finally:
        for task in (stopped, *tasks):
            task.cancel()
        endings = await asyncio.gather(*tasks, return_exceptions=True)
    for ending in endings:
        if isinstance(ending, Exception):
            raise ending


async def _watch(bridge: Bridge, publisher: Publisher, drop: DropFolder | None, stop: asyncio.Event) -> None:
    """Log each part once when it fails and once when it is back; aiokafka alone would write forty lines a second."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    known: dict[str, str] = {}
    while True:
        await pause(stop, _LOOK_SECONDS)
        if stop.is_set():
            return
        parts = (await asyncio.to_thread(partial(look, bridge, publisher, drop, at=bridge.clock()))).parts
        for part, status in parts.items():
            if status != known.get(part, "ok"):
                log = logger().info if status == "ok" else logger().warning
                log("a part changed", source=bridge.source, part=part, status=status)
        known = parts


async def _forget(bridge: Bridge, stop: asyncio.Event) -> None:
    """Drop old memories of the spool, now and every hour."""
    while not stop.is_set():
        try:
            await asyncio.to_thread(partial(bridge.spool.forget, now=bridge.clock()))
        except HubError as error:
            logger().warning("the spool does not forget", fault=fault(error))
        await pause(stop, _FORGET_SECONDS)


class _Server(uvicorn.Server):
    """Leaves signals to us: uvicorn would raise them again once it has stopped."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def _serve(
    bridge: Bridge, publisher: Publisher, drop: DropFolder | None, door: socket.socket, stop: asyncio.Event
) -> None:
    def health() -> Health:
        return look(bridge, publisher, drop, at=bridge.clock())

    def refresh() -> None:
        refresh_gauges(bridge, at=bridge.clock())

    callers = Callers(bridge.settings.home / "agencies")
    config = uvicorn.Config(
        create_app(bridge.intake, bridge.native, callers, health, refresh),
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        limit_concurrency=4 * REQUESTS_AT_ONCE,  # those beyond REQUESTS_AT_ONCE are told when to come back
        timeout_graceful_shutdown=3,
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[door]))
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait([serving, stopped], return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    server.should_exit = True
    await serving


@contextmanager
def _listening(address: Address) -> Iterator[socket.socket]:
    host, port = address
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((host, port))
        except OSError as error:
            raise UserError("The address of --listen cannot be used: something else listens there, or it is not "
                            "this machine's.") from error  # fmt: skip
        door.listen(128)
        yield door
