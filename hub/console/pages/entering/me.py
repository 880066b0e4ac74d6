"""/me: what is one's own: passkeys, sessions, language."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64

from hub.console.pages.entering.steps import BROWSER, browser_of, stale
from hub.console.pages.frame.entry import SESSION
from hub.console.pages.frame.front import Answer, Asked, Page
from hub.console.pages.frame.shown import NOT_HERE, Cookie, Sent, Shown
from hub.people.accounts import persons, sessions, tokens
from hub.people.desk import Desk
from hub.people.entering import begun, passkeys
from hub.people.entering.begun import Kind, Purpose
from hub.people.entering.openid import Secrets
from hub.people.entering.refusals import Refused, Why

_NEW = "/me/passkeys/new"
_TEMPLATE = "entering/me.html"
_LONGEST_ID = 1_400
"""Of a passkey, in base64url."""


async def _show(asked: Asked) -> Answer:
    return Shown(_TEMPLATE, await asked.desk(lambda desk: _mine(desk, asked)))


def _mine(desk: Desk, asked: Asked) -> dict[str, object]:
    held = passkeys.passkeys_of(desk, asked.by.person_id)
    return {
        "passkeys": [(urlsafe_b64encode(one.credential_id).decode().rstrip("="), one) for one in held],
        "full": len(held) >= passkeys.MOST,
        "sessions": sessions.sessions_of(desk, asked.by.person_id, asked.now),
    }


async def _speak(asked: Asked) -> Answer:
    language = asked.form.value("language")
    if language not in persons.LANGUAGES:
        return NOT_HERE
    await asked.desk(lambda desk: persons.speak(desk, asked.by.person_id, language))
    return Sent("/me")


async def _end_others(asked: Asked) -> Answer:
    """End every other session of one's own, and what terminals have."""

    def end(desk: Desk) -> None:
        for one in sessions.sessions_of(desk, asked.by.person_id, asked.now):
            if one["session_id"] != asked.by.session_id:
                sessions.end(desk, one["session_id"], "signed_out", asked.now)
        tokens.revoke_tokens(desk, asked.by.person_id, asked.act("they signed out everywhere else"))

    await asked.desk(end)
    return Sent("/me")


async def _end_passkey(asked: Asked) -> Answer:
    """End a passkey of one's own: whoever has it is signed out, oneself too."""
    try:
        credential = urlsafe_b64decode(asked.form.one("passkey", _LONGEST_ID) + "==")
    except (NotBase64, ValueError):
        return NOT_HERE
    by = asked.act("they ended it themselves")
    if not await asked.desk(lambda desk: passkeys.end(desk, credential, by)):
        return NOT_HERE
    return Sent("/sign-in", cookies=(Cookie(SESSION),))


async def _ask(asked: Asked) -> Answer:
    anew = stale(asked, _NEW)
    if anew is not None:
        return anew
    browser = await browser_of(asked)
    asking = await asked.desk(lambda desk: _asking(desk, asked, browser))
    if isinstance(asking, Refused):
        return Sent("/me")
    values = {"state": asking[0].state, "options": asking[1], "to": _NEW}
    return Shown("entering/new_passkey.html", values, scripts=True, cookies=(Cookie(BROWSER, browser),))


def _asking(desk: Desk, asked: Asked, browser: str) -> tuple[Secrets, str] | Refused:
    person = persons.find_person(desk, asked.by.person_id)
    if person is None:
        return Refused(Why.NO_ACCOUNT)
    purpose = Purpose(Kind.REGISTER, person_id=asked.by.person_id)
    kept = begun.begin(desk, browser, purpose, asked.now)
    options = passkeys.ask_to_make(desk, asked.front.ways.site, person, kept)
    return options if isinstance(options, Refused) else (kept, options)


async def _keep(asked: Asked) -> Answer:
    anew = stale(asked, _NEW)
    if anew is not None:
        return anew
    kept = await asked.desk(lambda desk: _kept(desk, asked))
    if isinstance(kept, Refused):
        return Shown("entering/refused.html", {"said": "new_passkey"}, status=403)
    return Sent("/me", cookies=(Cookie(BROWSER),))


def _kept(desk: Desk, asked: Asked) -> Refused | None:
    state, browser = asked.form.value("state"), asked.cookies.get(BROWSER, "")
    under_way = begun.take(desk, state, browser, Kind.REGISTER, asked.now)
    if under_way is None or under_way.purpose != Purpose(Kind.REGISTER, person_id=asked.by.person_id):
        return Refused(Why.STATE)
    made = passkeys.read_new(asked.front.ways.site, asked.form.value("credential"), under_way.kept)
    if isinstance(made, Refused):
        return made
    by = asked.act("to sign in with a passkey of their own")
    return passkeys.keep(desk, made, asked.form.value("label")[: passkeys.LONGEST_LABEL], by)


PAGES = (
    Page("/me", None, get=_show),
    Page("/me/language", None, post=_speak),
    Page("/me/sessions/end", None, post=_end_others),
    Page("/me/passkeys/end", None, post=_end_passkey),
    Page(_NEW, None, get=_ask, post=_keep),
)
