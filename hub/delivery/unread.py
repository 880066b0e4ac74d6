"""Rows that hold a word which this release does not know: left to whoever does, and named; everything else goes on.

A newer release that runs beside may write a role, a purpose or a tier of its own. Statements pass such rows over, by
the lists here; the sweep names each once and counts them for an alarm, for nobody else may be there who reads them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from hub import metrics
from hub.asking.desks import HUB_DESK
from hub.delivery.channels import BUILT
from hub.facts.terms import Purpose, Role, Tier
from hub.log import logger
from hub.store.connecting import Connection
from hub.store.sqlfiles import sql

PACKAGE = "hub.delivery"
WORDS: Mapping[str, Any] = {
    "roles": sorted(Role),
    "owner_roles": sorted([*Role, HUB_DESK.role]),
    "purposes": sorted(Purpose),
    "known_tiers": sorted(Tier),
    "built": sorted(BUILT),
}
"""Parameters of the statements that read rows: every word that this release knows."""
_CALLED = {"delivery": "delivery_id", "review_task": "task_id", "dead_letter": "dead_letter_id"}


@dataclass(slots=True)
class Unread:
    """What one process named already."""

    _named: dict[UUID, None] = field(default_factory=dict)

    async def look(self, connection: Connection) -> None:
        """Name what nobody named yet, and set the gauges."""
        rows = await (await connection.execute(sql("unread", PACKAGE), WORDS)).fetchall()
        counts = dict.fromkeys(_CALLED, 0)
        for table, row_id, column, count in rows:
            counts[table] = count
            if row_id not in self._named:
                logger().error("row_unread", kind=table, reason=column, **{_CALLED[table]: str(row_id)})
        for table, count in counts.items():
            metrics.ROWS_UNREAD.labels(table).set(count)
        self._named = dict.fromkeys(row_id for _, row_id, _, _ in rows)
