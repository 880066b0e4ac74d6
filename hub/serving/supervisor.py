"""The long-running parts of a process: the end of one by itself is the end of all, with its reason; and none hangs.

A part is a coroutine function that is handed an event, works until that is set, and then ends by itself.
"""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from hub.facts.errors import HubError

Part = Callable[[asyncio.Event], Coroutine[Any, Any, None]]
HEED_S = 2.0
"""For a part that was cancelled; and again for the process, after its last part."""


class PartEnded(HubError):
    """A part that must run as long as its process ended by itself; its error is the cause."""


class Supervisor:
    """Runs parts while its context lasts. At the end each has its grace, then it is cancelled, then it is left alone.

    With `own_process` the process is ended, where a thread of it or the loop itself hangs even then. Nothing is lost by
    that: what was not committed is done again by another process, or by the next.
    """

    def __init__(self, *, own_process: bool = False) -> None:
        self.stop = asyncio.Event()
        self.late: list[str] = []
        """Parts that did not end when they were asked to."""
        self._graces: dict[asyncio.Task[None], float] = {}
        self._own_process = own_process

    def start(self, name: str, part: Part, *, grace: float = 5.0) -> None:
        """Run this from now on. `name` is what operators call it; `grace` the seconds it has once `stop` is set."""
        self._graces[asyncio.create_task(part(self.stop), name=name)] = grace

    async def runs(self, name: str) -> bool:
        """Whether a part of this name is running."""
        return any(task.get_name() == name and not task.done() for task in self._graces)

    def obey_signals(self) -> None:
        """SIGTERM and SIGINT end the process in good order."""
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, self.stop.set)

    async def until_stopped(self) -> None:
        """Wait until `stop` is set; raises PartEnded where a part ends by itself before that."""
        stopping = asyncio.create_task(self.stop.wait())
        try:
            await asyncio.wait([stopping, *self._graces], return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
        if not self.stop.is_set():
            raise _ended(next(task for task in self._graces if task.done()))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Every part ends; where one fails at it and nothing else was wrong, that is raised as PartEnded."""
        self.stop.set()
        if self._own_process:
            _end_within(max(self._graces.values(), default=0.0) + 2 * HEED_S, 0 if error is None else 1)
        await asyncio.gather(*(self._see_off(task, grace) for task, grace in self._graces.items()))
        failed = [
            task for task in self._graces if task.done() and not task.cancelled() and task.exception() is not None
        ]
        if failed and error is None:
            raise _ended(failed[0])

    async def _see_off(self, task: asyncio.Task[None], grace: float) -> None:
        await asyncio.wait([task], timeout=grace)
        if task.done():
            return
        self.late.append(task.get_name())
        task.cancel()
        await asyncio.wait([task], timeout=HEED_S)


def _end_within(seconds: float, status: int) -> None:
    timer = threading.Timer(seconds, os._exit, (status,))
    timer.daemon = True
    timer.start()


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Sleep, but wake to stop."""
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


def _ended(task: asyncio.Task[None]) -> PartEnded:
    error = None
    with suppress(asyncio.CancelledError):
        error = task.exception()
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    why = type(error).__name__ if error is not None else "without an error"
    raised = PartEnded(
        f"The {task.get_name()} ended by itself ({why}), so the whole process ends: start it again; its log says more."
    )
    raised.__cause__ = error
    return raised
