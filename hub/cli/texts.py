"""Texts that wait, on the screen: each with what it tells marked, and the places by which a passage is masked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from unicodedata import category

import click
from rich.text import Text

from hub.cli.output import say, screen, table
from hub.redaction.passages import Mask, Passage

_PICTURES = 0x2400  # of control characters, in their order
_MASK = re.compile(r"([0-9]{1,4}):([0-9]{1,7})-([0-9]{1,7})")


class MaskType(click.ParamType[Mask]):
    """`PART:FROM-TO`, as `show --open` lists them."""

    name = "part:from-to"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Mask:
        """Raises BadParameter where it is none."""
        if isinstance(value, Mask):
            return value
        found = _MASK.fullmatch(str(value))
        if not found:
            self.fail("is no PART:FROM-TO, such as 7:34-61: `hub reviews show ID --open` lists them", param, ctx)
        return Mask(*map(int, found.groups()))


def shown_passages(found: Sequence[Passage]) -> list[dict[str, Any]]:
    """As JSON; it holds what was opened."""
    return [
        {
            "part": one.part,
            "item": one.item,
            "text": one.text,
            "marks": [mark._asdict() for mark in one.marks],
        }
        for one in found
    ]


def print_passages(found: Sequence[Passage]) -> None:
    """Each text, what it tells in bold, and under it where that stands."""
    for one in found:
        text = Text(_visible(one.text))
        for mark in one.marks:
            text.stylize("bold reverse", mark.start, mark.end)
        say(f"Part {one.part}, {one.item}:")
        screen().print(text)
        rows = [
            [f"{one.part}:{mark.start}-{mark.end}", _visible(one.text[mark.start : mark.end]), mark.item]
            for mark in one.marks
        ]
        empty = "The source says that it tells more than may be released; the hub finds no place."
        table("What it tells", ["--mask", "passage", "item"], rows, empty=empty)


def _visible(text: str) -> str:
    """One character for each, so that places stay; what would move, hide or colour what follows is shown as a sign."""
    return "".join(_sign(one) if one not in "\n\t" and category(one) in {"Cc", "Cf"} else one for one in text)


def _sign(one: str) -> str:
    return chr(_PICTURES + ord(one)) if one < " " else "\N{REPLACEMENT CHARACTER}"
