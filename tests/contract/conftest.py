"""What contract tests meet: the console, called with a key of the primary school; a desk at which commands are run."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.town import Town
from tests.unit.delivery.console_world import Api, a_console_world, a_key, an_api
from tests.unit.delivery.world import World


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> World:
    return a_console_world(database_url, tmp_path)


@pytest.fixture
async def api(world: World) -> AsyncIterator[Api]:
    async with an_api(world, a_key(world)[1]) as made:
        yield made


@pytest.fixture
def at_the_desk(town: Town, monkeypatch: pytest.MonkeyPatch) -> Town:
    """A town that the commands of this process work on."""
    monkeypatch.setenv("HUB_DATABASE_URL", str(town.settings.database_url))
    monkeypatch.setenv("HUB_HOME", str(town.settings.home))
    monkeypatch.setenv("HUB_RULES", str(town.settings.rules))
    return town
