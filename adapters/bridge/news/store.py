"""What the hub said, kept on disk beside the spool: an SQLite database of ids and counts, nothing of any notice.

It is opened when it is first needed: an adapter takes notices in, and sends them, also where this cannot be used.
"""

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

from adapters.bridge.spool.disk import disk, from_ms, to_ms
from hub.facts.errors import Unavailable
from hub.facts.terms import Outcome
from hub.wire.news import TESTED, Read, Said

DATABASE, WHAT = "news.sqlite3", "The store of news"
REMEMBERED = timedelta(days=400)
"""As long as the spool remembers what it accepted."""
_LOCK_SECONDS = 10


class Sent(NamedTuple):
    """What this adapter sealed. `digest`: SHA-256 of its signed header."""

    event_id: UUID
    digest: bytes
    signing_key: str
    at: datetime
    test: bool = False


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
    """What is known of the hub. `known_key`: the signing key of what it last spoke of, at `known_at`.

    `waits_since`: when the first test was sent that it has not spoken after; `refused`: why it could not use the last.
    """

    tested_at: datetime | None
    test_id: UUID | None
    waits_since: datetime | None
    known_at: datetime | None
    known_key: str | None
    refused: str | None


class NewsStore:
    """One source's news. Safe to share between threads, and its folder between processes; raises Unavailable."""

    def __init__(self, folder: Path) -> None:
        self._lock = threading.Lock()
        self._path = folder / DATABASE
        self._opened: sqlite3.Connection | None = None
        self._reads: Mapping[str, int] = {}

    def close(self) -> None:
        with self._lock:
            if self._opened is not None:
                self._opened.close()
                self._opened = None

    # --- what was sent ------------------------------------------------------------------------------------------------

    def sent(self, one: Sent) -> None:
        """Remember what was signed."""
        with self._writing() as database:
            row = (one.event_id.bytes, one.digest, one.signing_key, one.test, to_ms(one.at))
            database.execute("INSERT OR IGNORE INTO sent VALUES (?, ?, ?, ?, ?)", row)
            if one.test:
                database.execute(
                    "UPDATE hub SET tested_at = ?, test_id = ?, waits_since = ifnull(waits_since, ?)",
                    (to_ms(one.at), one.event_id.bytes, to_ms(one.at)),
                )

    def filed(self, event_id: UUID, path: Path, at: datetime) -> Heard | None:
        """Remember where an event's file lies; the news that there is of it already."""
        with self._writing() as database:
            database.execute("INSERT OR IGNORE INTO filed VALUES (?, ?, ?)", (event_id.bytes, str(path), to_ms(at)))
        return self.heard(event_id)

    def files_of(self, read: Read) -> list[Path]:
        """Where the files lie that this news is of."""
        with self._reading() as database:
            if _sent(database, read) is None:
                return []
            rows = database.execute("SELECT path FROM filed WHERE event_id = ?", (read.about.event_id.bytes,))
            return [Path(path) for (path,) in rows]

    def forget(self, *, now: datetime) -> None:
        """Drop what is as old as what the spool has forgotten."""
        before = (to_ms(now - REMEMBERED),)
        with self._writing() as database:
            database.execute("DELETE FROM sent WHERE sent_at < ?", before)
            database.execute("DELETE FROM heard WHERE at < ?", before)
            database.execute("DELETE FROM filed WHERE filed_at < ?", before)

    # --- what was said ------------------------------------------------------------------------------------------------

    def hear(self, partition: int, offset: int, read: Read | None, now: datetime) -> bool:
        """Keep one record's news, if it is of an event of ours, and the place after it; whether it was."""
        with self._writing() as database:
            database.execute("INSERT OR REPLACE INTO place VALUES (?, ?)", (partition, offset + 1))
            sent = _sent(database, read) if read is not None else None
            if read is None or sent is None:
                return False
            _note_known(database, read, sent, now)
            if not sent.test:
                database.execute(
                    "INSERT INTO heard VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET at = excluded.at, "
                    "said = excluded.said WHERE excluded.at >= at",
                    (read.about.event_id.bytes, to_ms(read.at), _as_text(read.said)),
                )
            return True

    def heard(self, event_id: UUID) -> Heard | None:
        """The latest news of an event."""
        with self._reading() as database:
            row = database.execute("SELECT at, said FROM heard WHERE event_id = ?", (event_id.bytes,)).fetchone()
        return Heard(event_id, from_ms(row[0]), Said(**json.loads(row[1]))) if row else None

    def latest(self, limit: int) -> list[Heard]:
        """The latest news, the newest first."""
        with self._reading() as database:
            rows = database.execute(
                "SELECT event_id, at, said FROM heard ORDER BY at DESC LIMIT ?", (limit,)
            ).fetchall()
        return [Heard(UUID(bytes=event_id), from_ms(at), Said(**json.loads(said))) for event_id, at, said in rows]

    def places(self) -> dict[int, int]:
        """The offset to read next, by partition."""
        with self._reading() as database:
            return dict(database.execute("SELECT partition, next FROM place").fetchall())

    # --- the hub ------------------------------------------------------------------------------------------------------

    def hub(self) -> Hub:
        """What is known of it."""
        with self._reading() as database:
            tested, test_id, waits, known, key, refused = database.execute(
                "SELECT tested_at, test_id, waits_since, known_at, known_key, refused FROM hub"
            ).fetchone()
        times = [None if one is None else from_ms(one) for one in (tested, waits, known)]
        return Hub(times[0], UUID(bytes=test_id) if test_id else None, times[1], times[2], key, refused)

    def reads(self) -> Mapping[str, int]:
        """The newest version of each schema that the hub said it reads; as it was last known, where the disk fails."""
        try:
            with self._reading() as database:
                (reads,) = database.execute("SELECT reads FROM hub").fetchone()
        except Unavailable:
            return self._reads
        self._reads = json.loads(reads)
        return self._reads

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock, disk(WHAT):
            if self._opened is None:
                self._opened = _connect(self._path)
            yield self._opened

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._reading() as database:
            database.execute("BEGIN IMMEDIATE")
            try:
                yield database
                database.execute("COMMIT")
            except BaseException:
                if database.in_transaction:
                    database.execute("ROLLBACK")
                raise


class _Ours(NamedTuple):
    """A record that this adapter sent. `signing_key` None: it was before what is sent was remembered."""

    signing_key: str | None
    test: bool


def _sent(database: sqlite3.Connection, read: Read) -> _Ours | None:
    """What this adapter sent that the news is of: it signed this very header. Another's test is none of ours."""
    row = database.execute(
        "SELECT digest, signing_key, test FROM sent WHERE event_id = ?", (read.about.event_id.bytes,)
    ).fetchone()
    if row is None:
        return None if read.said.outcome == TESTED else _Ours(None, test=False)
    return _Ours(row[1], bool(row[2])) if not read.about.digest or row[0] == read.about.digest else None


def _note_known(database: sqlite3.Connection, read: Read, sent: _Ours, now: datetime) -> None:
    """Whatever the hub says of what we signed shows that it knows the key."""
    if sent.signing_key is None:
        return
    database.execute("UPDATE hub SET known_at = ?, known_key = ?, waits_since = NULL", (to_ms(now), sent.signing_key))
    if read.said.outcome == TESTED:
        database.execute("UPDATE hub SET refused = NULL, reads = ?", (json.dumps(dict(read.said.reads)),))
    elif sent.test and read.said.outcome == Outcome.DEAD_LETTER:
        database.execute("UPDATE hub SET refused = ?", (read.said.reason,))


def _as_text(said: Said) -> str:
    return json.dumps({"outcome": said.outcome, "told": said.told, "layers": dict(said.layers), "reason": said.reason})


def _connect(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    database = sqlite3.connect(path, timeout=_LOCK_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        path.chmod(0o600)
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")  # what is lost, Kafka says again
        database.executescript(files(__package__).joinpath("store.sql").read_text(encoding="utf-8"))
    except BaseException:
        database.close()
        raise
    return database
