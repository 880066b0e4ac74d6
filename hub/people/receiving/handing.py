"""Handing over: one reader asks a colleague of the same post to see to a delivery. Both may read it all the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from hub.facts.clock import local_day
from hub.ledger import kinds
from hub.ledger.entry import Stamp
from hub.ledger.store import enter
from hub.people.accounts.persons import new_id, open_named
from hub.people.desk import Desk
from hub.people.receipts import NotTheirs
from hub.people.receiving.acting import TakenBack
from hub.people.receiving.reader import Reader
from hub.people.receiving.words import Kept, checked, seal_words


class Colleague(NamedTuple):
    """Somebody who holds the same post today."""

    person_id: UUID
    name: str

    def __repr__(self) -> str:
        return "<Colleague redacted>"


@dataclass(frozen=True, slots=True)
class HandedOver:
    """It is theirs to see to. `new` False: it was already."""

    new: bool


@dataclass(frozen=True, slots=True)
class NoColleague:
    """Whoever was named does not hold this post today."""


def colleagues(desk: Desk, reader: Reader, now: datetime) -> list[Colleague]:
    """Who else holds the reader's post today, in training and not on leave, by their names."""
    rows = desk.rows(
        "colleagues",
        organisation=reader.organisation,
        office=reader.role,
        day=local_day(now),
        person=reader.person_id,
    )
    found = [Colleague(row["person_id"], open_named(desk, row).name) for row in rows]
    return sorted(found, key=lambda one: one.name.casefold())


def hand_over(
    desk: Desk, reader: Reader, delivery_id: UUID, taker: UUID, words: str, now: datetime
) -> HandedOver | NoColleague | TakenBack | NotTheirs:
    """Ask a colleague to see to it; raises UserError where the words are too long."""
    assert reader.person_id is not None, "a person hands over"
    words = checked(words, needed=False)
    stands = desk.row("stands", id=delivery_id, recipient=reader.organisation, role=reader.role)
    if stands is None:
        return NotTheirs()
    if stands["recalled_at"] is not None:
        return TakenBack()
    if taker not in {one.person_id for one in colleagues(desk, reader, now)}:
        return NoColleague()
    desk.do("lock_delivery", id=delivery_id)
    last = next(reversed(desk.rows("handovers_of", id=delivery_id)), None)
    if last and (last["from_person"], last["to_person"], last["taken_at"]) == (reader.person_id, taker, None):
        return HandedOver(new=False)
    handover_id = new_id(desk)
    said = seal_words(desk.evidence, Kept.HANDOVER, handover_id, words)
    desk.do(
        "keep_handover",
        handover=handover_id,
        id=delivery_id,
        giver=reader.person_id,
        taker=taker,
        at=now,
        key=said.key_id,
        sealed=said.sealed,
    )
    entry = kinds.handed_over(handover_id, delivery_id, (reader.person_id, taker), Stamp(now, desk.evidence.random(16)))
    enter(desk.connection, entry)
    return HandedOver(new=True)
