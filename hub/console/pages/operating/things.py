"""/operations/...: one delivery, one dead letter, one source: how it stands, and an operator's hand on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from hub.console.pages.frame.front import Answer, Asked, Page
from hub.console.pages.frame.shown import NOT_HERE, Sent, Shown
from hub.facts.act import HUB as THE_HUB
from hub.facts.act import LONGEST_REASON, Act
from hub.people.accounts.permissions import Doing, Place, reach
from hub.people.desk import Desk, Row
from hub.people.ids import Found, Thing
from hub.people.operating import dead_letters, deliveries, sources
from hub.people.operating.deliveries import Hand
from hub.people.operating.troubles import belongs, hands_on, quarantined
from hub.people.operating.why import Standing, standing_of


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of thing that has an id: how it is found, and what its hands are."""

    thing: Thing
    path: str
    find: Callable[[Desk, UUID], Row | None]
    do: Callable[[Desk, str, UUID, Act], bool]


def _do_delivery(desk: Desk, hand: str, delivery_id: UUID, act: Act) -> bool:
    return bool(deliveries.handle(desk, Hand(hand), [delivery_id], act).changed)


def _do_dead_letter(desk: Desk, hand: str, dead_letter_id: UUID, act: Act) -> bool:
    end = dead_letters.close if hand == "close" else dead_letters.replay
    return bool(end(desk, [dead_letter_id], act))


DELIVERY = _Kind(Thing.DELIVERY, "/operations/deliveries/", deliveries.show_delivery, _do_delivery)
DEAD_LETTER = _Kind(Thing.DEAD_LETTER, "/operations/dead-letters/", dead_letters.show_dead_letter, _do_dead_letter)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A thing that whoever asks may see, and its hands."""

    row: Row
    standing: Standing
    hands: tuple[str, ...]


def _see(asked: Asked, kind: _Kind, desk: Desk) -> _Seen | None:
    thing_id = asked.id("id")
    if not belongs(desk, thing_id, reach(asked.by.posts, Doing.OPERATE)):
        return None
    row = kind.find(desk, thing_id)
    if row is None:
        return None
    standing = standing_of(desk, Found(kind.thing, thing_id), desk.now())
    return _Seen(row, standing, hands_on(kind.thing, standing.state, row["reason"]))


def _page(kind: _Kind) -> Page:
    def shown(asked: Asked, seen: _Seen, done: str, status: int = 200) -> Shown:
        values = {
            "seen": seen,
            "row": seen.row,
            "kind": kind.thing,
            "action": f"{kind.path}{asked.id('id')}",
            "done": done,
        }
        return Shown("operating/thing.html", values, status)

    async def show(asked: Asked) -> Answer:
        seen = await asked.desk(lambda desk: _see(asked, kind, desk))
        return NOT_HERE if seen is None else shown(asked, seen, asked.query.get("done", ""))

    async def handle(asked: Asked) -> Answer:
        reason, hand = asked.form.one("reason", LONGEST_REASON), asked.form.value("hand")

        def do(desk: Desk) -> tuple[_Seen | None, bool]:
            seen = _see(asked, kind, desk)
            if seen is None or asked.form.faults or hand not in seen.hands:
                return seen, False
            return seen, kind.do(desk, hand, asked.id("id"), asked.act(reason))

        seen, done = await asked.desk(do)
        if seen is None:
            return NOT_HERE
        if done:
            return Sent(f"{kind.path}{asked.id('id')}?done={hand}")
        if not asked.form.faults:
            asked.form.wrong("reason", "operating.changed")
        return shown(asked, seen, "", 422)

    return Page(f"{kind.path}{{id:uuid}}", Doing.OPERATE, get=show, post=handle)


# --- sources ---------------------------------------------------------------------------------------------------------


async def _show_source(asked: Asked) -> Answer:
    """Quarantine guards the hub from a source, so its release is the hub's own operators'; others see how it stands."""
    source, places = asked.path["source"], reach(asked.by.posts, Doing.OPERATE)
    if places is not None and source not in places:
        return NOT_HERE
    found = await asked.desk(lambda desk: quarantined(desk, source))
    if found is None and asked.query.get("done") != "release":
        return NOT_HERE
    return _source(asked, source, found, asked.query.get("done", ""))


async def _release(asked: Asked) -> Answer:
    source, reason = asked.path["source"], asked.form.one("reason", LONGEST_REASON)
    if not asked.may(Doing.OPERATE, Place(THE_HUB)):
        return NOT_HERE
    found = await asked.desk(lambda desk: quarantined(desk, source))
    if found is None:
        return NOT_HERE
    if asked.form.faults:
        return _source(asked, source, found, "", 422)
    await asked.desk(lambda desk: sources.release(desk, source, asked.act(reason)))
    return Sent(f"/operations/sources/{source}?done=release")


def _source(asked: Asked, source: str, found: Any, done: str, status: int = 200) -> Shown:
    hands = ("release",) if found and asked.may(Doing.OPERATE, Place(THE_HUB)) else ()
    values = {"source": source, "found": found, "hands": hands, "done": done, "action": f"/operations/sources/{source}"}
    return Shown("operating/source.html", values, status)


PAGES = (
    _page(DELIVERY),
    _page(DEAD_LETTER),
    Page("/operations/sources/{source}", Doing.OPERATE, get=_show_source, post=_release),
)
