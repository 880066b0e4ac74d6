"""Signing in and out by a provider that others wrote (npm oidc-provider), as a browser goes there and back."""

from __future__ import annotations

import json
import secrets
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from parts import LocalPostgres
from playwright._impl._driver import compute_driver_executable
from playwright.sync_api import Browser, Page

from hub.facts.terms import Role
from hub.people.entering.mapping import digest
from hub.settings import Settings
from tests.browser.scene import Scene, a_scene
from tests.pages import a_person
from tests.town import PRIMARY, Town

HERE = Path(__file__).parent
HEAD = (PRIMARY, Role.HEAD_TEACHER)
FILE = """\
id: other
title: Glenmore account
issuer: {issuer}
client: {{id: concern-hub, secret_file: other.secret}}
organisation: {{fixed: school.glenmore-primary}}
second_factor: [{{claim: amr, any_of: [mfa]}}]
"""


@dataclass
class There:
    """The provider, and the hub that knows it."""

    scene: Scene
    issuer: str

    def next_is(self, sub: str, *amr: str) -> None:
        """Who signs in there next, and by what."""
        said = json.dumps({"sub": sub, "amr": amr}).encode()
        with urllib.request.urlopen(f"{self.issuer}/who", said, timeout=5):  # noqa: S310 - of this machine
            pass

    def knows(self, sub: str) -> UUID:
        """Somebody of the primary school's whose account there is known here."""
        person_id = a_person(self.scene.town, HEAD)
        with self.scene.town.parts.connect() as connection:
            connection.execute(
                "insert into person_subject (subject, person_id, provider, since, last_at) "
                "values (%s, %s, 'other', now(), now())",
                (digest(self.issuer, sub), person_id),
            )
        return person_id


@pytest.fixture(scope="module")
def there(
    prepared: Settings, postgres: LocalPostgres, migrated: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[There]:
    folder, name = tmp_path_factory.mktemp("providers"), f"browser_{uuid4().hex}"
    port, at = _free(), _free()
    issuer, secret, hub = f"http://127.0.0.1:{at}", secrets.token_hex(16), f"http://localhost:{port}"
    (folder / "other.yaml").write_text(FILE.format(issuer=issuer), encoding="utf-8")
    (folder / "other.secret").write_text(secret, encoding="utf-8")
    (folder / "other.secret").chmod(0o600)
    town = Town(prepared, postgres.create_database(name, template=migrated))
    node = str(compute_driver_executable()[0])
    command = [node, str(HERE / "provider.mjs"), str(at), hub, secret]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as provider:
        try:
            assert provider.stdout is not None
            assert "ready\n" in iter(provider.stdout.readline, "")
            settings = {"HUB_PROVIDERS": str(folder), "HUB_PROVIDER_NETWORKS": "127.0.0.0/8"}
            with a_scene(town, port, settings) as scene:
                yield There(scene, issuer)
        finally:
            provider.terminate()
            provider.wait(timeout=10)
    town.close()
    postgres.drop_database(name)


@pytest.fixture
def window(there: There, chromium: Browser) -> Iterator[Page]:
    """A browser in which no script runs."""
    context = chromium.new_context(base_url=there.scene.url, java_script_enabled=False)
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def test_a_browser_goes_there_and_comes_back_signed_in_to_the_page_that_was_asked_for(
    there: There, window: Page
) -> None:
    sub = uuid4().hex
    there.knows(sub)
    there.next_is(sub, "pwd", "mfa")
    window.goto("/me")
    window.get_by_role("button", name="Sign in with your Glenmore account").click()
    window.wait_for_url(f"{there.scene.url}/me")
    assert "Margaret Sim" in window.inner_text("body")


def test_without_a_second_factor_or_an_account_here_nobody_comes_in(there: There, window: Page) -> None:
    there.next_is(uuid4().hex, "pwd")
    window.goto("/sign-in/with/other")
    assert "without a second factor" in window.inner_text("main")
    window.context.clear_cookies()
    there.next_is(uuid4().hex, "pwd", "mfa")
    window.goto("/sign-in/with/other")
    assert "the hub knows no account for you" in window.inner_text("main")


def test_who_signs_out_there_is_out_here_too_by_the_providers_own_word(there: There, window: Page) -> None:
    sub = uuid4().hex
    there.knows(sub)
    there.next_is(sub, "pwd", "mfa")
    window.goto("/sign-in/with/other")
    window.wait_for_url(f"{there.scene.url}/")
    held = [one for one in window.context.cookies() if one["name"] == "hub"]
    window.get_by_role("button", name="Sign out").click()
    window.goto("/sign-in/with/other")  # the provider still knows this browser, and asks nothing
    window.wait_for_url(f"{there.scene.url}/")
    assert "Margaret Sim" in window.inner_text("body")
    [now] = [one for one in window.context.cookies() if one["name"] == "hub"]
    assert now["value"] != held[0]["value"]
    window.goto("/signed-out?from=other")
    window.get_by_role("link", name="Sign out at Glenmore account").click()
    window.wait_for_url(lambda url: url.startswith(there.issuer))
    window.get_by_role("button", name="Yes").click()
    window.wait_for_url(lambda url: url.startswith(f"{there.scene.url}/signed-out"))
    window.goto("/me")
    assert window.url.startswith(f"{there.scene.url}/sign-in?after=")


def _free() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
