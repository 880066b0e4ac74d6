"""Numbers that were superseded: which others are the same child's, and which tell nothing any more. Pure.

A number here is whatever stands for one: the keyed hash of an NHS number or a pupil's number with its kind. Followed in
time, from each number to the one that took its place on that day or later, a number ends at the child's last one:

    two numbers that end at one number       the same child's, as far as numbers tell
    two that end at different ones           two children's

Doubtful, so that it is neither evidence nor conflict, is a number that ends at several (it was issued to two children),
that comes back to itself (two children's numbers were exchanged), or that took another's place after it was itself
superseded (it was given to somebody else).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

Number = bytes

MOST_TIED = 50
"""Numbers that renumberings may tie together: no child has so many, so a file that would tie more is wrong there."""


class Renumbering(NamedTuple):
    """A number, what took its place, and since which day."""

    old: Number
    new: Number
    since: date


class _Ends(NamedTuple):
    numbers: frozenset[Number]
    certain: bool


def follow(asked: Iterable[Number], known: Iterable[Renumbering]) -> dict[Number, dict[Number, bool]]:
    """Of each number asked, those that are or may be the same child's, itself among them: True where that is certain.

    A number of which nothing is known is left out. `known` is all that is tied to those asked, directly or not.
    """
    tied: dict[Number, set[Renumbering]] = {}
    for one in known:
        both = tied.get(one.old, set()), tied.get(one.new, set())
        together = both[0] | both[1] | {one}
        tied |= dict.fromkeys((number for each in together for number in each[:2]), together)
    return {number: _follow(number, tied[number]) for number in asked if number in tied}


def _follow(asked: Number, known: Iterable[Renumbering]) -> dict[Number, bool]:
    onward: dict[Number, list[Renumbering]] = {}
    taken: dict[Number, date] = {}  # a number -> the last day on which it took another's place
    for one in sorted(set(known)):
        onward.setdefault(one.old, []).append(one)
        taken[one.new] = max(one.since, taken.get(one.new, one.since))
    ends = {number: _ends(number, onward, taken) for number in {*onward, *taken}}
    own = ends[asked]
    return {
        number: own.certain and there.certain
        for number, there in ends.items()
        if not own.numbers.isdisjoint(there.numbers)
    }


def _ends(number: Number, onward: Mapping[Number, list[Renumbering]], taken: Mapping[Number, date]) -> _Ends:
    """Where a number ends. Each renumbering is gone along once, so that this ends however they are tied."""
    found: set[Number] = set()
    circle = False
    gone: set[Renumbering] = set()
    path = [(number, date.min, frozenset({number}))]
    while path:
        here, arrived, behind = path.pop()
        steps = [one for one in onward.get(here, ()) if one.since >= arrived]
        if not steps:
            found.add(here)
        for one in steps:
            if one.new in behind:
                circle = True
                found |= behind
            elif one not in gone:
                gone.add(one)
                path.append((one.new, one.since, behind | {one.new}))
    first = min((one.since for one in onward.get(number, ())), default=date.max)
    if taken.get(number, date.min) > first:  # in use again
        found.add(number)
        circle = True
    return _Ends(frozenset(found), not circle and len(found) == 1)


class Ties:
    """How many numbers are tied together, as renumberings are added one by one."""

    def __init__(self, known: Iterable[Renumbering]) -> None:
        self._first: dict[Number, Number] = {}
        self._size: dict[Number, int] = {}
        for one in known:
            self.add(one.old, one.new)

    def add(self, old: Number, new: Number) -> bool:
        """Tie two numbers; False, and nothing is tied, where that would make more than MOST_TIED."""
        one, other = self._root(old), self._root(new)
        if one == other:
            return True
        both = self._size.get(one, 1) + self._size.get(other, 1)
        if both > MOST_TIED:
            return False
        self._first[other] = one
        self._size[one] = both
        return True

    def _root(self, number: Number) -> Number:
        while number in self._first:
            number = self._first[number]
        return number
