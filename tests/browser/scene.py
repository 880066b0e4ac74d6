"""The hub as browsers meet it: a town on a database of its own, and a console of it in a process of its own.

Time stands where the town's does, on a Saturday night in June, and goes on from there.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from hub.console.pages.frame.entry import SESSION
from hub.store.clock import set_clock
from tests.pages import NAME, HeldPost, a_session
from tests.town import NOW, Town

ROOT = Path(__file__).parents[2]
READY_S = 60


@dataclass
class Scene:
    """What a test of pages stands in."""

    town: Town
    url: str
    """`http://localhost:<port>`."""
    kept: dict[str, Any] = field(default_factory=dict)
    """What rooms made once for all their tests."""
    people: dict[tuple[HeldPost, ...], UUID] = field(default_factory=dict)

    def cookie(self, *posts: HeldPost, name: str = NAME) -> Any:
        """Of a new session of somebody new who holds these posts, as playwright wants it."""
        _, value = a_session(self.town, *posts, name=name)
        return {"name": SESSION, "value": value, "url": self.url, "httpOnly": True, "sameSite": "Lax"}


@contextmanager
def a_scene(town: Town, port: int, settings: Mapping[str, str] | None = None) -> Iterator[Scene]:
    """The town's console, answering at `localhost` under further `HUB_*` settings, while the context lasts."""
    with town.parts.connect() as connection:
        set_clock(connection, NOW)
    url = f"http://localhost:{port}"
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "HUB_DATABASE_URL": str(town.settings.database_url),
        "HUB_HOME": str(town.settings.home),
        "HUB_RULES": str(town.settings.rules),
        "HUB_CONSOLE_ADDRESS": f"127.0.0.1:{port}",
        "HUB_WATCH_ADDRESS": f"127.0.0.1:{port}",
        "HUB_PUBLIC_URL": url,
        "HUB_KAFKA_BOOTSTRAP": "127.0.0.1:9",  # away: what is raised on pages waits
        "HUB_LOG_LEVEL": "error",
        **(settings or {}),
    }
    command = [sys.executable, "-c", "from hub.cli import main; main()", "console"]
    with subprocess.Popen(command, env=environment, cwd=ROOT) as hub:
        try:
            _wait(hub, f"http://127.0.0.1:{port}/livez")
            yield Scene(town, url)
        finally:
            hub.terminate()
            hub.wait(timeout=20)


def _wait(hub: subprocess.Popen[bytes], address: str) -> None:
    until = time.monotonic() + READY_S
    while time.monotonic() < until:
        assert hub.poll() is None, "the console did not start"
        try:
            with urllib.request.urlopen(address, timeout=2):  # noqa: S310 - of this machine
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise AssertionError("the console did not answer in time")
