"""Those of many adults whose names are like one, as `full_names.alike` says of each.

Alike family names have a key in common, so that few are compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import combinations
from typing import Generic, TypeVar

from hub.matching.values.alike import heard
from hub.matching.values.full_names import TWO_SLIPS, FullName, Place, alike, family_names, full_name, is_one_word
from hub.matching.values.names import is_initial, sound

Known = TypeVar("Known")
_REMEMBERED = 1 << 13


class Namesakes(Generic[Known]):
    """Adults by name, each with whatever is known of them; never shown in a repr."""

    def __init__(self, people: Iterable[tuple[str, Known]]) -> None:
        self._people = [(name, known) for text, known in people if (name := full_name(text))]
        self._alone = [place for place, (name, _) in enumerate(self._people) if is_one_word(name)]
        self._by_key: tuple[dict[str, list[int]], ...] = ({}, {})
        """Of family names that may come first, and of all others."""
        for place, (name, _) in enumerate(self._people):
            keys = {(word.place is Place.FIRST, key) for word in family_names(name) for key in _held(word.text)}
            for first, key in keys:
                self._by_key[not first].setdefault(key, []).append(place)

    def like(self, text: str) -> list[Known]:
        """Those who may bear this name, in the order in which they were told."""
        asked = full_name(text)
        if not asked:
            return []
        return [known for place in self._near(asked) for name, known in [self._people[place]] if alike(asked, name)]

    def _near(self, asked: FullName) -> Iterable[int]:
        if is_one_word(asked):
            return range(len(self._people))
        near = set(self._alone)
        for word in family_names(asked):
            for found in self._by_key[word.place is Place.FIRST :]:
                for key in _asked(word.text):
                    near.update(found.get(key, ()))
        return sorted(near)


def _held(family: str) -> Iterator[str]:
    """Keys under which a family name is found."""
    if is_initial(family):
        yield f"={family}"
    else:
        yield from _keys(family)
    yield f"^{family[0]}"


def _asked(family: str) -> Iterator[str]:
    """Keys by which one is looked for: an initial finds every name that begins so, a name finds its initial."""
    if is_initial(family):
        yield f"^{family}"
    else:
        yield from _keys(family)
        yield f"={family[0]}"


@lru_cache(_REMEMBERED)
def _keys(family: str) -> tuple[str, ...]:
    """What it shares with every name that is one slip from it, or two where it is long, or that sounds alike.

    Names that are one key apart have one remainder in common once a letter is left out of each.
    """
    most = 2 if len(family) >= TWO_SLIPS else 1
    letters = range(len(family))
    left = {
        "".join(letter for place, letter in enumerate(family) if place not in out)
        for count in range(most + 1)
        for out in combinations(letters, count)
    }
    return (*left, f"~{heard(family)}", f"*{sound(family)}")
