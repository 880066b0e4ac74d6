"""Claiming: due deliveries of one tier, marked as this session's in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from hub.delivery.bulkhead import Room
from hub.delivery.claimed import Claimed, read_claimed
from hub.delivery.unread import WORDS
from hub.facts.terms import Tier
from hub.store.connecting import Connection
from hub.store.sqlfiles import sql

PACKAGE = "hub.delivery"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a lane can take: at most `limit` rows, `share` an endpoint, less where `rooms` says so.

    `movable` are the endpoints with an open circuit whose recipient has another channel: what is due there
    within `margin` (and lies in no inbox yet) is claimed to go on by that one.
    """

    tier: Tier
    session: int
    limit: int
    share: int
    rooms: Sequence[Room]
    movable: frozenset[tuple[str, str]]
    margin: timedelta
    today: date
    rules_version: str


async def claim(connection: Connection, wanted: Wanted) -> list[Claimed]:
    """Rows that are this session's from now on, the nearest deadline first."""
    cursor = connection.cursor(binary=True)
    await cursor.execute(
        sql("claim", PACKAGE),
        {
            **WORDS,
            "tier": wanted.tier,
            "session": wanted.session,
            "limit": wanted.limit,
            "share": wanted.share,
            "margin": wanted.margin,
            "today": wanted.today,
            "rules": wanted.rules_version,
            "recipients": [room.endpoint[0] for room in wanted.rooms],
            "channels": [room.endpoint[1] for room in wanted.rooms],
            "free": [room.free for room in wanted.rooms],
            "movable": [room.closed and room.endpoint in wanted.movable for room in wanted.rooms],
        },
        prepare=True,
    )
    return [read_claimed(row, wanted.session) for row in await cursor.fetchall()]
