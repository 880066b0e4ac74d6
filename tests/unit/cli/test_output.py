"""What a person reads on a narrow screen, a wide one, and in a file: nothing is cut."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from hub.cli import output
from hub.cli.output import block, details, screen, table

FIRST, SECOND = UUID("7d3f0c1e-5b2a-5c4d-8e9f-0a1b2c3d4e5f"), UUID("7d3f0c1e-9b2a-5c4d-8e9f-0a1b2c3d4e5f")
DUE = datetime(2026, 3, 9, 8, 45, tzinfo=UTC)
COLUMNS = ["id", "recipient", "reason", "due (UTC)"]
ROWS = [
    [FIRST, "school.glenmore-primary (designated_safeguarding_lead)", "recipient_key_changed", DUE],
    [SECOND, "la.glenmore (front_door)", None, DUE],
]


@pytest.fixture
def shown(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    def show(width: int | None) -> list[str]:
        if width:
            monkeypatch.setenv("COLUMNS", str(width))
        else:
            monkeypatch.delenv("COLUMNS", raising=False)
        table("Deliveries", COLUMNS, ROWS, empty="None.")
        return capsys.readouterr().out.splitlines()

    return show


def test_a_wide_screen_shows_a_table_with_whole_ids(shown):
    text = "\n".join(shown(160))
    assert str(FIRST) in text
    assert "school.glenmore-primary (designated_safeguarding_lead)" in text
    assert "┃" in text


def test_a_narrower_one_shows_as_much_of_an_id_as_tells_it_from_the_others(shown):
    text = "\n".join(shown(130))
    assert "7d3f0c1e-5 " in text
    assert "7d3f0c1e-9 " in text
    assert str(FIRST) not in text
    assert "recipient_key_changed" in text


def test_a_narrower_one_yet_breaks_lines_between_words_alone(shown):
    lines = shown(110)
    assert all(len(line) <= 110 for line in lines)
    text = "\n".join(lines)
    assert "┃" in text
    for whole in ("7d3f0c1e-5", "school.glenmore-primary", "(designated_safeguarding_lead)", "08:45:00"):
        assert whole in text


@pytest.mark.parametrize("width", [60, 80])
def test_a_narrow_one_shows_a_block_for_each_row_and_cuts_neither_id_nor_word(shown, width: int):
    lines = shown(width)
    assert all(len(line) <= width for line in lines)
    text = "\n".join(lines)
    assert str(FIRST) in text
    assert str(SECOND) in text
    for whole in ("school.glenmore-primary", "(designated_safeguarding_lead)", "recipient_key_changed", "08:45:00"):
        assert whole in text
    assert "┃" not in text
    assert lines.count("") == 1, "a blank line between two rows"
    assert sum("reason:" in line for line in lines) == 1, "what is not there is left out"


def test_a_file_gets_a_line_for_each_row(shown):
    lines = shown(None)
    assert [line for line in lines if str(FIRST) in line and "08:45:00" in line]
    assert [line for line in lines if str(SECOND) in line and "la.glenmore" in line]


def test_one_thing_is_shown_a_line_for_each_value(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "60")
    details("Delivery", {"delivery_id": FIRST, "reason": None, "attempts": 0, "receipts": ["opened", "acted"]})
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert lines == ["Delivery", f"delivery id: {FIRST}", "attempts:    0", "receipts:    opened", "acted"]


LONG = {
    "ratio to the police notice": "school.blessed-margaret-of-scotland-primary-and-nursery",
    "id": FIRST,
    "the organisation's own reference": [FIRST, SECOND],
    "reason": "a word after another, then recipient_key_changed_while_it_was_on_its_way, and more words",
}
WORDS = [
    str(FIRST),
    str(SECOND),
    *" ".join(str(LONG[name]) for name in ("ratio to the police notice", "reason")).split(),
]


@pytest.mark.parametrize("width", [60, 80])
@pytest.mark.parametrize(
    "draw",
    [
        lambda: table("All", list(LONG), [list(LONG.values()), list(LONG.values())], empty=""),
        lambda: details("One", LONG),
        lambda: block(screen(), LONG),
    ],
    ids=["table", "details", "block"],
)
def test_whatever_a_command_shows_no_id_and_no_word_is_cut(draw, width: int, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(width))
    draw()
    lines = capsys.readouterr().out.splitlines()
    assert all(len(line) <= width for line in lines)
    said = " ".join(lines).split()
    assert set(WORDS) <= set(said)


def test_commands_draw_tables_in_one_way_alone():
    drawn = [path.name for path in Path(output.__file__).parent.glob("*.py") if "rich.table" in path.read_text()]
    assert drawn == ["output.py"]
