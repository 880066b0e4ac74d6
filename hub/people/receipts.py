"""The recipient's word on a delivery: collected, opened by a named person, acted on.

Each layer is a row of its own and is written once; a late lower one is kept beside a higher one and changes nothing of
what is reported. Who opened or acted is sealed under the hub's evidence key.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hub import metrics
from hub.delivery.reporting import News, lock_events
from hub.facts.terms import Layer, Purpose, Role
from hub.keys.evidence import Evidence
from hub.ledger import kinds
from hub.ledger.entry import Stamp
from hub.ledger.store import enter_beside
from hub.store.connecting import Connection
from hub.store.sqlfiles import sql

PACKAGE = "hub.people"
NAMED = frozenset({Layer.OPENED, Layer.ACTED})


@dataclass(frozen=True, slots=True)
class Recorded:
    """The receipt stands. `reached` is the highest layer so far; `new` False: this one was there already."""

    reached: Layer
    new: bool


@dataclass(frozen=True, slots=True)
class NotTheirs:
    """The organisation's role has no such delivery; whether another has is not told."""


@dataclass(frozen=True, slots=True)
class NameMissing:
    """Who opened it or acted must be named."""


@dataclass(frozen=True, slots=True)
class Receipts:
    """Records receipts."""

    news: News
    evidence: Evidence
    clock: Callable[[], datetime]

    async def record(
        self,
        connection: Connection,
        organisation: str,
        role: Role,
        delivery_id: UUID,
        layer: Layer,
        at: datetime,
        by: str | None,
    ) -> Recorded | NotTheirs | NameMissing:
        """Store one receipt, in one transaction with its ledger entry and the news of it. Idempotent.

        `at` is the recipient's word, aware; one in the future is read as now. `layer` is collected or above: accepted
        is the transport's own.
        """
        if layer in NAMED and not by:
            return NameMissing()
        now = self.clock()
        async with connection.transaction():
            found = await connection.execute(
                sql("whose", PACKAGE), {"id": delivery_id, "recipient": organisation, "role": role}
            )
            row = await found.fetchone()
            if row is None:
                return NotTheirs()
            event_id, purpose = row
            await lock_events(connection, [event_id])
            new = await self._insert(connection, delivery_id, layer, min(at, now), by)
            if new:
                told: dict[str, str | None] = {"recipient": organisation, "role": role}
                stamp = Stamp(now, self.evidence.random(16))
                await enter_beside(connection, [kinds.receipt(delivery_id, event_id, layer, told, stamp)])
            if new and purpose != Purpose.NOTIFY:
                await self.news.tell(connection, [event_id], now)
            reached = await connection.execute("select max(layer) from receipt where delivery_id = %s", (delivery_id,))
            [[highest]] = await reached.fetchall()
        if new:
            metrics.RECEIPTS.labels(layer.word).inc()
        return Recorded(Layer(highest), new)

    async def _insert(
        self, connection: Connection, delivery_id: UUID, layer: Layer, at: datetime, by: str | None
    ) -> bool:
        key_id, sealed = self.evidence.seal(by, _bound(delivery_id, layer)) if by and layer in NAMED else (None, None)
        written = await connection.execute(
            "insert into receipt (delivery_id, layer, at, received_at, by_key, by_sealed) "
            "values (%s, %s, %s, %s, %s, %s) on conflict do nothing",
            (delivery_id, int(layer), at, self.clock(), key_id, sealed),
        )
        return written.rowcount == 1


def open_name(evidence: Evidence, receipt: tuple[UUID, Layer, str, bytes]) -> str:
    """Who opened or acted, of a receipt's (delivery id, layer, by_key, by_sealed); for an audited explanation only."""
    delivery_id, layer, key_id, sealed = receipt
    return evidence.open(key_id, sealed, _bound(delivery_id, layer))


def _bound(delivery_id: UUID, layer: Layer) -> bytes:
    return b"concern-hub/receipt/1\0" + delivery_id.bytes + bytes([layer])
