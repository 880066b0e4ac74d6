"""What would be automatic at another threshold: counted from kept scores, without asking anything again.

A question is a match from the first threshold that its score does not reach; all else about it stays as decided. Scores
are kept in halves of a bit, so a threshold is one of `STEPS`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import floor
from typing import NamedTuple

STEPS_A_BIT = 2
LEAST, MOST = 10, 70
"""Bits between which thresholds are shown."""
STEPS: Sequence[int] = range(LEAST * STEPS_A_BIT, MOST * STEPS_A_BIT + 1)


class Point(NamedTuple):
    """What a threshold (bits) would make of all questions."""

    threshold: float
    share: float
    """Of questions about registered children: automatic and right."""
    automatic: int
    wrong: int
    wrong_unguarded: int
    """Were the likeliest subject taken whenever its score is enough, whatever the guards say."""


class Scores:
    """How many questions have which score, and what a match would be worth."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[int, bool, bool]] = Counter()
        self.registered = 0

    def add(self, score: float, *, registered: bool, fits: bool, right: bool) -> None:
        """Count one. `fits`: nothing but the score could speak against a match; `right`: it would be the child."""
        self.registered += registered
        self._counts[floor(score * STEPS_A_BIT), fits, right] += 1

    def points(self, steps: Sequence[int] = STEPS) -> list[Point]:
        """One for each threshold."""
        return [self._point(step) for step in steps]

    def _point(self, step: int) -> Point:
        found: Counter[tuple[bool, bool]] = Counter()
        for (reached, fits, right), count in self._counts.items():
            if reached >= step:
                found[fits, right] += count
        right_alone, wrong_alone = found[True, True], found[True, False]
        return Point(
            step / STEPS_A_BIT,
            right_alone / self.registered if self.registered else 0.0,
            right_alone + wrong_alone,
            wrong_alone,
            found.total() - right_alone - found[False, True],
        )
