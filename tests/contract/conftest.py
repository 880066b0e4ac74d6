"""The console as its contract tests meet it: a world on PostgreSQL, its API called with a key of the primary school."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.unit.delivery.console_world import Api, a_console_world, a_key, an_api
from tests.unit.delivery.world import World


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> World:
    return a_console_world(database_url, tmp_path)


@pytest.fixture
async def api(world: World) -> AsyncIterator[Api]:
    async with an_api(world, a_key(world)[1]) as made:
        yield made
