"""How often pages may be asked for: by session, and by address where nobody is known to be signed in.

A cookie that was not found good before costs its address one allowance, so that guessing is slow and asks the database
seldom.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from hashlib import sha256
from time import monotonic

from hub.console.limits import Rate

_KNOWN = 10_000


@dataclass(slots=True)
class Rates:
    """Allowances of one console."""

    by_session: Rate = field(default_factory=lambda: Rate(monotonic, per_second=5.0, burst=40.0))
    by_address: Rate = field(default_factory=lambda: Rate(monotonic, per_second=2.0, burst=20.0))
    _good: OrderedDict[str, None] = field(default_factory=OrderedDict)

    def take(self, cookie: str | None, address: str) -> float:
        """Use an allowance: 0 where there was one, else the seconds until there is."""
        if cookie and _mark(cookie) in self._good:
            return self.by_session.take(_mark(cookie))
        return self.by_address.take(address)

    def found(self, cookie: str) -> None:
        """Somebody is signed in by this cookie."""
        self._good[_mark(cookie)] = None
        self._good.move_to_end(_mark(cookie))
        while len(self._good) > _KNOWN:
            self._good.popitem(last=False)

    def gone(self, cookie: str) -> None:
        """Nobody is, any more."""
        self._good.pop(_mark(cookie), None)


def _mark(cookie: str) -> str:
    return sha256(cookie.encode()).hexdigest()
