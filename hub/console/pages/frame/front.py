"""What a page is: an address, who may ask for it, and a function from what is asked to an answer.

    PAGE = Page("/people", Doing.SEE_PEOPLE, get=_show)

    async def _show(asked: Asked) -> Answer:
        found = await asked.desk(lambda desk: list_people(desk, asked.by.organisation))
        return Shown("people/people.html", {"people": found})

The frame has already seen to who asks: `asked.by` holds, today, a post that lets them do what the page `needs`. *Where*
they may is the page's to ask (`asked.may(doing, place)`); what is not theirs is NOT_HERE, as what is not there.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from hub.console.pages.frame.form import Form
from hub.console.pages.frame.rates import Rates
from hub.console.pages.frame.shown import File, Plain, Refusal, Sent, Shown
from hub.console.pages.frame.words import Words
from hub.facts.act import Act, act
from hub.facts.clock import Clock
from hub.facts.model import Personal
from hub.keys.provider import KeyProvider
from hub.people.accounts.permissions import Doing, Place, may
from hub.people.accounts.posts import SignedIn
from hub.people.desk import Desk
from hub.people.entering.ways import Ways
from hub.people.office import Office
from hub.people.raising.handing import Raising
from hub.people.recipients import Recipients
from hub.people.register import Clerk
from hub.people.reviewing.reviews import Reviewing
from hub.people.reviewing.texts import Texts
from hub.sharing import RuleSet, SignedBy

T = TypeVar("T")
Answer = Shown | Sent | File | Plain | Refusal


@dataclass(frozen=True, slots=True)
class Front:
    """What pages are made of."""

    office: Office
    recipients: Recipients
    rules: RuleSet
    signed: SignedBy
    keys: KeyProvider
    clock: Clock
    public_url: str
    """How browsers reach the pages: scheme, host and port, no slash at its end."""
    reviewing: Callable[[Desk], Reviewing]
    clerk: Callable[[Desk], Clerk]
    texts: Callable[[Desk], Texts]
    ways: Ways
    """In: identity providers, passkeys, links."""
    raising: Raising | None = None
    """None where this process hands no concerns on to Kafka."""
    rates: Rates = field(default_factory=Rates)


@dataclass(frozen=True, slots=True, repr=False)
class Asked(Personal):
    """One request. `session` is None only at pages that are open to all, and there not always."""

    front: Front
    session: SignedIn | None
    form: Form
    """The fields of a form that was sent; of a GET, what stands behind the `?`."""
    path: Mapping[str, str]
    query: Mapping[str, str]
    now: datetime
    say: Words
    cookies: Mapping[str, str] = field(default_factory=dict)
    """By name, without a prefix; one that came twice is not here."""
    address: str = ""
    """Of the client's end of the connection, as allowances count it: of IPv6 its /64."""

    @property
    def by(self) -> SignedIn:
        """Who asks."""
        if self.session is None:
            raise LookupError("this page is open to all, and nobody is signed in")
        return self.session

    def may(self, doing: Doing, place: Place | None = None) -> bool:
        """Whether they may do this there."""
        return self.session is not None and may(self.session.posts, doing, place)

    def act(self, reason: str) -> Act:
        """Their act, now; raises UserError where no reason is given."""
        return act(self.by.principal(), reason, self.now)

    def id(self, name: str) -> UUID:
        """An id of the address, whose pattern says `{name:uuid}`."""
        return UUID(self.path[name])

    async def desk(self, work: Callable[[Desk], T]) -> T:
        """What is done at a desk, in one transaction."""
        return await self.front.office.at(work)


Handler = Callable[[Asked], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Page:
    """One address. `path` is a pattern: `/concerns/{delivery_id:uuid}`; what does not fit it is not here.

    `needs` has no default: None is for whoever is signed in. `open_to_all` pages are for those who are not, too.
    """

    path: str
    needs: Doing | None
    get: Handler | None = None
    post: Handler | None = None
    open_to_all: bool = False
    notes: bool = False
    """Whether it writes down that somebody looked, though its address bears no id: no other site's link opens it."""
