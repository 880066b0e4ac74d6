"""Who may ask: a token is looked at, and its rate taken, before anything is asked of the database.

An invented token costs one keyed hash. Whoever sends many is told to slow down, and so is everybody with a token of an
earlier release, which nothing but the database can tell from an invented one.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import monotonic

from hub.console.api.faults import FORBIDDEN, UNAUTHORISED, Refusal, too_many
from hub.console.limits import Rate
from hub.people.callers import Caller, Token, read_token

Find = Callable[[Token], Awaitable[Caller | None]]


@dataclass(frozen=True, slots=True)
class Access:
    """Lets callers in. `invented` tells tokens that the hub never made; `find` asks the database."""

    invented: Callable[[Token], bool]
    find: Find
    by_key: Rate
    by_address: Rate
    """Of tokens without a check."""
    failures: Rate

    async def admit(self, bearer: str | None, address: str) -> Caller:
        """Who calls; raises Refusal."""
        token = read_token(bearer) if bearer else None
        if token is None or self.invented(token):
            raise self._unknown(address)
        if token.check:
            self._take(self.by_key, token.key_id)
        else:
            self._take(self.by_address, address)
        caller = await self.find(token)
        if caller is None:
            raise self._unknown(address)
        if not token.check:
            self._take(self.by_key, token.key_id)
        if not caller.scope.reads:
            raise FORBIDDEN
        return caller

    def _unknown(self, address: str) -> Refusal:
        wait = self.failures.take(address)
        return too_many(wait) if wait else UNAUTHORISED

    def _take(self, rate: Rate, name: str) -> None:
        if wait := rate.take(name):
            raise too_many(wait)


def make_access(invented: Callable[[Token], bool], find: Find) -> Access:
    """With the console's own limits."""
    return Access(
        invented,
        find,
        by_key=Rate(monotonic),
        by_address=Rate(monotonic, per_second=10.0, burst=60.0),
        failures=Rate(monotonic, per_second=1.0, burst=20.0),
    )
