"""Concerns that people raise on the hub's own pages: the same bridge, with keys that the hub holds for their schools.

Each organisation's bridge is opened when its first concern comes, and its publisher runs from then on. A concern is on
disk, sealed and signed, before its page says so, whether Kafka is there or not.
"""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from functools import partial

from adapters.bridge.answers import Answer, Door
from adapters.bridge.formats import NativeFormat
from adapters.bridge.parts import Bridge, open_native
from hub.facts.clock import Clock
from hub.keys.setup import is_hosted
from hub.serving.supervisor import Supervisor
from hub.serving.threads import in_thread
from hub.settings import Settings

_STOP_SECONDS = 8.0
MOST = 5_000
"""Organisations of one process."""


class Hosted:
    """The bridges of organisations that the hub signs for. They are closed with `stack`, and run under `running`."""

    def __init__(
        self, settings: Settings, native: NativeFormat, running: Supervisor, stack: ExitStack, clock: Clock
    ) -> None:
        self._settings, self._native, self._running, self._stack, self._clock = settings, native, running, stack, clock
        self._bridges: dict[str, Bridge] = {}
        self._opening = asyncio.Lock()

    def hosts(self, organisation: str) -> bool:
        """Whether the hub holds the key that this organisation's concerns are signed with."""
        return is_hosted(self._settings.agency_keys(organisation), organisation)

    async def take(self, organisation: str, record: bytes) -> Answer:
        """What became of one concern; raises HubError where nothing is taken now (disk, keys, another process)."""
        bridge = await self._bridge(organisation)
        [answer] = await in_thread(partial(bridge.intake.take, record, Door.PAGE), "raising")
        return answer

    async def _bridge(self, organisation: str) -> Bridge:
        async with self._opening:
            if organisation not in self._bridges:
                self._bridges[organisation] = self._open(organisation)
            return self._bridges[organisation]

    def _open(self, organisation: str) -> Bridge:
        with ExitStack() as opening:
            bridge = opening.enter_context(open_native(self._settings, self._native, organisation, clock=self._clock))
            publisher = bridge.publisher()
            self._running.start(
                f"publisher of {organisation}", partial(publisher.run_alone, bridge.folder), grace=_STOP_SECONDS
            )
            self._stack.push(opening.pop_all())
        return bridge
