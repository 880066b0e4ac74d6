"""Decides events anew, one at a time, beside the batches: what a reviewer answered, what may not leave as it is.

Runs in the router's process, which holds the keys. Several routers share the work: each takes an event that no other
has in hand. What fails by a fault of the hub is tried again, a bounded number of times; then a person is asked.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import Self
from uuid import UUID

from hub import metrics
from hub.asking.store import ask
from hub.asking.tasks import asked, of_anew
from hub.facts.errors import Unavailable
from hub.facts.terms import Cause
from hub.log import fault, logger
from hub.matching.register.register import Register
from hub.routing.anew import NothingToDecide, decide_anew
from hub.routing.anew_store import MOST_ATTEMPTS, AnewStore, Request, Unread
from hub.routing.batch_store import Connect
from hub.routing.context import Context
from hub.routing.ingest import Refused
from hub.routing.recording import EventRows
from hub.serving.supervisor import pause
from hub.serving.threads import in_thread
from hub.store.troubles import Failed, Holding, Trouble

POLL_S = 0.5
FAULT_WAIT_S = 2.0
MOST_REVISIONS = 20
"""An event that is decided so often in a row without a person's word goes in circles: a defect of ours."""
GONE, CIRCLES, FAULT = "its sealed record is not kept any more", "it went in circles", "the hub failed on it"


@dataclass(slots=True)
class AnewLoop:
    """Decides on a connection of its own."""

    holding: Holding[AnewStore]
    context: Context
    register: Register
    _in_hand: UUID | None = None

    @classmethod
    def of(cls, connect: Connect, context: Context, register: Register) -> Self:
        """On a connection that `connect` opens when it is needed."""
        return cls(Holding(partial(AnewStore.open, connect)), context, register)

    async def run(self, stop: asyncio.Event) -> None:
        """Decide until `stop` is set, in a worker thread; a part that is away is waited for."""
        while not stop.is_set():
            wait = POLL_S
            try:
                while await in_thread(self.once, "anew") and not stop.is_set():
                    pass
            except Unavailable as error:
                logger().warning("anew_waits", fault=fault(error))
                wait = FAULT_WAIT_S
            await pause(stop, wait)

    def once(self) -> bool:
        """Decide one event anew; whether there may be more to do at once. Raises Unavailable where a part is away.

        An event on which the hub fails, or for which a key is missing, goes behind the others and is tried again.
        """
        done = self.holding.attempt(self._once)
        match done:
            case Failed(Trouble.DEFECT | Trouble.LACKING, error):
                self._in_hand = error.event_id if isinstance(error, Unread) else self._in_hand
                logger().error("hub_fault", where="anew", event_id=str(self._in_hand), fault=fault(error))
                self._count_fault()
                return False
            case Failed():
                raise done.unavailable()
            case bool():
                return done

    def close(self) -> None:
        """Give the connection back; the next event opens a new one."""
        self.holding.close()

    def _once(self, store: AnewStore) -> bool:
        connection, self._in_hand = store.connection, None
        with connection.transaction():
            request = store.take(self.context.rules.version)
            if request is None:
                return False
            self._in_hand = request.event_id
            hopeless = _hopeless(request)
            if request.asked is None or hopeless:
                self._give_up(store, request, hopeless or GONE)
                return True
            made = decide_anew(
                request.asked,
                self.context,
                read_cases=store.read_cases,
                match_all=lambda queries: self.register.match(connection, queries),
                look_up=lambda subjects: self.register.look_up(connection, subjects),
            )
            self._end(store, request, made)
        metrics.DECIDED_ANEW.labels(request.cause).inc()
        return True

    def _end(self, store: AnewStore, request: Request, made: EventRows | Refused | NothingToDecide) -> None:
        match made:
            case EventRows():
                store.write_revision(request, made, self.context.now())
            case Refused(reason=reason):
                self._give_up(store, request, f"its record is refused now ({reason})")
            case NothingToDecide():
                store.end(request, self.context.now())

    def _give_up(self, store: AnewStore, request: Request, why: str) -> None:
        """Nothing is lost: what was held stays held, and the hub's operators are asked."""
        now, event_id = self.context.now(), request.event_id
        about = asked(event_id, None, request.tier, now, self.context.desks)
        ask(store.connection, of_anew(about, request.subject, why, request.seqs[-1]), self.context.random)
        store.end(request, now, failed=why)
        logger().error("not_decided_anew", event_id=str(event_id), reason=why)

    def _count_fault(self) -> None:
        """In a transaction of its own: the one that failed is gone."""
        counted = self.holding.attempt(self._count)
        if isinstance(counted, Failed):
            raise counted.unavailable()

    def _count(self, store: AnewStore) -> None:
        if self._in_hand is not None:
            store.count(self._in_hand)


def _hopeless(request: Request) -> str | None:
    if request.attempts >= MOST_ATTEMPTS:
        return FAULT
    circles = request.cause is Cause.RECHECK and request.rechecks + 1 >= MOST_REVISIONS
    return CIRCLES if circles else None
