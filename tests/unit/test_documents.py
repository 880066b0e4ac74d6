"""The documents keep up with the code: every file is explained, links lead somewhere, tests that are cited exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.facts.errors import Reason

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "schemas/README.md", *(ROOT / "docs").rglob("*.md")]
)
ARCHITECTURE = (ROOT / "docs/architecture/README.md").read_text(encoding="utf-8")


def python_files() -> Iterator[str]:
    for folder in ("hub", "adapters"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if path.name != "__init__.py":
                yield path.relative_to(ROOT).as_posix()


def slug(heading: str) -> str:
    """The anchor that a heading gets."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def explained() -> set[str]:
    """Files that a row of the tables names, under the folder that its section or the row itself says."""
    found: set[str] = set()
    for section in re.split(r"^### ", ARCHITECTURE, flags=re.MULTILINE)[1:]:
        folders = re.findall(r"`((?:hub|adapters)/[a-z/]*)`", section.partition("\n")[0])
        rows = "\n".join(line.split("|")[1] for line in section.splitlines() if line.startswith("| `"))
        for name in re.findall(r"`([\w/]+\.py)`", rows):
            found |= {folder + name for folder in folders} | {f"hub/{name}", f"hub/delivery/channels/{name}"}
    return found


@pytest.mark.parametrize("file", list(python_files()))
def test_the_architecture_says_why_a_file_is_there(file: str) -> None:
    assert file in explained()


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
