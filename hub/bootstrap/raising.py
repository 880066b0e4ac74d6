"""Raising on pages, over the adapters' bridge."""

from __future__ import annotations

from adapters.bridge.answers import Answer, State, faults, state
from adapters.bridge.hosted import Hosted
from adapters.bridge.spool.store import Accepted
from adapters.school import FORMAT
from hub.bootstrap.parts import Parts
from hub.facts.errors import HubError
from hub.people.raising.handing import Handed


class PageRaising:
    """The bridge, as `hub.people.raising.handing.Raising` wants it. Runs as a part of the console's process."""

    def __init__(self, parts: Parts) -> None:
        self.hosted = Hosted(parts.settings, FORMAT, parts.clock)

    def hosts(self, organisation: str) -> bool:
        return self.hosted.hosts(organisation)

    async def take(self, organisation: str, record: bytes) -> Handed:
        try:
            return _handed(await self.hosted.take(organisation, record))
        except HubError as error:
            return Handed(later=str(error))


def _handed(answer: Answer) -> Handed:
    taken = answer.taken
    match state(answer):
        case State.ACCEPTED | State.REPEATED if isinstance(taken, Accepted):
            return Handed(taken.event_id, asks=bool(taken.asks))
        case State.LATER:
            return Handed(later=" ".join(faults(answer)))
        case _:
            return Handed(faults=faults(answer))
