"""Files of identity providers: read strictly, every mistake with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.facts.errors import ConfigurationError
from hub.facts.offices import Duty
from hub.facts.terms import Role
from hub.people.entering.providers import load_providers, read_providers, read_secret
from hub.settings import Settings
from tests.desk import Command

KNOWN = {"police.caledon", "nhs.caledon-infirmary"}
FILE = """\
id: caledon-entra
title: Police Caledon account
issuer: https://login.example/tenant/v2.0
client: {id: concern-hub, secret_file: caledon-entra.secret}
hosts: [login.example]
algorithms: [RS256]
organisation: {fixed: police.caledon}
offices: {claim: roles, is: {duty: duty_officer, ig: ig_officer}}
second_factor: [{claim: acrs, any_of: [c1]}]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    secret = tmp_path / "caledon-entra.secret"
    secret.write_text("a secret\n", encoding="utf-8")
    secret.chmod(0o600)
    (tmp_path / "caledon.yaml").write_text(FILE, encoding="utf-8")
    return tmp_path


def found_in(folder: Path, old: str = "", new: str = "") -> list[str]:
    """What is wrong once the file says `new` for `old`."""
    assert old in FILE
    (folder / "caledon.yaml").write_text(FILE.replace(old, new, 1), encoding="utf-8")
    return [str(one) for one in read_providers(folder, KNOWN)[1]]


def test_a_file_says_where_people_sign_in_and_what_its_claims_mean(folder: Path) -> None:
    provider = load_providers(folder, KNOWN)["caledon-entra"]
    assert provider.offices is not None
    assert provider.offices.by == {"duty": Role.DUTY_OFFICER, "ig": Duty.IG_OFFICER}
    assert provider.accounts == "invited"
    assert read_secret(folder, provider) == "a secret"


@pytest.mark.parametrize(
    ("old", "new", "line", "sentence"),
    [
        ("issuer: https://login.example", "issuer: http://login.example", 3, "must begin with https://"),
        ("https://login.example/tenant/v2.0", "https://10.0.0.1/", 3, "HUB_PROVIDER_NETWORKS does not allow"),
        ("/v2.0", "/v2.0?x=1", 3, "has a query or fragment"),
        ("caledon-entra.secret", "other.secret", 4, "cannot be read"),
        ("police.caledon", "police.caledonia", 7, "is not known; did you mean 'police.caledon'?"),
        ("{fixed: police.caledon}", "{}", 7, "says either `fixed`, or `claim` and `is`"),
        ("{fixed: police.caledon}", "{fixed: hub}", 7, "the hub's own people are invited"),
        ("duty_officer", "reviewer", 8, "no office that a provider may give"),
        ("duty_officer", "duty_oficer", 8, "did you mean 'duty_officer'?"),
        ("[RS256]", "[none]", 6, "'none' is not one of 'RS256', 'PS256' or 'ES256'"),
        ("[RS256]", "[HS256]", 6, "'HS256' is not one of"),
        ("second_factor: [{claim: acrs, any_of: [c1]}]", "second_factor: []", 9, "must not be empty"),
        ("second_factor: [{claim: acrs, any_of: [c1]}]\n", "", 1, "second_factor is missing"),
        ("hosts:", "host:", 5, "did you mean 'hosts'?"),
        ("algorithms: [RS256]", "ask: {scope: [profile]}", 6, "openid is missing"),
    ],
)
def test_a_mistake_is_told_with_its_line(folder: Path, old: str, new: str, line: int, sentence: str) -> None:
    told = found_in(folder, old, new)
    assert any(one.startswith(f"caledon.yaml:{line}: ") and sentence in one for one in told), told


def test_a_secret_that_others_may_read_is_not_used(folder: Path) -> None:
    (folder / "caledon-entra.secret").chmod(0o640)
    assert "is open to others than its owner: chmod 600" in found_in(folder)[0]


def test_two_files_of_one_id_and_more_than_fifty_are_refused(folder: Path) -> None:
    (folder / "again.yml").write_text(FILE, encoding="utf-8")
    assert any("already has the provider caledon-entra" in one for one in found_in(folder))
    for number in range(49):
        (folder / f"more-{number}.yaml").write_text(FILE.replace("caledon-entra\n", f"more-{number}\n"), "utf-8")
    assert any("more than 50 providers" in one for one in found_in(folder))


def test_a_console_does_not_start_with_a_mistake(folder: Path) -> None:
    found_in(folder, "[RS256]", "[none]")
    with pytest.raises(ConfigurationError, match=r"caledon\.yaml:6: "):
        load_providers(folder, KNOWN)
    with pytest.raises(ConfigurationError, match="HUB_PROVIDERS names no folder"):
        load_providers(folder / "nowhere", KNOWN)
    assert load_providers(None, KNOWN) == {}


def test_the_command_checks_a_folder(folder: Path) -> None:
    assert "1 providers, without a mistake: caledon-entra." in Command("providers").run("check", folder).output
    found_in(folder, "[RS256]", "[none]")
    assert "1 mistakes" in Command("providers").refused("check", folder)


def test_settings_may_name_a_folder_of_providers() -> None:
    assert Settings().providers is None
