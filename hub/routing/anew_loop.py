"""Decides events anew: what a reviewer answered, what may not leave as it is. The router's, which holds the keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from hub import metrics
from hub.asking.tasks import asked, of_anew
from hub.facts.terms import Cause
from hub.log import logger
from hub.matching.register.register import Register
from hub.routing.anew import NothingToDecide, decide_anew
from hub.routing.anew_store import AnewStore, Request
from hub.routing.asked_loop import FAULT, GONE, AskedLoop, held
from hub.routing.attempts import MOST_ATTEMPTS
from hub.routing.batch_store import Connect
from hub.routing.context import Context
from hub.routing.ingest import Refused
from hub.routing.recording import EventRows

MOST_REVISIONS = 20
"""An event that is decided so often in a row without a person's word goes in circles: a defect of ours."""
CIRCLES = "it went in circles"


@dataclass(slots=True)
class AnewLoop(AskedLoop[AnewStore]):
    """Decides one event at a time; what waits longest first."""

    name: ClassVar[str] = "anew"
    asks: ClassVar[str] = "event_id"

    @classmethod
    def of(cls, connect: Connect, context: Context, register: Register) -> Self:
        """On a connection that `connect` opens when it is needed."""
        return cls(held(AnewStore.open, connect), context, register)

    def _once(self, store: AnewStore) -> bool:
        connection = store.connection
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
        store.ask(of_anew(about, request.subject, why, request.seqs[-1]), self.context.random)
        store.end(request, now, failed=why)
        logger().error("not_decided_anew", event_id=str(event_id), reason=why)


def _hopeless(request: Request) -> str | None:
    if request.attempts >= MOST_ATTEMPTS:
        return FAULT
    circles = request.cause is Cause.RECHECK and request.rechecks + 1 >= MOST_REVISIONS
    return CIRCLES if circles else None
