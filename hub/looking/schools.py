"""Schools in a text, of other children than those it is about."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple, Self

from hub.facts.model import Repeat
from hub.looking.forms import SCHOOLS, Phrase, school_forms, school_word
from hub.looking.held import School
from hub.looking.words import Word, listed, with_s

Span = tuple[int, int, Repeat]
_BESIDE = listed("context.txt")
_REMEMBERED = 1 << 12
_BETWEEN = frozenset({"the", "of", "and", "c", "e"})
_ANY = _BETWEEN | {"school", "rc", "ce"}


class _Wanted(NamedTuple):
    """A school: the words that are its own, the kinds that it calls itself, and both without their blanks.

    One of `telling` stands wherever the school is named: the longest that nobody cuts, or all without blanks.
    """

    own: Phrase
    kinds: frozenset[str]
    together: frozenset[str]
    telling: frozenset[str]
    repeats: Repeat

    @classmethod
    def of(cls, school: School) -> Self:
        """By its name."""
        own, kinds, together = school_forms(school.name)
        return cls(own, kinds, together, _telling(own, together), school.repeats)


class Schools:
    """Schools of an event. `towns`: words that are as much a place's as a school's, from its addresses."""

    def __init__(self, schools: Sequence[School], towns: Collection[str]) -> None:
        self._schools = [one for one in map(_Wanted.of, schools) if one.own]
        self._towns = frozenset(towns)

    @property
    def begins(self) -> Iterator[frozenset[str]]:
        """Words without which a text names no school."""
        return (one.telling for one in self._schools)

    def find(self, words: Sequence[Word], about: Collection[str]) -> Iterator[Span]:
        """Where one of them stands that is not a school of a child whom the text is about."""
        known = [one for one in self._schools if not set(about).isdisjoint(one.repeats.subjects)]
        seen = {word.text for word in words}
        wanted = [one for one in self._schools if one not in known and not one.telling.isdisjoint(seen)]
        texts = [school_word(word.text) for word in words] if wanted else []
        for one in wanted:
            begins = {*one.together, one.own[0]}
            begins |= {f"{word}s" for word in begins}
            for at in (place for place, text in enumerate(texts) if text in begins):
                whole = not _is(texts[at], one.own[0])
                last = at + 1 if whole else self._end(one, texts, words, at, known)
                if last > at:
                    yield words[at].start, words[last - 1].end, one.repeats

    def _end(self, one: _Wanted, texts: Sequence[str], words: Sequence[Word], at: int, known: Sequence[_Wanted]) -> int:
        """Where the school that begins with this word ends; `at` where it is not this school."""
        named = at + len(one.own)
        if named > len(texts) or not all(map(_is, texts[at:named], one.own)):
            return at
        last = named
        while last < len(texts) and texts[last] in SCHOOLS and texts[last] not in _BETWEEN:
            last += 1
        told = frozenset(texts[named:last]) - _ANY
        if any(its.own == one.own and (not told or told & its.kinds) for its in known):
            return at
        if last > named:
            return last if not told or told & one.kinds else at
        if len(one.own) > 1:
            return last
        attends = any(word.text in _BESIDE["schools"] for word in words[max(0, at - 2) : at])
        return last if one.own[0] not in self._towns and words[at].capital and attends else at


@lru_cache(_REMEMBERED)
def _telling(own: Phrase, together: frozenset[str]) -> frozenset[str]:
    longest = max(own, key=lambda word: (word not in _BESIDE["places"], len(word)), default="")
    return with_s((longest, *together))


def _is(word: str, wanted: str) -> bool:
    """Whether it is the word, or `ninians` for `Ninian's`."""
    return word in {wanted, f"{wanted}s"}
