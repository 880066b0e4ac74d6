"""One browser, one console, one town for all tests here; each test has a browser context of its own."""

from __future__ import annotations

import json
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from parts import LocalPostgres
from playwright.sync_api import Browser, Page, sync_playwright

from hub.settings import Settings
from tests.browser.looking import DESK
from tests.browser.scene import Scene, a_scene
from tests.pages import NAME, HeldPost
from tests.town import ACADEMY, Town

CHROMIUM = Path("/usr/bin/chromium")
Browse = Callable[..., Page]


@pytest.fixture(scope="session")
def scene(
    prepared: Settings, postgres: LocalPostgres, migrated: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Scene]:
    """The town and its console. What one test changes another sees, so each asks about its own."""
    name = f"browser_{uuid4().hex}"
    home = tmp_path_factory.mktemp("scene") / "home"
    shutil.copytree(prepared.home, home)
    for path in home.rglob(f"{ACADEMY}.sign.1.json"):  # the hub signs for the academy
        path.write_text(json.dumps(json.loads(path.read_text()) | {"hosted": "yes"}))
    settings = prepared.model_copy(update={"home": home})
    town = Town(settings, postgres.create_database(name, template=migrated))
    town.enrol_everyone()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with a_scene(town, port) as made:
        yield made
    town.close()
    postgres.drop_database(name)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's, else playwright's own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM if CHROMIUM.exists() else None,
            args=["--no-sandbox"] if os.geteuid() == 0 else [],
        )
        yield browser
        browser.close()


@pytest.fixture
def browse(scene: Scene, chromium: Browser) -> Iterator[Browse]:
    """`browse((PRIMARY, Role.HEAD_TEACHER))`: a window of somebody new who holds that post, at no page yet.

    Without posts nobody is signed in. Scripts of pages do not run unless the test asks for them. At the test's end no
    page may have asked another host, nor have written to the browser's console.
    """
    contexts, asked, said = [], [], []

    def opened(
        *posts: HeldPost, name: str = NAME, size: tuple[int, int] = DESK, scripts: bool = False, scale: float = 1
    ) -> Page:
        context = chromium.new_context(
            base_url=scene.url,
            viewport={"width": size[0], "height": size[1]},
            java_script_enabled=scripts,
            device_scale_factor=scale,
            locale="en-GB",
            timezone_id="Europe/London",
            reduced_motion="reduce",
        )
        contexts.append(context)
        context.set_default_timeout(15_000)
        if posts:
            context.add_cookies([scene.cookie(*posts, name=name)])
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text) if message.type != "info" else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        return page

    yield opened
    for context in contexts:
        context.close()
    from tests.browser.looking import hosts

    assert hosts(asked) <= {scene.url.removeprefix("http://")}
    assert [line for line in said if "the server responded with a status of 4" not in line] == []
