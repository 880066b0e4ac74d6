"""Real Kafka and PostgreSQL for the tests that ask for them; see deploy/local/parts.py for where they come from."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from confluent_kafka.admin import AdminClient
from hypothesis import settings
from parts import LocalKafka, LocalPostgres, find_kafka, find_postgres, scratch_folder

from hub.settings import Settings
from hub.store.migrate import upgrade
from tests.e2e.commands import wait_for
from tests.town import Town, keep_keys

# How long an example takes says how busy the machine is, and nothing of what is tested.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@pytest.fixture(scope="session")
def kafka() -> Iterator[LocalKafka]:
    """One broker for the whole run. Topics and groups outlive a test, so each test names its own."""
    with scratch_folder() as data, find_kafka(data) as broker:
        yield broker


@pytest.fixture(scope="session")
def mortal_kafka() -> Iterator[LocalKafka]:
    """One broker for the whole run that tests may kill; as `broker` each has it for itself."""
    with scratch_folder() as data, find_kafka(data, own=True) as made:
        yield made


@pytest.fixture
def broker(mortal_kafka: LocalKafka) -> LocalKafka:
    """A broker without topics that is the test's alone, to kill and start again; a new one would take seconds."""
    mortal_kafka.start()
    admin = AdminClient({"bootstrap.servers": mortal_kafka.bootstrap, "log_level": 0})

    def ours() -> list[str]:
        return [name for name in admin.list_topics(timeout=10).topics if not name.startswith("_")]

    if old := ours():
        for done in admin.delete_topics(old).values():
            done.result(30)
        wait_for(lambda: not ours(), what="old topics gone")
    return mortal_kafka


@pytest.fixture(scope="session")
def postgres() -> Iterator[LocalPostgres]:
    """One server for the whole run; tests take databases of it."""
    with scratch_folder() as data, find_postgres(data) as server:
        yield server


@pytest.fixture(scope="session")
def migrated(postgres: LocalPostgres) -> str:
    """Name of a database with the hub's tables and nothing in them, to be copied; nobody connects to it."""
    name = f"migrated_{uuid4().hex}"
    upgrade(postgres.create_database(name))
    return name


@pytest.fixture
def database_url(postgres: LocalPostgres, migrated: str) -> Iterator[str]:
    """A new database of the test's own with the hub's tables, dropped when the test ends."""
    name = f"test_{uuid4().hex}"
    yield postgres.create_database(name, template=migrated)
    postgres.drop_database(name)


@pytest.fixture
def empty_database_url(postgres: LocalPostgres) -> Iterator[str]:
    """The same without any table: for what makes them."""
    name = f"test_{uuid4().hex}"
    yield postgres.create_database(name)
    postgres.drop_database(name)


@pytest.fixture
def hub_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty HUB_HOME, also in the environment of commands that the test runs."""
    home = tmp_path / "hub-home"
    home.mkdir()
    monkeypatch.setenv("HUB_HOME", str(home))
    return home


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Keys and signed rules, made once for the whole run; nothing writes to them."""
    return keep_keys(tmp_path_factory.mktemp("prepared") / "home")


@pytest.fixture
def town(prepared: Settings, database_url: str) -> Iterator[Town]:
    """A small town with its children enrolled, on a database of its own."""
    made = Town(prepared, database_url)
    made.enrol_everyone()
    yield made
    made.close()
