"""Cells of the CSV files that people take out: none is a formula to the sheet that opens it."""

from __future__ import annotations

_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet would run at the beginning of a cell, as some do behind blanks or in their wide forms."""


def guarded(text: str) -> str:
    """The text, behind an apostrophe where a sheet might run it."""
    return f"'{text}" if text.lstrip().startswith(_FORMULA) or text[:1].isspace() else text
