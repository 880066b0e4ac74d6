"""The long-running adapter: its doors, its publisher, and a clean end on SIGTERM."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from adapters.bridge.doors.callers import Callers
from adapters.bridge.doors.drop import DropFolder
from adapters.bridge.doors.http import create_app, watch_app
from adapters.bridge.health import Health, look, refresh_gauges
from adapters.bridge.news.listener import note_file
from adapters.bridge.parts import Bridge
from adapters.bridge.spool.locks import only_adapter
from adapters.bridge.spool.publisher import Publisher
from hub.facts.errors import HubError, UserError
from hub.log import fault, logger
from hub.serving.addresses import Address, address_of, listening
from hub.serving.server import Limits, serve
from hub.serving.supervisor import Supervisor, pause

LISTEN, WATCH = "--listen", "--watch"
_FORGET_SECONDS = 3_600.0
_LOOK_SECONDS = 2.0
_STOP_SECONDS = 8.0
_LIMITS = Limits(per_address=300, end_s=3)  # an agency's system is one address; beyond its requests it is told to wait


@dataclass(frozen=True, slots=True)
class Doors:
    """By which ways records come in, and where the adapter is watched; None is a way that is not open."""

    drop: Path | None = None
    listen: Address | None = None
    watch: Address | None = None


def run_adapter(bridge: Bridge, doors: Doors) -> None:
    """Run until SIGTERM or SIGINT. What is still in the spool then, the next run publishes."""
    if doors.drop is None and doors.listen is None:
        raise UserError("The adapter has no door: give --drop, or --listen, or both.")
    with only_adapter(bridge.folder, bridge.source), ExitStack() as stack:
        asyncio.run(_run(bridge, doors, stack))


async def _run(bridge: Bridge, doors: Doors, stack: ExitStack) -> None:
    adapter = _Adapter(bridge, bridge.publisher(), _drop_folder(bridge, doors.drop))
    running = Supervisor(own_process=True)
    running.obey_signals()
    async with running:
        running.start("publisher", partial(adapter.publisher.run_alone, bridge.folder), grace=_STOP_SECONDS)
        running.start("spool", adapter.forget)
        running.start("news", partial(bridge.listener().run_alone, bridge.folder), grace=_STOP_SECONDS)
        running.start("test of the connection", bridge.tester().run)
        running.start("log of parts", adapter.watch)
        if adapter.drop is not None:
            running.start("drop folder", adapter.drop.run, grace=_STOP_SECONDS)
        address = None
        for door, app, setting in ((doors.listen, adapter.app, LISTEN), (doors.watch, adapter.watch_app, WATCH)):
            if door is not None:
                socket = stack.enter_context(listening(door, setting))
                running.start(f"door of {setting}", partial(serve, app(), socket, limits=_LIMITS, lifespan="off"))
                address = address or "{}:{}".format(*address_of(socket))
        logger().info("adapter ready", source=bridge.source, address=address)
        await running.until_stopped()
    logger().info("adapter stopped", source=bridge.source)


def _drop_folder(bridge: Bridge, folder: Path | None) -> DropFolder | None:
    if folder is None:
        return None
    filed = partial(note_file, bridge.news, bridge.clock)
    return DropFolder(folder, bridge.intake, bridge.native, monotonic=time.monotonic, filed=filed)


@dataclass(frozen=True, slots=True)
class _Adapter:
    """The parts of one running adapter."""

    bridge: Bridge
    publisher: Publisher
    drop: DropFolder | None

    def app(self) -> object:
        callers = Callers(self.bridge.settings.home / "agencies")
        return create_app(
            self.bridge.intake, self.bridge.native, callers, self.health, self.refresh, self.bridge.teller()
        )

    def watch_app(self) -> object:
        return watch_app(self.health, self.refresh)

    def health(self) -> Health:
        return look(self.bridge, self.publisher, self.drop, at=self.bridge.clock())

    def refresh(self) -> None:
        refresh_gauges(self.bridge, at=self.bridge.clock())

    async def watch(self, stop: asyncio.Event) -> None:
        """Log each part once when it fails and once when it is back; aiokafka would write forty lines a second."""
        logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
        known: dict[str, str] = {}
        while not stop.is_set():
            parts = (await asyncio.to_thread(self.health)).parts
            for part, status in parts.items():
                if status != known.get(part, "ok"):
                    log = logger().info if status == "ok" else logger().warning
                    log("a part changed", source=self.bridge.source, part=part, status=status)
            known = parts
            await pause(stop, _LOOK_SECONDS)

    async def forget(self, stop: asyncio.Event) -> None:
        """Drop old memories of the spool, now and every hour."""
        while not stop.is_set():
            try:
                await asyncio.to_thread(partial(self.bridge.spool.forget, now=self.bridge.clock()))
                await asyncio.to_thread(partial(self.bridge.news.forget, now=self.bridge.clock()))
            except HubError as error:
                logger().warning("the spool does not forget", fault=fault(error))
            await pause(stop, _FORGET_SECONDS)
