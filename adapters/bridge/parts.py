"""The parts that both ways of running share, opened and closed together."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from uuid import UUID

from adapters.bridge.formats import NativeFormat, find
from adapters.bridge.ids import uuid7
from adapters.bridge.intake import Intake
from adapters.bridge.spool.backoff import Backoff
from adapters.bridge.spool.publisher import Publisher, producer_of
from adapters.bridge.spool.store import Limits, Spool
from adapters.bridge.wiring import FreshKeys, organisation_id, source_keys
from hub.kafka.connection import Kafka
from hub.settings import Settings
from hub.wire.schemas import load_schemas


@dataclass(frozen=True, slots=True)
class Bridge:
    """One adapter of one source, ready to take notices in."""

    settings: Settings
    source: str
    native: NativeFormat
    spool: Spool
    intake: Intake
    keys: FreshKeys
    clock: Callable[[], datetime]

    @property
    def folder(self) -> Path:
        """Where the spool and its locks lie."""
        return self.settings.spool(self.source)

    def publisher(self) -> Publisher:
        return Publisher(self.spool, partial(producer_of, Kafka.of(self.settings)), Backoff(random.random))


def now() -> datetime:
    """The time of day, where nobody gives another clock."""
    return datetime.now(UTC)


@contextmanager
def open_bridge(
    settings: Settings,
    name: str,
    source: str,
    *,
    limits: Limits | None = None,
    clock: Callable[[], datetime] = now,
    random_bytes: Callable[[int], bytes] = os.urandom,
) -> Iterator[Bridge]:
    """The adapter `name` of `source`; raises UserError (also ConfigurationError) for what is missing."""
    organisation_id(source)
    Kafka.of(settings)
    native, schemas = find(name), load_schemas(settings.schemas)
    keys = FreshKeys(partial(source_keys, settings, source), time.monotonic)
    spool = Spool(settings.spool(source), limits)
    try:
        new_id = partial(_new_id, clock, random_bytes)
        intake = Intake(source, native.translate, spool, schemas, keys, now=clock, new_id=new_id)
        yield Bridge(settings, source, native, spool, intake, keys, clock)
    finally:
        spool.close()


def _new_id(clock: Callable[[], datetime], random_bytes: Callable[[int], bytes]) -> UUID:
    return uuid7(clock(), random_bytes)
