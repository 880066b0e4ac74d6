"""Whether a word that may be a name is meant as one, by how it is written and by the words beside it.

Many names are words too: Will, Hope, May, Mark Hill. What is neither for sure counts as a name.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum, auto
from typing import NamedTuple

from hub.looking.forms import Phrase
from hub.looking.words import Word, listed

_WORDS, _BESIDE = listed("words.txt"), listed("context.txt")
_SHORT = 2


class Form(IntEnum):
    """What part of a name a phrase is."""

    GIVEN = auto()
    SHORT = auto()
    DOUBTFUL = auto()
    """A second name, or what is left of a first name: nothing that is written small."""
    FAMILY = auto()


class Entry(NamedTuple):
    """A phrase of somebody's name. `who` is a place in the list of names."""

    phrase: Phrase
    form: Form
    who: int


class Found(NamedTuple):
    """An entry, from the `first` word to before the `last`."""

    first: int
    last: int
    entry: Entry


def names_alone(one: Found, words: Sequence[Word]) -> bool:
    """Whether a first name or short form that stands alone names somebody."""
    word = words[one.first]
    if word.capital and _is_a_place(one, words):
        return False
    if len(one.entry.phrase) > 1:
        return True
    text = one.entry.phrase[0]
    if one.entry.form is Form.DOUBTFUL and (text in _WORDS["common"] or not word.capital):
        return False
    if text in _DAYS:
        return word.alone or _day_alone(one, words)
    if one.entry.form is Form.DOUBTFUL or text in _WORDS["forenames"]:
        is_name = word.alone or (word.named and (word.joined or text not in _BESIDE["modal"]))
        return is_name or _speaks_of_a_person(one, words)
    return len(text) > _SHORT or word.capital


def _day_alone(one: Found, words: Sequence[Word]) -> bool:
    """Whether a word that is a day or month too names somebody."""
    if one.entry.phrase[0] not in _MONTHS or (words[one.last - 1].owns and words[one.first].capital):
        return _speaks_of_a_person(one, words)
    before = _before_month(one, words)
    if _is_dated(before, one, words):
        return False
    is_name = words[one.first].named and before not in _BESIDE["perhaps_dated"]
    return is_name or _speaks_of_a_person(one, words)


def _is_a_place(one: Found, words: Sequence[Word]) -> bool:
    """Victoria Road, Grace Hospital; not Mark's house."""
    if words[one.last - 1].owns or one.last == len(words):
        return False
    after = words[one.last]
    return after.joined and after.capital and after.form in _BESIDE["places"]


def family_alone(one: Found, words: Sequence[Word]) -> bool:
    """Whether a family name that stands alone names somebody."""
    if _is_a_place(one, words):
        return False
    word, text = words[one.first], "".join(one.entry.phrase)
    if text in _WORDS["families"]:
        return word.named or (word.capital and _speaks_of_a_person(one, words))
    return len(text) > _SHORT or word.named


def _speaks_of_a_person(one: Found, words: Sequence[Word]) -> bool:
    """Whether the words beside one that is also a name say that somebody is meant."""
    word, modal = words[one.first], one.entry.phrase[0] in _BESIDE["modal"]
    before = words[one.first - 1].text if word.joined else ""
    if words[one.last - 1].owns and word.capital and before not in _BESIDE["articles"]:
        return True
    if before in _BESIDE["determiners"]:
        return False
    if before in _BESIDE["before"] and (not modal or (word.capital and before not in _BESIDE["perhaps_dated"])):
        return True
    return one.last < len(words) and _does_something(words[one.last], words[one.last - 1], modal=modal)


def _does_something(after: Word, name: Word, *, modal: bool) -> bool:
    """Whether the word after a name says what somebody did, or how old they are."""
    text = after.text
    if text.isdigit() and len(text) <= _AN_AGE and name.text not in _DAYS:
        return name.capital and after.start - name.end > 1
    if not after.joined:
        return False
    if text in _BESIDE["after"]:
        return not modal or (text not in _BESIDE["adverbs"] and (name.capital or text not in _BESIDE["bare"]))
    return len(text) > _AN_ED and text.endswith("ed") and (modal or text not in _BESIDE["done"])


_AN_AGE, _AN_ED = 2, 4
"""Digits of a child's age; letters of a word that ends in -ed, at least one more."""


def _before_month(one: Found, words: Sequence[Word]) -> str:
    """The word before; of `April and May` and `12th of May` the one before that, and none of `scared of May`."""
    before = words[one.first - 1].text if words[one.first].joined else ""
    if before in {"and", "or", "of"} and one.first > 1:
        earlier = words[one.first - 2].text
        return earlier if before != "of" or earlier in _BESIDE["dated_of"] or earlier[0].isdigit() else ""
    return before


def _is_dated(before: str, one: Found, words: Sequence[Word]) -> bool:
    """Whether a word that is a month too is one for sure: in May, 12 May, April and May, May 2026."""
    after = words[one.last].text if one.last < len(words) and words[one.last].joined else ""
    if before in _BESIDE["dated"] or before in _BESIDE["dated_of"] or after in _BESIDE["after_month"]:
        return True
    return before[:1].isdigit() or after[:1].isdigit()


_DAYS, _MONTHS = _BESIDE["days"], _BESIDE["months"]
