"""The adapter's first act: a signed test to the hub, again every ten minutes until the hub has answered.

Then once an hour: what the hub reads may change, and so may whether it knows this adapter's key.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from adapters.bridge.news.store import Hub, NewsStore, Sent
from adapters.bridge.spool.store import Entry, Full, Notice, Spool, Waiting
from hub.facts.errors import HubError
from hub.facts.terms import Tier
from hub.kafka.topics import concern_topic
from hub.log import fault, logger
from hub.serving.supervisor import pause
from hub.wire.connection import seal_test
from hub.wire.schemas import Schemas
from hub.wire.sealed import SourceKeys, header_digest

EVERY = timedelta(minutes=10)
"""No test is sent sooner after another."""
AGAIN = timedelta(hours=1)
OK, UNKNOWN, SILENT = "ok", "not known to the hub", "silent"
_LOOK_SECONDS = 5.0


def standing(hub: Hub, signing_key: str, now: datetime) -> str:
    """How this adapter stands with the hub, in a word or two."""
    if hub.refused is not None:
        return f"the hub cannot use what is sent: {hub.refused}"
    if hub.known_key != signing_key:
        return UNKNOWN
    return SILENT if hub.waits_since is not None and now - hub.waits_since >= EVERY else OK


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
        """Test at the start, until the hub has answered, and then once an hour."""
        began = self.clock()
        while not stop.is_set():
            try:
                await asyncio.to_thread(self.test_if_due, began)
            except HubError as error:
                logger().warning("the connection is not tested", source=self.source, fault=fault(error))
            await pause(stop, _LOOK_SECONDS)

    def test_if_due(self, began: datetime) -> UUID | None:
        """Send a test, if one is due; its event id. None is, while Kafka has not taken the one before."""
        hub, keys, now = self.store.hub(), self.keys(), self.clock()
        if hub.tested_at is not None and timedelta() <= now - hub.tested_at < EVERY:
            return None
        answered = standing(hub, keys.signing_key, now) == OK and hub.waits_since is None
        if answered and hub.known_at is not None and hub.known_at >= began and now - hub.known_at < AGAIN:
            return None
        if hub.test_id is not None and self.spool.still_waiting([hub.test_id]):
            return None
        return self._send(keys, now)

    def _send(self, keys: SourceKeys, now: datetime) -> UUID | None:
        event_id = self.new_id()
        key, value = seal_test(event_id, self.source, now, self.schemas, keys)
        self.store.sent(Sent(event_id, header_digest(value, self.schemas), keys.signing_key, now, test=True))
        event = Waiting(0, event_id, concern_topic(Tier.ROUTINE), key, value)
        taken = self.spool.append([Entry(event, Notice(key, int(now.timestamp() * 1000), b""))], at=now)
        return None if isinstance(taken, Full) else event_id
