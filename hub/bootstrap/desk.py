"""The database, and a desk at it for one command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from hub.facts.errors import ConfigurationError, Unavailable
from hub.keys.evidence import Evidence
from hub.keys.files import FileKeys
from hub.people.desk import Desk
from hub.settings import Settings
from hub.store.connecting import Work, connect
from hub.store.embedded import database_url
from hub.store.migrate import missing, upgrade


@contextmanager
def open_store(settings: Settings, work: Work = Work.LONG) -> Iterator[psycopg.Connection]:
    """A connection outside a transaction to a database that is up to date; the embedded one is made so by itself."""
    url = database_url(settings)
    if settings.database_url is None:
        upgrade(url)
    try:
        with connect(url, work=work) as connection:
            if missing(connection):
                raise ConfigurationError("The database lacks migrations of this release: run `hub db upgrade`.")
            connection.commit()  # asking began a transaction
            yield connection
    except psycopg.OperationalError as error:
        raise Unavailable("PostgreSQL went away: run the command again, it goes on where it stopped.") from error


def upgrade_store(settings: Settings) -> list[str]:
    """Apply the migrations that are missing; returns their names."""
    return upgrade(database_url(settings))


@contextmanager
def open_desk(settings: Settings) -> Iterator[Desk]:
    """A desk for one command: what it does is committed at its end, or nothing of it happened."""
    with open_store(settings, Work.STEP) as connection, connection.transaction():
        yield Desk(connection, Evidence(FileKeys(settings.keys)))
