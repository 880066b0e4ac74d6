"""The drawing of the house is kept: every arrow that would run back up is refused, and was seen to be."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
CONTRACTS = {contract["name"]: contract for contract in CONFIG["contracts"]}
FLOORS = "Floors: each imports only what lies below it"

BREACHES = [
    # (contract, who imports, what it must not import)
    ("Facts know nothing of ours but each other, in order", "hub.facts.terms", "hub.facts.model"),
    ("Matching: values, then deciding, the register, rolls, and the laboratory beside", "hub.matching.values.names",
     "hub.matching.deciding.guards"),
    ("Matching: values, then deciding, the register, rolls, and the laboratory beside", "hub.matching.register.pool",
     "hub.matching.rolls.importing"),
    ("Sharing: files to types, then deciding, then checking", "hub.sharing.writing.rules",
     "hub.sharing.deciding.permission"),
    ("Sharing: files to types, then deciding, then checking", "hub.sharing.deciding.permission",
     "hub.sharing.checking.lint"),
    ("What decides a match does not know the laboratory", "hub.routing.router", "hub.matching.lab.evaluating"),
    ("No step imports an edge: the steps import facts only", "hub.sharing.loader",
     "hub.settings"),
    ("Facts and steps do no I/O, outside a store file of their own", "hub.routing.planning", "psycopg"),
    ("Commands and pages reach the database through people alone", "hub.cli.deliveries", "psycopg"),
    ("Commands and pages reach the database through people alone", "hub.console.api.routes", "hub.store.migrate"),
    ("Nothing imports bootstrap but commands and the processes that they run", "hub.people.story", "hub.bootstrap"),
    ("Adapters do not import what belongs to the hub alone", "adapters.bridge.reading.text", "hub.sharing.loader"),
]  # fmt: skip


def floors() -> list[list[str]]:
    """From the top floor down, the rooms of each."""
    return [[room.strip() for room in floor.split("|")] for floor in CONTRACTS[FLOORS]["layers"]]


def upward() -> Iterator[tuple[str, str]]:
    """For each two floors that meet, and each two rooms on one floor: an import that must not be."""
    for upper, lower in pairwise(floors()):
        yield from ((below, above) for below in lower for above in upper)
    for floor in floors():
        yield from pairwise(floor)


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the linter says of a copy of the house in which each of these imports was written."""
    copy = tmp_path_factory.mktemp("house")
    for package in ("hub", "adapters"):
        shutil.copytree(ROOT / package, copy / package, ignore=shutil.ignore_patterns("__pycache__", "_data"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    for importer, imported in [*upward(), *((who, what) for _, who, what in BREACHES)]:
        with file_of(copy, importer).open("a", encoding="utf-8") as file:
            file.write(f"\nimport {imported}\n")
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    ended = subprocess.run(
        [*command, "--no-cache"], cwd=copy, env={"PYTHONPATH": str(copy)}, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1, ended.stdout + ended.stderr
    return ended.stdout


def file_of(root: Path, module: str) -> Path:
    path = root / module.replace(".", "/")
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def broken(said: str, name: str) -> str:
    """What is said of one contract that is broken."""
    assert re.search(rf"^{re.escape(name)} BROKEN", said, re.MULTILINE)
    report = said.partition("Broken contracts")[2]
    heading = re.compile(r"^([^-\s].*)\n-{4,}$", re.MULTILINE)
    pieces = heading.split(report)
    return dict(zip(pieces[1::2], pieces[2::2], strict=True))[name]


@pytest.mark.parametrize(("importer", "imported"), list(upward()))
def test_no_room_imports_one_above_it_or_beside_it(said: str, importer: str, imported: str) -> None:
    assert f"{importer} is not allowed to import {imported}:" in broken(said, FLOORS)


@pytest.mark.parametrize(("name", "importer", "imported"), BREACHES)
def test_each_other_contract_breaks_where_it_is_broken(said: str, name: str, importer: str, imported: str) -> None:
    assert importer in broken(said, name)
    assert imported in broken(said, name)


def test_every_contract_is_among_those_that_were_seen_to_break() -> None:
    assert set(CONTRACTS) == {FLOORS, *(name for name, _, _ in BREACHES)}


def test_the_architecture_draws_the_floors_that_are_kept() -> None:
    drawing = (ROOT / "docs/architecture/README.md").read_text(encoding="utf-8")
    drawn = re.search(r"<!-- floors -->\n+((?: {4}.*\n)+)", drawing)
    assert drawn, "docs/architecture/README.md draws no floors"
    rooms = [re.findall(r"[a-z]+/?", line.partition("  #")[0]) for line in drawn[1].splitlines()]
    assert [[room.rstrip("/") for room in line] for line in rooms] == [
        [room.removeprefix("hub.") for room in floor] for floor in floors()
    ]
