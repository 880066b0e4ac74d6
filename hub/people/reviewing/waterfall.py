"""A score as a waterfall: what was found field by field, what each is worth, and where the sum stands after it. Pure.

The steps are codes; pages have the words. A point is a bit: one more says that it is twice as likely one child.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from hub.facts.model import Personal
from hub.matching.deciding.decision import MATCH_FROM, REVIEW_FROM
from hub.matching.register.beside import Beside


@dataclass(frozen=True, slots=True, repr=False)
class Step(Personal):
    """One part of a score. `found`: how the field agrees, in letters and underscores; `so_far`: the sum after it."""

    field: str
    found: str
    points: float
    so_far: float

    @property
    def speaks(self) -> str:
        """`for` one child, `against`, or `neither`."""
        shown = round(self.points, 1)
        return "for" if shown > 0 else "against" if shown < 0 else "neither"


@dataclass(frozen=True, slots=True, repr=False)
class Waterfall(Personal):
    """All steps, and what the sum is measured by. `total` None: it would tell where a restricted child lives."""

    steps: tuple[Step, ...]
    total: float | None
    asked_from: float = REVIEW_FROM
    alone_from: float = MATCH_FROM

    @property
    def reaches(self) -> str:
        """`alone`: enough to be matched without a person, if nothing spoke against it; `asked`, or `neither`."""
        if self.total is None:
            return "hidden"
        return "alone" if self.total >= self.alone_from else "asked" if self.total >= self.asked_from else "neither"

    @property
    def span(self) -> tuple[float, float]:
        """The least and the most that the picture of it must hold."""
        sums = [0.0, self.alone_from, *(step.so_far for step in self.steps)]
        return min(sums), max(sums)


def fall(beside: Beside) -> Waterfall:
    """Of one subject that was proposed. Where its sum is not shown, no part is worth anything on the screen either."""
    parts = beside.explanation
    hidden = beside.score is None
    points: Sequence[float] = [0.0 if hidden else part.weight for part in parts]
    steps = tuple(
        Step(part.comparison, code(part.level), worth, so_far)
        for part, worth, so_far in zip(parts, points, accumulate(points), strict=True)
    )
    return Waterfall(steps, beside.score)


def code(level: str) -> str:
    """A level's words as a key of the catalogue: `same, written otherwise` is `same_written_otherwise`."""
    return "_".join("".join(one if one.isalnum() else " " for one in level.replace("'", "")).lower().split())
