"""Deliveries as operators see them, and operators' hands on them: put back, hold, release. Bodies stay sealed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from hub.asking.store import WAKE
from hub.asking.tasks import EXPLANATIONS
from hub.facts.act import Act
from hub.facts.terms import DECIDABLE, Cause, Layer, Unsent
from hub.people.desk import PACKAGE, Desk, Row
from hub.routing.anew_requests import ask_anew
from hub.store.sqlfiles import sql

UNKNOWN = "A newer release of the hub says why: `hub deliveries show` of that one explains it."


class Hand(StrEnum):
    """What an operator may do with a delivery."""

    REPLAY = "replay"
    HOLD = "hold"
    RELEASE = "release"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which deliveries to list; None is all. `late`: past their deadline and not accepted."""

    status: str | None = None
    tier: str | None = None
    recipient: str | None = None
    event: UUID | None = None
    late: bool = False
    limit: int = 1_000


@dataclass(frozen=True, slots=True)
class Handled:
    """Ids that were changed, and those that could not be: unknown, or in a state that does not allow it."""

    changed: tuple[UUID, ...]
    unchanged: tuple[UUID, ...]


def list_deliveries(desk: Desk, wanted: Wanted) -> list[Row]:
    """Ids and states, the nearest deadline first."""
    asked = {name: getattr(wanted, name) for name in Wanted.__slots__}
    return desk.rows("list_deliveries", **asked)


def show_delivery(desk: Desk, delivery_id: UUID) -> Row | None:
    """One delivery with its receipts, and why it is held or cancelled in a sentence."""
    found = desk.row("show_delivery", id=delivery_id)
    if found is None:
        return None
    receipts = desk.rows("receipts_of", id=delivery_id)
    return found | {
        "explanation": explained(found["reason"]) if found["reason"] else None,
        "receipts": [{"layer": Layer(one["layer"]).word, "at": one["at"]} for one in receipts],
    }


def explained(reason: str) -> str:
    """Why a delivery is held or cancelled, in a sentence."""
    return EXPLANATIONS[Unsent(reason)] if reason in set(Unsent) else UNKNOWN


def held_for(desk: Desk, reason: Unsent, recipient: str | None) -> list[UUID]:
    """Ids of what is held for a reason, of one recipient or of all."""
    return [row["delivery_id"] for row in desk.rows("held_for", reason=reason, recipient=recipient)]


def handle(desk: Desk, hand: Hand, delivery_ids: Sequence[UUID], act: Act) -> Handled:
    """Do it to each delivery whose state allows it; each leaves a ledger entry.

    Replay: what is held goes out again, from its first channel and with a fresh schedule; what could not be sealed, or
    may not leave as it is, is decided anew, and a text goes by what its reviewer said of it. Hold: what is pending
    stops; an attempt under way still ends, and what the recipient took is accepted. Release: what an operator held goes
    on.
    """
    asked = {"ids": list(delivery_ids), "decidable": sorted(DECIDABLE)}
    found = desk.connection.execute(sql(hand, PACKAGE), asked).fetchall()
    changed = tuple(delivery_id for (delivery_id,) in found)
    if hand is Hand.REPLAY:
        changed += _decide_anew(desk, delivery_ids) + _send_again(desk, delivery_ids)
    for delivery_id in changed:
        desk.note("delivery", str(delivery_id), hand, act)
    if changed:
        desk.connection.execute(WAKE, ("",))
    return Handled(changed, tuple(sorted(set(delivery_ids) - set(changed))))


def _decide_anew(desk: Desk, delivery_ids: Sequence[UUID]) -> tuple[UUID, ...]:
    """Ask for it where a delivery has nothing that may be sent; which those are."""
    rows = desk.rows("to_decide_anew", ids=list(delivery_ids), decidable=sorted(DECIDABLE))
    ask_anew(desk.connection, Cause.OPERATOR, [(row["event_id"], row["subject"]) for row in rows])
    return tuple(row["delivery_id"] for row in rows)


def _send_again(desk: Desk, delivery_ids: Sequence[UUID]) -> tuple[UUID, ...]:
    """Have the texts among them that were stopped sent as their reviewers said; which those are."""
    rows = desk.rows("stopped_texts", ids=list(delivery_ids), decidable=sorted(DECIDABLE))
    asked = {"tasks": [row["task_id"] for row in rows], "by_hub": False, "rules_version": None}
    again = {task_id for (task_id,) in desk.connection.execute(sql("text_again", "hub.routing"), asked)}
    return tuple(row["delivery_id"] for row in rows if row["task_id"] in again)
