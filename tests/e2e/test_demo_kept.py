"""`hub demo --keep`: what it prints can be copied and works; a second one leaves the first one alone."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from parts import scratch_folder

from hub.demo.scenes import FOLDER
from tests import desk
from tests.e2e.commands import HUB, Hub, wait_for

pytestmark = pytest.mark.timeout(110)


@pytest.fixture
def home() -> Iterator[Path]:
    """Not a folder of pytest's, for a PostgreSQL runs in it."""
    with scratch_folder() as folder:
        yield folder


@pytest.fixture
def kept(home: Path, tmp_path: Path):
    """One that runs, and what it printed."""
    hub = Hub(tmp_path, {"HUB_HOME": str(home)})
    with hub.running("demo", "--keep") as demo:
        yield hub, wait_for(lambda: demo.log.read_text().partition("Everything runs on.")[2], what="it ran", seconds=80)
        demo.stop(30)


def a_notice(folder: Path, reference: str) -> Path:
    told: dict[str, Any] = json.loads((FOLDER / "notices" / "1-siblings.json").read_text())
    path = folder / "mine.json"
    path.write_text(json.dumps(told | {"notice_reference": reference}))
    return path


def test_what_it_prints_pushes_a_notice_and_tells_its_story_and_a_second_one_does_no_harm(
    kept: tuple[Hub, str], home: Path, tmp_path: Path
) -> None:
    _, printed = kept
    exports = dict(re.findall(r"^  export (\w+)=(.*)$", printed, re.MULTILINE))
    mine = Hub(tmp_path, {name: shlex.split(value)[0] for name, value in exports.items()})
    [called] = re.findall(r"^  (\S+) concern publish YOUR-NOTICE.json (.*)$", printed, re.MULTILINE)
    assert called[0].endswith("hub")

    second = subprocess.run(
        [*HUB, "demo", "--keep"], env={**os.environ, "HUB_HOME": str(home)}, capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert second.returncode == 1
    assert "Another `hub demo --keep` runs" in second.stderr

    notice = a_notice(tmp_path, "CAL-PPN-2026-990001")
    [first] = mine.json("concern", "publish", notice, *called[1].split())
    assert (first["accepted"], first["repeated"]) == (True, False)
    [again] = mine.json("concern", "publish", notice, *called[1].split())
    assert (again["event_id"], again["accepted"], again["repeated"]) == (first["event_id"], True, True)
    assert "repeated" in mine.run("concern", "publish", notice, *called[1].split()).out
    story = wait_for(lambda: _story(mine, first["event_id"]), what="the notice that was pushed is decided", seconds=20)
    assert story["outcome"] == "matched"
    assert len(mine.json_lines("deliveries", "list")) > 2, "what the first one did is still there"


def _story(hub: Hub, event_id: str) -> Any:
    done = desk.run(["concern", "show", event_id, "--json"], environment=hub.environment)
    return json.loads(done.out) if done.status == 0 else None
