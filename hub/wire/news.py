"""News for the sender: how far an event came, sealed to the sender's key and signed by the hub. Never who was told."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple
from uuid import UUID

from hub.facts.errors import KeyMissing
from hub.keys import hpke
from hub.keys.files import HUB, verify
from hub.keys.overlap import Overlap
from hub.keys.provider import PublicKey, Use
from hub.wire.schemas import Schemas

_INFO = b"concern-hub/news/1\0"
_SIGNED = b"concern-hub/news/signed/2\0"
TESTED = "connection_tested"
"""Outcome in the answer to an adapter's test."""


class About(NamedTuple):
    """The record that news is of. `digest` is SHA-256 of its signed header; empty where it is not known."""

    event_id: UUID
    source: str
    digest: bytes


class Said(NamedTuple):
    """What news says. `told` counts recipients; `layers`, deliveries that reached each layer.

    `reason` is a dead letter's; `reads`, in the answer to a test, the newest version of each schema that the hub reads.
    """

    outcome: str
    told: int = 0
    layers: Mapping[str, int] = MappingProxyType({})
    reason: str | None = None
    reads: Mapping[str, int] = MappingProxyType({})


class Read(NamedTuple):
    """News as its reader has it, proved to be the hub's."""

    about: About
    at: datetime
    said: Said


@dataclass(slots=True)
class NewsSigner:
    """Signs under the hub's news key: after a rotation under the one before until readers can have the new one."""

    overlap: Overlap

    def sign(self, message: bytes) -> tuple[str, bytes] | tuple[None, None]:
        """(key id, signature); nothing where the hub has no such key yet: readers ignore the news."""
        in_use = self.overlap.in_use(HUB, Use.NEWS)
        return (in_use[-1], self.overlap.keys.sign(in_use[-1], message)) if in_use else (None, None)


def topic(source: str) -> str:
    """The Kafka topic a source reads."""
    return f"receipts.{source}"


def news_info(event_id: UUID, source: str) -> bytes:
    """What binds sealed news to its event and reader."""
    return _INFO + event_id.bytes + source.encode()


def seal_news(about: About, key: PublicKey, schemas: Schemas, signer: NewsSigner, *, at: datetime, said: Said) -> bytes:
    """A SealedNews record value."""
    news = schemas.encode(
        "News",
        {
            "event_id": about.event_id.bytes,
            "at": at,
            "outcome": said.outcome,
            "told": said.told,
            "reason": said.reason,
            "layers": [{"layer": layer, "count": count} for layer, count in said.layers.items()],
            "reads": [{"name": name, "version": version} for name, version in said.reads.items()],
        },
    )
    sealed = hpke.seal(key, news, news_info(about.event_id, about.source))
    signing_key, signature = signer.sign(_message(about, key.key_id, sealed))
    return schemas.encode(
        "SealedNews",
        {
            "event_id": about.event_id.bytes,
            "source": about.source,
            "key_id": key.key_id,
            "sealed": sealed,
            "header_digest": about.digest or None,
            "signing_key": signing_key,
            "signature": signature,
        },
    )


def read_news(
    value: bytes,
    schemas: Schemas,
    public_key: Callable[[str], PublicKey],
    unseal: Callable[[str, bytes, bytes], bytes],
) -> Read | None:
    """News that the hub signed, opened; None for what it did not sign, which anybody may have written.

    Raises BadRecord where it is no news at all, KeyMissing or Unopenable where it is not for this reader's keys.
    """
    record = schemas.decode("SealedNews", value)
    about = About(UUID(bytes=record["event_id"]), record["source"], record["header_digest"] or b"")
    if not _is_signed(record, about, public_key):
        return None
    opened = unseal(record["key_id"], record["sealed"], news_info(about.event_id, about.source))
    news = schemas.decode("News", opened)
    if news["event_id"] != record["event_id"]:
        return None
    layers = {one["layer"]: one["count"] for one in news["layers"]}
    reads = {one["name"]: one["version"] for one in news["reads"]}
    return Read(about, news["at"], Said(news["outcome"], news["told"], layers, news["reason"], reads))


def _is_signed(record: Mapping[str, Any], about: About, public_key: Callable[[str], PublicKey]) -> bool:
    if not record["signing_key"] or not record["signature"]:
        return False
    try:
        key = public_key(record["signing_key"])
    except KeyMissing:
        return False
    message = _message(about, record["key_id"], record["sealed"])
    return key.owner == HUB and key.use is Use.NEWS and verify(key, message, record["signature"])


def _message(about: About, key_id: str, sealed: bytes) -> bytes:
    """What the signature covers: each field after its length, so that none runs into the next."""
    ids = (about.event_id.bytes, about.source.encode(), about.digest, key_id.encode())
    fields = (*ids, hashlib.sha256(sealed).digest())
    return _SIGNED + b"".join(len(one).to_bytes(4, "big") + one for one in fields)
