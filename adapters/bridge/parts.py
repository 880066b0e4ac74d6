"""The parts that both ways of running share, opened and closed together."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path
from uuid import UUID

from adapters.bridge.formats import NativeFormat, configured
from adapters.bridge.ids import uuid7
from adapters.bridge.intake import Intake
from adapters.bridge.news.listener import Listener, consumer_of
from adapters.bridge.news.store import NewsStore
from adapters.bridge.news.telling import Teller
from adapters.bridge.news.testing import Tester
from adapters.bridge.spool.backoff import Backoff
from adapters.bridge.spool.publisher import Publisher, producer_of
from adapters.bridge.spool.store import DATABASE, Spool
from adapters.bridge.wiring import FreshKeys, organisation_id, source_keys
from hub.kafka.connection import Kafka
from hub.keys.files import FileKeys
from hub.settings import Settings
from hub.wire.news import topic
from hub.wire.schemas import Schemas, load_schemas


@dataclass(frozen=True)
class Bridge:
    """One adapter of one source, ready to take notices in."""

    settings: Settings
    source: str
    native: NativeFormat
    spool: Spool
    keys: FreshKeys
    clock: Callable[[], datetime]
    news: NewsStore
    schemas: Schemas
    new_id: Callable[[], UUID]

    @property
    def folder(self) -> Path:
        """Where the spool and its locks lie."""
        return self.settings.spool(self.source)

    @cached_property
    def intake(self) -> Intake:
        """The way in of this format."""
        return Intake(
            self.source, self.native, self.spool, self.schemas, self.keys,
            now=self.clock, new_id=self.new_id, reads=self.news.reads, sent=self.news.sent,
        )  # fmt: skip

    def beside(self, native: NativeFormat) -> Bridge:
        """Another format of the same source, with the same spool."""
        return replace(self, native=native)

    def listener(self) -> Listener:
        return _listener(self.settings, self.source, self.news, self.schemas, self.clock)

    def tester(self) -> Tester:
        return Tester(self.source, self.spool, self.news, self.schemas, self.keys, self.clock, self.new_id)

    def teller(self) -> Teller:
        return Teller(self.source, self.spool, self.news, self.keys)

    def publisher(self) -> Publisher:
        return Publisher(self.source, self.spool, partial(producer_of, Kafka.of(self.settings)), Backoff(random.random))


@contextmanager
def open_news(settings: Settings, source: str) -> Iterator[tuple[Teller, Listener]]:
    """What tells of a source's events, and what listens for them, without its doors."""
    organisation_id(source)
    keys = FreshKeys(partial(source_keys, settings, source), time.monotonic)
    with closing(Spool(settings.spool(source))) as spool, closing(_news(settings, source, spool)) as news:
        listener = _listener(settings, source, news, load_schemas(settings.schemas), now)
        yield Teller(source, spool, news, keys), listener


def _news(settings: Settings, source: str, spool: Spool) -> NewsStore:
    return spool.making_room(partial(NewsStore, settings.spool(source)))


def sources_here(settings: Settings) -> list[str]:
    """Organisations whose adapter has run with this home."""
    return sorted(path.parent.parent.name for path in (settings.home / "agencies").glob(f"*/spool/{DATABASE}"))


def _listener(
    settings: Settings, source: str, news: NewsStore, schemas: Schemas, clock: Callable[[], datetime]
) -> Listener:
    keys = FileKeys(settings.agency_keys(source), publics=settings.keys / "public")
    connect, backoff = partial(consumer_of, Kafka.of(settings), topic(source)), Backoff(random.random)
    return Listener(source, news, schemas, keys, connect, backoff, clock)


def now() -> datetime:
    """The time of day, where nobody gives another clock."""
    return datetime.now(UTC)


@contextmanager
def open_bridge(
    settings: Settings, name: str, source: str, *, mapping: Path | None = None, clock: Callable[[], datetime] = now
) -> Iterator[Bridge]:
    """The adapter `name` of `source`; raises UserError (also ConfigurationError) for what is missing or wrong."""
    with open_native(settings, configured(name, mapping), source, clock=clock) as bridge:
        yield bridge


@contextmanager
def open_native(
    settings: Settings, native: NativeFormat, source: str, *, clock: Callable[[], datetime] = now
) -> Iterator[Bridge]:
    """As `open_bridge`, of a format that is there already."""
    organisation_id(source)
    Kafka.of(settings)
    schemas = load_schemas(settings.schemas)
    keys = FreshKeys(partial(source_keys, settings, source), time.monotonic)
    spool = Spool(settings.spool(source))
    with closing(spool), closing(_news(settings, source, spool)) as news:
        new_id = partial(_new_id, clock, os.urandom)
        yield Bridge(settings, source, native, spool, keys, clock, news, schemas, new_id)


def _new_id(clock: Callable[[], datetime], random_bytes: Callable[[int], bytes]) -> UUID:
    return uuid7(clock(), random_bytes)
