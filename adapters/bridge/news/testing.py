"""The adapter's first act: a signed test to the hub, again every ten minutes until the hub has answered one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from adapters.bridge.news.store import NewsStore
from adapters.bridge.spool.store import Notice, Spool, Waiting
from hub.facts.errors import HubError
from hub.facts.terms import Tier
from hub.kafka.topics import concern_topic
from hub.log import fault, logger
from hub.serving.supervisor import pause
from hub.wire.connection import seal_test
from hub.wire.schemas import Schemas
from hub.wire.sealed import SourceKeys, header_digest

EVERY = timedelta(minutes=10)
_LOOK_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Tester:
    """Tests one source's connection; a test goes through the spool, as everything does."""

    source: str
    spool: Spool
    store: NewsStore
    schemas: Schemas
    keys: Callable[[], SourceKeys]
    clock: Callable[[], datetime]
    new_id: Callable[[], UUID]

    async def run(self, stop: asyncio.Event) -> None:
        """Test at the start, and then until the hub has answered."""
        began = self.clock()
        while not stop.is_set():
            try:
                await asyncio.to_thread(self.test_if_due, began)
            except HubError as error:
                logger().warning("the connection is not tested", source=self.source, fault=fault(error))
            await pause(stop, _LOOK_SECONDS)

    def test_if_due(self, began: datetime) -> None:
        """Send a test, unless one was answered since `began`, or sent less than ten minutes ago."""
        hub, now = self.store.hub(), self.clock()
        answered = hub.known_at is not None and hub.tested_at is not None and hub.known_at >= hub.tested_at >= began
        recent = hub.tested_at is not None and timedelta() <= now - hub.tested_at < EVERY
        if not answered and not recent:
            self.send(now)

    def send(self, now: datetime) -> None:
        """Put one test into the spool."""
        event_id = self.new_id()
        key, value = seal_test(event_id, self.source, now, self.schemas, self.keys())
        self.store.sent(event_id, header_digest(value, self.schemas), now)
        topic = concern_topic(Tier.ROUTINE)
        notice = Notice(key, int(now.timestamp() * 1000), b"")
        self.spool.append(Waiting(0, event_id, topic, key, value), notice, at=now)
        self.store.tested(now)
