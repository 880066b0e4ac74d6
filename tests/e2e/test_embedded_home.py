"""The embedded default through public commands: one home, used by one command after another, and by two at once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from parts import scratch_folder

HUB = str(Path(sys.executable).with_name("hub"))
ROLL = """local_id,given_names,family_name,date_of_birth,postcode
P-1,Isla,Abercorn,2017-09-14,ZG1 4AB
"""


@pytest.fixture
def home() -> Iterator[Path]:
    with scratch_folder() as folder:
        yield folder


def hub(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("HUB_")} | {"HUB_HOME": str(home / "home")}
    return subprocess.run([HUB, *arguments], env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_a_roll_imported_by_one_command_is_matched_by_the_next(home: Path) -> None:
    roll, queries = home / "roll.csv", home / "queries.jsonl"
    roll.write_text(ROLL)
    queries.write_text(
        json.dumps(
            {
                "query_id": "q",
                "given_names": "Isla",
                "family_name": "Abercorn",
                "date_of_birth": "2017-09-14",
                "postcode": "zg14ab",
            }
        )
        + "\n"
    )
    imported = hub(home, "subjects", "import", str(roll), "--organisation", "school.glenmore-primary", "--json")
    assert imported.returncode == 0, imported.stderr
    assert json.loads(imported.stdout)["added"] == 1
    matched = hub(home, "subjects", "match", str(queries), "--json")
    assert matched.returncode == 0, matched.stderr
    assert json.loads(matched.stdout)["outcome"] == "match"


def test_commands_on_an_empty_home_answer_in_plain_words(home: Path) -> None:
    for arguments in (
        ["db", "upgrade"],
        ["deliveries", "list", "--json"],
        ["deadletters", "list", "--json"],
        ["reviews", "list", "--json"],
        ["ledger", "verify", "--json"],
        ["sources", "list"],
    ):
        answer = hub(home, *arguments)
        assert answer.returncode == 0, answer.stderr
    unknown = hub(home, "concern", "show", "019cca92-70d2-7014-ab30-d856dd995494")
    assert unknown.returncode == 1
    assert unknown.stderr.startswith("hub: The hub has no event with this id")
    assert "Traceback" not in unknown.stderr


def test_a_server_that_cannot_start_is_one_sentence(home: Path) -> None:
    (home / "home" / "postgres").mkdir(parents=True)
    (home / "home" / "postgres" / "PG_VERSION").write_text("9.6\n")
    answer = hub(home, "ledger", "verify")
    assert answer.returncode == 1
    assert answer.stderr.count("\n") == 1
    assert "embedded PostgreSQL does not start" in answer.stderr


def test_router_without_kafka_says_what_is_missing(home: Path) -> None:
    answer = hub(home, "router")
    assert answer.returncode == 1
    assert "Traceback" not in answer.stderr
