"""The words of a text as they are looked at: folded, with their places, and how they were written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise
from string import digits
from typing import NamedTuple

from hub.matching.values.addresses import one_form
from hub.matching.values.names import fold

_MARKS = r"(?:[\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff]+[^\W_]*)*"
"""Accents written as letters of their own, and what nobody sees: both are inside a word."""
_WORD = re.compile(rf"[^\W_]+{_MARKS}(?:['`\u00b4\u2018\u2019\u02bc\u2032][^\W_]+{_MARKS})*")
_BROKEN = re.compile(r"(?<=[^\W\d_])-[ ]?\r?\n[ ]?(?=[^\W\d_])")
"""Where a line ends amid a word."""
_SPELT_OUT = re.compile(r"(?<!\w)[^\W\d_](?:[ .\-][^\W\d_](?!\w)){2,}")
_GAPS = re.compile(r"[ .\-]")
_POSSESSIVE = re.compile("['`\u00b4\u2018\u2019\u02bc\u2032][sS]$")
_SENTENCE_ENDS = frozenset('.!?\n\u2022"\u201c(')
_BEGINS = re.compile(r"(?:\A|[\n:(/&\u2022*\u2013-])[ \t]*\Z")
_ENDS = re.compile(r"[ \t]*(?:\Z|[\n\r.,;:)(/&])")
"""What stands before and after an entry of a list."""
_JOINING = frozenset({"", ",", "-"})
_REMEMBERED = 1 << 14
_MOST_INITIALS = 3
_VOWEL = re.compile("[aeiouy]")


_BROKEN_WORD = re.compile(r"([^\W\d_]+)-[ ]?\r?\n[ ]?([^\W\d_]+)")
_FIGURE = re.compile(r"\d")
_PLAIN = re.compile(r"[^\W_]+")
_GAPS_OF_ASCII = {code: " " for code in range(128) if not chr(code).isalnum()}


class Word(NamedTuple):
    """A folded word from `start` to `end`; `form` as addresses have it (`road` for `Rd`)."""

    start: int
    end: int
    text: str
    form: str
    named: bool
    """Begins with a capital where a common word would not: most likely a name."""
    capital: bool
    initials: bool
    """One capital letter, or a few together."""
    owns: bool
    """Written with `'s`."""
    alone: bool
    """With a capital, and nothing else in its line or place in a list."""
    joined: bool
    """Nothing but blanks, a comma or a hyphen parts it from the word before it, or the full stop of an initial."""


def folded_words(text: str) -> tuple[str, ...]:
    """The words of a name or an address, folded as those of a text are."""
    return tuple(fold(_POSSESSIVE.sub("", word)) for word in _WORD.findall(text))


def plain_words(text: str) -> frozenset[str]:
    """The words of a text, folded: what says at once that a text holds none of the words looked for."""
    folded = fold(text)
    found = frozenset(folded.translate(_GAPS_OF_ASCII).split() if folded.isascii() else _PLAIN.findall(folded))
    broken = _BROKEN_WORD.findall(folded) if "\n" in folded else ()
    return found.union(*(("".join(pair), *pair) for pair in broken))


def has_figures(text: str) -> bool:
    """Whether a text holds a figure of any script; most holds none, and so no postcode, address or day in figures."""
    return any(map(text.__contains__, digits)) if text.isascii() else _FIGURE.search(text) is not None


def with_s(words: Iterable[str]) -> frozenset[str]:
    """The words as they are, and with the s that hands in haste write for `'s`."""
    return frozenset(form for word in words for form in (word, f"{word}s"))


def words_of(text: str) -> list[Word]:
    """Every word and number in order; after letters spelt out one by one, and after halves of a word, the whole."""
    spelt = {match.end() - 1: match.start() for match in _SPELT_OUT.finditer(text)}
    broken = {match.end() for match in _BROKEN.finditer(text)} if "\n" in text else frozenset()
    written = [(*match.span(), _written(match[0])) for match in _WORD.finditer(text)]
    joined = [False]
    for (first, end, _), (after, _, _) in pairwise(written):
        joined.append(_is_joined(text[end:after], of_initial=end - first == 1 and first not in spelt))
    joined.append(False)
    found: list[Word] = []
    for at, (start, end, its) in enumerate(written):
        shouted = its.loud and (
            (joined[at] and written[at - 1][2].loud) or (joined[at + 1] and written[at + 1][2].loud)
        )
        found.append(_word(start, end, text, its, shouted=shouted, joined=joined[at]))
        if start in spelt:
            found.append(_spelt_out(_GAPS.sub("", text[spelt[start] : end]), spelt[start], end))
        if start in broken and at:
            found.insert(-2, _broken(found[-2], text, end))
    return found


class _Written(NamedTuple):
    """What a word is wherever it stands."""

    text: str
    form: str
    capital: bool
    loud: bool
    """In capitals. Beside another such word a name in capitals is told from no other word."""
    initials: bool
    sayable: bool
    owns: bool


@lru_cache(_REMEMBERED)
def _written(raw: str) -> _Written:
    stem = _POSSESSIVE.sub("", raw)
    folded = fold(stem)
    return _Written(
        folded,
        one_form(folded),
        raw[0].isupper(),
        len(raw) > 1 and raw.isupper(),
        raw[0].isupper() and stem.isupper() and len(stem) <= _MOST_INITIALS and stem.isalpha(),
        len(stem) > 1 and _VOWEL.search(folded) is not None,
        stem != raw,
    )


def _word(start: int, end: int, text: str, its: _Written, *, shouted: bool, joined: bool) -> Word:
    capital = its.capital and not shouted
    initials = its.initials and not (shouted and its.sayable)
    named = capital and not _begins_sentence(text, start)
    alone = capital and _ENDS.match(text, end) is not None and _BEGINS.search(text[max(0, start - 4) : start])
    return Word(start, end, its.text, its.form, named, capital, initials, its.owns, bool(alone), joined)


def _spelt_out(letters: str, start: int, end: int) -> Word:
    stem = _POSSESSIVE.sub("", letters)
    folded = fold(stem)
    initials = len(folded) <= _MOST_INITIALS
    return Word(
        start, end, folded, folded, named=True, capital=True, initials=initials, owns=False, alone=True, joined=True
    )


def _broken(half: Word, text: str, end: int) -> Word:
    """The word whose first half ends its line."""
    folded = fold(_POSSESSIVE.sub("", _BROKEN.sub("", text[half.start : end])))
    return half._replace(end=end, text=folded, form=one_form(folded))


def _is_joined(between: str, *, of_initial: bool) -> bool:
    mark = between.strip()
    return mark in _JOINING or (mark == "." and of_initial)


def _begins_sentence(text: str, start: int) -> bool:
    before = text[max(0, start - 3) : start].rstrip(" \t'\u2018\u2019")
    return not before or before[-1] in _SENTENCE_ENDS


@cache
def listed(file: str) -> dict[str, frozenset[str]]:
    """The lists of a file of data: name -> words."""
    text = (files("hub.looking") / "data" / file).read_text(encoding="utf-8")
    lines = (line.partition(":") for line in text.splitlines() if line and not line.startswith("#"))
    return {name: frozenset(words.split()) for name, _, words in lines}
