"""What is in the way: late, held, dead, quarantined, waiting for a person; each in its one sentence, with its hands."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from hub.facts.clock import spoken
from hub.facts.terms import Unsent
from hub.people.desk import Desk, Row
from hub.people.ids import Found, Thing
from hub.people.operating.deliveries import Hand
from hub.people.operating.sources import standings
from hub.people.operating.why import standing_of

MOST = 1_000
"""Of one kind that are counted, and that one hand reaches at once."""
LISTED = 50
Places = Collection[str] | None
"""Organisations whose things somebody may see, a delivery's being its source alone; None is all."""


class Trouble(StrEnum):
    """What may be in the way, the worst first."""

    LATE = "late"
    """Deliveries that are past their deadline and still on their way."""
    HELD = "held"
    DEAD = "dead"
    QUARANTINED = "quarantined"
    WAITING = "waiting"
    """Reviews that nobody has answered, of what nobody confirmed among them."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One thing by its id: whom it is about, its one sentence, and what an operator may do."""

    thing: str
    id: str
    about: str | None
    tier: str | None
    due_by: datetime | None
    reason: str | None
    waits_for: str | None
    sentence: str
    hands: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """What one hand reaches at once: how many are held, or wait, for one reason."""

    thing: Thing
    reason: str
    count: int


def counts(desk: Desk, places: Places) -> dict[Trouble, int]:
    """How many of each, counted to `MOST`."""
    rows = desk.rows("trouble_counts", places=_names(places), most=MOST)
    found = {Trouble(row["trouble"]): row["count"] for row in rows}
    return {trouble: found[trouble] for trouble in Trouble}


def list_troubles(desk: Desk, trouble: Trouble, places: Places, limit: int = LISTED) -> list[Listed]:
    """The nearest deadline first."""
    if trouble is Trouble.QUARANTINED:
        return _quarantined(desk, places)[:limit]
    now = desk.now()
    rows = desk.rows("troubles", trouble=trouble, places=_names(places), limit=limit)
    return [_listed(desk, row, now) for row in rows]


def _listed(desk: Desk, row: Row, now: datetime) -> Listed:
    thing = Thing(row["thing"])
    standing = standing_of(desk, Found(thing, row["id"]), now)
    return Listed(
        **row | {"id": str(row["id"])},
        waits_for=standing.waits_for,
        sentence=standing.sentence,
        hands=hands_on(thing, standing.state, row["reason"]),
    )


def hands_on(thing: Thing, state: str, reason: str | None) -> tuple[str, ...]:
    """What an operator may do with a thing as it stands."""
    match thing, state:
        case Thing.DELIVERY, "pending":
            return (Hand.HOLD,)
        case Thing.DELIVERY, "held":
            return (Hand.RELEASE,) if reason == Unsent.BY_OPERATOR else (Hand.REPLAY,)
        case Thing.DEAD_LETTER, "open" | "escalated":
            return ("replay", "close")
        case _:
            return ()


def belongs(desk: Desk, thing_id: UUID, places: Places) -> bool:
    """Whether a delivery or dead letter is in these organisations' hands."""
    if places is None:
        return True
    return any(row["place"] in places for row in desk.rows("whose_thing", id=thing_id))


def batches(desk: Desk, places: Places) -> list[Batch]:
    """What may be put back together: by reason, each counted to `MOST`."""
    rows = desk.rows("reasons_held", places=_names(places), most=MOST)
    return [Batch(Thing(row["thing"]), row["reason"], row["count"]) for row in rows]


def batch(desk: Desk, thing: Thing, reason: str, places: Places) -> list[UUID]:
    """Ids of what is held, or waits, for a reason: at most `MOST` at once."""
    rows = desk.rows("batch_of", thing=thing, reason=reason, places=_names(places), most=MOST)
    return [row["id"] for row in rows]


def quarantined(desk: Desk, source: str) -> Listed | None:
    """How a source in quarantine stands; None where it is in none."""
    return next(iter(_quarantined(desk, frozenset({source}))), None)


def _quarantined(desk: Desk, places: Places) -> list[Listed]:
    return [
        Listed("source", one["source"], one["source"], None, one["quarantined_at"], None, "hub (operator)",
               _of_source(one["source"], one["bad_count"], one["quarantined_at"]), ("release",))
        for one in standings(desk)
        if one["quarantined_at"] and (places is None or one["source"] in places)
    ]  # fmt: skip


def _of_source(source: str, count: int, since: datetime) -> str:
    return (
        f"{source} sent {count} bad records and is in quarantine since {spoken(since)}: what it sends becomes dead "
        "letters and reaches nobody. hub (operator) must ask it what is wrong, then release it and put those back."
    )


def _names(places: Places) -> list[str] | None:
    return None if places is None else sorted(places)
