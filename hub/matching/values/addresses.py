"""Address lines as compared: words in one form, numbers of houses and flats."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

from rapidfuzz.fuzz import token_sort_ratio

from hub.matching.values.level import Level
from hub.matching.values.names import fold

_REMEMBERED = 1 << 14
_WORD = re.compile(r"[a-z0-9]+")
_NUMBER = re.compile(r"\b\d+[a-z]?\b")
_FORMS = {
    "rd": "road", "st": "street", "str": "street", "ave": "avenue", "av": "avenue", "cl": "close", "dr": "drive",
    "ln": "lane", "gdns": "gardens", "gdn": "gardens", "ct": "court", "crt": "court", "cres": "crescent",
    "cresc": "crescent", "ter": "terrace", "terr": "terrace", "pl": "place", "sq": "square", "pk": "park",
    "gr": "grove", "gro": "grove", "apt": "flat", "apartment": "flat", "unit": "flat", "saint": "street",
    "hse": "house", "ho": "house", "bldg": "building", "nth": "north", "sth": "south", "n": "north", "s": "south",
    "no": "", "number": "", "the": "",
}  # fmt: skip
_NOWHERE = frozenset({("fixed", "abode"), ("unknown",), ("not", "known"), ("homeless",), ("nfa",)})
_PLACED, _OF_A_STREET = 4, 3
"""Words that say where an address is without its postcode: number, street, kind of street, and town; and in a town."""
_ALIKE, _PARTLY = 80, 65
"""Per cent of letters, words in order of the alphabet: one place mistyped; partly one place."""


@lru_cache(_REMEMBERED)
def words(address: str) -> tuple[str, ...]:
    """Words of an address line in one form; none for `no fixed abode`."""
    found = tuple(word for raw in _WORD.findall(fold(address)) if (word := _FORMS.get(raw, raw)))
    return () if found in _NOWHERE else found


def one_form(word: str) -> str:
    """A folded word as `words` has it: `road` for `rd`; what `words` leaves out stays."""
    return _FORMS.get(word) or word


def written_forms(forms: Collection[str]) -> set[str]:
    """These words, and whatever is short for one of them."""
    return {*forms, *(short for short, form in _FORMS.items() if form in forms)}


@lru_cache(_REMEMBERED)
def numbers(address: str) -> tuple[str, ...]:
    """Numbers of flat and house, as written; the house's is usually the last."""
    return tuple(_NUMBER.findall(address.lower()))


def lines(asked: str, held: str) -> Level:
    """Level of two address lines: same, akin, close, part, different or missing.

    Same: to the word, with number and town. Akin: to the word as far as the shorter goes, with number and street.
    """
    one, other = set(words(asked)), set(words(held))
    if not one or not other:
        return Level.MISSING
    if (one <= other or other <= one) and numbers(asked) and set(numbers(asked)) == set(numbers(held)):
        told = min(len(one), len(other))
        if one == other and told >= _PLACED:
            return Level.SAME
        if told >= _OF_A_STREET:
            return Level.AKIN
    if one == other:
        return Level.CLOSE
    alike = token_sort_ratio(" ".join(words(asked)), " ".join(words(held)))
    if alike >= _ALIKE and set(numbers(asked)) & set(numbers(held)):
        return Level.CLOSE
    return Level.PART if alike >= _PARTLY else Level.DIFFERENT


def houses_differ(asked: str, held: str) -> bool:
    """Whether both give numbers, not the same ones, and the last are two houses: 5 Mill Way; Flat 5, 29 Mill Way."""
    one, other = numbers(asked), numbers(held)
    return bool(one) and bool(other) and one[-1] != other[-1] and set(one) != set(other)
