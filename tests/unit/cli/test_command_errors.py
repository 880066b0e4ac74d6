"""What the command line says when it is misused: one sentence on stderr that repeats nothing of what was typed."""

from __future__ import annotations

import subprocess
import sys

import pytest

HUB = [sys.executable, "-c", "from hub.cli import main; main()"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["concern", "show", "Isla Abercorn"], "EVENT_ID"),
        (["deliveries", "list", "--status", "Abercorn"], "--status must be one of pending"),
        (["deliveries", "list", "--limit", "Abercorn"], "--limit"),
        (["deliveries", "Abercorn"], "hub deliveries --help"),
        (["deliveries", "list", "--Abercorn"], "hub deliveries list --help"),
        (["concern", "show"], "EVENT_ID"),
    ],
)
def test_a_misused_command_ends_in_one_sentence_without_what_was_typed(typed: list[str], said: str) -> None:
    done = subprocess.run([*HUB, *typed], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("hub: ")
    assert done.stderr.count("\n") == 1
    assert said in done.stderr
    assert "Abercorn" not in done.stderr
