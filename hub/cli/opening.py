"""The store opened for a command that works on the register."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from hub.bootstrap import open_store, register
from hub.facts.errors import Unavailable
from hub.matching.deciding.weights import Weights
from hub.matching.register.register import Register
from hub.settings import Settings


@contextmanager
def opened_store(settings: Settings) -> Iterator[psycopg.Connection]:
    """A connection outside a transaction; a database that goes away is one plain sentence."""
    try:
        with open_store(settings) as connection:
            connection.commit()  # opening the store may have asked something; each step has a transaction of its own
            yield connection
    except psycopg.OperationalError as error:
        raise Unavailable("PostgreSQL went away: run the command again, it goes on where it stopped.") from error


@contextmanager
def opened_register(
    settings: Settings, weights: Weights | None = None
) -> Iterator[tuple[psycopg.Connection, Register]]:
    """The store and the register, weighing by another model where one is given."""
    held = register(settings)
    if weights is not None:
        held = held.weighing(weights)
    with opened_store(settings) as connection:
        yield connection, held
