"""The empty register, for tests on a real PostgreSQL."""

from collections.abc import Iterator

import psycopg
import pytest

from hub.store.connecting import connect
from tests.unit.matching.hands import Hands


@pytest.fixture
def connection(database_url: str) -> Iterator[psycopg.Connection]:
    """A connection to it."""
    with connect(database_url) as opened:
        yield opened


@pytest.fixture
def hands(connection, tmp_path) -> Hands:
    """A reviewer's hands on it."""
    return Hands(connection, tmp_path)
