"""Ways in for colleagues: a link for the first time, and recovery by two people. A link is shown once."""

from __future__ import annotations

from hub.console.pages.frame.front import Answer, Asked, Page
from hub.console.pages.frame.shown import NOT_HERE, Sent, Shown
from hub.console.pages.people.found import MOST, Found, do, find, found_at, organisations
from hub.people.accounts.permissions import Doing
from hub.people.entering.invitations import Waiting, invite, recover, recoveries_waiting, second


async def _invite(asked: Asked) -> Answer:
    found = await _other(asked)
    if found is None:
        return NOT_HERE
    path = await do(asked, "name", lambda desk: invite(desk, found.person_id, asked.act("to let a colleague in")))
    return _link(asked, found, path, "invite") if path else Sent(found.path)


async def _ask_recover(asked: Asked) -> Answer:
    found = await _other(asked)
    if found is None:
        return NOT_HERE
    return Shown("people/recovering.html", {"person": found.listed.person}, 422 if asked.form.faults else 200)


async def _recover(asked: Asked) -> Answer:
    found = await _other(asked)
    if found is None:
        return NOT_HERE
    reason = asked.form.one("reason", 500)
    if not asked.form.faults:
        await do(asked, "reason", lambda desk: recover(desk, found.person_id, asked.act(reason)))
    if asked.form.faults:
        return await _ask_recover(asked)
    return Sent(f"/people?organisation={found.organisation}")


async def _ask_second(asked: Asked) -> Answer:
    waiting = await _waiting(asked)
    if waiting is None:
        return NOT_HERE
    return Shown("people/seconding.html", {"waiting": waiting}, 422 if asked.form.faults else 200)


async def _second(asked: Asked) -> Answer:
    waiting = await _waiting(asked)
    if waiting is None:
        return NOT_HERE
    if not asked.form.ticked("rang"):
        asked.form.wrong("rang", "people.fault.rang")
        return await _ask_second(asked)
    act = asked.act("rang them, and know them by their voice or in person")
    path = await do(asked, "rang", lambda desk: second(desk, waiting.invitation_id, act))
    found = await asked.desk(lambda desk: found_at(desk, asked, waiting.person_id))
    return _link(asked, found, path, "recover") if path and found else await _ask_second(asked)


async def _other(asked: Asked) -> Found | None:
    """Whom a link is for: nobody makes one for themselves."""
    found = await find(asked, to_keep=True)
    return None if found is None or found.person_id == asked.by.person_id else found


async def _waiting(asked: Asked) -> Waiting | None:
    wanted, seen = asked.id("invitation_id"), organisations(asked)
    found = await asked.desk(lambda desk: recoveries_waiting(desk, None, asked.now, MOST))
    return next((one for one in found if one.invitation_id == wanted and one.organisation in seen), None)


def _link(asked: Asked, found: Found, path: str, kind: str) -> Shown:
    values = {"person": found.listed.person, "link": asked.front.public_url + path, "kind": kind}
    return Shown("people/link.html", values)


_HERE = "/people/{person_id:uuid}"
PAGES = (
    Page(f"{_HERE}/invite", Doing.KEEP_PEOPLE, post=_invite),
    Page(f"{_HERE}/recover", Doing.KEEP_PEOPLE, get=_ask_recover, post=_recover),
    Page("/people/recoveries/{invitation_id:uuid}", Doing.KEEP_PEOPLE, get=_ask_second, post=_second),
)
