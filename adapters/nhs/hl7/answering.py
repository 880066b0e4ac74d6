"""A frame of a connection in, its answer out: for the MLLP door, which knows nothing of what it carries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from adapters.bridge.answers import Answer
from adapters.nhs.hl7.acknowledging import (
    LATER,
    SECOND_IN_FRAME,
    Reply,
    acknowledge,
    acknowledge_batch,
    rejected,
    reply,
)
from adapters.nhs.hl7.batch import split
from adapters.nhs.hl7.message import read_header
from hub.facts.errors import HubError
from hub.log import fault, logger

_CONTROL_ID = 20
"""Characters of MSH-10, at most, before version 2.7."""


class Receiver:
    """Takes what a frame holds in, and says what became of it. Safe to call from several threads.

    `take` is an intake's, for this door. Whatever fails in it is answered with AR: nothing was taken in then.
    """

    def __init__(
        self, take: Callable[[bytes], Sequence[Answer]], *, now: Callable[[], datetime], new_id: Callable[[], UUID]
    ) -> None:
        self._take = take
        self._now = now
        self._new_id = new_id

    def answer(self, raw: bytes) -> bytes:
        """The answer to one frame: an ACK, or for a batch a batch of them."""
        batch = split(raw)
        if not batch.wrapped and len(batch.messages) > 1:
            return self._acknowledge(batch.messages[0], rejected(SECOND_IN_FRAME))
        try:
            replies = [reply(answer) for answer in self._take(raw)]
        except HubError as error:
            logger().warning("a message waits", fault=fault(error))
            replies = [rejected(LATER)]
        except Exception as error:  # noqa: BLE001 - a fault of ours must not close the connection without an answer
            logger().error("a message failed", fault=fault(error))
            replies = [rejected(LATER)]
        if not batch.wrapped:
            return self._acknowledge(batch.messages[0], replies[0])
        if len(replies) != len(batch.messages):  # of the whole: its frame is wrong, or nothing can be taken in
            return self._acknowledge(batch.messages[0] if batch.messages else b"", replies[0])
        pairs = zip(batch.messages, replies, strict=True)
        acknowledged = [self._acknowledge(message, said) for message, said in pairs]
        return acknowledge_batch(acknowledged, at=self._now(), control_id=self._control_id())

    def refuse(self, raw: bytes, *sentences: str) -> bytes:
        """The answer to what is no whole frame, as far as it came."""
        return self._acknowledge(split(raw).messages[0] if raw else b"", rejected(*sentences))

    def _acknowledge(self, message: bytes, said: Reply) -> bytes:
        return acknowledge(read_header(message), said, at=self._now(), control_id=self._control_id())

    def _control_id(self) -> str:
        return self._new_id().hex[:_CONTROL_ID]
