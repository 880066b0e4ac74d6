"""/agreements: the register of ISPs: which are overdue, wait, have expired, are in force; who, why, on what basis."""

from __future__ import annotations

from itertools import groupby

from hub.console.pages.frame.front import Answer, Asked, Page
from hub.console.pages.frame.shown import Shown
from hub.facts.clock import local_day
from hub.people.accounts.permissions import Doing, reach
from hub.people.agreements import Standing, register_of


async def _show(asked: Asked) -> Answer:
    """All of them, or those to which an organisation of one's own is a party."""
    front, own = asked.front, reach(asked.by.posts, Doing.SEE_RULES) or frozenset()
    mine = asked.query.get("whose") == "ours"
    lines = [
        line
        for line in register_of(front.rules, front.signed, local_day(asked.now))
        if not mine or any(map(line.concerns, own))
    ]
    groups = {standing: list(found) for standing, found in groupby(lines, key=lambda line: line.standing)}
    counts = {standing: len(groups.get(standing, ())) for standing in Standing}
    return Shown("agreements/register.html", {"groups": groups, "counts": counts, "mine": mine})


PAGE = Page("/agreements", Doing.SEE_RULES, get=_show)
