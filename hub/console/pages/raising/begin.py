"""/raise: what raising a concern here is and is not, those that you began, and a button to begin one."""

from __future__ import annotations

from hub.console.pages.frame.front import Answer, Asked, Page
from hub.console.pages.frame.shown import NOT_HERE, Refusal, Sent, Shown
from hub.people.accounts.permissions import Doing
from hub.people.accounts.persons import new_id
from hub.people.raising.handing import places
from hub.people.raising.keeping import TooMany, begin, begun_by

NOT_HOSTED = Refusal(404, "raising.not_hosted")


async def _show(asked: Asked) -> Answer:
    found = places(asked.by.posts, asked.front.raising)
    if not found:
        return NOT_HOSTED
    return await _page(asked, found)


async def _page(asked: Asked, found: list[str], *, too_many: bool = False) -> Answer:
    begun = await asked.desk(lambda desk: begun_by(desk, asked.by.person_id))
    values = {"places": found, "begun": begun, "too_many": too_many}
    return Shown("raising/begin.html", values, 422 if too_many else 200)


async def _begin(asked: Asked) -> Answer:
    where, found = asked.form.one("organisation", 200), places(asked.by.posts, asked.front.raising)
    if where not in found:
        return NOT_HERE
    try:
        raising_id = await asked.desk(lambda desk: begin(desk, new_id(desk), asked.by.person_id, where))
    except TooMany:
        return await _page(asked, found, too_many=True)
    return Sent(f"/raise/{raising_id}/child-1")


PAGE = Page("/raise", Doing.RAISE, get=_show, post=_begin)
