"""/people/{person}: one colleague, their posts, and what their coordinator may do."""

from __future__ import annotations

from hub.console.pages.frame.front import Answer, Asked, Page
from hub.console.pages.frame.shown import NOT_HERE, Sent, Shown
from hub.console.pages.people.found import LONGEST_REASON, do, find, leaves, may_change
from hub.people.accounts.permissions import Doing
from hub.people.accounts.persons import LONGEST_EMAIL, LONGEST_TELEPHONE, Named, end_person, rename
from hub.people.accounts.tokens import revoke_tokens
from hub.people.desk import Desk
from hub.people.entering.invitations import had_a_way_in


async def _show(asked: Asked) -> Answer:
    found = await find(asked)
    if found is None:
        return NOT_HERE
    own = found.person_id == asked.by.person_id
    posts = [(post, leaves(post), may_change(asked, post) and not own) for post in found.listed.posts]
    values = {
        "person": found.listed.person,
        "posts": posts,
        "keeps": found.keeps and not own,
        "own": own,
        "is_new": not await asked.desk(lambda desk: had_a_way_in(desk, found.person_id)),
    }
    return Shown("people/person.html", values)


async def _ask_end(asked: Asked) -> Answer:
    found = await find(asked, to_keep=True)
    if found is None or found.person_id == asked.by.person_id:
        return NOT_HERE
    return Shown("people/ending.html", {"person": found.listed.person}, 422 if asked.form.faults else 200)


async def _end(asked: Asked) -> Answer:
    found = await find(asked, to_keep=True)
    if found is None or found.person_id == asked.by.person_id:
        return NOT_HERE
    reason = asked.form.one("reason", LONGEST_REASON)
    if asked.form.faults:
        return await _ask_end(asked)

    def done(desk: Desk) -> bool:
        act = asked.act(reason)
        revoke_tokens(desk, found.person_id, act)
        return end_person(desk, found.person_id, act)

    await asked.desk(done)
    return Sent(f"/people?organisation={found.organisation}")


async def _ask_name(asked: Asked) -> Answer:
    found = await find(asked, to_keep=True)
    if found is None:
        return NOT_HERE
    return Shown("people/naming.html", {"person": found.listed.person}, 422 if asked.form.faults else 200)


async def _name(asked: Asked) -> Answer:
    found = await find(asked, to_keep=True)
    if found is None:
        return NOT_HERE
    named = read_named(asked)
    if not asked.form.faults:
        await do(asked, "name", lambda desk: rename(desk, found.person_id, named, asked.act("details corrected")))
    return await _ask_name(asked) if asked.form.faults else Sent(found.path)


def read_named(asked: Asked) -> Named:
    """Name, telephone and e-mail as the form says them."""
    return Named(
        asked.form.one("name", 200),
        asked.form.one("telephone", LONGEST_TELEPHONE, needed=False),
        asked.form.one("email", LONGEST_EMAIL, needed=False),
    )


_HERE = "/people/{person_id:uuid}"
PAGES = (
    Page(_HERE, Doing.SEE_PEOPLE, get=_show),
    Page(f"{_HERE}/end", Doing.KEEP_PEOPLE, get=_ask_end, post=_end),
    Page(f"{_HERE}/name", Doing.KEEP_PEOPLE, get=_ask_name, post=_name),
)
