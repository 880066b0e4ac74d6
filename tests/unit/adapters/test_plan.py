"""What one adapter process runs: checked at start, and named by file and line where it is wrong."""

from dataclasses import replace
from pathlib import Path

import pytest

from adapters.bridge import formats
from adapters.bridge.formats import MappedFormat
from adapters.bridge.plan import Doors, Line, plan, read_plan
from adapters.police import FORMAT
from hub.facts.errors import UserError
from hub.serving.tls import Tls


async def no_mllp(_intake, _door, _stop, *, tls):
    """Where nobody connects."""


def make(mapping):
    if "nose" in mapping.read_text():
        raise UserError(f"{mapping}:1: nose is not a column.")
    return replace(FORMAT, title=mapping.read_text(), mllp=no_mllp)


@pytest.fixture(autouse=True)
def _a_mapped_format(monkeypatch):
    """Beside police there is a format that needs a mapping."""
    mapped = MappedFormat("Mapped", "text/csv", make, lambda: "", needs=True)
    monkeypatch.setattr(formats, "find", lambda name: mapped if name == "mapped" else FORMAT)
    monkeypatch.setitem(formats.ADAPTERS, "mapped", "nowhere")


def write(folder, text):
    for name in ("police", "exports"):
        (folder / name).mkdir(exist_ok=True)
    (folder / "niche.yaml").write_text("Niche")
    (folder / "broken.yaml").write_text("nose: child")
    path = folder / "adapters.yaml"
    path.write_text(text)
    return path


def the_faults(folder, text):
    path = write(folder, text)
    with pytest.raises(UserError) as told:
        read_plan(path)
    return str(told.value).replace(f"{folder}/", "").splitlines()


def test_a_file_names_formats_each_of_a_source_with_its_doors(tmp_path):
    path = write(
        tmp_path,
        """
- {format: police, source: police.caledon, drop: police, listen: "127.0.0.1:8410"}
- format: mapped
  source: police.caledon
  drop: exports
  mapping: niche.yaml
  mllp: "[::1]:2575"
  mllp_certificate: niche.yaml
  mllp_key: niche.yaml
""",
    )
    police, mapped = read_plan(path)
    assert (police.name, police.source, police.native) == ("police", "police.caledon", FORMAT)
    assert police.doors == Doors(drop=tmp_path / "police", listen=("127.0.0.1", 8410))
    assert (mapped.name, mapped.source, mapped.native.title) == ("mapped", "police.caledon", "Niche")
    tls = Tls(tmp_path / "niche.yaml", tmp_path / "niche.yaml")
    assert mapped.doors == Doors(drop=tmp_path / "exports", mllp=("::1", 2575), tls=tls)


def test_every_mistake_of_the_file_is_named_with_its_line(tmp_path):
    assert the_faults(
        tmp_path,
        """- format: polise
  source: ../../etc
  drop: nowhere
  listen: "8410"
- format: mapped
  source: police.caledon
  mapping: niche.yml
  mllp: localhost
""",
    ) == [
        "adapters.yaml:1: format is polise, which is no adapter; did you mean 'police'?",
        "adapters.yaml:2: source must be an organisation's id, such as police.caledon",
        "adapters.yaml:3: drop is a folder that is not there: create it, or correct its name",
        "adapters.yaml:4: listen must be an address to listen on, such as 127.0.0.1:8410",
        "adapters.yaml:7: mapping is a file that is not there: correct its name",
        "adapters.yaml:8: mllp must be an address to listen on, such as 127.0.0.1:8410",
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("- {format: police}\n", "adapters.yaml:1: [1].source is missing"),
        ("- {format: police, source: police.caledon, port: 1}\n", "adapters.yaml:1: [1].port is not known here"),
        ("format: police\n", "adapters.yaml:1: must be a list"),
        ("", "adapters.yaml:1: the file is empty"),
        ("[]\n", "adapters.yaml:1: must name at least one format, and at most 50"),
        ("- {format: police, source: police.caledon\n", "adapters.yaml:1: "),
        (
            "- {format: police, source: police.caledon}\n",
            "adapters.yaml:1: format has no door: give it drop, listen or mllp",
        ),
        (
            '- {format: police, source: police.caledon, mllp: "127.0.0.1:2575"}\n',
            "adapters.yaml:1: The adapter police does not come over MLLP: give it another door.",
        ),
        (
            "- {format: mapped, source: police.caledon, drop: police}\n",
            "adapters.yaml:1: The adapter mapped needs a mapping file: name it with --mapping.",
        ),
        (
            "- {format: police, source: police.caledon, drop: police, mapping: niche.yaml}\n",
            "adapters.yaml:1: The adapter police has no mapping: leave --mapping away.",
        ),
        (
            "- {format: mapped, source: police.caledon, drop: police, mapping: broken.yaml}\n",
            "broken.yaml:1: nose is not a column.",
        ),
        (
            "- {format: police, source: police.caledon, drop: police, mllp_key: niche.yaml}\n",
            "adapters.yaml:1: TLS needs an address for MLLP, a certificate and its key: name all three or none.",
        ),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(tmp_path, text, fault):
    [told] = the_faults(tmp_path, text)
    assert told.startswith(fault)


def test_no_two_entries_share_a_folder_or_an_address(tmp_path):
    assert the_faults(
        tmp_path,
        """- {format: police, source: police.caledon, drop: police, listen: "127.0.0.1:8410"}
- {format: police, source: police.westshire, drop: ./exports/../police}
- {format: mapped, source: police.westshire, mapping: niche.yaml, mllp: "127.0.0.1:8410"}
- {format: police, source: police.westshire, listen: "127.0.0.1:0"}
- {format: police, source: police.caledon, listen: "127.0.0.1:0"}
""",
    ) == [
        "adapters.yaml:2: drop is that of line 1: each needs its own",
        "adapters.yaml:3: mllp is that of line 1: each needs its own",
    ]


def test_a_file_that_is_not_there_is_said_with_the_option_that_names_it(tmp_path):
    with pytest.raises(UserError, match="correct --config"):
        read_plan(tmp_path / "none.yaml")


def test_options_are_checked_as_a_line_of_the_file_is():
    with pytest.raises(UserError, match="correct --listen"):
        plan(Line(format="police", source="police.caledon", listen="8410"), Path())
    with pytest.raises(UserError, match="check --source"):
        plan(Line(format="police", source="../etc", listen="127.0.0.1:8410"), Path())
