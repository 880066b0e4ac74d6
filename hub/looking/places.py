"""Addresses in a text: those that the event holds, and whatever else has a number and a kind of street."""

from __future__ import annotations

import re
from collections.abc import Iterator, KeysView, Sequence

from hub.facts.model import Repeat
from hub.looking.forms import Phrase, street_forms
from hub.looking.held import Address
from hub.looking.words import Word, listed
from hub.matching.values.addresses import written_forms

Span = tuple[int, int, Repeat]
_BESIDE = listed("context.txt")


class Places:
    """Addresses of an event, by the first word of what says where they are."""

    def __init__(self, addresses: Sequence[Address]) -> None:
        self._entries: dict[str, list[tuple[Phrase, Repeat]]] = {}
        for address in addresses:
            for phrase in street_forms(address.line):
                self._entries.setdefault(phrase[0], []).append((phrase, address.repeats))

    @property
    def begins(self) -> KeysView[str]:
        """Words, in the form that addresses have, without which a text holds none of them."""
        return self._entries.keys()

    def find(self, words: Sequence[Word]) -> Iterator[Span]:
        """Where one of them stands: number and street, the street alone, a house by its name."""
        kept = [word for word in words if word.form not in {"the", "no", "number"}]
        for at, word in enumerate(kept):
            for phrase, repeats in self._entries.get(word.form, ()):
                beside = kept[at : at + len(phrase)]
                if tuple(one.form for one in beside) == phrase:
                    yield beside[0].start, beside[-1].end, repeats


def addresses_in(text: str) -> Iterator[tuple[int, int]]:
    """Whatever reads as number, name and kind of street, whosever it is: 40 Harbour Rise; 12 mill road."""
    for match in _ANY_ADDRESS.finditer(text):
        _, name, kind = match.groups()
        if text[match.start() - 1 : match.start()] in _INSIDE:
            continue
        named = name.lower().split()
        if named[0] in _BESIDE["units"] or not _BESIDE["way"].isdisjoint(named):
            continue
        if kind.lower() in _PLAIN_STREETS or (kind[0].isupper() and all(word[0].isupper() for word in name.split())):
            yield match.span()


_INSIDE = frozenset("0123456789./:")
"""Before a number that is not the beginning of one."""
_PLAIN_STREETS = {
    short for short in written_forms(_BESIDE["plain_streets"]) if short not in _BESIDE["doubtful_streets"]
}
_KINDS = "|".join(sorted(written_forms(_BESIDE["streets"]), key=len, reverse=True))
_ANY_ADDRESS = re.compile(
    rf"(\d\d{{0,3}}[a-zA-Z]?),?[ \n]+((?:[^\W\d_][\w\u2019'-]*[ \n]+){{1,3}}?)({_KINDS})(?!\w)", re.IGNORECASE
)
