"""Work in a thread that never keeps its process from ending: a database that is frozen lets no thread go."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")


async def in_thread(work: Callable[[], T], name: str) -> T:
    """What the work returns or raises. Cancelled, it leaves the thread to its end, and what came of it to nobody."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def run() -> None:
        settle: Callable[[Any], None] = done.set_result
        try:
            outcome: Any = work()
        except BaseException as error:  # noqa: BLE001 - it is raised where the work is awaited
            settle, outcome = done.set_exception, error
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(_unless_done, done, settle, outcome)

    threading.Thread(target=run, name=name, daemon=True).start()
    return await done


def _unless_done(done: asyncio.Future[T], settle: Callable[[Any], None], outcome: object) -> None:
    if not done.done():
        settle(outcome)
