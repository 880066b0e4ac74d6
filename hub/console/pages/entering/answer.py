"""/sign-in/answer/{provider}: where a provider sends the browser back to, with a code."""

from __future__ import annotations

from hub.console.pages.entering.steps import BROWSER, come_in_from_there, leave_behind, refused, shut, too_many
from hub.console.pages.frame.front import Answer, Asked, Page
from hub.console.pages.frame.shown import NOT_HERE
from hub.facts.act import HUB
from hub.people.desk import Desk
from hub.people.entering import begun
from hub.people.entering.begun import Begun, Kind
from hub.people.entering.letting_in import enter
from hub.people.entering.mapping import Entrant, map_claims
from hub.people.entering.providers import Provider
from hub.people.entering.refusals import Refused, Why


async def _take(asked: Asked) -> Answer:
    provider = asked.front.ways.provider(asked.path["provider"])
    if provider is None:
        return NOT_HERE
    name = f"provider {provider.id}"
    stopped = shut(asked) or too_many(asked, name)
    if stopped is not None:
        return stopped
    found = await _come(asked, provider)
    if isinstance(found, Refused):
        return await refused(asked, found, name, provider=provider.id)
    cookie, to = found
    return come_in_from_there(cookie, to)


async def _come(asked: Asked, provider: Provider) -> tuple[str, str] | Refused:
    """The new session's cookie, and where to."""
    under_way = await _begun(asked, provider)
    if isinstance(under_way, Refused):
        return under_way
    entrant = await _entrant(asked, provider, under_way)
    if isinstance(entrant, Refused):
        return entrant
    cookie = await asked.desk(lambda desk: _enter(desk, asked, entrant, under_way))
    return cookie if isinstance(cookie, Refused) else (cookie, under_way.purpose.after)


async def _begun(asked: Asked, provider: Provider) -> Begun | Refused:
    """The sign-in that this answers, of this browser and this provider, once."""
    state, browser = asked.query.get("state", ""), asked.cookies.get(BROWSER, "")
    found = await asked.desk(
        lambda desk: begun.take(desk, state, browser, Kind.PROVIDER, asked.now, provider=provider.id)
    )
    return found or Refused(Why.STATE)


async def _entrant(asked: Asked, provider: Provider, under_way: Begun) -> Entrant | Refused:
    claimed = await asked.front.ways.party.claimed(provider, asked.query, under_way.kept)
    if isinstance(claimed, Refused):
        return claimed
    return map_claims(claimed, provider, {*asked.front.rules.organisations, HUB})


def _enter(desk: Desk, asked: Asked, entrant: Entrant, under_way: Begun) -> str | Refused:
    cookie = enter(desk, entrant, under_way, asked.now)
    if isinstance(cookie, str):
        leave_behind(desk, asked)
    return cookie


PAGES = (Page("/sign-in/answer/{provider}", None, get=_take, open_to_all=True),)
