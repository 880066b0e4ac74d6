"""The recipient's word on a delivery: collected, opened by a named person, acted on.

Each layer is a row of its own and is written once; a late lower one is kept beside a higher one and changes nothing of
what is reported. So is each caveat that they acknowledge. Who it was is sealed under the hub's evidence key.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from hub import metrics
from hub.asking.store import confirm_beside
from hub.delivery.reporting import News, lock_events
from hub.facts.model import Personal
from hub.facts.terms import Caveat, Layer, Purpose
from hub.keys.evidence import Evidence
from hub.ledger import kinds
from hub.ledger.entry import Stamp
from hub.ledger.store import enter_beside
from hub.people.desk import PACKAGE
from hub.people.receiving.reader import Reader
from hub.store.connecting import Connection
from hub.store.sqlfiles import sql

NAMED = frozenset({Layer.OPENED, Layer.ACTED})
_ACKNOWLEDGED = b"concern-hub/acknowledgement/1\0"
CLOCKS_DIFFER = timedelta(minutes=5)
"""A recipient's clock may be so far behind the hub's."""


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
class NotItsCaveat:
    """What is acknowledged is no caveat of this delivery."""


@dataclass(frozen=True, slots=True)
class TooEarly:
    """Before the delivery was accepted, nobody can have opened it or acted."""


@dataclass(frozen=True, slots=True, repr=False)
class Receipt(Personal):
    """What a recipient says: how far a delivery came, when (aware), and who opened it or acted.

    `acknowledged`: caveats that they say they know of.
    """

    delivery_id: UUID
    layer: Layer
    at: datetime
    by: str | None = None
    acknowledged: frozenset[Caveat] = frozenset()


Taken = Recorded | NotTheirs | NameMissing | NotItsCaveat | TooEarly


@dataclass(frozen=True, slots=True)
class Receipts:
    """Records receipts."""

    news: News
    evidence: Evidence
    clock: Callable[[], datetime]

    async def record(self, connection: Connection, reader: Reader, receipt: Receipt) -> Taken:
        """Store one receipt, in one transaction with its ledger entry and the news of it. Idempotent.

        A time in the future is read as now; one just before the delivery was accepted, as that: clocks differ. The
        layer is collected or above: accepted is the transport's own.
        """
        if (receipt.layer in NAMED or receipt.acknowledged) and not receipt.by:
            return NameMissing()
        now = self.clock()
        async with connection.transaction():
            whose = {"id": receipt.delivery_id, "recipient": reader.organisation, "role": reader.role}
            row = await (await connection.execute(sql("whose", PACKAGE), whose)).fetchone()
            if row is None:
                return NotTheirs()
            event_id, purpose, came_at, caveats = row
            if not receipt.acknowledged <= set(caveats):
                return NotItsCaveat()
            if receipt.at < came_at - CLOCKS_DIFFER:
                return TooEarly()
            await lock_events(connection, [event_id])
            at = min(max(receipt.at, came_at), now)
            new = await self._insert(connection, reader, receipt, at=at, now=now)
            if new:
                await self._enter(connection, reader, receipt, event_id, now)
            await self._acknowledge(connection, reader, receipt, event_id, at=at, now=now)
            if receipt.layer in NAMED:
                await confirm_beside(connection, receipt.delivery_id)
            if new and purpose != Purpose.NOTIFY:
                await self.news.tell(connection, [event_id], now)
            reached = await connection.execute(sql("reached", PACKAGE), {"id": receipt.delivery_id})
            [[highest]] = await reached.fetchall()
        if new:
            metrics.RECEIPTS.labels(receipt.layer.word).inc()
        return Recorded(Layer(highest), new)

    async def _insert(
        self, connection: Connection, reader: Reader, receipt: Receipt, *, at: datetime, now: datetime
    ) -> bool:
        key_id = sealed = None
        if receipt.by and receipt.layer in NAMED:
            key_id, sealed = self.evidence.seal(receipt.by, _bound(receipt.delivery_id, receipt.layer))
        values = {
            "id": receipt.delivery_id,
            "layer": int(receipt.layer),
            "at": at,
            "now": now,
            "key": key_id,
            "sealed": sealed,
            "person": reader.person_id if sealed else None,
        }
        return (await connection.execute(sql("keep_receipt", PACKAGE), values)).rowcount == 1

    async def _acknowledge(
        self, connection: Connection, reader: Reader, receipt: Receipt, event_id: UUID, *, at: datetime, now: datetime
    ) -> None:
        """Those that nobody acknowledged before, with who did."""
        if not receipt.acknowledged or not receipt.by:
            return
        key_id, sealed = self.evidence.seal(receipt.by, _ACKNOWLEDGED + receipt.delivery_id.bytes)
        values = {
            "id": receipt.delivery_id,
            "caveats": sorted(receipt.acknowledged),
            "at": at,
            "key": key_id,
            "sealed": sealed,
            "person": reader.person_id,
        }
        new = await (await connection.execute(sql("acknowledge", PACKAGE), values)).fetchall()
        if new:
            codes, told = sorted(code for (code,) in new), _told(reader)
            stamp = Stamp(now, self.evidence.random(16))
            entry = kinds.acknowledged(receipt.delivery_id, event_id, codes, told, stamp)
            await enter_beside(connection, [entry])

    async def _enter(
        self, connection: Connection, reader: Reader, receipt: Receipt, event_id: UUID, now: datetime
    ) -> None:
        stamp = Stamp(now, self.evidence.random(16))
        entry = kinds.receipt(receipt.delivery_id, event_id, receipt.layer, _told(reader), stamp)
        await enter_beside(connection, [entry])


def open_name(evidence: Evidence, receipt: tuple[UUID, Layer, str, bytes]) -> str:
    """Who opened or acted, of a receipt's (delivery id, layer, by_key, by_sealed); for an audited explanation only."""
    delivery_id, layer, key_id, sealed = receipt
    return evidence.open(key_id, sealed, _bound(delivery_id, layer))


def _told(reader: Reader) -> dict[str, str | None]:
    """Whose word it is, as ledger entries have it; a person by their id."""
    told: dict[str, str | None] = {"recipient": reader.organisation, "role": reader.role}
    return told | ({"person": str(reader.person_id)} if reader.person_id else {})


def _bound(delivery_id: UUID, layer: Layer) -> bytes:
    return b"concern-hub/receipt/1\0" + delivery_id.bytes + bytes([layer])
