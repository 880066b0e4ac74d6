"""The spool: sealed events on disk, from the moment an agency hears "accepted" until Kafka has acknowledged them.

An SQLite database in write-ahead mode with full synchronisation: an append is on the disk when it returns, or it is
not there at all, whatever is killed and whenever. SQLite's own locks let several processes append at once, and the
primary key of `accepted` is what makes a notice posted twice one event. The folder must lie on a local disk.

A disk that is full takes no more events, and lets those go that are there: some room on it is kept for that
(`reserve.py`). What Kafka has is not sent again even where it cannot be taken out yet.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple, TypeVar
from uuid import UUID

from adapters.bridge.spool.disk import NoRoom, connect, disk, from_ms, sync_folder, to_ms
from adapters.bridge.spool.reserve import Reserve
from adapters.bridge.spool.room import Room

DATABASE, RESERVE = "spool.sqlite3", "reserve"
T = TypeVar("T")


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
    """A notice is safe. `repeated`: it was before; `differs`: and then it said something else.

    `asks`: it says so little of a child that a person will be asked who that is. `left_out` names what of it did not go
    on, and why, also where it was accepted before; never a value.
    """

    event_id: UUID
    repeated: bool = False
    differs: bool = False
    asks: bool = False
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Full:
    """The spool holds as much as it may, or as its disk can: come back later."""

    disk: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """What tells one notice from another: its case, its place in the case, and a keyed digest of what it says."""

    case_key: bytes = field(repr=False)
    sequence: int
    facts_mac: bytes = field(repr=False)


class Entry(NamedTuple):
    """What is put on disk: an event, the notice that it was, and what of that is not in it (names, never values)."""

    event: Waiting
    notice: Notice
    left_out: tuple[str, ...] = ()


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
        self._acknowledged: set[int] = set()
        """Positions that Kafka has, and that could not be taken out yet."""
        with disk():
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            reserve = Reserve(folder / RESERVE)
            self._room = Room(reserve, folder / f"{DATABASE}-wal", self._reading, self._writing)
            self._database = self.making_room(lambda: connect(folder / DATABASE))
            self._database.execute(f"PRAGMA wal_autocheckpoint = {self._room.pages_in_journal()}")
            sync_folder(folder)
            reserve.keep()

    def close(self) -> None:
        with self._lock:
            self._database.close()

    def find(self, notice: Notice) -> Accepted | None:
        """The event that this notice became before, if it did."""
        with self._reading() as database:
            return _remembered(database, notice)

    def knows_case(self, case_key: bytes) -> bool:
        """Whether an event of this case was accepted before."""
        with self._reading() as database:
            known = database.execute("SELECT 1 FROM accepted WHERE case_key = ? LIMIT 1", (case_key,)).fetchone()
        return known is not None

    def append(self, unit: Sequence[Entry], *, at: datetime) -> tuple[Accepted | None, ...] | Full:
        """Put sealed events on disk (`position` is given by the spool), all of them or none; one outcome for each.

        One whose notice became an event before is that event. Where that one says something else, nothing is put there,
        and the others are None. No two of a unit may be of one notice.
        """
        size = sum(len(entry.event.value) for entry in unit)
        if not self.has_room():
            known = [self.find(entry.notice) for entry in unit]
            return tuple(known) if all(known) else Full(disk=True)
        try:
            taken = self._append(unit, size, at)
        except NoRoom:
            self._room.refused = size
            return Full(disk=True)
        if not self._room.journal_is_short():
            self._room.refused = size
        return taken

    def _append(self, unit: Sequence[Entry], size: int, at: datetime) -> tuple[Accepted | None, ...] | Full:
        with self._writing() as database:
            known = tuple(_remembered(database, entry.notice) for entry in unit)
            if all(known) or any(one is not None and one.differs for one in known):
                return known
            events, held = database.execute("SELECT events, bytes FROM total").fetchone()
            if events + known.count(None) > self._limits.events or held + size > self._limits.bytes:
                return Full()
            return tuple(one or _insert(database, entry, at) for one, entry in zip(known, unit, strict=True))

    def waiting(self, topic: str, limit: int, limit_bytes: int = 16_000_000) -> list[Waiting]:
        """The oldest events of a topic that Kafka may take, in order of acceptance: at least one, if there is one."""
        found: list[Waiting] = []
        with self._reading() as database:
            due = database.execute(
                "SELECT position FROM event WHERE topic = ? AND held = 0 ORDER BY position", (topic,)
            )
            for (position,) in due:
                if position in self._acknowledged:
                    continue
                event_id, *rest = database.execute(
                    "SELECT event_id, topic, case_key, value FROM event WHERE position = ?", (position,)
                ).fetchone()
                found.append(Waiting(position, UUID(bytes=event_id), *rest))
                limit_bytes -= len(found[-1].value)
                if limit_bytes <= 0 or len(found) >= limit:
                    break
        return found

    def remove(self, positions: Iterable[int]) -> None:
        """Forget events that Kafka has acknowledged; that they were accepted is remembered.

        Where even that finds no room, they are kept from being sent again, and taken out later.
        """
        self._acknowledged.update(positions)
        try:
            self._take_out()
        except NoRoom:
            self._room.refused = max(self._room.refused, 1)

    def _take_out(self) -> None:
        known = set(self._acknowledged)
        if not known:
            return
        try:
            self._delete(known)
        except NoRoom:
            self._room.give_up()
            self._room.shrink()
            self._delete(known)
        self._acknowledged -= known

    def _delete(self, positions: Iterable[int]) -> None:
        with self._writing() as database:
            database.executemany("DELETE FROM event WHERE position = ?", [(position,) for position in positions])

    def has_room(self) -> bool:
        """Whether the disk takes an event; where it did not, that is tried anew, at most once a second."""
        return self._room.is_there(self._take_out)

    def making_room(self, work: Callable[[], T]) -> T:
        """What must be done also on a full disk, such as opening what lies on it: the reserve is given up for it."""
        try:
            with disk():
                return work()
        except NoRoom:
            self._room.give_up()
            with disk():
                return work()

    def hold(self, position: int) -> None:
        """Set an event aside that Kafka refuses for good, so that it stops no other. Each start tries it again."""
        with self._writing() as database:
            database.execute("UPDATE event SET held = 1 WHERE position = ?", (position,))

    def release_held(self) -> None:
        """Try again what was set aside; on a full disk, at another start."""
        with suppress(NoRoom), self._writing() as database:
            database.execute("UPDATE event SET held = 0 WHERE held = 1")

    def still_waiting(self, event_ids: Iterable[UUID]) -> set[UUID]:
        """Those of these events that Kafka has not acknowledged."""
        with self._reading() as database:
            found = (
                (event_id, database.execute("SELECT position FROM event WHERE event_id = ?", (event_id.bytes,)))
                for event_id in event_ids
            )
            return {event_id for event_id, rows in found for (at,) in rows if at not in self._acknowledged}

    def knows(self, event_id: UUID) -> bool:
        """Whether this event was accepted here, in the last while."""
        with self._reading() as database:
            return (
                database.execute("SELECT 1 FROM accepted WHERE event_id = ?", (event_id.bytes,)).fetchone() is not None
            )

    def events_like(self, typed: str) -> list[UUID]:
        """Events whose id begins so."""
        low, high = (bytes.fromhex(typed.replace("-", "").ljust(32, fill)) for fill in "0f")
        with self._reading() as database:
            rows = database.execute(
                "SELECT event_id FROM accepted WHERE event_id BETWEEN ? AND ? LIMIT 100", (low, high)
            ).fetchall()
        return [UUID(bytes=event_id) for (event_id,) in rows]

    def events_of(self, case_key: bytes) -> list[UUID]:
        """Events of a case, the latest version first."""
        with self._reading() as database:
            rows = database.execute(
                "SELECT event_id FROM accepted WHERE case_key = ? ORDER BY sequence DESC", (case_key,)
            ).fetchall()
        return [UUID(bytes=event_id) for (event_id,) in rows]

    def is_full(self, totals: Totals) -> bool:
        """Whether the next event may be one too many."""
        return totals.events >= self._limits.events or totals.bytes >= self._limits.bytes

    def totals(self) -> Totals:
        with self._reading() as database:
            events, size = database.execute("SELECT events, bytes FROM total").fetchone()
            (held,) = database.execute("SELECT count(*) FROM event WHERE held = 1").fetchone()
            oldest = database.execute(
                "SELECT topic, spooled_at FROM event WHERE position IN (SELECT min(position) FROM event "
                "WHERE position NOT IN (SELECT value FROM json_each(?)) GROUP BY topic)",
                (json.dumps(list(self._acknowledged)),),
            ).fetchall()
            return Totals(events, size, held, {topic: from_ms(at) for topic, at in oldest})

    def forget(self, *, now: datetime) -> int:
        """Drop memories that are too old or too many, and give free pages back to the disk; how many were dropped."""
        with self._writing() as database:
            dropped = database.execute(
                "DELETE FROM accepted WHERE accepted_at < ?", (to_ms(now - self._limits.remember),)
            ).rowcount
            (count,) = database.execute("SELECT count(*) FROM accepted").fetchone()
            dropped += database.execute(
                "DELETE FROM accepted WHERE (case_key, sequence) IN "
                "(SELECT case_key, sequence FROM accepted ORDER BY accepted_at LIMIT ?)",
                (max(0, count - self._limits.most_remembered),),
            ).rowcount
        self._room.tidy("incremental_vacuum")
        return dropped

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock, disk():
            yield self._database

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock, disk():
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
                self._database.execute("COMMIT")
            except BaseException:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
                raise


def _remembered(database: sqlite3.Connection, notice: Notice) -> Accepted | None:
    row = database.execute(
        "SELECT accepted.event_id, facts_mac, ifnull(said, '[]') FROM accepted LEFT JOIN left_out USING (event_id) "
        "WHERE case_key = ? AND sequence = ?",
        (notice.case_key, notice.sequence),
    ).fetchone()
    if row is None:
        return None
    differs, left_out = row[1] != notice.facts_mac, tuple(json.loads(row[2]))
    return Accepted(UUID(bytes=row[0]), repeated=True, differs=differs, left_out=left_out)


def _insert(database: sqlite3.Connection, entry: Entry, at: datetime) -> Accepted:
    event, notice, left_out = entry
    database.execute(
        "INSERT INTO event (event_id, topic, case_key, spooled_at, size, value) VALUES (?, ?, ?, ?, ?, ?)",
        (event.event_id.bytes, event.topic, event.case_key, to_ms(at), len(event.value), event.value),
    )
    database.execute(
        "INSERT INTO accepted VALUES (?, ?, ?, ?, ?)",
        (notice.case_key, notice.sequence, event.event_id.bytes, notice.facts_mac, to_ms(at)),
    )
    if left_out:
        database.execute("INSERT INTO left_out VALUES (?, ?)", (event.event_id.bytes, json.dumps(left_out)))
    return Accepted(event.event_id, left_out=left_out)
