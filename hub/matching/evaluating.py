"""How good the answers to labelled questions are: counts, rates and bounds, overall and by group."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import comb
from typing import Any, NamedTuple

from hub.outcome import Matched, Matching, NeedsReview

_CONFIDENCE = 0.95


class Judged(NamedTuple):
    """One answer, beside what is known. `right` says whether a match is the child asked about."""

    registered: bool
    outcome: Matching
    right: bool
    offered: bool
    """The child asked about is matched, or among those shown to a reviewer."""


@dataclass(slots=True)
class Counts:
    """Of one group of questions."""

    questions: int = 0
    registered: int = 0
    automatic: int = 0
    automatic_registered: int = 0
    """About registered children."""
    wrong: int = 0
    """Automatic, and another child, or a child who is not on the register."""
    review: int = 0
    missed: int = 0
    """Registered, and answered `none`."""
    not_offered: int = 0
    """Registered, in review, and not among the candidates shown."""

    def add(self, one: Judged) -> None:
        """Count it."""
        self.questions += 1
        self.registered += one.registered
        matched = isinstance(one.outcome, Matched)
        self.automatic += matched
        self.automatic_registered += matched and one.registered
        self.wrong += matched and not one.right
        in_review = isinstance(one.outcome, NeedsReview)
        self.review += in_review
        self.missed += one.registered and not matched and not in_review
        self.not_offered += one.registered and in_review and not one.offered

    def as_json(self) -> dict[str, Any]:
        """Counts and rates; `automatic_rate` is of questions about registered children."""
        return {
            "questions": self.questions,
            "registered": self.registered,
            "automatic": self.automatic,
            "automatic_rate": _rate(self.automatic_registered, self.registered),
            "wrong_automatic": self.wrong,
            "wrong_automatic_rate": _rate(self.wrong, self.automatic),
            "wrong_automatic_upper_95": upper_bound(self.wrong, self.automatic),
            "review": self.review,
            "missed": self.missed,
            "not_offered": self.not_offered,
        }


@dataclass(slots=True)
class Evaluation:
    """Counts overall and by group."""

    overall: Counts = field(default_factory=Counts)
    groups: dict[str, dict[str, Counts]] = field(default_factory=dict)

    def add(self, one: Judged, groups: Iterable[tuple[str, str]]) -> None:
        """Count an answer overall and in each (grouping, group)."""
        self.overall.add(one)
        for grouping, group in groups:
            self.groups.setdefault(grouping, {}).setdefault(group, Counts()).add(one)

    def as_json(self) -> dict[str, Any]:
        """One document."""
        return self.overall.as_json() | {
            grouping: {group: counts.as_json() for group, counts in sorted(found.items())}
            for grouping, found in sorted(self.groups.items())
        }


def upper_bound(wrong: int, of: int) -> float | None:
    """Upper end of the one-sided 95% interval for a share (Clopper and Pearson, 1934); None of nothing.

    >>> round(upper_bound(0, 30_000), 6)
    0.0001
    """
    if of == 0:
        return None
    if wrong == of:
        return 1.0
    low, high = wrong / of, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if _at_most(wrong, of, middle) > 1 - _CONFIDENCE:
            low = middle
        else:
            high = middle
    return high


def _at_most(wrong: int, of: int, share: float) -> float:
    return sum(comb(of, k) * share**k * (1 - share) ** (of - k) for k in range(wrong + 1))


def _rate(part: int, whole: int) -> float | None:
    return round(part / whole, 5) if whole else None
