"""/raise: what raising a concern here is and is not, those that you began, and a button to begin one."""

from __future__ import annotations

from hub.console.pages.frame.front import Answer, Asked, Page
from hub.console.pages.frame.shown import NOT_HERE, Refusal, Sent, Shown
from hub.facts.terms import Role
from hub.people.accounts.permissions import Doing
from hub.people.accounts.persons import new_id
from hub.people.raising.keeping import begin, begun_by

NOT_HOSTED = Refusal(404, "raising.not_hosted")


def places(asked: Asked) -> list[str]:
    """Organisations for which they may raise a concern on a page: they hold a post there, and the hub signs for it."""
    raising = asked.front.raising
    held = {post.organisation for post in asked.by.posts if isinstance(post.office, Role)}
    return sorted(name for name in held if raising is not None and raising.hosts(name))


async def _show(asked: Asked) -> Answer:
    found = places(asked)
    if not found:
        return NOT_HOSTED
    begun = await asked.desk(lambda desk: begun_by(desk, asked.by.person_id))
    return Shown("raising/begin.html", {"places": found, "begun": begun})


async def _begin(asked: Asked) -> Answer:
    where = asked.form.one("organisation", 200)
    if where not in places(asked):
        return NOT_HERE
    raising_id = await asked.desk(lambda desk: begin(desk, new_id(desk), asked.by.person_id, where))
    return Sent(f"/raise/{raising_id}/child-1")


PAGE = Page("/raise", Doing.RAISE, get=_show, post=_begin)
