"""/sign-in/invitation/{secret}: what a link is for, and then a passkey of one's own; or the demonstration's way in.

Looking at the page changes nothing: scanners of e-mail look, too.
"""

from __future__ import annotations

from hub.console.pages.entering.steps import BROWSER, browser_of, come_in, leave_behind, refused, shut, too_many
from hub.console.pages.frame.front import Answer, Asked, Page
from hub.console.pages.frame.shown import NOT_HERE, Cookie, Shown
from hub.facts.act import How, act
from hub.people.accounts.persons import find_person
from hub.people.desk import Desk
from hub.people.entering import begun, invitations, passkeys
from hub.people.entering.begun import Begun, Kind, Purpose, digest_of
from hub.people.entering.invitations import Invited
from hub.people.entering.letting_in import let_in
from hub.people.entering.openid import Secrets
from hub.people.entering.refusals import Refused, Why

LINK = "/sign-in/invitation/{secret}"
_TRIED = "link"


async def _show(asked: Asked) -> Answer:
    stopped = shut(asked) or too_many(asked, f"{_TRIED} from {asked.address}")
    if stopped is not None:
        return stopped
    invited = await _invited(asked)
    if isinstance(invited, Refused):
        return await refused(asked, invited, f"{_TRIED} from {asked.address}")
    ours = asked.front.ways.party.providers.values()
    values = {
        "invited": invited,
        "secret": asked.path["secret"],
        "providers": [one for one in ours if invited.organisation in one.organisation.known()],
    }
    return Shown("entering/invitation.html", values)


async def _take(asked: Asked) -> Answer:
    """In, by the demonstration's link; else the page on which the browser makes a passkey."""
    stopped = shut(asked) or too_many(asked, f"{_TRIED} from {asked.address}")
    if stopped is not None:
        return stopped
    invited = await _invited(asked)
    if isinstance(invited, Refused):
        return await refused(asked, invited, f"{_TRIED} from {asked.address}")
    if invited.kind is invitations.Kind.DEMONSTRATION:
        return await _demonstrate(asked, invited)
    browser = await browser_of(asked)
    asking = await asked.desk(lambda desk: _ask(desk, asked, invited, browser))
    if isinstance(asking, Refused):
        return await refused(asked, asking, f"{_TRIED} from {asked.address}")
    values = {"state": asking[0].state, "options": asking[1], "to": "/sign-in/register"}
    return Shown("entering/new_passkey.html", values, scripts=True, cookies=(Cookie(BROWSER, browser),))


async def _invited(asked: Asked) -> Invited | Refused:
    found = await asked.desk(lambda desk: invitations.look(desk, asked.path["secret"], asked.now))
    if isinstance(found, Invited) and found.kind is invitations.Kind.DEMONSTRATION:
        return found if asked.front.ways.demonstration else Refused(Why.INVITATION)
    return found


async def _demonstrate(asked: Asked, invited: Invited) -> Answer:
    def enter(desk: Desk) -> str | Refused:
        leave_behind(desk, asked)
        return let_in(desk, invited.person_id, How.DEMONSTRATION, "demonstration", asked.now)

    cookie = await asked.desk(enter)
    if isinstance(cookie, Refused):
        return await refused(asked, cookie, f"{_TRIED} from {asked.address}")
    return come_in(cookie, "/", How.DEMONSTRATION)


def _ask(desk: Desk, asked: Asked, invited: Invited, browser: str) -> tuple[Secrets, str] | Refused:
    """What the browser is asked to make."""
    link = digest_of(asked.path["secret"])
    invitations.try_once(desk, link)
    person = find_person(desk, invited.person_id)
    if person is None:
        return Refused(Why.NO_ACCOUNT)
    purpose = Purpose(Kind.REGISTER, person_id=invited.person_id, invitation=link)
    kept = begun.begin(desk, browser, purpose, asked.now)
    fresh = invited.kind is invitations.Kind.RECOVER
    options = passkeys.ask_to_make(desk, asked.front.ways.site, person, kept, anew=fresh)
    return options if isinstance(options, Refused) else (kept, options)


async def _register(asked: Asked) -> Answer:
    """Take the passkey that the browser made by a link: the link is used up, and its owner is in."""
    stopped = shut(asked) or too_many(asked, f"{_TRIED} from {asked.address}")
    if stopped is not None:
        return stopped
    if not asked.form.value("state"):
        return NOT_HERE
    cookie = await asked.desk(lambda desk: _keep(desk, asked))
    if isinstance(cookie, Refused):
        return await refused(asked, cookie, f"{_TRIED} from {asked.address}")
    return come_in(cookie, "/", How.PASSKEY)


def _keep(desk: Desk, asked: Asked) -> str | Refused:
    state, browser = asked.form.value("state"), asked.cookies.get(BROWSER, "")
    under_way = begun.take(desk, state, browser, Kind.REGISTER, asked.now)
    if under_way is None or under_way.purpose.invitation is None:
        return Refused(Why.STATE)
    made = passkeys.read_new(asked.front.ways.site, asked.form.value("credential"), under_way.kept)
    if isinstance(made, Refused):
        return made
    return _use(desk, asked, under_way, made)


def _use(desk: Desk, asked: Asked, under_way: Begun, made: passkeys.New) -> str | Refused:
    assert under_way.purpose.invitation is not None
    invited = invitations.look_by_hash(desk, under_way.purpose.invitation, asked.now)
    if isinstance(invited, Refused):
        return invited
    wrong = invitations.take(desk, invited, asked.now)
    if wrong is not None:
        return wrong
    by = act(invited.principal(), "to sign in with a passkey of their own", asked.now)
    kept = passkeys.keep(desk, made, asked.form.value("label"), by)
    if isinstance(kept, Refused):
        return kept
    leave_behind(desk, asked)
    return let_in(desk, invited.person_id, How.PASSKEY, "passkey", asked.now)


PAGES = (
    Page(LINK, None, get=_show, post=_take, open_to_all=True),
    Page("/sign-in/register", None, post=_register, open_to_all=True),
)
