"""/sign-out and /signed-out, and /sign-out/from/{provider}: where a provider ends what began there."""

from __future__ import annotations

from hub.console.pages.entering.steps import shut
from hub.console.pages.frame.entry import SESSION
from hub.console.pages.frame.front import Answer, Asked, Page
from hub.console.pages.frame.shown import NOT_HERE, Cookie, Plain, Sent, Shown
from hub.people.accounts import sessions
from hub.people.desk import Desk
from hub.people.entering.begun import new_secret
from hub.people.entering.letting_in import sign_out_there
from hub.people.entering.refusals import Refused

_LONGEST_TOKEN = 16_384
_GONE = {"clear-site-data": '"cache"'}


async def _end(asked: Asked) -> Answer:
    if asked.session is None:
        return Sent("/signed-out")
    provider = await asked.desk(lambda desk: _ended(desk, asked))
    to = f"/signed-out?from={provider}" if provider else "/signed-out"
    return Sent(to, cookies=(Cookie(SESSION),), headers=_GONE)


def _ended(desk: Desk, asked: Asked) -> str | None:
    """Ends the session; the provider that it came by."""
    mine = sessions.sessions_of(desk, asked.by.person_id, asked.now)
    provider = next((one["provider"] for one in mine if one["session_id"] == asked.by.session_id), None)
    sessions.end(desk, asked.by.session_id, "signed_out", asked.now)
    return provider


async def _say(asked: Asked) -> Answer:
    """Signed out here; and a link to where one signs out there, too."""
    provider = asked.front.ways.provider(asked.query.get("from", ""))
    there = None
    if provider is not None and shut(asked) is None:
        state = await asked.desk(new_secret)
        there = await asked.front.ways.party.address_to_sign_out(provider, state)
    return Shown("entering/signed_out.html", {"provider": provider, "there": there})


async def _told(asked: Asked) -> Answer:
    """OpenID Connect Back-Channel Logout 1.0 2.8: 200 once those sessions have ended, 400 for what is not believed."""
    provider, token = asked.front.ways.provider(asked.path["provider"]), asked.form.value("logout_token")
    if provider is None:
        return NOT_HERE
    name = f"sign-out from {asked.address}"
    if asked.front.ways.waits(name) or not 0 < len(token) <= _LONGEST_TOKEN:
        return Plain(400)
    claimed = await asked.front.ways.party.signed_out(provider, token)
    if not isinstance(claimed, Refused):
        ended = await asked.desk(lambda desk: sign_out_there(desk, claimed, asked.now))
        if not isinstance(ended, Refused):
            return Plain(200)
    asked.front.ways.failed(name)
    return Plain(400)


PAGES = (
    Page("/sign-out", None, post=_end, open_to_all=True),
    Page("/signed-out", None, get=_say, open_to_all=True),
    Page("/sign-out/from/{provider}", None, post=_told, open_to_all=True),
)
