"""Watched until a person confirms, not a machine: what was taken and nobody opened goes up the tier's chain.

Content only. Confirmed is opened or acted on by a named person, or a reviewer's word that somebody saw to it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hub.asking.chains import Step, desk_of, steps
from hub.asking.desks import About, Owner
from hub.asking.store import ask_beside, end_beside
from hub.asking.tasks import id_of_unconfirmed, of_unconfirmed
from hub.delivery.escalating import Overdue, escalate
from hub.delivery.tools import Tools
from hub.delivery.unread import WORDS
from hub.facts.model import Recipient
from hub.facts.terms import Purpose, Role, Tier
from hub.store.connecting import Connection
from hub.store.sqlfiles import sql

PACKAGE = "hub.delivery"


def patience(chain: list[Step]) -> dict[str, Any]:
    """Parameters of the statements: how long each tier's delivery may lie unconfirmed."""
    first = [step for step in chain if step.number == 0]
    return {"tiers": [step.tier for step in first], "within": [step.after for step in first]}


async def watch_unconfirmed(connection: Connection, tools: Tools, now: datetime, limit: int) -> None:
    """Take each step that is due, in the caller's transaction; each is taken once, whichever dispatcher comes first."""
    chain = {(step.tier, step.number): step for step in steps(tools.directory.rules)}
    given = {"now": now, "limit": limit, **patience(list(chain.values()))}
    seen_to = await connection.execute(sql("confirmed", PACKAGE), given)
    await end_beside(connection, [id_of_unconfirmed(delivery_id) for (delivery_id,) in await seen_to.fetchall()])
    due = {
        "tiers": [tier for tier, _ in chain],
        "steps": [number for _, number in chain],
        "after": [step.after for step in chain.values()],
    }
    found = await connection.execute(sql("unconfirmed", PACKAGE), {**WORDS, "now": now, "limit": limit, **due})
    overdue: list[Overdue] = []
    for *row, number in await found.fetchall():
        about = _about(row)
        step = chain[about.tier, number]
        if step.role is None:
            await ask_beside(connection, [of_unconfirmed(about, now, tools.directory.desks)], tools.random)
            continue
        desk = desk_of(step.role, about.recipient, about.source, tools.directory.rules)
        owner = Owner(desk.organisation, desk.role)
        overdue.append(Overdue("delivery", about.delivery_id, about.event_id, about.subject, owner, about.tier, number))
    await escalate(connection, overdue, tools, now)


def _about(row: list[Any]) -> About:
    delivery_id, event_id, subject, recipient, role, purpose, tier, source = row
    return About(delivery_id, event_id, subject, Recipient(recipient, Role(role)), Purpose(purpose), Tier(tier), source)
