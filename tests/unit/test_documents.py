"""The documents keep up with the code: every file is explained, links lead somewhere, tests that are cited exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.facts.errors import Reason
from hub.matching.rolls.row import COLUMNS
from hub.settings import Settings

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "schemas/README.md", *(ROOT / "docs").rglob("*.md")]
)
ARCHITECTURE = (ROOT / "docs/architecture/README.md").read_text(encoding="utf-8")


def python_files() -> Iterator[Path]:
    for folder in ("hub", "adapters"):
        yield from sorted((ROOT / folder).rglob("*.py"))


def rooms() -> list[str]:
    """Folders that hold more than the name of a package."""
    found = {path.parent.relative_to(ROOT).as_posix() for path in python_files() if path.name != "__init__.py"}
    return sorted(f"{room}/" for room in found - {"hub"})


def slug(heading: str) -> str:
    """The anchor that a heading gets."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@pytest.mark.parametrize("room", rooms())
def test_the_architecture_says_why_a_room_is_there(room: str) -> None:
    table = ARCHITECTURE.partition("## Every room")[2]
    assert f"`{room}`" in table


@pytest.mark.parametrize("room", re.findall(r"`((?:hub|adapters)/[a-z/]+/)`", ARCHITECTURE))
def test_a_room_of_the_architecture_is_there(room: str) -> None:
    assert (ROOT / room).is_dir()


def test_every_file_says_in_its_first_line_why_it_is_there() -> None:
    written = [path for path in python_files() if path.read_text(encoding="utf-8").strip()]
    assert [path.relative_to(ROOT) for path in written if not path.read_text(encoding="utf-8").startswith('"""')] == []


def test_the_root_holds_at_most_seven_modules() -> None:
    assert len(list((ROOT / "hub").glob("*.py"))) <= 7


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_a_link_leads_to_a_page_and_a_heading_that_there_is(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)\s]+)\)", page.read_text(encoding="utf-8")):
        path, _, anchor = target.partition("#")
        found = (page.parent / path).resolve() if path else page
        assert found.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", found.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in map(slug, headings), target


def test_the_runbook_says_what_to_do_about_every_dead_letter_reason() -> None:
    runbook = (ROOT / "docs/runbook.md").read_text(encoding="utf-8")
    assert [reason.value for reason in Reason if f"| `{reason}` |" not in runbook] == []


def test_the_tests_that_the_threats_cite_exist() -> None:
    cited = set(re.findall(r"`(test_\w+)`", (ROOT / "docs/architecture/threats.md").read_text(encoding="utf-8")))
    written = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"def (test_\w+)", path.read_text(encoding="utf-8"))
    }
    assert cited
    assert cited - written == set()


FIRST_HOUR = (
    (ROOT / "docs/runbook.md").read_text(encoding="utf-8").partition("## The first hour")[2].partition("\n## ")[0]
)


@pytest.mark.parametrize("word", [*(f"HUB_{name.upper()}" for name in Settings.model_fields), *COLUMNS])
def test_the_first_hour_tells_every_setting_and_every_column_of_a_roll(word: str) -> None:
    assert f"`{word}`" in FIRST_HOUR
