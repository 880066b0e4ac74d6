"""Whether the disk under the spool takes more; where it did not, what can be given back is, and it is tried anew."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from adapters.bridge.spool.disk import NoRoom, disk
from adapters.bridge.spool.reserve import Reserve

_LOOK_SECONDS = 1.0
"""Between two tries whether a disk that was full takes something again."""
_PAGE = 4_096
_STEPS = 32
"""Of giving room back to a disk that has none, at one time."""

Using = Callable[[], AbstractContextManager[sqlite3.Connection]]


@dataclass(slots=True)
class Room:
    """Of one spool's database, which `reading` and `writing` hold for so long."""

    reserve: Reserve
    journal: Path
    reading: Using
    writing: Using
    refused: int = 0
    """Bytes that there was no room for; 0 where there was for what came last."""
    look_at: float = 0.0

    def is_there(self, take_out: Callable[[], None]) -> bool:
        """Whether an event fits; `take_out` makes room of what Kafka has. Raises Unavailable."""
        with disk():
            if not self.refused and self.reserve.is_whole():
                return True
            if time.monotonic() < self.look_at:
                return False
            self.look_at = time.monotonic() + _LOOK_SECONDS
            self.shrink()
            try:
                take_out()
                self._try_out()
            except NoRoom:
                return False
            if self.reserve.keep() and self.journal_is_short():
                self.refused = 0
                return True
            return False

    def give_up(self) -> None:
        """Make room at any price, for what lets events go; nothing is taken until the reserve is whole again."""
        with disk():
            self.reserve.give_up()

    def shrink(self) -> None:
        """Give room that is not needed back to the disk: in small steps, for each needs some itself."""
        pages, free = self.reserve.size // (2 * _PAGE), 0
        for _ in range(_STEPS):
            self.tidy("wal_checkpoint(TRUNCATE)")
            before = free
            with self.reading() as database:
                (free,) = database.execute("PRAGMA freelist_count").fetchone()
            if free in {0, before}:
                return
            self.tidy(f"incremental_vacuum({pages})")

    def tidy(self, how: str) -> bool:
        """Whether there was room for it. To its end: `execute` would take one step of it."""
        try:
            with self.reading() as database:
                database.executescript(f"PRAGMA {how}")
        except NoRoom:
            return False
        return True

    def journal_is_short(self) -> bool:
        """Whether the journal can be written into the database, now or when the reserve is given up for that."""
        with disk():
            is_short = self.journal.stat().st_size <= self.reserve.size
        return is_short or self.tidy("wal_checkpoint(TRUNCATE)")

    def pages_in_journal(self) -> int:
        """After how many the journal is written into the database."""
        return min(1_000, self.reserve.size // (4 * _PAGE))

    def _try_out(self) -> None:
        """Write as much as did not fit, and take it away again."""
        with self.writing() as database:
            database.execute("INSERT INTO trial VALUES (zeroblob(?))", (self.refused,))
        with self.writing() as database:
            database.execute("DELETE FROM trial")
