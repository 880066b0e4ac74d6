"""A text in numbered sentences, each with its marks: how a reviewer reads it and names what to mask. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from hub.facts.model import Personal
from hub.redaction.passages import Mask, Passage

_SENTENCE = re.compile(r"[^\n]*?(?:[.!?]+(?=\s)|(?=\n)|\Z)[^\S\n]*")


@dataclass(frozen=True, slots=True, repr=False)
class Piece(Personal):
    """Some of a sentence. `items`: which items it tells, if it is marked; `mask` names it."""

    text: str
    items: tuple[str, ...]
    mask: Mask


@dataclass(frozen=True, slots=True, repr=False)
class Sentence(Personal):
    """One sentence, in pieces; `mask` names it whole."""

    number: int
    pieces: tuple[Piece, ...]
    mask: Mask


def sentences_of(passage: Passage) -> list[Sentence]:
    """Every character of the text is in one of them, but for the ends of lines and what is blank between."""
    found: list[Sentence] = []
    for match in _SENTENCE.finditer(passage.text):
        text = match[0].rstrip()
        start = match.start() + len(text) - len(text.lstrip())
        end = match.start() + len(text)
        if start < end:
            pieces = tuple(_pieces(passage, start, end))
            found.append(Sentence(len(found) + 1, pieces, Mask(passage.part, start, end)))
    return found


def write(mask: Mask) -> str:
    """As a form holds it."""
    return f"{mask.part}:{mask.start}-{mask.end}"


def read(text: str) -> Mask | None:
    """As a form held it; None for what is none."""
    found = re.fullmatch(r"([0-9]{1,4}):([0-9]{1,7})-([0-9]{1,7})", text)
    return Mask(*map(int, found.groups())) if found else None


def _pieces(passage: Passage, start: int, end: int) -> Iterator[Piece]:
    """The sentence cut wherever something marked begins or ends."""
    edges = {start, end}
    for mark in passage.marks:
        edges |= {edge for edge in (mark.start, mark.end) if start < edge < end}
    places = sorted(edges)
    for here, there in pairwise(places):
        items = tuple(dict.fromkeys(mark.item for mark in passage.marks if mark.start < there and here < mark.end))
        yield Piece(passage.text[here:there], items, Mask(passage.part, here, there))
