"""Keys in files: two makers at once, halves that belong together, files that cannot be read."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hub.facts.errors import KeyMissing, KeyUnreadable, UserError
from hub.keys.files import HUB, FileKeys, verify
from hub.keys.provider import Use


def test_two_who_make_a_key_at_once_make_two_each_with_its_own_halves(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: FileKeys(tmp_path).make(HUB, Use.WEBHOOK), range(8)))
    assert sorted(made) == sorted(f"hub.webhook.{number}" for number in range(1, 9))
    keys = FileKeys(tmp_path)
    for key_id in made:
        assert verify(keys.public(key_id), b"message", keys.sign(key_id, b"message"))
        handed_out = json.loads((tmp_path / "public" / f"{key_id}.json").read_text())
        assert handed_out["public"] == json.loads((tmp_path / "private" / f"{key_id}.json").read_text())["public"]
    assert not list(tmp_path.rglob("*.part"))


def test_a_key_whose_public_file_was_never_written_is_whole_all_the_same(tmp_path: Path) -> None:
    """Its maker died between the two."""
    key_id = FileKeys(tmp_path).make(HUB, Use.WEBHOOK)
    (tmp_path / "public" / f"{key_id}.json").unlink()
    keys = FileKeys(tmp_path)
    assert verify(keys.public(key_id), b"x", keys.sign(key_id, b"x"))


def test_a_pair_of_the_release_before_with_its_public_half_in_the_public_file_alone_is_read(tmp_path: Path) -> None:
    key_id = FileKeys(tmp_path).make(HUB, Use.WEBHOOK)
    private = tmp_path / "private" / f"{key_id}.json"
    private.write_text(
        json.dumps({name: text for name, text in json.loads(private.read_text()).items() if name != "public"})
    )
    keys = FileKeys(tmp_path)
    assert verify(keys.public(key_id), b"x", keys.sign(key_id, b"x"))


@pytest.mark.parametrize("mode", [0o644, 0o604, 0o660, 0o602])
def test_a_private_half_that_others_may_use_is_not_used(tmp_path: Path, mode: int) -> None:
    key_id = FileKeys(tmp_path).make(HUB, Use.EVIDENCE)
    (tmp_path / "private" / f"{key_id}.json").chmod(mode)
    with pytest.raises(KeyUnreadable, match="chmod 600"):
        FileKeys(tmp_path).secret(key_id)


@pytest.mark.parametrize("mode", [0o600, 0o400, 0o640, 0o440])
def test_owner_and_group_may_read_it(tmp_path: Path, mode: int) -> None:
    key_id = FileKeys(tmp_path).make(HUB, Use.EVIDENCE)
    (tmp_path / "private" / f"{key_id}.json").chmod(mode)
    assert len(FileKeys(tmp_path).secret(key_id)) == 32


@pytest.mark.parametrize(
    "content", ["", '{"key_id": "police.x.si', "[]", "{}", '{"owner": "police.x", "use": "sign"}', "null"]
)
def test_a_damaged_public_file_is_a_missing_key_and_is_named_until_it_is_whole(tmp_path: Path, content: str) -> None:
    there = FileKeys(tmp_path / "there")
    key_id = there.make("police.x", Use.SIGN)
    here = FileKeys(tmp_path / "here")
    whole = tmp_path / "there" / "public" / f"{key_id}.json"
    copied = tmp_path / "here" / "public" / f"{key_id}.json"
    copied.parent.mkdir(parents=True)
    copied.write_text(content)
    with pytest.raises(KeyUnreadable):
        here.public(key_id)
    assert list(here.unreadable) == [key_id]
    copied.write_bytes(whole.read_bytes())
    assert here.public(key_id).owner == "police.x"
    assert here.unreadable == {}


def test_a_missing_key_is_not_an_unreadable_one(tmp_path: Path) -> None:
    keys = FileKeys(tmp_path)
    with pytest.raises(KeyMissing) as raised:
        keys.public("police.x.sign.1")
    assert not isinstance(raised.value, KeyUnreadable)
    assert keys.unreadable == {}


def test_another_key_is_never_put_in_the_place_of_one_that_is_trusted(tmp_path: Path) -> None:
    first, second = FileKeys(tmp_path / "first"), FileKeys(tmp_path / "second")
    key_id = first.make("police.x", Use.SIGN)
    second.make("police.x", Use.SIGN)
    hub = tmp_path / "hub" / "public"
    first.publish(key_id, hub)
    first.publish(key_id, hub)
    with pytest.raises(UserError, match="next number"):
        second.publish(key_id, hub)
    assert FileKeys(tmp_path / "hub").public(key_id) == first.public(key_id)
