"""Decides events anew, one at a time, beside the batches: what a reviewer answered, what may not leave as it is.

Runs in the router's process, which holds the keys. Several routers share the work: each takes an event that no other
has in hand. What fails by a fault of the hub is tried again, a bounded number of times; then a person is asked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID, uuid5

import psycopg
from psycopg.errors import DeadlockDetected, SerializationFailure

from hub import metrics
from hub.facts.errors import HubError, Unavailable
from hub.facts.model import DELIVERY_NAMESPACE
from hub.ledger import kinds
from hub.ledger.entry import Stamp
from hub.log import fault, logger
from hub.matching import Register
from hub.routing.anew import NothingToDecide, decide_anew
from hub.routing.anew_store import ResumptionStore, Waiting
from hub.routing.burying import HUB_DESK
from hub.routing.context import Context
from hub.routing.ingest import Refused
from hub.routing.recording import EventRows
from hub.routing.tables import ReviewRow

POLL_S = 0.5
FAULT_WAIT_S = 2.0
MOST_ATTEMPTS = 40
MOST_REVISIONS = 20
"""An event that is decided anew this often goes in circles: rules of router and dispatcher may differ."""
ASKS = "This event cannot be decided anew by the hub: {why}."
GONE, CIRCLES, FAULT = "its sealed record is not kept any more", "it went in circles", "the hub failed on it"


@dataclass(slots=True)
class Resumer:
    """Decides on a connection of its own; `connect` opens one with the hub's search path."""

    connect: Callable[[], psycopg.Connection]
    context: Context
    register: Register
    _store: ResumptionStore | None = None
    _in_hand: list[UUID] = field(default_factory=list)

    async def run(self) -> None:
        """Decide for ever, in a worker thread; a part that is away is waited for."""
        while True:
            wait = POLL_S
            try:
                while await _to_its_end(self.once):
                    pass
            except (HubError, psycopg.Error) as error:
                logger().warning("resuming_waits", fault=fault(error))
                wait = FAULT_WAIT_S
            await asyncio.sleep(wait)

    def once(self) -> bool:
        """Decide one event anew; whether there may be more to do at once. Raises Unavailable where a part is away.

        An event on which the hub fails, or for which a key is missing, goes behind the others and is tried again.
        """
        self._in_hand.clear()
        try:
            return self._once()
        except (DeadlockDetected, SerializationFailure) as error:
            logger().info("resuming_in_conflict", fault=fault(error))
            return True
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            self.close()
            raise Unavailable("PostgreSQL does not answer: what waits to be decided anew waits on.") from error
        except (psycopg.ProgrammingError, psycopg.InternalError) as error:
            raise Unavailable("The database is not as this release needs it: run `hub db upgrade`.") from error
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 - a defect of ours on one event must not stop the others
            logger().error("hub_fault", where="resuming", fault=fault(error))
            self._count_fault()
            return False

    def close(self) -> None:
        """Give the connection back; the next event opens a new one."""
        store, self._store = self._store, None
        if store is not None:
            store.connection.close()

    def _open(self) -> ResumptionStore:
        self._store = self._store or ResumptionStore.open(self.connect)
        return self._store

    def _once(self) -> bool:
        store = self._open()
        connection = store.connection
        with connection.transaction():
            waiting = store.take()
            if waiting is None:
                return False
            self._in_hand.append(waiting.event_id)
            hopeless = _hopeless(waiting)
            if waiting.asked is None or hopeless:
                self._give_up(store, waiting, hopeless or GONE)
                return True
            made = decide_anew(
                waiting.asked,
                self.context,
                read_cases=store.read_cases,
                match_all=lambda queries: self.register.match(connection, queries),
                look_up=lambda subjects: self.register.look_up(connection, subjects),
            )
            self._end(store, waiting, made)
        metrics.DECIDED_ANEW.labels(waiting.cause).inc()
        return True

    def _end(self, store: ResumptionStore, waiting: Waiting, made: EventRows | Refused | NothingToDecide) -> None:
        match made:
            case EventRows():
                store.write_revision(waiting, made, self.context.now())
            case Refused(reason=reason):
                self._give_up(store, waiting, f"its record is refused now ({reason})")
            case NothingToDecide():
                store.end(waiting, self.context.now())

    def _give_up(self, store: ResumptionStore, waiting: Waiting, why: str) -> None:
        """Nothing is lost: what was held stays held, and the hub's operators are asked."""
        now, event_id = self.context.now(), waiting.event_id
        task_id = uuid5(DELIVERY_NAMESPACE, f"review|{event_id}|anew|{waiting.requests[-1]}")
        due_by = now + self.context.rules.tiers[waiting.tier].acknowledge_within
        why_asked = [ASKS.format(why=why)]
        task = ReviewRow(
            task_id, event_id, waiting.subject, "recheck", why_asked, *HUB_DESK, waiting.tier, now, due_by, "open"
        )
        stamp = Stamp(now, self.context.random(16))
        store.ask_a_person(task, kinds.review(task_id, event_id, waiting.subject, "recheck", stamp))
        store.end(waiting, now, failed=why)
        logger().error("not_decided_anew", event_id=str(event_id), reason=why)

    def _count_fault(self) -> None:
        """In a transaction of its own: the one that failed is gone."""
        store = self._open()
        with store.connection.transaction():
            for event_id in self._in_hand:
                store.count(event_id)


async def _to_its_end(work: Callable[[], bool]) -> bool:
    """Work in a thread, whose connection nobody may close meanwhile: it is waited for also when cancelled."""
    thread = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(thread)
    except asyncio.CancelledError:
        await asyncio.wait([thread])
        raise


def _hopeless(waiting: Waiting) -> str | None:
    if waiting.attempts >= MOST_ATTEMPTS:
        return FAULT
    return CIRCLES if waiting.revision > MOST_REVISIONS else None
