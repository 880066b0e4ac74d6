"""The spool: sealed events on disk, from the moment an agency hears "accepted" until Kafka has acknowledged them.

An SQLite database in write-ahead mode with full synchronisation: an append is on the disk when it returns, or it is
not there at all, whatever is killed and whenever. SQLite's own locks let several processes append at once, and the
primary key of `accepted` is what makes a notice posted twice one event. The folder must lie on a local disk.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from uuid import UUID

from hub.facts.errors import Unavailable

DATABASE = "spool.sqlite3"
_LOCK_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a spool holds. `remember` and `most_remembered` bound the memory of what was accepted before."""

    events: int = 100_000
    bytes: int = 4_000_000_000
    remember: timedelta = timedelta(days=400)
    most_remembered: int = 2_000_000


@dataclass(frozen=True, slots=True)
class Waiting:
    """An event that Kafka has not acknowledged. `value` is sealed."""

    position: int
    event_id: UUID
    topic: str
    case_key: bytes = field(repr=False)
    value: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Accepted:
    """A notice is safe. `repeated`: it was before; `differs`: and then it said something else."""

    event_id: UUID
    repeated: bool = False
    differs: bool = False


@dataclass(frozen=True, slots=True)
class Full:
    """The spool holds as much as it may: come back later."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What tells one notice from another: its case, its place in the case, and a keyed digest of what it says."""

    case_key: bytes = field(repr=False)
    sequence: int
    facts_mac: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Totals:
    """How full a spool is, and when the oldest event of each topic was spooled."""

    events: int
    bytes: int
    held: int
    oldest: dict[str, datetime]


class Spool:
    """One source's spool. Safe to share between threads, and its folder between processes.

    Every method raises Unavailable where the disk does not do its part.
    """

    def __init__(self, folder: Path, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._lock = threading.Lock()
        with _disk():
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._database = _connect(folder / DATABASE)
            _sync_folder(folder)

    def close(self) -> None:
        with self._lock:
            self._database.close()

    def find(self, notice: Notice) -> Accepted | None:
        """The event that this notice became before, if it did."""
        with self._reading() as database:
            return _remembered(database, notice)

    def append(self, event: Waiting, notice: Notice, *, at: datetime) -> Accepted | Full:
        """Put a sealed event on disk (its `position` is given by the spool), unless its notice became one before."""
        with self._writing() as database:
            before = _remembered(database, notice)
            if before is not None:
                return before
            events, size = database.execute("SELECT events, bytes FROM total").fetchone()
            if events >= self._limits.events or size + len(event.value) > self._limits.bytes:
                return Full()
            database.execute(
                "INSERT INTO event (event_id, topic, case_key, spooled_at, size, value) VALUES (?, ?, ?, ?, ?, ?)",
                (event.event_id.bytes, event.topic, event.case_key, _to_ms(at), len(event.value), event.value),
            )
            database.execute(
                "INSERT INTO accepted VALUES (?, ?, ?, ?, ?)",
                (notice.case_key, notice.sequence, event.event_id.bytes, notice.facts_mac, _to_ms(at)),
            )
            return Accepted(event.event_id)

    def waiting(self, topic: str, limit: int, limit_bytes: int = 16_000_000) -> list[Waiting]:
        """The oldest events of a topic that Kafka may take, in order of acceptance: at least one, if there is one."""
        found: list[Waiting] = []
        with self._reading() as database:
            rows = database.execute(
                "SELECT position, event_id, topic, case_key, value FROM event WHERE topic = ? AND held = 0 "
                "ORDER BY position LIMIT ?",
                (topic, limit),
            )
            for position, event_id, *rest in rows:
                found.append(Waiting(position, UUID(bytes=event_id), *rest))
                limit_bytes -= len(found[-1].value)
                if limit_bytes <= 0:
                    break
        return found

    def remove(self, positions: Iterable[int]) -> None:
        """Forget events that Kafka has acknowledged; that they were accepted is remembered."""
        positions = list(positions)
        if not positions:
            return
        with self._writing() as database:
            database.executemany("DELETE FROM event WHERE position = ?", [(position,) for position in positions])

    def hold(self, position: int) -> None:
        """Set an event aside that Kafka refuses for good, so that it stops no other. Each start tries it again."""
        with self._writing() as database:
            database.execute("UPDATE event SET held = 1 WHERE position = ?", (position,))

    def release_held(self) -> None:
        """Try again what was set aside."""
        with self._writing() as database:
            database.execute("UPDATE event SET held = 0 WHERE held = 1")

    def still_waiting(self, event_ids: Iterable[UUID]) -> set[UUID]:
        """Those of these events that Kafka has not acknowledged."""
        with self._reading() as database:
            found = (
                (event_id, database.execute("SELECT 1 FROM event WHERE event_id = ?", (event_id.bytes,)).fetchone())
                for event_id in event_ids
            )
            return {event_id for event_id, row in found if row}

    def is_full(self, totals: Totals) -> bool:
        """Whether the next event may be one too many."""
        return totals.events >= self._limits.events or totals.bytes >= self._limits.bytes

    def totals(self) -> Totals:
        with self._reading() as database:
            events, size = database.execute("SELECT events, bytes FROM total").fetchone()
            (held,) = database.execute("SELECT count(*) FROM event WHERE held = 1").fetchone()
            oldest = database.execute(
                "SELECT topic, spooled_at FROM event WHERE position IN (SELECT min(position) FROM event GROUP BY topic)"
            ).fetchall()
            return Totals(events, size, held, {topic: _from_ms(at) for topic, at in oldest})

    def forget(self, *, now: datetime) -> int:
        """Drop memories that are too old or too many, and give free pages back to the disk; how many were dropped."""
        with self._writing() as database:
            dropped = database.execute(
                "DELETE FROM accepted WHERE accepted_at < ?", (_to_ms(now - self._limits.remember),)
            ).rowcount
            (count,) = database.execute("SELECT count(*) FROM accepted").fetchone()
            dropped += database.execute(
                "DELETE FROM accepted WHERE (case_key, sequence) IN "
                "(SELECT case_key, sequence FROM accepted ORDER BY accepted_at LIMIT ?)",
                (max(0, count - self._limits.most_remembered),),
            ).rowcount
        with self._reading() as database:
            database.execute("PRAGMA incremental_vacuum").fetchall()
        return dropped

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock, _disk():
            yield self._database

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock, _disk():
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
                self._database.execute("COMMIT")
            except BaseException:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
                raise


def _connect(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=_LOCK_SECONDS, isolation_level=None, check_same_thread=False)
    path.chmod(0o600)
    database.execute("PRAGMA auto_vacuum = INCREMENTAL")
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.executescript(files(__package__).joinpath("store.sql").read_text(encoding="utf-8"))
    return database


def _sync_folder(folder: Path) -> None:
    """The names of new files are on the disk only once their folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remembered(database: sqlite3.Connection, notice: Notice) -> Accepted | None:
    row = database.execute(
        "SELECT event_id, facts_mac FROM accepted WHERE case_key = ? AND sequence = ?",
        (notice.case_key, notice.sequence),
    ).fetchone()
    return Accepted(UUID(bytes=row[0]), repeated=True, differs=row[1] != notice.facts_mac) if row else None


@contextmanager
def _disk() -> Iterator[None]:
    """SQLite's errors tell of the disk and the lock, never of the data."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise Unavailable(f"The spool cannot be used ({type(error).__name__}): see to its disk.") from error


_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def _to_ms(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(milliseconds=1)


def _from_ms(milliseconds: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=milliseconds)
