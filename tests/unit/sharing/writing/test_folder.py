"""A rules folder as it lies on disk: what is huge, deep, linked away or no plain file is said at its place, at once."""

import os
import time
from pathlib import Path

import pytest

from hub.sharing import RulesInvalid, inspect_rules, load_rules
from hub.sharing.loader import MAX_SET_BYTES, read_folder
from hub.sharing.writing import reading
from hub.written.document import MAX_BYTES
from tests.unit.sharing.builders import AT, files

ISP = "isps/ISP-POL-EDU-001-3.yaml"


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "rules"
    for name, content in files().items():
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).write_bytes(content)
    return made


def said(folder):
    return [(one.file, one.line, one.message) for one in read_folder(folder).findings]


def test_a_huge_file_is_refused_unread(folder):
    with (folder / "rules" / "huge.yaml").open("wb") as huge:
        huge.truncate(5_000_000_000)  # sparse: it takes no room
    began = time.monotonic()
    assert said(folder) == [("rules/huge.yaml", 1, f"this file is larger than {MAX_BYTES} bytes: split it")]
    assert time.monotonic() - began < 30, "960 kB of brackets took a hundred seconds once"
    with pytest.raises(RulesInvalid, match=r"rules/huge.yaml:1: this file is larger"):
        load_rules(folder)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[" * 480_000 + "]" * 480_000, "brackets are open at once"),
        ("- " * 480_000, "more entries than can be meant"),
        ("- " * 40_000 + "a", "a file of this size is read without"),
        ("a: " + "x " * 480_000, "a file of this size is read without"),
        ("a: |\n" + "  x\n" * 80_000, "a file of this size is read without"),
        ("".join(f"&a{number} a{number}: 1\n" for number in range(25_000)), "a file of this size is read without"),
        ("".join(f"a{number}: 1\n" for number in range(25_000)), "a0 is not known here"),
        ("".join(f"a{number}: 1\n" for number in range(25_000)) + "b: [1\nc: 2\n", "the [ of line 25001 is not closed"),
        ("\t" * 900_000, "a file of this size is read without"),
    ],
    ids=[
        "brackets",
        "dashes",
        "sequences",
        "a long line",
        "a block",
        "anchors",
        "keys",
        "a bracket at the end",
        "tabs",
    ],
)
def test_a_file_that_would_take_long_to_read_is_refused_at_once(folder, content, message):
    (folder / "rules" / "long.yaml").write_text(content)
    began = time.monotonic()
    found = [one for one in said(folder) if one[0] == "rules/long.yaml"]
    assert time.monotonic() - began < 30, "960 kB of brackets took a hundred seconds once"
    assert any(message in told for _, _, told in found)
    assert 1 <= len(found) <= 50


def test_a_whole_set_that_is_huge_is_refused(folder, monkeypatch):
    monkeypatch.setattr("hub.sharing.loader.MAX_SET_BYTES", 1_000)
    assert said(folder) == [(str(folder), 1, "this folder holds more than 1000 bytes of rules")]
    assert MAX_SET_BYTES > 10 * MAX_BYTES


def test_a_folder_of_too_many_files_is_refused(folder, monkeypatch):
    monkeypatch.setattr("hub.sharing.loader.MAX_FILES", 3)
    assert said(folder) == [(str(folder), 1, "this folder holds more than 3 files")]
    assert reading.MAX_FILES == 20_000


def test_a_folder_of_too_many_files_of_another_kind_is_refused(folder, monkeypatch):
    monkeypatch.setattr("hub.sharing.loader.MAX_FILES", 9)
    for number in range(10):
        (folder / "rules" / f"{number}.txt").write_text("")
    assert said(folder) == [(str(folder), 1, "this folder holds more than 9 files")]


def test_folders_within_folders_end(folder):
    deep = folder / "rules" / "/".join("d" * 25)
    deep.mkdir(parents=True)
    (deep / "x.yaml").write_text("{")
    assert said(folder) == [("rules/" + "/".join("d" * 21), 1, "folders lie more than 20 deep here")]


@pytest.mark.parametrize("name", ["isps/linked.yaml", "rules/linked.yml", "tiers.yaml", "signatures/x.json"])
def test_a_link_that_leads_out_of_the_folder_is_refused(folder, tmp_path, name):
    (tmp_path / "elsewhere.yaml").write_text("{")
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).symlink_to(tmp_path / "elsewhere.yaml")
    assert said(folder) == [(name, 1, "this link leads out of the rules folder: put the file itself here")]


def test_a_folder_that_is_a_link_outwards_is_refused(folder, tmp_path):
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "isp.yaml").write_text("{")
    (folder / "isps" / "more").symlink_to(tmp_path / "more")
    assert said(folder) == [("isps/more", 1, "this link leads out of the rules folder: put the file itself here")]


def test_a_link_within_the_folder_is_followed(folder):
    (folder / "..data").mkdir()
    (folder / ISP).rename(folder / "..data" / "isp.yaml")
    (folder / ISP).symlink_to("../..data/isp.yaml")
    (folder / "rules").rename(folder / "..data" / "rules")
    (folder / "rules").symlink_to("..data/rules")
    assert said(folder) == []
    assert load_rules(folder).version == load_rules(folder.resolve()).version
    assert [rule.id for rule in load_rules(folder).rules] == ["da-school"]


def test_links_in_a_ring_and_links_to_nowhere_end(folder):
    (folder / "isps" / "ring").symlink_to(folder)
    (folder / "isps" / "self.yaml").symlink_to("self.yaml")
    (folder / "rules" / "gone.yaml").symlink_to("gone-away.yaml")
    assert said(folder) == [
        ("isps/self.yaml", 1, "this link leads nowhere"),
        ("rules/gone.yaml", 1, "this link leads nowhere"),
    ]


def test_what_is_no_plain_file_is_refused_and_never_waited_for(folder):
    os.mkfifo(folder / "rules" / "pipe.yaml")
    assert said(folder) == [("rules/pipe.yaml", 1, "this is no plain file")]


def test_a_file_that_may_not_be_read_is_said(folder, monkeypatch):
    opened = Path.open

    def refused(path, *mode):
        if path.name == Path(ISP).name:
            raise PermissionError(13, "Permission denied")
        return opened(path, *mode)

    monkeypatch.setattr(Path, "open", refused)
    assert said(folder) == [(ISP, 1, "this file cannot be read: Permission denied")]


@pytest.mark.parametrize("name", ["rules/more.yml", "isps/old/more.YAML", "groups.yml", "tiers.YML"])
def test_either_ending_of_yaml_is_read_in_either_case(folder, name):
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / "groups.yaml").unlink()
    (folder / name).write_text("a: [")
    assert [file for file, _, message in said(folder) if "a bracket is not closed" in message] == [name]


def test_one_file_under_two_endings_is_said_to_be_there_twice(folder):
    (folder / "groups.yml").write_text("{}")
    assert said(folder) == [("groups.yml", 1, "groups.yaml is there too: keep one of them")]


def test_what_is_not_read_is_said(folder):
    (folder / "isps" / "forgotten.ymal").write_text("{")
    (folder / "notes.txt").write_text("x")
    (folder / "README.md").write_text("x")
    found = [one.file for one in inspect_rules(folder, AT).findings if one.code == "not-read"]
    assert found == ["isps/forgotten.ymal", "notes.txt"]


SIZE = 960_000


@pytest.mark.parametrize(
    "content",
    [
        "[" * SIZE,
        "]" * SIZE,
        "- [" + "[]," * (SIZE // 3) + "]",
        "- [" + ("[" * 39 + "]" * 39 + ",") * (SIZE // 79) + "]",
        "- [" + ("[" * 150 + "]" * 150 + ",") * (SIZE // 301) + "]",
        "- [" + "{a: 1}," * (SIZE // 7) + "]",
        "- " * (SIZE // 2) + "x",
        "? " * (SIZE // 2) + "x",
        "- x\n" * (SIZE // 4),
        "\n".join(f"key{number}: value" for number in range(SIZE // 16)),
        "\n".join(" " * depth + "a:" for depth in range(1_300)),
        "- [" + "," * SIZE + "]",
        "a: &a [x]\n" + "b: *a\n" * (SIZE // 6),
        "- '" + "''" * (SIZE // 2) + "'",
        "#\n" * (SIZE // 2),
        "%a\n" * (SIZE // 3),
    ],
)
def test_rubbish_of_the_largest_size_is_refused_within_seconds(folder, content):
    (folder / "rules" / "rubbish.yaml").write_text(content)
    began = time.process_time()
    found = said(folder)
    assert time.process_time() - began < 20
    assert {file for file, _, _ in found} == {"rules/rubbish.yaml"}
    assert all(message and "\n" not in message for _, _, message in found)
