"""Concerns that people raise on the hub's own pages: the same bridge, with keys that the hub holds for their schools.

A concern is on disk, sealed and signed, before its page says so, whether Kafka is there or not. Each organisation has a
publisher from its first concern on; what a process before left in a spool is published too.
"""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from functools import partial

from adapters.bridge.answers import Answer, Door
from adapters.bridge.formats import NativeFormat
from adapters.bridge.parts import Bridge, open_native, sources_here
from hub.facts.clock import Clock
from hub.facts.errors import Unavailable
from hub.keys.setup import is_hosted
from hub.serving.threads import in_thread
from hub.settings import Settings


class Hosted:
    """The bridges of organisations that the hub signs for, while `run` runs."""

    def __init__(self, settings: Settings, native: NativeFormat, clock: Clock) -> None:
        self._settings, self._native, self._clock = settings, native, clock
        self._bridges: dict[str, Bridge] = {}
        self._opening = asyncio.Lock()
        self._stack = ExitStack()
        self._publishing: asyncio.TaskGroup | None = None
        self._stop = asyncio.Event()

    def hosts(self, organisation: str) -> bool:
        """Whether the hub holds the key that this organisation's concerns are signed with."""
        return is_hosted(self._settings.agency_keys(organisation), organisation)

    async def take(self, organisation: str, record: bytes) -> Answer:
        """What became of one concern; raises HubError where nothing is taken now (disk, keys)."""
        bridge = await self._bridge(organisation)
        [answer] = await in_thread(partial(bridge.intake.take, record, Door.PAGE), "raising")
        return answer

    async def run(self, stop: asyncio.Event) -> None:
        """Publish what is raised, until told to stop."""
        self._stop = stop
        with self._stack:
            async with asyncio.TaskGroup() as self._publishing:
                for organisation in filter(self.hosts, sources_here(self._settings)):
                    await self._bridge(organisation)
                await stop.wait()

    async def _bridge(self, organisation: str) -> Bridge:
        if self._publishing is None or self._stop.is_set():
            raise Unavailable("No concern is taken on pages now: this process begins or ends.")
        async with self._opening:
            if organisation not in self._bridges:
                bridge = await in_thread(partial(self._open, organisation), "opening a spool")
                self._publishing.create_task(bridge.publisher().run_alone(bridge.folder, self._stop))
                self._bridges[organisation] = bridge
            return self._bridges[organisation]

    def _open(self, organisation: str) -> Bridge:
        return self._stack.enter_context(open_native(self._settings, self._native, organisation, clock=self._clock))
