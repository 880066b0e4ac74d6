"""The words of a text as they are looked at: folded, with their places, and how they were written."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from hub.matching.values.addresses import one_form
from hub.matching.values.names import fold

_WORD = re.compile(r"[^\W_]+(?:['`\u00b4\u2018\u2019\u02bc][^\W_]+)*")
_SPELT_OUT = re.compile(r"(?<!\w)[^\W\d_](?:[ .\-][^\W\d_](?!\w)){2,}")
_GAPS = re.compile(r"[ .\-]")
_POSSESSIVE = re.compile("['`\u00b4\u2018\u2019\u02bc][sS]$")
_SENTENCE_ENDS = frozenset('.!?\n\u2022"\u201c(')
_MOST_INITIALS = 3
_VOWEL = re.compile("[aeiouy]")


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
    joined: bool
    """Nothing but blanks, a comma or a hyphen parts it from the word before it, or the full stop of an initial."""


def folded_words(text: str) -> tuple[str, ...]:
    """The words of a name or an address, folded as those of a text are."""
    return tuple(fold(_POSSESSIVE.sub("", word)) for word in _WORD.findall(text))


def plain_words(text: str) -> frozenset[str]:
    """The words of a text, folded: what says at once that a text holds none of the words looked for."""
    folded = fold(text)
    return frozenset(folded.translate(_GAPS_OF_ASCII).split() if folded.isascii() else _PLAIN.findall(folded))


def words_of(text: str) -> list[Word]:
    """Every word and number in order; after letters spelt out one by one, the word that they make."""
    spelt = {match.end() - 1: match.start() for match in _SPELT_OUT.finditer(text)}
    matches = [match.span() for match in _WORD.finditer(text)]
    loud = [_is_loud(text[start:end]) for start, end in matches]
    joined = [
        at > 0 and _is_joined(text, *matches[at - 1], start, of_initial=matches[at - 1][0] not in spelt)
        for at, (start, _) in enumerate(matches)
    ]
    found: list[Word] = []
    for at, (start, end) in enumerate(matches):
        beside = (joined[at] and loud[at - 1]) or (at + 1 < len(loud) and joined[at + 1] and loud[at + 1])
        found.append(_word(start, end, text, shouted=loud[at] and beside, joined=joined[at]))
        if start in spelt:
            letters = _GAPS.sub("", text[spelt[start] : end])
            found.append(_spelt_out(letters, spelt[start], end))
    return found


def _word(start: int, end: int, text: str, *, shouted: bool, joined: bool) -> Word:
    raw = text[start:end]
    stem = _POSSESSIVE.sub("", raw)
    folded = fold(stem)
    capital = raw[0].isupper() and not shouted
    initials = raw[0].isupper() and stem.isupper() and len(stem) <= _MOST_INITIALS and stem.isalpha()
    if initials and shouted and len(stem) > 1:
        initials = not _VOWEL.search(folded)
    named = capital and not _begins_sentence(text, start)
    return Word(start, end, folded, one_form(folded), named, capital, initials, stem != raw, joined)


def _spelt_out(letters: str, start: int, end: int) -> Word:
    stem = _POSSESSIVE.sub("", letters)
    folded = fold(stem)
    initials = len(folded) <= _MOST_INITIALS
    return Word(start, end, folded, folded, named=True, capital=True, initials=initials, owns=False, joined=True)


def _is_loud(raw: str) -> bool:
    """In capitals. Beside another such word a name in capitals is told from no other word."""
    return len(raw) > 1 and raw.isupper()


def _is_joined(text: str, start: int, end: int, after: int, *, of_initial: bool) -> bool:
    mark = text[end:after].strip()
    return mark in {"", ",", "-"} or (mark == "." and of_initial and end - start == 1)


def _begins_sentence(text: str, start: int) -> bool:
    before = text[max(0, start - 3) : start].rstrip(" \t'\u2018\u2019")
    return not before or before[-1] in _SENTENCE_ENDS


@cache
def listed(file: str) -> dict[str, frozenset[str]]:
    """The lists of a file of data: name -> words."""
    text = (files("hub.looking") / "data" / file).read_text(encoding="utf-8")
    lines = (line.partition(":") for line in text.splitlines() if line and not line.startswith("#"))
    return {name: frozenset(words.split()) for name, _, words in lines}
