"""The long-running adapter: formats and sources with their doors, one publisher a source, a clean end on SIGTERM."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial

from adapters.bridge.doors.callers import Callers
from adapters.bridge.doors.drop import DropFolder
from adapters.bridge.doors.http import create_app, watch_app
from adapters.bridge.health import Health, look, refresh_gauges, together
from adapters.bridge.news.listener import note_file
from adapters.bridge.parts import Bridge, open_native
from adapters.bridge.plan import LISTEN, MLLP, Doors, Planned
from adapters.bridge.spool.locks import only_adapter
from adapters.bridge.spool.publisher import Publisher
from hub.facts.errors import HubError
from hub.log import fault, logger
from hub.serving.addresses import Address, address_of, listening
from hub.serving.server import Limits, serve
from hub.serving.supervisor import Supervisor, pause
from hub.serving.tls import server_context
from hub.settings import Settings

WATCH = "--watch"
_FORGET_SECONDS = 3_600.0
_LOOK_SECONDS = 2.0
_STOP_SECONDS = 8.0
_LIMITS = Limits(per_address=300, end_s=3)  # an agency's system is one address; beyond its requests it is told to wait


def run_adapter(settings: Settings, planned: Sequence[Planned], watch: Address | None) -> None:
    """Run until SIGTERM or SIGINT. What is still in the spools then, the next run publishes."""
    with _opened(settings, planned) as sources, ExitStack() as stack:
        asyncio.run(_Process(sources, stack).run(watch))


@dataclass(frozen=True, slots=True)
class _Way:
    """One format of a source, and its doors. `name` is the format's, with a number where the source has it twice."""

    name: str
    bridge: Bridge
    doors: Doors
    drop: DropFolder | None


@dataclass(frozen=True, slots=True)
class _Source:
    """One source: its ways in, over one spool that one publisher empties."""

    bridge: Bridge
    publisher: Publisher
    ways: list[_Way]

    def health(self) -> Health:
        return look(self.bridge, self.publisher, self._drops(), at=self.bridge.clock())

    def _drops(self) -> dict[str, DropFolder]:
        """By the names of their parts, which say of which format where there are several."""
        found = {way.name: way.drop for way in self.ways if way.drop is not None}
        return {"drop" if len(self.ways) == 1 else f"{name} drop": drop for name, drop in found.items()}

    def start(self, running: Supervisor, called: str) -> None:
        """Its parts besides the doors; `called` ends their names where there are other sources."""
        bridge = self.bridge
        running.start(f"publisher{called}", partial(self.publisher.run_alone, bridge.folder), grace=_STOP_SECONDS)
        running.start(f"spool{called}", self.forget)
        running.start(f"news{called}", partial(bridge.listener().run_alone, bridge.folder), grace=_STOP_SECONDS)
        running.start(f"test of the connection{called}", bridge.tester().run)
        running.start(f"log of parts{called}", self.watch)

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
                logger().warning("the spool does not forget", source=self.bridge.source, fault=fault(error))
            await pause(stop, _FORGET_SECONDS)


@contextmanager
def _opened(settings: Settings, planned: Sequence[Planned]) -> Iterator[list[_Source]]:
    """Each source once, under the lock of its spool, with every format that is planned for it."""
    sources: dict[str, _Source] = {}
    with ExitStack() as stack:
        for one in planned:
            if one.source not in sources:
                bridge = stack.enter_context(open_native(settings, one.native, one.source))
                stack.enter_context(only_adapter(bridge.folder, one.source))
                sources[one.source] = _Source(bridge, bridge.publisher(), [])
            source = sources[one.source]
            source.ways.append(_way(source, one))
        yield list(sources.values())


def _way(source: _Source, planned: Planned) -> _Way:
    bridge = source.bridge.beside(planned.native)
    before = sum(way.name.split()[0] == planned.name for way in source.ways)
    name = f"{planned.name} {before + 1}" if before else planned.name
    drop = None
    if planned.doors.drop is not None:
        filed = partial(note_file, bridge.news, bridge.clock)
        drop = DropFolder(
            planned.doors.drop, bridge.intake, bridge.native, monotonic=time.monotonic, filed=filed, way=name
        )
    return _Way(name, bridge, planned.doors, drop)


@dataclass(frozen=True, slots=True)
class _Process:
    """Every source of this process under one supervisor: the end of one part by itself is the end of all."""

    sources: list[_Source]
    stack: ExitStack

    async def run(self, watch: Address | None) -> None:
        running = Supervisor(own_process=True)
        running.obey_signals()
        async with running:
            for source in self.sources:
                source.start(running, f" of {source.bridge.source}" if len(self.sources) > 1 else "")
            watched = self._serve(running, "door of --watch", watch, WATCH, watch_app(self.health, self.refresh))
            for source in self.sources:
                for way in source.ways:
                    address = self._open(running, source, way)
                    logger().info(
                        "adapter ready", source=source.bridge.source, part=way.name, address=address or watched
                    )
            await running.until_stopped()
        for source in self.sources:
            logger().info("adapter stopped", source=source.bridge.source)

    def _open(self, running: Supervisor, source: _Source, way: _Way) -> str | None:
        """Open the doors of one way; the address of the first that listens."""
        called = f"of {way.bridge.source}, {way.name}"
        if way.drop is not None:
            running.start(f"drop folder {called}", way.drop.run, grace=_STOP_SECONDS)
        callers = Callers(way.bridge.settings.home / "agencies")
        app = create_app(
            way.bridge.intake, way.bridge.native, callers, source.health, self.refresh, way.bridge.teller(),
            way.bridge.clock,
        )  # fmt: skip
        listens = self._serve(running, f"door {called}", way.doors.listen, LISTEN, app)
        return listens or self._serve_mllp(running, f"MLLP door {called}", way)

    def _serve(self, running: Supervisor, name: str, door: Address | None, setting: str, app: object) -> str | None:
        if door is None:
            return None
        socket = self.stack.enter_context(listening(door, setting))
        running.start(name, partial(serve, app, socket, limits=_LIMITS, lifespan="off"))
        return "{}:{}".format(*address_of(socket))

    def _serve_mllp(self, running: Supervisor, name: str, way: _Way) -> str | None:
        serving = way.bridge.native.mllp
        if way.doors.mllp is None or serving is None:
            return None
        tls = None if way.doors.tls is None else server_context(way.doors.tls)
        socket = self.stack.enter_context(listening(way.doors.mllp, MLLP))
        running.start(name, partial(serving, way.bridge.intake, socket, tls=tls), grace=_STOP_SECONDS)
        return "{}:{}".format(*address_of(socket))

    def health(self) -> Health:
        found = {source.bridge.source: source.health() for source in self.sources}
        return together(found) if len(found) > 1 else next(iter(found.values()))

    def refresh(self) -> None:
        for source in self.sources:
            refresh_gauges(source.bridge, at=source.bridge.clock())
