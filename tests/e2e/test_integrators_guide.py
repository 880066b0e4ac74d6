"""The integrators' guide, followed to the letter: its own commands lead from an empty machine to a receipt."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from parts import LocalKafka

from tests.e2e.commands import a_free_address, lasting_rules

pytestmark = pytest.mark.timeout(320)
ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "guide-integrators.md"
CONSOLE, DOOR, ENGINE = "127.0.0.1:8400", "127.0.0.1:8410", "127.0.0.1:2575"
HUB = """#!{python}
from pathlib import Path
import hub.cli.samples
hub.cli.samples.shipped = lambda _name: Path("{rules}")  # agreements that outlive this test
from hub.cli import main
main()
"""


def the_commands(console: str, door: str, engine: str) -> str:
    """The guide's fenced commands, in its order, with addresses that nobody else listens on."""
    fenced = "\n".join(re.findall(r"(?ms)^```sh\n(.*?)^```$", GUIDE.read_text()))
    assert CONSOLE in fenced
    assert DOOR in fenced
    assert ENGINE in fenced
    port = engine.rpartition(":")[2]
    fenced = fenced.replace(ENGINE, engine).replace("--port 2575", f"--port {port}")
    return "set -eo pipefail\n" + fenced.replace(CONSOLE, console).replace(DOOR, door)


def follow(commands: str, folder: Path, environment: dict[str, str]) -> None:
    """Run them in an empty folder; whatever they started is gone afterwards."""
    with (folder / "said.log").open("wb") as said:
        shell = subprocess.Popen(
            ["bash", "-c", commands],  # noqa: S607 - an integrator's own shell, wherever it lies
            cwd=folder,
            env=environment,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
        try:
            status = shell.wait(300)
        finally:
            try:
                os.killpg(shell.pid, signal.SIGTERM)
            except ProcessLookupError:
                shell.poll()
    assert status == 0, (folder / "said.log").read_text()[-3_000:]


def read(folder: Path, name: str) -> Any:
    return json.loads((folder / "trial" / f"{name}.json").read_text())


def test_its_commands_lead_from_an_empty_machine_to_a_receipt(
    broker: LocalKafka, empty_database_url: str, tmp_path: Path
) -> None:
    machine, tools = tmp_path / "machine", tmp_path / "bin"
    machine.mkdir()
    (machine / "adapters").symlink_to(ROOT / "adapters")  # a checkout, as the reader has
    tools.mkdir()
    command = tools / "hub"
    command.write_text(HUB.format(python=sys.executable, rules=lasting_rules(tmp_path / "shipped")))
    command.chmod(0o755)
    sender = tools / "mllp_send"  # of the package hl7, beside this Python
    sender.write_text(f"#!{sys.executable}\nfrom hl7.client import mllp_send\nmllp_send()\n")
    sender.chmod(0o755)
    console, door, engine = a_free_address(), a_free_address(), a_free_address()
    environment = os.environ | {
        "PATH": f"{tools}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "HUB_KAFKA_BOOTSTRAP": broker.bootstrap,
        "HUB_DATABASE_URL": empty_database_url,
        "HUB_CONSOLE_ADDRESS": console,
    }
    follow(the_commands(console, door, engine), machine, environment)

    accepted, likely = read(machine, "accepted"), read(machine, "likely")
    assert set(accepted) == {"event_id", "repeated"}
    assert likely["likely"] == "a person will be asked"
    items = read(machine, "disclosure")["data"]["items"]
    assert items["child.name"] == {"given_names": "Maisie", "family_name": "Thornbeck"}
    assert "child.address" not in items
    (receipt,) = read(machine, "news")
    assert (receipt["event_id"], receipt["outcome"], receipt["told"]) == (accepted["event_id"], "matched", 1)
    assert receipt["layers"]["acted"] == 1
    (waits,) = read(machine, "waits")
    assert (waits["event_id"], waits["outcome"]) == (likely["event_id"], "review")

    assert "MSA|AA|MSG-2|nothing raised" in (machine / "trial" / "nothing.txt").read_text()
    attendance = read(machine, "attendance")["data"]["items"]
    assert attendance["child.name"] == {"given_names": "Maisie", "family_name": "Thornbeck"}
    assert attendance["concern.detail"] == "Safeguarding note: Came alone, without shoes & coat."
    (engine_news,) = read(machine, "engine")
    assert (engine_news["outcome"], engine_news["layers"]["collected"]) == ("matched", 1)
    raised, _, _ = read(machine, "published")
    assert (raised["where"], raised["accepted"], raised["faults"]) == ("rows 2, 4, 5 and 8", True, [])
    row = read(machine, "row")["data"]["items"]
    assert row["child.name"] == {"given_names": "MAISIE ANNE", "family_name": "THORNBECK"}
    assert "Rory" not in json.dumps(row)
    (heard,) = read(machine, "table")
    assert (heard["event_id"], heard["layers"]["acted"]) == (raised["event_id"], 1)
