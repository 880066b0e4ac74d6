"""Files and functions that fit on a page or two: whoever reads one holds it whole."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONGEST_FILE, LONGEST_FUNCTION = 350, 40


def too_long(path: Path) -> Iterator[str]:
    """What of a file is too long, by the lines from a `def` to its last."""
    text = path.read_text(encoding="utf-8")
    if (lines := text.count("\n")) > LONGEST_FILE:
        yield f"the file: {lines} lines"
    for one in ast.walk(ast.parse(text)):
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef):
            assert one.end_lineno is not None
            if (lines := one.end_lineno - one.lineno + 1) > LONGEST_FUNCTION:
                yield f"{one.name}: {lines} lines"


@pytest.mark.parametrize("folder", ["hub", "adapters", "deploy"])
def test_no_file_and_no_function_is_too_long(folder: str) -> None:
    files = sorted((ROOT / folder).rglob("*.py"))
    assert files
    found = {str(path.relative_to(ROOT)): [*too_long(path)] for path in files}
    assert {name: what for name, what in found.items() if what} == {}


def test_one_line_too_many_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text("def fits():\n" + "    pass\n" * 39 + "async def does_not():\n" + "    pass\n" * 40)
    assert [*too_long(path)] == ["does_not: 41 lines"]
    path.write_text("pass\n" * 351)
    assert [*too_long(path)] == ["the file: 351 lines"]
