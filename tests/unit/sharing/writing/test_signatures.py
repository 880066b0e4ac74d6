"""Sign-off: over these bytes, by this organisation's key, or not at all."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hub.facts.errors import KeyMissing, UserError
from hub.sharing import load_rules, sign_isp, verify_signatures
from tests.unit.sharing.builders import ACADEMY, COUNCIL, POLICE, PRIMARY, files

NOW = datetime(2026, 3, 1, tzinfo=UTC)
REF = "ISP-POL-EDU-001@3"
ISP_FILE = "isps/ISP-POL-EDU-001-3.yaml"


@dataclass
class Key:
    owner: str
    raw: bytes
    use: str = "sign"
    algorithm: str = "ed25519"


class Keys:
    def __init__(self):
        self.private = {one: Ed25519PrivateKey.generate() for one in (POLICE, PRIMARY, ACADEMY, COUNCIL)}
        self.public = {
            f"{one}.sign.1": Key(one, key.public_key().public_bytes_raw()) for one, key in self.private.items()
        }

    def current(self, owner, use):
        assert use == "sign"
        if owner not in self.private:
            raise KeyMissing("none")
        return f"{owner}.sign.1"

    def sign(self, key_id, message):
        return self.private[self.public[key_id].owner].sign(message)


@pytest.fixture
def keys():
    return Keys()


@pytest.fixture
def folder(tmp_path):
    for name, content in files().items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    return tmp_path


def signed(folder, keys, *organisations):
    rules = load_rules(folder)
    for one in organisations:
        sign_isp(rules, rules.isps[0], one, keys, NOW)
    return load_rules(folder)


def test_a_signature_verifies_and_is_no_part_of_the_version(folder, keys):
    before = load_rules(folder).version
    rules = signed(folder, keys, POLICE, PRIMARY)
    assert verify_signatures(rules, keys.public.__getitem__) == {(REF, POLICE), (REF, PRIMARY)}
    assert rules.version == before
    assert (folder / "signatures" / f"{REF}.{POLICE}.json").is_file()


def test_a_change_of_the_file_undoes_every_signature(folder, keys):
    signed(folder, keys, POLICE, PRIMARY)
    (folder / ISP_FILE).write_bytes((folder / ISP_FILE).read_bytes() + b"\n")
    assert verify_signatures(load_rules(folder), keys.public.__getitem__) == frozenset()


@pytest.mark.parametrize("field", ["version", "role", "signed_at", "organisation", "content", "isp"])
def test_every_field_is_covered(folder, keys, field):
    rules = signed(folder, keys, POLICE)
    (signature,) = rules.signatures
    changed = {"version": 4, "role": "other", "signed_at": NOW.replace(day=2), "organisation": PRIMARY,
               "content": "0" * 64, "isp": "ISP-2"}[field]  # fmt: skip
    forged = signature.model_copy(update={field: changed})
    keys.public[signature.key].owner = forged.organisation
    contents = {forged.ref: forged.content}
    from hub.sharing.writing.signatures import verified

    assert verified([forged], contents, keys.public.__getitem__) == frozenset()
    assert verified([signature], {REF: signature.content}, Keys().public.__getitem__) == frozenset()


@pytest.mark.parametrize("wrong", [{"owner": COUNCIL}, {"use": "receive"}, {"algorithm": "x25519"}, {"raw": b"short"}])
def test_a_key_of_another_owner_or_use_signs_nothing(folder, keys, wrong):
    rules = signed(folder, keys, POLICE)
    for name, value in wrong.items():
        setattr(keys.public[f"{POLICE}.sign.1"], name, value)
    assert verify_signatures(rules, keys.public.__getitem__) == frozenset()


def test_a_key_that_is_not_known_leaves_a_signature_unverified(folder, keys):
    rules = signed(folder, keys, POLICE)

    def missing(_key_id):
        raise KeyMissing("none")

    assert verify_signatures(rules, missing) == frozenset()
    assert verify_signatures(rules, lambda _: None) == frozenset()


def test_who_may_sign(folder, keys):
    rules = load_rules(folder)
    with pytest.raises(UserError, match=r"la.glenmore is not a party to ISP-POL-EDU-001@3"):
        sign_isp(rules, rules.isps[0], COUNCIL, keys, NOW)
    del keys.private[POLICE]
    with pytest.raises(KeyMissing):
        sign_isp(rules, rules.isps[0], POLICE, keys, NOW)


def test_a_signed_version_does_not_change_under_the_signature(folder, keys):
    signed(folder, keys, POLICE)
    signed(folder, keys, POLICE)
    (folder / ISP_FILE).write_bytes((folder / ISP_FILE).read_bytes() + b"\n")
    with pytest.raises(UserError, match="raise the version"):
        signed(folder, keys, POLICE)


def test_a_signature_that_cannot_be_read_is_a_finding_and_no_signature(folder, keys):
    signed(folder, keys, POLICE)
    path = folder / "signatures" / f"{REF}.{POLICE}.json"
    path.write_text('{"isp": 3')
    assert load_rules(folder).signatures == ()
    path.write_text('{"isp": "ISP-POL-EDU-001"}')
    assert load_rules(folder).signatures == ()
