"""`hub keys`: what operators make, trust and revoke by the public command."""

from __future__ import annotations

import json
from base64 import b64decode, urlsafe_b64encode
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from adapters.bridge.doors.callers import read
from hub.cli import cli
from hub.keys.files import FileKeys
from hub.keys.setup import hub_keys

SCHOOL = "school.glenmore-primary"
WHY = ("--by", "O. Perator", "--reason", "a new system")


@pytest.fixture
def home(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HUB_DATABASE_URL", database_url)
    monkeypatch.setenv("HUB_HOME", str(tmp_path))
    hub_keys(tmp_path / "keys", "x25519")
    hub("db", "upgrade")
    return tmp_path


def hub(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [*map(str, arguments)])


def answered(*arguments: object) -> dict[str, Any]:
    result = hub("keys", *arguments, "--json")
    assert result.exit_code == 0, (result.output, result.exception)
    found: dict[str, Any] = json.loads(result.output)
    return found


def text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def a_jwk(folder: Path, **changes: Any) -> tuple[Path, bytes]:
    public = X25519PrivateKey.generate().public_key().public_bytes_raw()
    path = folder / "school.jwk"
    path.write_text(json.dumps({"kty": "OKP", "crv": "X25519", "x": text(public)} | changes))
    return path, public


@pytest.mark.parametrize(
    ("scope", "at_the_adapter"),
    [((), True), (("--for", "both"), True), (("--for", "post"), True), (("--for", "read"), False)],
)
def test_a_key_for_reading_is_not_known_to_the_adapter(home: Path, scope: tuple[str, ...], at_the_adapter: bool):
    made = answered("new", "--api", "--organisation", SCHOOL, "--role", "head_teacher", *scope, *WHY)
    known = [caller.name for caller in read(home / "agencies" / SCHOOL)]
    assert known == ([made["key_id"]] if at_the_adapter else [])
    assert made["scope"] == (scope[1] if scope else "both")


def test_an_api_key_may_be_made_without_saying_who_which_is_then_the_user_of_this_machine(home: Path):
    made = answered("new", "--api", "--organisation", SCHOOL, "--role", "head_teacher")
    assert answered("revoke", made["key_id"], *WHY) == {"revoked": made["key_id"]}
    assert hub("keys", "revoke", made["key_id"], *WHY).exit_code == 1


def test_an_endpoints_secret_is_shown_once_in_the_form_of_standard_webhooks(home: Path):
    made = answered("new", "--webhook", "--organisation", SCHOOL)
    assert made["key_id"] == f"{SCHOOL}.endpoint.1"
    assert b64decode(made["secret"].removeprefix("whsec_")) == FileKeys(home / "keys").secret(made["key_id"])
    assert answered("new", "--webhook", "--organisation", SCHOOL)["key_id"] == f"{SCHOOL}.endpoint.2"
    assert made["secret"] not in hub("keys", "list").output
    assert "new --webhook" in str(hub("keys", "rotate", "endpoint", "--organisation", SCHOOL).exception)


def test_a_schools_own_public_key_is_taken_from_its_jwk(home: Path):
    path, public = a_jwk(home)
    trusted = answered("trust", path, "--organisation", SCHOOL)
    assert (trusted["key_id"], trusted["use"]) == (f"{SCHOOL}.receive.1", "receive")
    assert FileKeys(home / "keys").public(f"{SCHOOL}.receive.1").raw == public
    path, _ = a_jwk(home, kid=f"{SCHOOL}.receive.5")
    assert answered("trust", path, "--organisation", SCHOOL)["key_id"] == f"{SCHOOL}.receive.5"
    assert answered("trust", path, "--organisation", SCHOOL)["key_id"] == f"{SCHOOL}.receive.5", "the same again"
    path, _ = a_jwk(home, kid="my-key")
    assert answered("trust", path, "--organisation", SCHOOL)["key_id"] == f"{SCHOOL}.receive.6"


def test_an_ed25519_key_is_one_to_sign_with_and_its_thumbprint_is_that_of_the_standard(home: Path):
    """RFC 8037, appendix A.3."""
    path, _ = a_jwk(home, crv="Ed25519", x="11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")
    trusted = answered("trust", path, "--organisation", "police.caledon")
    assert (trusted["key_id"], trusted["use"]) == ("police.caledon.sign.1", "sign")
    assert trusted["thumbprint"] == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"d": "AAAA"}, "private key"),
        ({"kty": "EC"}, "OKP"),
        ({"crv": "X448"}, "OKP"),
        ({"x": text(bytes(31))}, "OKP"),
        ({"x": text(bytes(32))}, "no key"),
        ({"x": "not base64!"}, "no JWK"),
        ({"x": None}, "no JWK"),
    ],
    ids=["private", "another kind", "another curve", "short", "a point of no key", "no base64", "nothing"],
)
def test_what_is_no_public_key_is_refused_in_a_sentence(home: Path, changes: dict[str, Any], says: str):
    path, _ = a_jwk(home, **changes)
    refused = hub("keys", "trust", path, "--organisation", SCHOOL)
    assert refused.exit_code == 1
    assert says in str(refused.exception)
    assert not list((home / "keys" / "public").glob(f"{SCHOOL}*"))


def test_another_key_under_an_id_that_is_known_is_refused(home: Path):
    answered("trust", a_jwk(home, kid=f"{SCHOOL}.receive.1")[0], "--organisation", SCHOOL)
    refused = hub("keys", "trust", a_jwk(home, kid=f"{SCHOOL}.receive.1")[0], "--organisation", SCHOOL)
    assert "next number" in str(refused.exception)
    assert "no organisation" in str(hub("keys", "trust", a_jwk(home)[0], "--organisation", "school.nobody").exception)


def test_a_file_that_is_no_json_is_refused(home: Path):
    path = home / "key.pem"
    path.write_bytes(Ed25519PrivateKey.generate().public_key().public_bytes_raw())
    assert "no JWK" in str(hub("keys", "trust", path, "--organisation", SCHOOL).exception)


# --- at an agency ----------------------------------------------------------------------------------------------------


@pytest.fixture
def agency(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HUB_HOME", str(tmp_path))
    return tmp_path


def test_at_an_agency_its_own_keys_are_made_and_none_of_the_hub_s(agency: Path) -> None:
    made = answered("new", "--organisation", "police.caledon")["made"]
    assert made == ["police.caledon.sign.1", "police.caledon.receive.1", "police.caledon.case.1"]
    assert not list((agency / "keys" / "private").glob("*"))
    handed = sorted(path.name for path in (agency / "keys" / "public").iterdir())
    assert handed == ["police.caledon.receive.1.json", "police.caledon.sign.1.json"]


def test_at_an_agency_it_says_what_the_hub_must_be_given(agency: Path) -> None:
    said = " ".join(hub("keys", "new", "--organisation", "police.caledon").output.split())
    assert f"your .sign and .receive files of {agency / 'keys' / 'public'}" in said


@pytest.mark.parametrize("arguments", [("matching",), ("inbox", "--organisation", "police.caledon")])
def test_at_an_agency_no_key_of_the_hub_is_rotated(agency: Path, arguments: tuple[str, ...]) -> None:
    result = hub("keys", "rotate", *arguments)
    assert result.exit_code != 0
    assert "where the hub runs" in str(result.exception)
    assert not (agency / "keys" / "private").exists()


def test_on_the_hub_an_organisation_s_inbox_key_is_made_besides(home: Path) -> None:
    made = answered("new", "--organisation", "police.caledon")["made"]
    assert "police.caledon.inbox.1" in made
