"""/concerns/{id}/did: what somebody did about it, in the field's choices and words of their own."""

from __future__ import annotations

from hub.console.pages.frame.front import Answer, Asked, Page
from hub.console.pages.frame.shown import NOT_HERE, Sent, Shown
from hub.console.pages.receiving.found import find, told
from hub.facts.offices import Did
from hub.people.accounts.permissions import Doing
from hub.people.receipts import Recorded
from hub.people.receiving.words import LONGEST

_TEMPLATE = "receiving/did.html"


async def _show(asked: Asked) -> Answer:
    found = await find(asked, Doing.SAY)
    if found is None:
        return NOT_HERE
    if found.around.taken_back_at is not None or found.around.reached is None:
        return Sent(found.path)
    return Shown(_TEMPLATE, told(asked, found) | {"choices": list(Did)})


async def _say(asked: Asked) -> Answer:
    found = await find(asked, Doing.SAY)
    if found is None:
        return NOT_HERE
    did = asked.form.all_chosen("did", Did)
    words = asked.form.one("words", LONGEST, needed=Did.OTHER in did)
    if asked.form.faults:
        return asked.form.again(_TEMPLATE, **told(asked, found), choices=list(Did))
    said = await asked.front.recipients.say_done(found.reader, found.around.delivery_id, did, words)
    return Sent(f"{found.path}/next") if isinstance(said, Recorded) else Sent(found.path)


PAGE = Page("/concerns/{delivery_id:uuid}/did", Doing.SAY, get=_show, post=_say)
