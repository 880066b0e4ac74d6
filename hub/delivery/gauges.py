"""What operators watch that only the database knows: how old, how late, how many wait for a person."""

from __future__ import annotations

from datetime import datetime

from hub import metrics
from hub.asking.chains import steps
from hub.delivery.unconfirmed import patience
from hub.facts.clock import local_day
from hub.facts.terms import Question, Tier
from hub.sharing import RuleSet
from hub.store.connecting import Connection
from hub.store.sqlfiles import sql

PACKAGE = "hub.delivery"


async def refresh(connection: Connection, rules: RuleSet, now: datetime) -> None:
    """Set the gauges; what is not in the database any more goes back to nought."""
    asked = {"now": now, "day": local_day(now), **patience(steps(rules))}
    rows = await (await connection.execute(sql("gauges", PACKAGE), asked)).fetchall()
    ages = {(what, label): max(age, 0.0) for what, label, age, _ in rows}
    counts = {(what, label): count for what, label, _, count in rows}
    for tier in Tier:
        metrics.OLDEST_UNDELIVERED.labels(tier).set(ages.get(("undelivered", tier), 0.0))
        metrics.LATE.labels(tier).set(counts.get(("undelivered", tier), 0) + counts.get(("held_late", tier), 0))
        metrics.HELD.labels(tier).set(counts.get(("held", tier), 0))
        metrics.UNCONFIRMED.labels(tier).set(counts.get(("unconfirmed", tier), 0))
        metrics.OLDEST_REVIEW.labels(tier).set(ages.get(("review_age", tier), 0.0))
    for cause in Question:
        metrics.REVIEWS_OPEN.labels(cause).set(counts.get(("reviews", cause), 0))
    metrics.DEAD_LETTERS_OPEN.set(counts["dead_letters", ""])
    metrics.OLDEST_ANEW.set(ages["anew", ""])
    metrics.OUTBOX_WAITING.set(counts["outbox", ""])
    metrics.POSTS_LAPSED.set(counts["posts_lapsed", ""])
    metrics.SESSIONS.set(counts["sessions", ""])
    metrics.BROKEN_GLASS.set(counts["broken_glass", ""])
