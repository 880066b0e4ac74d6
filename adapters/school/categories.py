"""The category words of school safeguarding software, and what each means to the hub: `categories.csv`, read once."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from importlib.resources import files
from types import MappingProxyType

from hub.facts.terms import Category

FILE = "categories.csv"
"""For people to read and to add to: the gravest category stands first, and decides where a record names several."""


def folded(word: str) -> str:
    """A category word without case, hyphens and the like: `Self-Harm` is `self harm`."""
    return " ".join(re.findall(r"[a-z0-9]+", word.casefold()))


def category_of(words: Iterable[str]) -> Category | None:
    """The gravest category that one of the words means; None where no word means any."""
    found = {CATEGORIES[word] for word in map(folded, words) if word in CATEGORIES}
    return min(found, key=GRAVEST_FIRST.index, default=None)


def unknown(words: Iterable[str]) -> list[int]:
    """Positions of the words that mean no category."""
    return [place for place, word in enumerate(words) if folded(word) not in CATEGORIES]


def _read() -> dict[str, Category]:
    text = files("adapters.school").joinpath(FILE).read_text(encoding="utf-8")
    return {folded(word): Category(meant) for word, meant in list(csv.reader(text.splitlines()))[1:]}


_WRITTEN = _read()
GRAVEST_FIRST: tuple[Category, ...] = tuple(dict.fromkeys(_WRITTEN.values()))
"""The order of the file; every category of the hub is in it."""
CATEGORIES: Mapping[str, Category] = MappingProxyType(
    {category.value.replace("_", " "): category for category in Category} | _WRITTEN
)
"""By folded word; the hub's own words mean themselves."""
