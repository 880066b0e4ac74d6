"""News for the sender: how far an event came, sealed to the sender's own key. Never who was told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from hub.keys import hpke
from hub.keys.provider import PublicKey
from hub.wire.schemas import Schemas

_INFO = b"concern-hub/news/1\0"


def topic(source: str) -> str:
    """The Kafka topic a source reads."""
    return f"receipts.{source}"


def news_info(event_id: UUID, source: str) -> bytes:
    """What binds sealed news to its event and reader."""
    return _INFO + event_id.bytes + source.encode()


def seal_news(
    event_id: UUID,
    source: str,
    key: PublicKey,
    schemas: Schemas,
    *,
    at: datetime,
    outcome: str,
    told: int,
    layers: Mapping[str, int],
    reason: str | None = None,
) -> bytes:
    """A SealedNews record value. `told` counts recipients; `layers` counts deliveries that reached each layer."""
    news = schemas.encode(
        "News",
        {
            "event_id": event_id.bytes,
            "at": at,
            "outcome": outcome,
            "told": told,
            "reason": reason,
            "layers": [{"layer": layer, "count": count} for layer, count in layers.items()],
        },
    )
    return schemas.encode(
        "SealedNews",
        {
            "event_id": event_id.bytes,
            "source": source,
            "key_id": key.key_id,
            "sealed": hpke.seal(key, news, news_info(event_id, source)),
        },
    )
