"""How good the answers to labelled questions are: counts, rates and bounds, overall, by group, and group by group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from hub.facts.outcome import Matched, Matching, NeedsReview
from hub.matching.lab.significance import lower_within_strata, more_than_the_rest, upper_bound
from hub.matching.lab.thresholds import Scores

COMPARED = ("origin", "age_band")
"""Groupings of children, none of which ought to fare worse than another."""
_STRATUM = "kind"
_BEYOND_CHANCE = 0.05


class Judged(NamedTuple):
    """One answer, beside what is known. `right` says whether a match is the child asked about."""

    registered: bool
    outcome: Matching
    right: bool
    offered: bool
    """The child asked about is matched, or among those shown to a reviewer."""
    blocked: bool = True
    """The child asked about is among those that blocking found."""
    score: float = 0.0
    fits: bool = False
    """A match, were the score high enough: the likeliest fits and no guard fires."""
    likeliest_right: bool = False
    """The likeliest subject is the child asked about."""


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
    not_blocked: int = 0
    """Registered, and not among those that blocking found."""

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
        self.not_blocked += one.registered and not one.blocked

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
            "blocking_recall": _rate(self.registered - self.not_blocked, self.registered),
        }


@dataclass(slots=True)
class Evaluation:
    """Counts overall and by group, and how many would be automatic at other thresholds."""

    overall: Counts = field(default_factory=Counts)
    groups: dict[str, dict[str, Counts]] = field(default_factory=dict)
    by_kind: dict[str, dict[str, dict[str, Counts]]] = field(default_factory=dict)
    """Of each compared grouping's groups, kind by kind."""
    scores: Scores = field(default_factory=Scores)

    def add(self, one: Judged, groups: Iterable[tuple[str, str]]) -> None:
        """Count an answer overall and in each (grouping, group)."""
        self.overall.add(one)
        self.scores.add(one.score, registered=one.registered, fits=one.fits, right=one.likeliest_right)
        labels = dict(groups)
        for grouping, group in labels.items():
            self.groups.setdefault(grouping, {}).setdefault(group, Counts()).add(one)
            if grouping in COMPARED:
                kinds = self.by_kind.setdefault(grouping, {}).setdefault(group, {})
                kinds.setdefault(labels.get(_STRATUM, ""), Counts()).add(one)

    def as_json(self) -> dict[str, Any]:
        """One document. `compared` says of each group whether it fares worse than the others beyond chance."""
        groups = {
            grouping: {group: counts.as_json() for group, counts in sorted(found.items())}
            for grouping, found in sorted(self.groups.items())
        }
        return self.overall.as_json() | groups | {"compared": self.compared()}

    def compared(self) -> dict[str, Any]:
        """Each compared grouping that has more than one group."""
        return {name: self.compare(name) for name in COMPARED if len(self.groups.get(name, {})) > 1}

    def compare(self, grouping: str) -> dict[str, Any]:
        """Each group against the others together: the chance of so bad a figure, were there no difference.

        A chance is multiplied by the number of groups (Bonferroni), for it is the worst that is looked at.
        `wrong_automatic`: Fisher's exact test on automatic matches. `automatic`: Mantel and Haenszel's test over
        registered children, kind of error by kind of error, because groups differ in which errors befall them.
        """
        groups, kinds = self.groups[grouping], self.by_kind[grouping]
        chances = {
            group: {
                "wrong_automatic": _rounded(len(groups) * _chance_of_wrong(counts, self.overall)),
                "automatic": _rounded(len(groups) * _chance_of_review(kinds[group], _summed(kinds))),
            }
            for group, counts in sorted(groups.items())
        }
        worse = {
            figure: [group for group, found in chances.items() if found[figure] < _BEYOND_CHANCE]
            for figure in ("wrong_automatic", "automatic")
        }
        return {"worse_than_chance": worse, "chances": chances}


def _chance_of_wrong(group: Counts, everybody: Counts) -> float:
    return more_than_the_rest(group.wrong, group.automatic, everybody.wrong, everybody.automatic)


def _chance_of_review(group: Mapping[str, Counts], everybody: Mapping[str, tuple[int, int]]) -> float:
    return lower_within_strata(
        (counts.automatic_registered, counts.registered, *everybody[kind]) for kind, counts in group.items()
    )


def _summed(groups: Mapping[str, Mapping[str, Counts]]) -> dict[str, tuple[int, int]]:
    """Automatic and registered of each kind, over all groups."""
    found: dict[str, tuple[int, int]] = {}
    for kinds in groups.values():
        for kind, counts in kinds.items():
            automatic, registered = found.get(kind, (0, 0))
            found[kind] = (automatic + counts.automatic_registered, registered + counts.registered)
    return found


def _rounded(chance: float) -> float:
    return round(min(1.0, chance), 6)


def _rate(part: int, whole: int) -> float | None:
    return round(part / whole, 5) if whole else None
