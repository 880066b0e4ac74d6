"""Push files through an adapter once: take each in, publish, and wait for Kafka's word."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from adapters.bridge.answers import Answer, Door, NotRaised, faults
from adapters.bridge.formats import MAX_NATIVE, Faults
from adapters.bridge.news.telling import wait_until
from adapters.bridge.news.testing import OK, SILENT, standing
from adapters.bridge.parts import Bridge
from adapters.bridge.spool.publisher import published
from adapters.bridge.spool.store import Accepted
from hub.facts.errors import HubError
from hub.log import fault, logger

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""A command tests no more often than an adapter that runs on."""


@dataclass(frozen=True, slots=True)
class Pushed:
    """What became of one concern of a file. `published`: Kafka has acknowledged its event.

    `nothing`: it raises none, and nothing is wrong with it. `repeated`: it was taken in before. `where` and `left_out`
    are as for `Raised`. One that repeats a notice with another text is not accepted; `event_id` is then that of the one
    that stands.
    """

    file: str
    event_id: UUID | None
    faults: Faults
    published: bool = False
    repeated: bool = False
    where: str = ""
    left_out: tuple[str, ...] = ()
    nothing: bool = False

    @property
    def accepted(self) -> bool:
        """Whether what it says was taken in, now or before, or there was nothing to take in."""
        return self.nothing or (self.event_id is not None and not self.faults)


def push(bridge: Bridge, files: Sequence[str], *, seconds: float) -> list[Pushed]:
    """Take the files in, in order, and wait at most `seconds` for Kafka; one for each concern that they hold.

    Works beside a running adapter, which then does the publishing.
    """
    test = _test(bridge)
    taken = [one for file in files for one in _take(bridge, file)]
    event_ids = {one.event_id for one in taken if one.event_id}
    left = asyncio.run(_publish(bridge, event_ids | test, seconds)) if event_ids else set()
    return [replace(one, published=one.event_id is not None and one.event_id not in left) for one in taken]


def is_known(bridge: Bridge, *, seconds: float) -> bool:
    """Whether the hub has ever answered what this adapter's key signed; an answer is waited for, at most so long."""

    def answered() -> bool:
        return standing(bridge.news.hub(), bridge.keys().signing_key, bridge.clock()) in {OK, SILENT}

    try:
        return wait_until(answered, bridge.listener(), bridge.folder, seconds)
    except HubError:
        return False


def _test(bridge: Bridge) -> set[UUID]:
    """Test the connection, if that is due; what was sent for it."""
    try:
        sent = bridge.tester().test_if_due(_LONG_AGO)
    except HubError as error:
        logger().warning("the connection is not tested", source=bridge.source, fault=fault(error))
        return set()
    return set() if sent is None else {sent}


def _take(bridge: Bridge, file: str) -> list[Pushed]:
    try:
        with Path(file).open("rb") as opened:
            answers = bridge.intake.take(opened.read(MAX_NATIVE + 1), Door.COMMAND)
    except OSError as error:
        return [Pushed(file, None, (f"file: cannot be read ({type(error).__name__}).",))]
    except HubError as error:
        return [Pushed(file, None, (f"adapter: {error}",))]
    return [_pushed(file, answer) for answer in answers]


def _pushed(file: str, answer: Answer) -> Pushed:
    event_id, repeated = None, False
    if isinstance(answer.taken, Accepted):
        event_id, repeated = answer.taken.event_id, answer.taken.repeated
    return Pushed(
        file, event_id, faults(answer), repeated=repeated, where=answer.where, left_out=answer.left_out,
        nothing=isinstance(answer.taken, NotRaised),
    )  # fmt: skip


async def _publish(bridge: Bridge, event_ids: Iterable[UUID], seconds: float) -> set[UUID]:
    stop = asyncio.Event()
    publishing = asyncio.create_task(bridge.publisher().run_alone(bridge.folder, stop))
    left = await published(bridge.spool, event_ids, seconds=seconds)
    stop.set()
    with suppress(HubError):
        await publishing
    return left
