"""What every change of a delivery leaves behind in its own transaction: ledger entries, and news for the sender."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hub.facts.errors import KeyMissing
from hub.facts.terms import Layer
from hub.keys.provider import PublicKey
from hub.store.connecting import Connection
from hub.store.sqlfiles import sql
from hub.wire.news import About, NewsSigner, Said, seal_news, topic
from hub.wire.schemas import Schemas

PACKAGE = "hub.delivery"


@dataclass(frozen=True, slots=True)
class News:
    """Tells senders how far an event came. `key_of` gives a source's receiving key; one without gets no news."""

    schemas: Schemas
    signer: NewsSigner
    key_of: Callable[[str], PublicKey | None]

    async def tell(self, connection: Connection, event_ids: Iterable[UUID], at: datetime) -> int:
        """Put news of these events in the outbox, counted from the database; the caller holds their locks."""
        cursor = connection.cursor(binary=True)
        await cursor.execute(sql("counts", PACKAGE), {"ids": list(event_ids)}, prepare=True)
        topics, keys, values = [], [], []
        for event_id, source, digest, case_key, outcome, told, *reached in await cursor.fetchall():
            key = self.key_of(source)
            if key is None:
                continue
            layers = {layer.word: count for layer, count in zip(Layer, reached, strict=True) if count}
            topics.append(topic(source))
            keys.append(case_key)
            about = About(event_id, source, digest)
            said = Said(outcome, told, layers)
            values.append(seal_news(about, key, self.schemas, self.signer, at=at, said=said))
        if topics:
            await connection.execute(
                sql("tell", PACKAGE), {"topics": topics, "keys": keys, "values": values, "at": at}, prepare=True
            )
        return len(topics)


def key_finder(
    receive_key: Callable[[str], str | None], public: Callable[[str], PublicKey]
) -> Callable[[str], PublicKey | None]:
    """`News.key_of` from the directory and the key provider."""

    def find(source: str) -> PublicKey | None:
        key_id = receive_key(source)
        try:
            return public(key_id) if key_id else None
        except KeyMissing:
            return None

    return find


async def lock_events(connection: Connection, event_ids: Iterable[UUID]) -> None:
    """Wait for whoever else changes deliveries of these events, until the transaction ends."""
    keys = sorted({int.from_bytes(event_id.bytes[8:], signed=True) for event_id in event_ids})
    if keys:
        await connection.execute(sql("lock_events", PACKAGE), {"keys": keys}, prepare=True)
