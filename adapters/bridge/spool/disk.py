"""The disk under the spool: SQLite on it, and its errors as two, of which one says that there is no room."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path

from hub.facts.errors import Unavailable

_LOCK_SECONDS = 10
_NO_ROOM = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE}
_NO_ROOM_HERE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class NoRoom(Unavailable):
    """The disk takes nothing more."""


@contextmanager
def disk(what: str = "The spool") -> Iterator[None]:
    """SQLite's errors tell of the disk and the lock, never of the data."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        code = error.errno in _NO_ROOM_HERE if isinstance(error, OSError) else _code(error) in _NO_ROOM
        kind = NoRoom if code else Unavailable
        raise kind(f"{what} cannot be used ({type(error).__name__}): see to its disk.") from error


def _code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", 0)


def connect(path: Path) -> sqlite3.Connection:
    """The database, with its tables; raises sqlite3.Error and OSError."""
    database = sqlite3.connect(path, timeout=_LOCK_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        path.chmod(0o600)
        database.execute("PRAGMA auto_vacuum = INCREMENTAL")
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        database.execute("PRAGMA secure_delete = OFF")  # what is taken out is sealed, and to blank it would need room
        database.executescript(files(__package__).joinpath("store.sql").read_text(encoding="utf-8"))
    except BaseException:
        database.close()
        raise
    return database


def sync_folder(folder: Path) -> None:
    """The names of new files are on the disk only once their folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def to_ms(at: datetime) -> int:
    """Whole milliseconds since 1970 (UTC), as times lie on the disk."""
    return (at - _EPOCH) // timedelta(milliseconds=1)


def from_ms(milliseconds: int) -> datetime:
    """The time that was written so."""
    return _EPOCH + timedelta(milliseconds=milliseconds)
