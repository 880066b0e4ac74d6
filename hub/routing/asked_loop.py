"""What routers do beside the batches because somebody asked, one thing at a time: a row asks, a transaction answers.

Several routers share the work: each takes what no other has in hand. What fails by a fault of the hub is tried again, a
bounded number of times; then a person is asked.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, Generic, TypeVar

from hub.facts.errors import Unavailable
from hub.log import fault, logger
from hub.matching.register.register import Register
from hub.routing.attempts import Unread
from hub.routing.batch_store import BatchStore, Connect
from hub.routing.context import Context
from hub.serving.supervisor import pause
from hub.serving.threads import in_thread
from hub.store.troubles import Failed, Holding, Trouble

POLL_S = 0.5
FAULT_WAIT_S = 2.0
GONE, FAULT = "its sealed record is not kept any more", "the hub failed on it"


class AskedStore(BatchStore, ABC):
    """Where it lies what is asked."""

    @abstractmethod
    def count(self, asked: Any) -> None:
        """One more attempt failed by a fault of the hub."""


S = TypeVar("S", bound=AskedStore)


def held(store: Callable[[Connect], S], connect: Connect) -> Holding[S]:
    """A store on a connection that `connect` opens when it is needed."""
    return Holding(partial(store, connect))


@dataclass(slots=True)
class AskedLoop(ABC, Generic[S]):
    """Works on a connection of its own. `asks`: what one thing is called in the log."""

    name: ClassVar[str]
    asks: ClassVar[str]
    holding: Holding[S]
    context: Context
    register: Register
    _in_hand: object = None
    """What a fault counts against."""

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set, in a worker thread; a part that is away is waited for."""
        while not stop.is_set():
            wait = POLL_S
            try:
                while await in_thread(self.once, self.name) and not stop.is_set():
                    pass
            except Unavailable as error:
                logger().warning(f"{self.name}_waits", fault=fault(error))
                wait = FAULT_WAIT_S
            await pause(stop, wait)

    def once(self) -> bool:
        """Do one thing; whether there may be more to do at once. Raises Unavailable where a part is away.

        That on which the hub fails, or for which a key is missing, goes behind the others and is tried again.
        """
        self._in_hand = None
        done = self.holding.attempt(self._once)
        match done:
            case Failed(Trouble.DEFECT | Trouble.LACKING, error):
                if isinstance(error, Unread):
                    self._in_hand = error.asked
                blamed = {self.asks: str(self._in_hand)}
                logger().error("hub_fault", where=self.name, fault=fault(error), **blamed)
                counted = self.holding.attempt(self._count)  # a transaction of its own: the one that failed is gone
                if isinstance(counted, Failed):
                    raise counted.unavailable()
                return False
            case Failed():
                raise done.unavailable()
            case bool():
                return done

    def close(self) -> None:
        """Give the connection back; the next thing opens a new one."""
        self.holding.close()

    @abstractmethod
    def _once(self, store: S) -> bool:
        """Take what waits longest, and do it in one transaction; whether there was anything."""

    def _count(self, store: S) -> None:
        if self._in_hand is not None:
            store.count(self._in_hand)
