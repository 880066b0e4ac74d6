"""What the hub said, kept on disk beside the spool: an SQLite database of ids and counts, nothing of any notice."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from adapters.bridge.spool.disk import disk
from hub.wire.news import TESTED, Read, Said

DATABASE, WHAT = "news.sqlite3", "The store of news"
REMEMBERED = timedelta(days=400)
"""As long as the spool remembers what it accepted."""
_LOCK_SECONDS = 10
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


class Heard(NamedTuple):
    """How far an event came, by the latest news of it."""

    event_id: UUID
    at: datetime
    said: Said

    def as_json(self) -> dict[str, Any]:
        """As commands, the HTTP door and the file beside the notice show it."""
        said = self.said
        return {
            "event_id": str(self.event_id),
            "at": self.at.isoformat().replace("+00:00", "Z"),
            "outcome": said.outcome,
            "told": said.told,
            "layers": dict(said.layers),
            "reason": said.reason,
        }


class Hub(NamedTuple):
    """What is known of the hub: when it was last tested, when it answered, and what it reads."""

    tested_at: datetime | None
    known_at: datetime | None
    reads: Mapping[str, int]


class NewsStore:
    """One source's news. Safe to share between threads, and its folder between processes; raises Unavailable."""

    def __init__(self, folder: Path) -> None:
        self._lock = threading.Lock()
        with disk(WHAT):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._database = sqlite3.connect(
                folder / DATABASE, timeout=_LOCK_SECONDS, isolation_level=None, check_same_thread=False
            )
            (folder / DATABASE).chmod(0o600)
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = NORMAL")  # what is lost, Kafka says again
            self._database.executescript(files(__package__).joinpath("store.sql").read_text(encoding="utf-8"))

    def close(self) -> None:
        with self._lock:
            self._database.close()

    # --- what was sent ------------------------------------------------------------------------------------------------

    def sent(self, event_id: UUID, digest: bytes, at: datetime) -> None:
        """Remember the header that was signed."""
        with self._writing() as database:
            database.execute("INSERT OR IGNORE INTO sent VALUES (?, ?, ?)", (event_id.bytes, digest, _to_ms(at)))

    def filed(self, event_id: UUID, path: Path) -> Heard | None:
        """Remember where an event's file lies; the news that there is of it already."""
        with self._writing() as database:
            database.execute("INSERT OR REPLACE INTO filed VALUES (?, ?)", (event_id.bytes, str(path)))
        return self.heard(event_id)

    def forget(self, *, now: datetime) -> None:
        """Drop what the spool has forgotten, too."""
        with self._writing() as database:
            old = "SELECT event_id FROM sent WHERE sent_at < ?"
            for table in ("heard", "filed", "sent"):
                database.execute(f"DELETE FROM {table} WHERE event_id IN ({old})", (_to_ms(now - REMEMBERED),))  # noqa: S608 - names of this file

    # --- what was said ------------------------------------------------------------------------------------------------

    def hear(self, partition: int, offset: int, read: Read | None, now: datetime) -> Path | None:
        """Keep one record's news, if it is of an event of ours, and the place after it; where its file lies."""
        with self._writing() as database:
            database.execute("INSERT OR REPLACE INTO place VALUES (?, ?)", (partition, offset + 1))
            if read is None or not _is_ours(database, read):
                return None
            if read.said.outcome == TESTED:
                database.execute(
                    "UPDATE hub SET known_at = ?, reads = ?", (_to_ms(now), json.dumps(dict(read.said.reads)))
                )
                return None
            database.execute(
                "INSERT INTO heard VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET at = excluded.at, said = excluded.said "
                "WHERE excluded.at >= at",
                (read.about.event_id.bytes, _to_ms(read.at), _as_text(read.said)),
            )
            row = database.execute("SELECT path FROM filed WHERE event_id = ?", (read.about.event_id.bytes,)).fetchone()
            return Path(row[0]) if row else None

    def heard(self, event_id: UUID) -> Heard | None:
        """The latest news of an event."""
        with self._reading() as database:
            row = database.execute("SELECT at, said FROM heard WHERE event_id = ?", (event_id.bytes,)).fetchone()
        return Heard(event_id, _from_ms(row[0]), Said(**json.loads(row[1]))) if row else None

    def latest(self, limit: int) -> list[Heard]:
        """The latest news, the newest first."""
        with self._reading() as database:
            rows = database.execute(
                "SELECT event_id, at, said FROM heard ORDER BY at DESC LIMIT ?", (limit,)
            ).fetchall()
        return [Heard(UUID(bytes=event_id), _from_ms(at), Said(**json.loads(said))) for event_id, at, said in rows]

    def places(self) -> dict[int, int]:
        """The offset to read next, by partition."""
        with self._reading() as database:
            return dict(database.execute("SELECT partition, next FROM place").fetchall())

    # --- the hub ------------------------------------------------------------------------------------------------------

    def hub(self) -> Hub:
        """What is known of it."""
        with self._reading() as database:
            tested, known, reads = database.execute("SELECT tested_at, known_at, reads FROM hub").fetchone()
        return Hub(_from_ms(tested) if tested else None, _from_ms(known) if known else None, json.loads(reads))

    def tested(self, at: datetime) -> None:
        """A test was sent."""
        with self._writing() as database:
            database.execute("UPDATE hub SET tested_at = ?", (_to_ms(at),))

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock, disk(WHAT):
            yield self._database

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock, disk(WHAT):
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
                self._database.execute("COMMIT")
            except BaseException:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
                raise


def _is_ours(database: sqlite3.Connection, read: Read) -> bool:
    """Whether this adapter signed the very header that the news is of. One of before it remembered any is taken so."""
    row = database.execute("SELECT digest FROM sent WHERE event_id = ?", (read.about.event_id.bytes,)).fetchone()
    return row is None or not read.about.digest or row[0] == read.about.digest


def _as_text(said: Said) -> str:
    return json.dumps({"outcome": said.outcome, "told": said.told, "layers": dict(said.layers), "reason": said.reason})


def _to_ms(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(milliseconds=1)


def _from_ms(milliseconds: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=milliseconds)
