"""Numbered migrations, run by `hub db upgrade`. A migration expands first and contracts in a later release."""

from __future__ import annotations

import hashlib
from importlib.resources import files

import psycopg
from psycopg.sql import SQL

from hub.facts.errors import ConfigurationError, Unavailable
from hub.store.connecting import connect

_LOCK = 0x48554201  # one upgrade at a time
_LOCK_WAIT_S = 10


def upgrade(database_url: str) -> list[str]:
    """Apply what is missing, in order, each in a transaction; returns the names applied."""
    applied: list[str] = []
    with connect(database_url, autocommit=True) as connection:
        connection.execute(SQL("select pg_advisory_lock({})").format(_LOCK))
        connection.execute(SQL("create schema if not exists hub"))
        connection.execute(
            "create table if not exists migration (name text primary key, digest text not null, "
            "applied_at timestamptz not null default now())"
        )
        done: dict[str, str] = dict(connection.execute("select name, digest from migration").fetchall())
        for name, text in migrations():
            digest = hashlib.sha256(text.encode()).hexdigest()
            if name in done:
                if done[name] != digest:
                    raise ConfigurationError(f"Migration {name} was changed after it was applied: add a new one.")
                continue
            _apply(connection, name, text, digest)
            applied.append(name)
    return applied


def _apply(connection: psycopg.Connection, name: str, text: str, digest: str) -> None:
    """A change of a table that waits for its lock holds up everybody who comes after: it waits for seconds only."""
    try:
        with connection.transaction():
            connection.execute(SQL("set local lock_timeout = {}").format(f"{_LOCK_WAIT_S}s"))
            connection.execute(text.encode())
            connection.execute("insert into migration (name, digest) values (%s, %s)", (name, digest))
    except psycopg.errors.LockNotAvailable as error:
        raise Unavailable(
            f"Migration {name} waits for a table that is in use: run `hub db upgrade` again, and it goes on from there."
        ) from error


def missing(connection: psycopg.Connection) -> list[str]:
    """Names of migrations that this release needs and the database lacks."""
    try:
        with connection.transaction():
            done = {name for (name,) in connection.execute("select name from migration").fetchall()}
    except psycopg.errors.UndefinedTable:
        done = set()
    return [name for name, _ in migrations() if name not in done]


def migrations() -> list[tuple[str, str]]:
    """(name, SQL) in order."""
    folder = files("hub.store") / "migrations"
    return sorted(
        (path.name, path.read_text(encoding="utf-8")) for path in folder.iterdir() if path.name.endswith(".sql")
    )
