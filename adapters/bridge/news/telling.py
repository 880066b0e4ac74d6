"""What became of what this source sent: by event, by its own reference, or the latest."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from aiokafka.errors import KafkaError

from adapters.bridge.news.listener import Listener
from adapters.bridge.news.store import NewsStore
from adapters.bridge.spool.locks import listener_lock
from adapters.bridge.spool.store import Spool
from hub.log import fault, logger
from hub.wire.sealed import SourceKeys, case_key

MOST = 1_000
_LOOK_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells from spool and news of one source."""

    source: str
    spool: Spool
    store: NewsStore
    keys: Callable[[], SourceKeys]

    def of_event(self, event_id: UUID) -> dict[str, Any] | None:
        """One event: `state` is spooled, published, or heard (the hub has said how far it came). None is not ours."""
        heard = self.store.heard(event_id)
        if heard is not None:
            return {"state": "heard", **heard.as_json()}
        if not self.spool.knows(event_id):
            return None
        state = "spooled" if self.spool.still_waiting([event_id]) else "published"
        unheard: dict[str, Any] = {"at": None, "outcome": None, "told": None, "layers": {}, "reason": None}
        return {"state": state, "event_id": str(event_id), **unheard}

    def of_reference(self, reference: str) -> list[dict[str, Any]]:
        """Every event of a case of the source's own, the latest version first."""
        key = case_key(self.keys().case_secret, self.source, reference)
        found = [self.of_event(event_id) for event_id in self.spool.events_of(key)]
        return [one for one in found if one is not None]

    def latest(self) -> list[dict[str, Any]]:
        """What was heard last, of any event."""
        return [{"state": "heard", **heard.as_json()} for heard in self.store.latest(MOST)]


def told(teller: Teller, event: str | None, reference: str | None) -> list[dict[str, Any]]:
    """Of one event (whole id, or its beginning), of a case, or the latest."""
    if reference:
        return teller.of_reference(reference)
    if event:
        return [one for event_id in teller.spool.events_like(event) if (one := teller.of_event(event_id))]
    return teller.latest()


def wait_until(satisfied: Callable[[], bool], listener: Listener, folder: Path, seconds: float) -> bool:
    """Listen until this is so, beside a running adapter or in its place; whether it is."""
    if not satisfied():
        try:
            with listener_lock(folder) as lock:
                asyncio.run(listener.until(satisfied, seconds) if lock.take() else _watch(satisfied, seconds))
        except (KafkaError, OSError) as error:
            logger().warning("kafka gives no news", source=listener.source, fault=fault(error))
    return satisfied()


async def _watch(satisfied: Callable[[], bool], seconds: float) -> None:
    async with asyncio.timeout(seconds):
        while not await asyncio.to_thread(satisfied):  # noqa: ASYNC110 - another process hears it
            await asyncio.sleep(_LOOK_SECONDS)


def catch_up(listener: Listener, folder: Path, seconds: float) -> None:
    """Read what the hub has said since, where no running adapter does; what is here already is told all the same."""
    with listener_lock(folder) as lock:
        if lock.take():
            try:
                asyncio.run(listener.catch_up(seconds))
            except (KafkaError, OSError) as error:
                logger().warning("kafka gives no news", source=listener.source, fault=fault(error))
