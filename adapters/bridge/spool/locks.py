"""Who may do what on a spool, between processes: file locks, which the system lets go of when their holder dies."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hub.facts.errors import UserError


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock that may be taken; it is let go of when its block or its process ends."""

    handle: int

    def take(self) -> bool:
        """Whether it is ours now."""
        try:
            fcntl.flock(self.handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


@contextmanager
def only_adapter(folder: Path, source: str) -> Iterator[None]:
    """Be the one running adapter of a spool; raises UserError where there is one already."""
    with _lock(folder / "adapter.lock") as lock:
        if not lock.take():
            raise UserError(
                f"An adapter of {source} runs on this spool already: stop it first, or set another HUB_HOME."
            )
        yield


@contextmanager
def publisher_lock(folder: Path) -> Iterator[Lock]:
    """The lock of the one who publishes from a spool."""
    with _lock(folder / "publisher.lock") as lock:
        yield lock


@contextmanager
def listener_lock(folder: Path) -> Iterator[Lock]:
    """The lock of the one who listens to the hub's news."""
    with _lock(folder / "listener.lock") as lock:
        yield lock


@contextmanager
def _lock(path: Path) -> Iterator[Lock]:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        yield Lock(handle)
    finally:
        os.close(handle)
