"""A text looked through for what its event holds: which data items, about whom, it repeats, and where. Pure.

Wide on purpose: what is found waits for a person; what is not found is read by somebody who may not know it. A hit
holds places and names of items, never words of the text.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from hub.facts.items import ELSEWHERE
from hub.facts.model import Repeat
from hub.looking.births import Births
from hub.looking.held import Address, Birth, Name, Number, School, Thing
from hub.looking.names import Names
from hub.looking.numbers import Numbers, postcodes_in
from hub.looking.places import Places, addresses_in
from hub.looking.schools import Schools
from hub.looking.words import has_figures, plain_words, words_of
from hub.matching.values.addresses import one_form, words

_SPELT_OUT = re.compile(r"(?:^|[ \n(])\w[ .-]\w[ .-]\w\b")


class Hit(NamedTuple):
    """From `start` to `end` a text repeats an item."""

    start: int
    end: int
    repeats: Repeat


class Lens:
    """What an event holds, to look through its texts with."""

    def __init__(self, things: Iterable[Thing]) -> None:
        held = list(dict.fromkeys(things))
        addresses = [thing for thing in held if isinstance(thing, Address)]
        towns = {word for address in addresses for word in words(address.line)}
        self._names = Names([thing for thing in held if isinstance(thing, Name)])
        self._places = Places(addresses)
        self._numbers = Numbers([thing for thing in held if isinstance(thing, Number)], addresses)
        self._births = Births([thing for thing in held if isinstance(thing, Birth)])
        self._schools = Schools([thing for thing in held if isinstance(thing, School)], towns)
        self._begins = [*self._names.begins, *self._schools.begins]

    def look(self, text: str, about: Collection[str]) -> list[Hit]:
        """Everything that a text about these children repeats, in order.

        Names of these children and of their carers are none of it.
        """
        hits = {Hit(*span) for span in self._numbers.find(text)}
        plain = plain_words(text)
        if self._may_be_named(text, plain) or self._births.may_stand(text, plain):
            seen = words_of(text)
            hits.update(Hit(*span) for span in self._names.find(seen, about))
            hits.update(Hit(*span) for span in self._schools.find(seen, about))
            hits.update(Hit(*span) for span in self._places.find(seen))
            hits.update(Hit(*span) for span in self._births.find(text, seen))
        if has_figures(text):
            elsewhere = Repeat.of(ELSEWHERE, *about)
            others = sorted({*postcodes_in(text), *addresses_in(text)})
            hits.update(Hit(*span, elsewhere) for span in _apart(others, sorted(hits)))
        return sorted(hits)

    def _may_be_named(self, text: str, plain: frozenset[str]) -> bool:
        """Whether a text of these words may hold a name, a school or a street; most texts hold none of an event's."""
        if any(not begins.isdisjoint(plain) for begins in self._begins):
            return True
        if not self._places.begins.isdisjoint(map(one_form, plain)):
            return True
        return sum(len(word) == 1 for word in plain) > 1 and _SPELT_OUT.search(text) is not None


def _apart(spans: Iterable[tuple[int, int]], known: Sequence[Hit]) -> Iterator[tuple[int, int]]:
    """Those of them, in order, that share no letter with what is known already as an item of the event."""
    at, ends = 0, 0
    for start, end in spans:
        while at < len(known) and known[at].start < end:
            ends = max(ends, known[at].end)
            at += 1
        if ends <= start:
            yield start, end
