"""What operators watch that only the database knows: how old, how late, how many wait for a person."""

from __future__ import annotations

from datetime import datetime

from hub import metrics
from hub.facts.terms import Question, Tier
from hub.store.connecting import Connection
from hub.store.sqlfiles import sql

PACKAGE = "hub.delivery"


async def refresh(connection: Connection, now: datetime) -> None:
    """Set the gauges; what is not in the database any more goes back to nought."""
    rows = await (await connection.execute(sql("gauges", PACKAGE), {"now": now})).fetchall()
    found = {(what, label): (age, count) for what, label, age, count in rows}
    for tier in Tier:
        age, late = found.get(("undelivered", tier), (0.0, 0))
        metrics.OLDEST_UNDELIVERED.labels(tier).set(max(age, 0))
        metrics.LATE.labels(tier).set(late)
        metrics.OLDEST_REVIEW.labels(tier).set(max(found.get(("review_age", tier), (0.0, 0))[0], 0))
    for cause in Question:
        metrics.REVIEWS_OPEN.labels(cause).set(found.get(("reviews", cause), (0.0, 0))[1])
    metrics.OLDEST_ANEW.set(max(found[("anew", "")][0], 0))
    metrics.OUTBOX_WAITING.set(found[("outbox", "")][1])
