"""What contract tests meet: the console, called with a key of the primary school; a desk; two hosts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from parts import LocalPostgres

from hub.people.desk import Desk
from hub.settings import Settings
from hub.store.clock import set_clock
from tests.accounts import a_desk
from tests.hosts import Host, a_host, amended
from tests.town import NOW, Town
from tests.unit.delivery.console_world import Api, a_console_world, a_key, an_api
from tests.unit.delivery.world import World


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> World:
    return a_console_world(database_url, tmp_path)


@pytest.fixture
async def api(world: World) -> AsyncIterator[Api]:
    async with an_api(world, a_key(world)[1]) as made:
        yield made


@pytest.fixture(scope="session")
def desk_database_url(postgres: LocalPostgres, migrated: str) -> Iterator[str]:
    """A database that stays empty: who sits at its desk undoes in the end what they did."""
    name = f"desk_{uuid4().hex}"
    yield postgres.create_database(name, template=migrated)
    postgres.drop_database(name)


@pytest.fixture
def desk(prepared: Settings, desk_database_url: str) -> Iterator[Desk]:
    """A desk of a hub that knows nobody."""
    with a_desk(prepared, desk_database_url) as made:
        yield made


@pytest.fixture
def at_the_desk(town: Town, monkeypatch: pytest.MonkeyPatch) -> Town:
    """A town that the commands of this process work on."""
    monkeypatch.setenv("HUB_DATABASE_URL", str(town.settings.database_url))
    monkeypatch.setenv("HUB_HOME", str(town.settings.home))
    monkeypatch.setenv("HUB_RULES", str(town.settings.rules))
    return town


@pytest.fixture(scope="session")
def renewed(prepared: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The same hub's rules with the next version of one agreement, signed by all."""
    return amended(prepared, tmp_path_factory.mktemp("renewed"))


@pytest.fixture
def old(town: Town, prepared: Settings) -> Iterator[Host]:
    """A host under the rules of the town."""
    with town.parts.connect() as connection:
        set_clock(connection, NOW)
    yield from a_host(town, prepared)


@pytest.fixture
def new(town: Town, renewed: Settings, old: Host) -> Iterator[Host]:
    """A host under those with the next version of one agreement."""
    yield from a_host(town, renewed)
