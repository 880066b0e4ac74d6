"""A recipient's inbox: listed without content, opened one delivery at a time, each opening audited."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from hub import metrics
from hub.facts.errors import KeyMissing, Unopenable
from hub.facts.terms import Layer, Purpose
from hub.keys.provider import PublicKey, Use
from hub.ledger import kinds
from hub.ledger.entry import Stamp
from hub.people.desk import PACKAGE
from hub.people.looks import Look, look_beside
from hub.people.receipts import Receipt, Receipts
from hub.people.receiving.reader import Reader
from hub.redaction import jwe
from hub.redaction.disclosure import TYPES
from hub.store.connecting import Connection
from hub.store.sqlfiles import sql

SEALED, OPENED = "application/jose+json", "application/json"


class InboxKeys(Protocol):
    """What the inbox needs of the key provider; raises KeyMissing."""

    def public(self, key_id: str) -> PublicKey: ...

    def private_raw(self, key_id: str) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the list."""

    delivery_id: UUID
    type: str
    tier: str
    received_at: datetime
    due_by: datetime
    by: datetime | None
    layer: Layer


@dataclass(frozen=True, slots=True)
class Recalled:
    """What was disclosed was taken back: it is not shown again."""


@dataclass(frozen=True, slots=True)
class Inbox:
    """Lists and opens; `random` gives n bytes."""

    keys: InboxKeys
    receipts: Receipts
    clock: Callable[[], datetime]
    random: Callable[[int], bytes]

    async def list(self, connection: Connection, reader: Reader, *, after: UUID | None, limit: int) -> list[Item]:
        """The reader's deliveries after one of them, newest first; listing marks nothing."""
        found = await connection.execute(
            sql("list_inbox", PACKAGE),
            {
                "recipient": reader.organisation,
                "role": reader.role,
                "after": after,
                "limit": limit,
                "purposes": sorted(TYPES),
            },
            prepare=True,
        )
        return [
            Item(delivery_id, TYPES[Purpose(purpose)], tier, received_at, due_by, by, Layer(layer or Layer.ACCEPTED))
            for delivery_id, purpose, tier, received_at, due_by, by, layer in await found.fetchall()
        ]

    async def read(self, connection: Connection, reader: Reader, delivery_id: UUID) -> dict[str, Any] | Recalled | None:
        """The CloudEvent with its data opened; None where the reader has no such delivery.

        It counts as collected from then on, and the ledger says who read it: a key, or a person. Raises KeyMissing or
        Unopenable where the inbox key is not held or does not open it.
        """
        found = await connection.execute(
            sql("read_inbox", PACKAGE),
            {
                "id": delivery_id,
                "recipient": reader.organisation,
                "role": reader.role,
                "any_channel": reader.person is not None,
            },
            prepare=True,
        )
        row = await found.fetchone()
        if row is None:
            return None
        event_id, body, recalled, due_by = row
        if recalled:
            return Recalled()
        event, key_id = self._open(json.loads(body), reader.organisation)
        now = self.clock()
        async with connection.transaction():
            entry = kinds.read(delivery_id, event_id, _told(reader, key_id), Stamp(now, self.random(16)))
            seen = Look("delivery", str(delivery_id), event_id)
            who = {"organisation": reader.organisation, "person": reader.person_id, "key": reader.key_id}
            await look_beside(connection, seen, who, entry)
            await self.receipts.record(connection, reader, Receipt(delivery_id, Layer.COLLECTED, now))
        metrics.READS.labels("page" if reader.person else "api").inc()
        return {**event, "dueby": due_by}

    def _open(self, event: dict[str, Any], organisation: str) -> tuple[dict[str, Any], str | None]:
        """The event with plain data, and the id of the key that opened it."""
        if event["datacontenttype"] != SEALED:
            return event, None
        key_id = self._inbox_key(event["data"], organisation)
        opened = jwe.unseal(event["data"], key_id, self.keys.private_raw(key_id))
        return {**event, "datacontenttype": OPENED, "data": json.loads(opened)}, key_id

    def _inbox_key(self, sealed: dict[str, Any], organisation: str) -> str:
        """The organisation's inbox key that this was sealed to; raises Unopenable where there is none."""
        for one in sealed["recipients"]:
            key_id = one["header"]["kid"]
            try:
                key = self.keys.public(key_id)
            except KeyMissing:
                continue
            if key.owner == organisation and key.use is Use.INBOX:
                return str(key_id)
        raise Unopenable("The disclosure is not sealed to the organisation's inbox key.")


def _told(reader: Reader, key_id: str | None) -> dict[str, str | None]:
    """Who read, as the ledger's entry has it."""
    return {
        "organisation": reader.organisation,
        "role": reader.role,
        "caller": reader.key_id,
        "key_id": key_id,
        "person": str(reader.person_id) if reader.person_id else None,
    }
