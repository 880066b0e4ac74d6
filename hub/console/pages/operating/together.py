"""/operations/together: put back all that is held, or dead, for one reason; says how many before it is done."""

from __future__ import annotations

from hashlib import sha256
from uuid import UUID

from hub.console.pages.frame.front import Answer, Asked, Page
from hub.console.pages.frame.shown import NOT_HERE, Sent, Shown
from hub.facts.act import LONGEST_REASON
from hub.facts.terms import Unsent
from hub.people.accounts.permissions import Doing, reach
from hub.people.desk import Desk
from hub.people.ids import Thing
from hub.people.operating import dead_letters, deliveries
from hub.people.operating.deliveries import Hand
from hub.people.operating.troubles import MOST, batch, batches

_THINGS = (Thing.DELIVERY, Thing.DEAD_LETTER)


async def _show(asked: Asked) -> Answer:
    found = await asked.desk(lambda desk: batches(desk, reach(asked.by.posts, Doing.OPERATE)))
    told = [(one, _explained(one.thing, one.reason)) for one in found]
    done = asked.query.get("done", "")
    return Shown("operating/batches.html", {"found": told, "most": MOST, "done": done if done.isdigit() else ""})


async def _confirm(asked: Asked) -> Answer:
    found = await asked.desk(lambda desk: _batch(desk, asked))
    return _shown(asked, found) if found else NOT_HERE


async def _do(asked: Asked) -> Answer:
    """Does it to those that were confirmed: where there are others now, it says so and asks again."""
    reason, confirmed = asked.form.one("reason", LONGEST_REASON), asked.form.value("batch")

    def put_back(desk: Desk) -> tuple[list[UUID], int | None]:
        found = _batch(desk, asked)
        if asked.form.faults or _mark(found) != confirmed:
            return found, None
        act = asked.act(reason)
        if asked.path["thing"] == Thing.DELIVERY:
            hand = Hand.RELEASE if asked.path["reason"] == Unsent.BY_OPERATOR else Hand.REPLAY
            return found, len(deliveries.handle(desk, hand, found, act).changed)
        return found, len(dead_letters.replay(desk, found, act))

    found, done = await asked.desk(put_back)
    if done is not None and found:
        return Sent(f"/operations/together?done={done}")
    if not found:
        return NOT_HERE
    if not asked.form.faults:
        asked.form.wrong("reason", "operating.together.moved", count=len(found))
    return _shown(asked, found, 422)


def _batch(desk: Desk, asked: Asked) -> list[UUID]:
    thing = asked.path["thing"]
    if thing not in _THINGS:
        return []
    return batch(desk, Thing(thing), asked.path["reason"], reach(asked.by.posts, Doing.OPERATE))


def _shown(asked: Asked, found: list[UUID], status: int = 200) -> Shown:
    thing, reason = Thing(asked.path["thing"]), asked.path["reason"]
    values = {
        "thing": thing,
        "reason": reason,
        "count": len(found),
        "batch": _mark(found),
        "explanation": _explained(thing, reason),
    }
    return Shown("operating/together.html", values, status)


def _mark(found: list[UUID]) -> str:
    """Which things these are, in whatever order."""
    return sha256(b"".join(sorted(one.bytes for one in found))).hexdigest()


def _explained(thing: Thing, reason: str) -> str:
    return deliveries.explained(reason) if thing is Thing.DELIVERY else dead_letters.explained(reason)


PAGES = (
    Page("/operations/together", Doing.OPERATE, get=_show),
    Page("/operations/together/{thing}/{reason}", Doing.OPERATE, get=_confirm, post=_do),
)
