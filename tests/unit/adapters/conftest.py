"""An agency's home with keys, as adapters' tests meet it."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.settings import Settings
from tests.unit.adapters.builders import CALEDON, an_agency


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Keys take a moment to make, so all tests share them."""
    return an_agency(tmp_path_factory.mktemp("home"))


@pytest.fixture
def agency(home: Settings, tmp_path: Path) -> Settings:
    """A home of the test's own, with those keys."""
    (tmp_path / "agencies" / CALEDON).mkdir(parents=True)
    (tmp_path / "agencies" / CALEDON / "keys").symlink_to(home.agency_keys(CALEDON))
    (tmp_path / "keys").symlink_to(home.keys)
    return Settings(home=tmp_path, kafka_bootstrap="127.0.0.1:9")
