"""The hub as a relying party: providers asked over the network, and believed by `openid` and `id_tokens` alone.

What a provider says of itself, and its keys, are kept for an hour; keys are fetched again at once for one that is not
among them, at most once a minute. Of each provider one thing is fetched at a time, and that it failed is kept for a
minute: whoever knocks at the hub makes it knock nowhere more often than that.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from joserfc.jwk import KeySet

from hub.facts.clock import Clock
from hub.facts.errors import Unavailable
from hub.facts.webhook_address import Networks
from hub.people.entering.client import show_client
from hub.people.entering.fetching import Call, Fetch
from hub.people.entering.id_tokens import Expected, read_id_token, read_keys, read_logout_token, read_userinfo
from hub.people.entering.openid import (
    Metadata,
    Secrets,
    TokenAnswer,
    address_to_sign_in,
    address_to_sign_out,
    metadata_address,
    read_answer,
    read_metadata,
    read_token_answer,
    token_form,
)
from hub.people.entering.providers import Provider
from hub.people.entering.refusals import Claimed, Refused, Why

KEPT = timedelta(hours=1)
AGAIN = timedelta(minutes=1)


@dataclass(slots=True)
class _Known:
    """What is kept of one provider."""

    metadata: Metadata
    keys: KeySet
    at: datetime
    keys_at: datetime


@dataclass(slots=True)
class RelyingParty:
    """Signs people in by the providers that it knows. `secret_of` reads a client's secret."""

    providers: Mapping[str, Provider]
    fetch: Fetch
    secret_of: Callable[[Provider], str]
    public_url: str
    random: Callable[[int], bytes]
    networks: Networks
    clock: Clock
    """The machine's, by which providers' tokens are judged; no deadline of the hub's is."""
    _known: dict[str, _Known] = field(default_factory=dict)
    _failed: dict[str, tuple[Refused, datetime]] = field(default_factory=dict)
    _fetching: defaultdict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))

    def answer_to(self, provider: Provider) -> str:
        """Where this provider's answers come: an address for each, so that none answers for another (RFC 9700 4.4)."""
        return f"{self.public_url}/sign-in/answer/{provider.id}"

    async def address_to_sign_in(self, provider: Provider, kept: Secrets) -> str | Refused:
        """Where the browser is sent."""
        known = await self._of(provider)
        if isinstance(known, Refused):
            return known
        return address_to_sign_in(known.metadata, provider, self.answer_to(provider), kept)

    async def address_to_sign_out(self, provider: Provider, state: str) -> str | None:
        """Where somebody ends their session there too; None where the provider has no such page, or is away."""
        known = await self._of(provider)
        if isinstance(known, Refused):
            return None
        return address_to_sign_out(known.metadata, provider, f"{self.public_url}/signed-out", state)

    async def claimed(self, provider: Provider, query: Mapping[str, str], kept: Secrets) -> Claimed | Refused:
        """Whom the provider means by what the browser brought back."""
        known = await self._of(provider)
        if isinstance(known, Refused):
            return known
        code = read_answer(query, provider, known.metadata)
        if isinstance(code, Refused):
            return code
        given = await self._token(provider, known.metadata, code, kept)
        if isinstance(given, Refused):
            return given
        expected = Expected(kept.nonce, given.access_token)
        claimed = read_id_token(given.id_token, known.keys, provider, expected, self._now())
        if claimed == Refused(Why.KEY_UNKNOWN) and await self._keys_again(provider, known):
            claimed = read_id_token(given.id_token, known.keys, provider, expected, self._now())
        if isinstance(claimed, Refused) or not provider.userinfo:
            return claimed
        return await self._userinfo(provider, known, given, claimed)

    async def signed_out(self, provider: Provider, token: str) -> Claimed | Refused:
        """Whose sessions the provider says it ended (Back-Channel Logout)."""
        known = await self._of(provider)
        if isinstance(known, Refused):
            return known
        claimed = read_logout_token(token, known.keys, provider, self._now())
        if claimed == Refused(Why.KEY_UNKNOWN) and await self._keys_again(provider, known):
            claimed = read_logout_token(token, known.keys, provider, self._now())
        return claimed

    async def _of(self, provider: Provider) -> _Known | Refused:
        async with self._fetching[provider.id]:
            known, now = self._known.get(provider.id), self.clock()
            if known is not None and known.at > now - KEPT:
                return known
            if provider.id in self._failed and self._failed[provider.id][1] > now - AGAIN:
                return self._failed[provider.id][0]
            found = await self._fetched(provider, now)
            if isinstance(found, Refused):
                self._failed[provider.id] = (found, now)
            else:
                self._known[provider.id] = found
            return found

    async def _fetched(self, provider: Provider, now: datetime) -> _Known | Refused:
        said = await self._answer(Call(metadata_address(provider)), Why.METADATA)
        metadata = said if isinstance(said, Refused) else read_metadata(said, provider, self.networks)
        if isinstance(metadata, Refused):
            return metadata
        keys = await self._keys(provider, metadata)
        if isinstance(keys, Refused):
            return keys
        return _Known(metadata, keys, now, now)

    async def _keys(self, provider: Provider, metadata: Metadata) -> KeySet | Refused:
        said = await self._answer(Call(metadata.jwks_uri), Why.KEYS)
        return said if isinstance(said, Refused) else read_keys(said, provider)

    async def _keys_again(self, provider: Provider, known: _Known) -> bool:
        now = self.clock()
        if known.keys_at > now - AGAIN:
            return False
        known.keys_at = now
        keys = await self._keys(provider, known.metadata)
        if isinstance(keys, Refused):
            return False
        known.keys = keys
        return True

    async def _token(self, provider: Provider, metadata: Metadata, code: str, kept: Secrets) -> TokenAnswer | Refused:
        shown = show_client(provider, self.secret_of(provider), metadata.token_endpoint, self._now(), self.random(16))
        form = token_form(code, self.answer_to(provider), kept, shown.form)
        call = Call(metadata.token_endpoint, form, shown.headers)
        try:
            fetched = await self.fetch(call)
        except Unavailable:
            return Refused(Why.PROVIDER_AWAY)
        return (
            Refused(Why.ANSWER_TOO_LARGE) if fetched.body is None else read_token_answer(fetched.status, fetched.body)
        )

    async def _userinfo(
        self, provider: Provider, known: _Known, given: TokenAnswer, claimed: Claimed
    ) -> Claimed | Refused:
        address = known.metadata.userinfo_endpoint
        if address is None or given.access_token is None:
            return Refused(Why.USERINFO)
        call = Call(address, headers={"authorization": f"Bearer {given.access_token}"})
        said = await self._answer(call, Why.USERINFO)
        return said if isinstance(said, Refused) else read_userinfo(said, known.keys, provider, claimed)

    async def _answer(self, call: Call, otherwise: Why) -> bytes | Refused:
        try:
            fetched = await self.fetch(call)
        except Unavailable:
            return Refused(Why.PROVIDER_AWAY)
        if fetched.body is None:
            return Refused(Why.ANSWER_TOO_LARGE)
        return fetched.body if fetched.status == 200 else Refused(otherwise)  # noqa: PLR2004 - the one that has it

    def _now(self) -> int:
        return int(self.clock().timestamp())
