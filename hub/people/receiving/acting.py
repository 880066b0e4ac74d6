"""What a person says of what they read: that they read it, and what they did. Each is a receipt of theirs.

A word about something that was taken back meanwhile is not taken: they are shown that it was.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from hub.delivery.reporting import lock_events
from hub.facts.errors import UserError
from hub.facts.offices import Did
from hub.facts.terms import Caveat, Layer
from hub.keys.evidence import Evidence
from hub.ledger import kinds
from hub.ledger.entry import Stamp
from hub.ledger.store import enter_beside
from hub.people.desk import PACKAGE
from hub.people.receipts import NotTheirs, Receipt, Receipts, Recorded
from hub.people.receiving.reader import Reader
from hub.people.receiving.words import Kept, checked, open_words, seal_words
from hub.store.connecting import Connection
from hub.store.sqlfiles import sql


@dataclass(frozen=True, slots=True)
class TakenBack:
    """It was taken back meanwhile."""


@dataclass(frozen=True, slots=True)
class Unticked:
    """How it is to be handled must be acknowledged first: these caveats."""

    missing: frozenset[Caveat]


@dataclass(frozen=True, slots=True)
class NotRead:
    """Nobody has said yet that they read it, which comes first."""


Said = Recorded | TakenBack | Unticked | NotRead | NotTheirs


class _Stands(NamedTuple):
    event_id: UUID
    reached: int
    recalled_at: object
    caveats: list[str]
    acknowledged: list[str]


async def say_read(
    receipts: Receipts, connection: Connection, reader: Reader, delivery_id: UUID, ticked: Collection[Caveat]
) -> Said:
    """'I have read this', with the caveats that they tick; those that somebody acknowledged before need no tick."""
    async with connection.transaction():
        stands = await _stands(connection, reader, delivery_id)
        if not isinstance(stands, _Stands):
            return stands
        missing = set(stands.caveats) - set(stands.acknowledged) - set(ticked)
        if missing:
            return Unticked(frozenset(Caveat(code) for code in missing))
        new = frozenset(ticked) & {Caveat(code) for code in stands.caveats}
        said = await _record(receipts, connection, reader, delivery_id, Layer.OPENED, new)
        values = {"id": delivery_id, "person": reader.person_id, "at": receipts.clock()}
        await connection.execute(sql("take_over", PACKAGE), values)
        return said


async def say_done(
    receipts: Receipts, connection: Connection, reader: Reader, delivery_id: UUID, did: Collection[Did], words: str
) -> Said:
    """'What I did', as often as there is something to say. Saying the same again at once is saying it once."""
    if not did:
        raise UserError("Choose what you did.")
    words = checked(words, needed=Did.OTHER in did)
    async with connection.transaction():
        stands = await _stands(connection, reader, delivery_id)
        if not isinstance(stands, _Stands):
            return stands
        if stands.reached < Layer.OPENED:
            return NotRead()
        if await _said_last(receipts.evidence, connection, reader, delivery_id, did, words):
            return Recorded(Layer.ACTED, new=False)
        await _keep(receipts, connection, reader, delivery_id, did, words)
        await _record(receipts, connection, reader, delivery_id, Layer.ACTED, frozenset())
        return Recorded(Layer.ACTED, new=True)


async def _stands(connection: Connection, reader: Reader, delivery_id: UUID) -> _Stands | TakenBack | NotTheirs:
    """Where it stands, and until the transaction ends no other word about it comes between."""
    whose = {"id": delivery_id, "recipient": reader.organisation, "role": reader.role}
    if (first := await _find(connection, whose)) is None:
        return NotTheirs()
    await lock_events(connection, [first.event_id])
    stands = await _find(connection, whose)
    if stands is None:
        return NotTheirs()
    return TakenBack() if stands.recalled_at is not None else stands


async def _find(connection: Connection, whose: dict[str, Any]) -> _Stands | None:
    row = await (await connection.execute(sql("stands", PACKAGE), whose)).fetchone()
    return _Stands(*row) if row else None


async def _record(
    receipts: Receipts,
    connection: Connection,
    reader: Reader,
    delivery_id: UUID,
    layer: Layer,
    acknowledged: frozenset[Caveat],
) -> Recorded | NotTheirs:
    assert reader.person is not None, "a person says this"
    receipt = Receipt(delivery_id, layer, receipts.clock(), reader.person.name, acknowledged)
    taken = await receipts.record(connection, reader, receipt)
    assert isinstance(taken, Recorded | NotTheirs), "it has a name, its own caveats, and came before now"
    return taken


async def _said_last(
    evidence: Evidence, connection: Connection, reader: Reader, delivery_id: UUID, did: Collection[Did], words: str
) -> bool:
    values = {"id": delivery_id, "person": reader.person_id}
    row = await (await connection.execute(sql("last_done_by", PACKAGE), values)).fetchone()
    if row is None:
        return False
    done_id, before, key_id, sealed = row
    return set(before) == set(did) and open_words(evidence, Kept.DONE, done_id, key_id, sealed) == words


async def _keep(
    receipts: Receipts, connection: Connection, reader: Reader, delivery_id: UUID, did: Collection[Did], words: str
) -> None:
    assert reader.person_id is not None, "a person says this"
    evidence, now = receipts.evidence, receipts.clock()
    done_id = UUID(bytes=evidence.random(16), version=4)
    said = seal_words(evidence, Kept.DONE, done_id, words)
    codes = [one.value for one in Did if one in did]
    values: dict[str, Any] = {
        "done": done_id,
        "id": delivery_id,
        "person": reader.person_id,
        "at": now,
        "did": codes,
        "key": said.key_id,
        "sealed": said.sealed,
    }
    await connection.execute(sql("keep_done", PACKAGE), values)
    stamp = Stamp(now, evidence.random(16))
    await enter_beside(connection, [kinds.done(done_id, delivery_id, reader.person_id, codes, stamp)])
