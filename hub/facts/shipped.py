"""Where the folders that ship with the hub lie: inside the wheel, or beside hub/ in a checkout."""

from __future__ import annotations

from pathlib import Path

from hub.facts.errors import ConfigurationError


def shipped(name: str) -> Path:
    """A folder that ships with the hub: `schemas` or `routing_rules`."""
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "_data" / name, package.parent / name):
        if folder.is_dir():
            return folder
    raise ConfigurationError(f"The folder {name}/ is missing from the installation: install concern-hub again.")
