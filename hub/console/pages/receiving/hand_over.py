"""/concerns/{id}/hand-over: ask a colleague who holds the same post to see to it."""

from __future__ import annotations

from uuid import UUID

from hub.console.pages.frame.front import Answer, Asked, Page
from hub.console.pages.frame.shown import NOT_HERE, Sent, Shown
from hub.console.pages.receiving.found import Found, find, told
from hub.people.accounts.permissions import Doing
from hub.people.receiving.handing import HandedOver, NoColleague, colleagues, hand_over
from hub.people.receiving.words import LONGEST


async def _show(asked: Asked) -> Answer:
    found = await find(asked, Doing.SAY)
    if found is None:
        return NOT_HERE
    return Sent(found.path) if found.around.taken_back_at is not None else await _page(asked, found)


async def _page(asked: Asked, found: Found) -> Shown:
    others = await asked.desk(lambda desk: colleagues(desk, found.reader, asked.now))
    values = told(asked, found) | {"colleagues": [(str(one.person_id), one.name) for one in others]}
    return Shown("receiving/hand_over.html", values, status=422 if asked.form.faults else 200)


async def _hand(asked: Asked) -> Answer:
    found = await find(asked, Doing.SAY)
    if found is None:
        return NOT_HERE
    taker, words = _person(asked.form.one("to", 36)), asked.form.one("words", LONGEST, needed=False)
    if taker is None and not asked.form.faults:
        asked.form.wrong("to", "frame.fault.choose")
    if taker is None or asked.form.faults:
        return await _page(asked, found)
    said = await asked.desk(
        lambda desk: hand_over(desk, found.reader, found.around.delivery_id, taker, words, asked.now)
    )
    match said:
        case HandedOver():
            return Sent(f"{found.path}/next")
        case NoColleague():
            asked.form.wrong("to", "receiving.fault.no_colleague")
            return await _page(asked, found)
        case _:
            return Sent(found.path)


def _person(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


PAGE = Page("/concerns/{delivery_id:uuid}/hand-over", Doing.SAY, get=_show, post=_hand)
