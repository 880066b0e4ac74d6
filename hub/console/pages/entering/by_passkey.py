"""/sign-in/passkey: show a passkey. It is the one way in that a script of ours must help with."""

from __future__ import annotations

from pathlib import Path

from hub.console.pages.entering.steps import (
    BROWSER,
    after,
    browser_of,
    come_in,
    leave_behind,
    refused,
    shut,
    too_many,
)
from hub.console.pages.frame.front import Answer, Asked, Page
from hub.console.pages.frame.shown import Cookie, File, Shown
from hub.facts.act import How
from hub.people.desk import Desk
from hub.people.entering import begun, passkeys
from hub.people.entering.begun import Kind, Purpose
from hub.people.entering.letting_in import let_in
from hub.people.entering.refusals import Refused, Why

_TRIED = "passkey"
_SCRIPT = Path(__file__).with_name("passkey.js")


async def _ask(asked: Asked) -> Answer:
    stopped = shut(asked)
    if stopped is not None:
        return stopped
    browser = await browser_of(asked)
    purpose = Purpose(Kind.PASSKEY, after=after(asked))
    kept = await asked.desk(lambda desk: begun.begin(desk, browser, purpose, asked.now))
    options = passkeys.ask_to_show(asked.front.ways.site, kept)
    values = {"state": kept.state, "options": options}
    return Shown("entering/passkey.html", values, scripts=True, cookies=(Cookie(BROWSER, browser),))


async def _take(asked: Asked) -> Answer:
    stopped = shut(asked) or too_many(asked, f"{_TRIED} from {asked.address}")
    if stopped is not None:
        return stopped
    found = await asked.desk(lambda desk: _shown(desk, asked))
    if isinstance(found, Refused):
        return await refused(asked, found, f"{_TRIED} from {asked.address}")
    cookie, to = found
    return come_in(cookie, to, How.PASSKEY)


def _shown(desk: Desk, asked: Asked) -> tuple[str, str] | Refused:
    """The new session's cookie, and where to."""
    state, browser = asked.form.value("state"), asked.cookies.get(BROWSER, "")
    under_way = begun.take(desk, state, browser, Kind.PASSKEY, asked.now)
    if under_way is None:
        return Refused(Why.STATE)
    text = asked.form.value("credential")
    person_id = passkeys.show(desk, asked.front.ways.site, text, under_way.kept, asked.now)
    if isinstance(person_id, Refused):
        return person_id
    cookie = let_in(desk, person_id, How.PASSKEY, "passkey", asked.now)
    if isinstance(cookie, Refused):
        return cookie
    leave_behind(desk, asked)
    return cookie, under_way.purpose.after


async def _script(_: Asked) -> Answer:
    return File("passkey.js", "text/javascript", _SCRIPT.read_bytes(), kept=False)


PAGES = (
    Page("/passkey.js", None, get=_script, open_to_all=True),
    Page("/sign-in/passkey", None, get=_ask, post=_take, open_to_all=True),
)
