"""The one file of this room with a network: what a provider answers, within limits, and never from where it may not."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

import aiohttp

from hub.facts.errors import Unavailable
from hub.facts.model import Personal
from hub.facts.webhook_address import Networks
from hub.people.entering.openid import LONGEST_ANSWER
from hub.serving.outward import outward

ANSWER_S = 5.0


@dataclass(frozen=True, slots=True, repr=False)
class Call(Personal):
    """A request: a form to post, or a GET where there is none."""

    address: str
    form: Mapping[str, str] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, repr=False)
class Fetched(Personal):
    """What was answered; a body of None was larger than `LONGEST_ANSWER`."""

    status: int
    body: bytes | None


Fetch = Callable[[Call], Awaitable[Fetched]]
"""Raises Unavailable where nobody answers in time, or the answer leads elsewhere."""


@dataclass(slots=True)
class Fetcher:
    """A `Fetch` over one pool of connections, made with the first call in a running event loop."""

    networks: Networks = ()
    answer_s: float = ANSWER_S
    _session: aiohttp.ClientSession | None = None

    async def __call__(self, call: Call) -> Fetched:
        """What is answered."""
        method = "GET" if call.form is None else "POST"
        try:
            async with self._open().request(
                method, call.address, data=call.form, headers=call.headers, allow_redirects=False
            ) as answer:
                return await _read(answer)
        except (aiohttp.ClientError, OSError, ValueError) as error:  # a time-out is an OSError
            raise Unavailable("The identity provider does not answer as it should.") from error

    async def close(self) -> None:
        """Close the connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=20, ttl_dns_cache=60, socket_factory=outward(self.networks)),
                timeout=aiohttp.ClientTimeout(total=self.answer_s),
                headers={"user-agent": "concern-hub", "accept": "application/json, application/jwt"},
                skip_auto_headers=["accept-encoding"],
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                trust_env=False,
            )
        return self._session


async def _read(answer: aiohttp.ClientResponse) -> Fetched:
    if HTTPStatus.MULTIPLE_CHOICES <= answer.status < HTTPStatus.BAD_REQUEST:
        raise Unavailable("The identity provider sends on to another address.")
    try:
        await answer.content.readexactly(LONGEST_ANSWER + 1)
    except asyncio.IncompleteReadError as whole:
        return Fetched(answer.status, whole.partial)
    answer.close()
    return Fetched(answer.status, None)
