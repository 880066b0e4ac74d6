"""/sign-in: the ways in, and /sign-in/with/{provider}: off to one of them."""

from __future__ import annotations

from hub.console.pages.entering.steps import ANEW, BROWSER, after, browser_of, refused, shut, too_many
from hub.console.pages.frame.front import Answer, Asked, Page
from hub.console.pages.frame.shown import NOT_HERE, Cookie, Sent, Shown
from hub.people.entering import begun, invitations
from hub.people.entering.begun import Kind, Purpose, digest_of
from hub.people.entering.providers import Provider
from hub.people.entering.refusals import Refused


async def _show(asked: Asked) -> Answer:
    if asked.session is not None and asked.query.get("why") != ANEW:
        return Sent(after(asked))
    providers = sorted(asked.front.ways.party.providers.values(), key=lambda one: one.title)
    said = f"entering.ended.{asked.query.get('why', '')}"
    values = {"providers": providers, "after": after(asked), "ended": said if asked.say.has(said) else ""}
    return shut(asked) or Shown("entering/sign_in.html", values)


async def _go(asked: Asked) -> Answer:
    return await _off(asked, Purpose(Kind.PROVIDER, asked.path["provider"], after(asked)))


async def _go_by_link(asked: Asked) -> Answer:
    """To be linked with an account there, by an invitation; nothing is used up before the answer comes."""
    secret = asked.path["secret"]
    invited = await asked.desk(lambda desk: invitations.look(desk, secret, asked.now))
    if isinstance(invited, Refused):
        return await refused(asked, invited, "link")
    provider = asked.front.ways.provider(asked.path["provider"])
    if provider is None or invited.organisation not in provider.organisation.known():
        return NOT_HERE
    purpose = Purpose(Kind.PROVIDER, provider.id, "/", invited.person_id, digest_of(secret))
    return await _off(asked, purpose)


async def _off(asked: Asked, purpose: Purpose) -> Answer:
    provider = asked.front.ways.provider(purpose.provider or "")
    if provider is None:
        return NOT_HERE
    stopped = shut(asked) or too_many(asked, f"provider {provider.id}")
    if stopped is not None:
        return stopped
    return await _send(asked, provider, purpose)


async def _send(asked: Asked, provider: Provider, purpose: Purpose) -> Answer:
    browser = await browser_of(asked)
    kept = await asked.desk(lambda desk: begun.begin(desk, browser, purpose, asked.now))
    address = await asked.front.ways.party.address_to_sign_in(provider, kept)
    if isinstance(address, Refused):
        return await refused(asked, address, f"provider {provider.id}", provider=provider.id)
    return Sent(address, cookies=(Cookie(BROWSER, browser),), outside=True)


PAGES = (
    Page("/sign-in", None, get=_show, open_to_all=True),
    Page("/sign-in/with/{provider}", None, get=_go, open_to_all=True),
    Page("/sign-in/invitation/{secret}/with/{provider}", None, get=_go_by_link, open_to_all=True),
)
