"""Operators' hands on deliveries: put back, hold, release. Each leaves a ledger entry in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import psycopg

from hub.delivery.session import WAKE_CHANNEL
from hub.facts.act import Act
from hub.facts.terms import Cause
from hub.keys.evidence import Evidence
from hub.ledger import kinds
from hub.ledger.entry import Stamp
from hub.ledger.store import enter
from hub.routing.anew_requests import ask_anew
from hub.store.sqlfiles import sql

PACKAGE = "hub.people"


class Hand(StrEnum):
    """What an operator may do with a delivery."""

    REPLAY = "replay"
    HOLD = "hold"
    RELEASE = "release"


@dataclass(frozen=True, slots=True)
class Handled:
    """Ids that were changed, and those that could not be: unknown, or in a state that does not allow it."""

    changed: tuple[UUID, ...]
    unchanged: tuple[UUID, ...]


def handle(
    connection: psycopg.Connection[Any],
    hand: Hand,
    delivery_ids: Sequence[UUID],
    act: Act,
    evidence: Evidence,
) -> Handled:
    """Do it to each delivery whose state allows it, in the caller's transaction.

    Replay: what is held goes out again, from its first channel and with a fresh schedule; what could not be sealed is
    decided anew. Hold: what is pending stops;
    an attempt under way still ends, and what the recipient took is accepted. Release: what an operator held goes on.
    """
    found = connection.execute(sql(hand, PACKAGE), {"ids": list(delivery_ids), "now": act.at}).fetchall()
    changed = tuple(delivery_id for (delivery_id,) in found)
    if hand is Hand.REPLAY:
        changed += _decide_anew(connection, delivery_ids, act.at)
    for delivery_id in changed:
        said = evidence.seal_act(act, delivery_id.bytes)
        enter(connection, kinds.operator("delivery", str(delivery_id), hand, said, Stamp(act.at, evidence.random(16))))
    if changed:
        connection.execute("select pg_notify(%s, '')", (WAKE_CHANNEL,))
    return Handled(changed, tuple(sorted(set(delivery_ids) - set(changed))))


def _decide_anew(connection: psycopg.Connection[Any], delivery_ids: Sequence[UUID], now: datetime) -> tuple[UUID, ...]:
    """Ask for it where a delivery has nothing to send; which those are."""
    rows = connection.execute(sql("unsealed", PACKAGE), {"ids": list(delivery_ids)}).fetchall()
    ask_anew(connection, Cause.OPERATOR, [(event_id, subject) for event_id, subject, _ in rows], now)
    return tuple(delivery_id for *_, delivery_id in rows)
