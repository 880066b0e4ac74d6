"""Whether two adults' whole names, each written in one line, may be one person's.

Of an adult only a name is known, and nobody knows in which order it was written, so hardly a word is a family name for
sure. Two names are alike where a word that may be one agrees with one of the other's, and another word with another.
That is wide on purpose: whatever is alike here is shown to a person, and nothing is decided by it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from enum import Enum, auto
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from rapidfuzz.distance import OSA, JaroWinkler

from hub.matching.values.alike import forenames, heard, is_like
from hub.matching.values.level import Level
from hub.matching.values.names import fold, is_initial, sound

_REMEMBERED = 1 << 14
MAX_WORDS = 12
"""Of a name; what follows is no part of it."""
_SHORTEST_SLIP, _SHORT, _ALIKE = 3, 4, 0.8
TWO_SLIPS = 10
"""Letters of a family name in which two slips may be."""


class Place(Enum):
    """Where a word stands: whether it may be the family name."""

    WITHIN = auto()
    FIRST = auto()
    LAST = auto()
    SURE = auto()
    """Before a comma, or alone in capitals."""


class Word(NamedTuple):
    """A folded word. Words of one `group` were written as one, such as the halves of a double-barrelled name."""

    text: str
    group: int
    place: Place


FullName = tuple[Word, ...]
"""Empty where the text is no name."""


@lru_cache(_REMEMBERED)
def full_name(text: str) -> FullName:
    """The words of a name, with those of former and other names that are written beside it."""
    words: list[Word] = []
    for segment in BESIDE.split(unicodedata.normalize("NFC", text)):
        words.extend(_segment(segment, words[-1].group + 1 if words else 0))
    return tuple(words[:MAX_WORDS])


def alike(one: FullName, other: FullName) -> bool:
    """Whether they may be one person's: two words agree, or the only word that one of them has."""
    if is_one_word(one) or is_one_word(other):
        return any(_agrees_alone(mine, its) for mine in one for its in other)
    for mine in family_names(one):
        for its in family_names(other):
            if mine.place is its.place is Place.FIRST:
                continue  # two forenames: nobody turns round only some
            level = families(mine.text, its.text)
            if level is not Level.DIFFERENT and _given_agree(one, mine.group, other, its.group, _WITH[level]):
                return True
    return False


def family_names(name: FullName) -> list[Word]:
    """Words that may be the family name."""
    return [word for word in name if word.place is not Place.WITHIN]


def is_one_word(name: FullName) -> bool:
    """Whether one word is all that is told."""
    return len({word.group for word in name}) == 1


_WITH = {
    Level.EXACT: Level.CLOSE,
    Level.SAME: Level.CLOSE,
    Level.SLIP: Level.AKIN,
    Level.CLOSE: Level.SAME,
    Level.PART: Level.SAME,
}
"""How well first names must agree beside family names that agree so well."""


def _given_agree(one: FullName, family: int, other: FullName, its_family: int, wanted: Level) -> bool:
    """Whether what is left of both agrees.

    That is the first names, as well as wanted; or surely all words of one with some of the other's, in any order.
    """
    mine, its = sorted((_given_words(name, of) for name, of in ((one, family), (other, its_family))), key=len)
    if any(given(word, held) <= wanted for word in mine[0] for held in its[0]):
        return True
    return all(any(_surely(word, held) for held in its) for word in mine)


def _given_words(name: FullName, family: int) -> list[list[str]]:
    """All words but the family name's, as forms of each word in order."""
    groups: dict[int, list[str]] = {}
    for word in name:
        if word.group != family:
            groups.setdefault(word.group, []).append(word.text)
    return list(groups.values())


def _surely(one: Iterable[str], other: Iterable[str]) -> bool:
    return any(given(word, held) <= Level.SAME for word in one for held in other)


@lru_cache(_REMEMBERED)
def families(one: str, other: str) -> Level:
    """Level of two family names: exact, same (heard alike), slip, close (in sound and look), part (an initial)."""
    if one == other:
        return Level.PART if is_initial(one) else Level.EXACT
    if is_initial(one) or is_initial(other):
        return Level.PART if one[0] == other[0] else Level.DIFFERENT
    short, long = sorted((len(one), len(other)))
    distance = OSA.distance(one, other, score_cutoff=2)
    if (distance == 1 and long > _SHORTEST_SLIP) or (distance == 2 and short >= TWO_SLIPS):  # noqa: PLR2004 - two slips
        return Level.SLIP
    if heard(one) == heard(other):
        return Level.SAME
    if sound(one) == sound(other) and JaroWinkler.similarity(one, other) >= _ALIKE:
        return Level.CLOSE
    return Level.DIFFERENT


@lru_cache(_REMEMBERED)
def given(one: str, other: str) -> Level:
    """Level of two forenames, whichever was asked.

    As `forenames` says; but a slip of a known name is a slip, and close is what is heard alike or short for the other.
    """
    if is_initial(one) or is_initial(other):
        return Level.SAME if one[0] == other[0] else Level.DIFFERENT
    level = min(forenames(one, other), forenames(other, one))
    if level < Level.CLOSE:
        return level
    short, long = sorted((one, other), key=len)
    slip = len(short) >= _SHORTEST_SLIP and OSA.distance(one, other, score_cutoff=1) == 1
    if slip:
        return Level.SLIP
    near = heard(one) == heard(other) or is_like(one, other) or _shortens(short, long)
    return Level.CLOSE if near else Level.DIFFERENT


def _shortens(short: str, long: str) -> bool:
    """As families shorten names that no list knows: Tolu for Tolulope, Tunde for Babatunde, Jax for Jackson."""
    if len(short) < _SHORTEST_SLIP or len(short) == len(long):
        return False
    begins = long.startswith(short) or (len(short) <= _SHORT and long[:2] == short[:2])
    return begins or (len(short) >= _SHORT and long.endswith(short))


def _agrees_alone(one: Word, other: Word) -> bool:
    """Of a name that is one word: as much as is given agrees. A lone initial names nobody."""
    if is_initial(one.text) or is_initial(other.text):
        return False
    return families(one.text, other.text) <= Level.SLIP or given(one.text, other.text) <= Level.SAME


def _segment(text: str, start: int) -> Iterator[Word]:
    """Words of one name, each with its place."""
    family, comma, rest = text.partition(",")
    before = _written(family) if comma else []
    written = [*before, *_written(rest if comma else text)]
    while written and written[0].text in TITLES:
        del written[0]
    while len(written) > 1 and written[-1].text in _AFTER:
        del written[-1]
    last = len(written) - 1
    sure = range(len(before)) if 0 < len(before) <= last else _in_capitals(written)
    joined = ""
    for number, word in enumerate(text for text, _ in written):
        if word in _PARTICLES and number < last:
            joined += word
            if number:
                continue
        for form in dict.fromkeys((word.replace("-", ""), joined + word.replace("-", ""), *word.split("-"))):
            if form and form not in _NOBODY:
                yield Word(form, start + number, _place(number, last, sure))
        joined = joined if word in _PARTICLES else ""


def _place(number: int, last: int, sure: Collection[int]) -> Place:
    if sure:
        return Place.SURE if number in sure else Place.WITHIN
    return Place.LAST if number == last else Place.FIRST if number == 0 else Place.WITHIN


def _in_capitals(written: Sequence[_Written]) -> list[int]:
    """Where the family name alone is in capitals."""
    capitals = [number for number, word in enumerate(written) if word.capitals]
    return capitals if len(capitals) < sum(len(word.text) > 1 for word in written) else []


class _Written(NamedTuple):
    text: str
    capitals: bool


def _written(text: str) -> list[_Written]:
    """Folded words in order, initials one by one."""
    found: list[_Written] = []
    for raw in _WORD.findall(text):
        word = fold(raw).strip("-")
        honour = word in _AFTER and any(one.text not in TITLES for one in found)  # `BA Wright` has initials
        if not honour and _are_initials(raw, text):
            found.extend(_Written(letter, capitals=False) for letter in word)
        elif word:
            found.append(_Written(word, capitals=len(word) > 1 and raw.isupper()))
    return found


def _are_initials(raw: str, text: str) -> bool:
    """`FJ` in `FJ Lockhart`: capitals run together in a name that is not all in capitals, or that nobody could say."""
    if not 1 < len(raw) <= _MOST_INITIALS or not raw.isupper():
        return False
    return not text.isupper() or not _VOWEL.search(raw)


_MOST_INITIALS = 3
_VOWEL = re.compile("[AEIOUY]")
_WORD = re.compile(r"[^\W\d_]+(?:['`\u00b4\u2018\u2019\u02bc-][^\W\d_]+)*", re.UNICODE)
BESIDE = re.compile(
    r"[()/;\[\]]|(?<!\w)(?:n[ée]e|formerly|previously|aka|a\.k\.a\.?|alias|also known as|known as|maiden name|or)"
    r"(?![\w'-])",
    re.IGNORECASE,
)
"""What parts a name from a former or another one of the same person."""


def _words(name: str) -> frozenset[str]:
    text = (files("hub.matching.values") / "data" / "beside_names.txt").read_text(encoding="utf-8")
    return frozenset(next(line for line in text.splitlines() if line.startswith(f"{name}:")).split()[1:])


TITLES, _AFTER, _PARTICLES, _NOBODY = map(_words, ("titles", "after", "particles", "nobody"))
