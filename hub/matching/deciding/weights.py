"""What each level of agreement is worth, in bits: log2 of how much likelier it is for one child than for two.

The figures are the model file's. They order candidates and say who is worth a person's time. They never decide alone:
`hub.matching.deciding.decision` does, and its guards cannot be outweighed.
"""

from __future__ import annotations

from functools import lru_cache

from hub.facts.model import Weight
from hub.matching.deciding.comparison import Comparison, Level
from hub.matching.deciding.shares import Model, shipped_model
from hub.matching.values.identifiers import IdentifierKind

SCORE_OF_NOBODY = 0.0
"""The runner-up's, where there is none."""
_TERMS = 1 << 15
_LEVELS = (Level.EXACT, Level.DIFFERENT)


class Weights:
    """A model, ready to weigh with."""

    def __init__(self, model: Model) -> None:
        self._forename, self._surname, self._birth, self._home, self._sex = (
            tuple(Weight(name, level.word, model.bits(name, level)) for level in Level)
            for name in ("forename", "family_name", "date_of_birth", "address", "sex")
        )
        self._agreeing, self._conflicting = (
            {kind: Weight(kind.value, level.word, model.bits(kind.value, level)) for kind in IdentifierKind}
            for level in _LEVELS
        )
        self._renumbered = {
            kind: Weight(kind.value, "the same child's, renumbered", part.weight)
            for kind, part in self._agreeing.items()
        }
        self._doubtful = {kind: Weight(kind.value, "issued twice", 0.0) for kind in IdentifierKind}
        self._failed = {kind: Weight(kind.value, "fails its check", 0.0) for kind in IdentifierKind}

        @lru_cache(_TERMS)
        def term(name: str, value: str) -> Weight:
            return Weight(name, Level.EXACT.word, model.bits_of_term(name, value))

        self._term = term

    def score(self, found: Comparison) -> float:
        """Sum of the weights, in bits."""
        total = (
            (
                self._term("forename", found.forename_term) if found.forename_term else self._forename[found.forename]
            ).weight
            + (
                self._term("family_name", found.surname_term) if found.surname_term else self._surname[found.surname]
            ).weight
            + self._birth[found.birth].weight
            + self._home[found.home].weight
            + self._sex[found.sex].weight
        )
        for kind in found.agreeing:
            total += self._agreeing[kind].weight
        for kind in found.conflicting:
            total += self._conflicting[kind].weight
        return total

    def explain(self, found: Comparison, failed: tuple[IdentifierKind, ...]) -> tuple[Weight, ...]:
        """The same sum, part by part. `failed` identifiers of the query are named, and weigh nothing."""
        parts: tuple[Weight, ...] = (
            self._term("forename", found.forename_term) if found.forename_term else self._forename[found.forename],
            self._term("family_name", found.surname_term) if found.surname_term else self._surname[found.surname],
            self._birth[found.birth],
            self._home[found.home],
            self._sex[found.sex],
        )
        if found.agreeing:
            parts += tuple(
                [
                    self._renumbered[kind] if kind in found.renumbered else self._agreeing[kind]
                    for kind in found.agreeing
                ]
            )
        if found.conflicting:
            parts += tuple([self._conflicting[kind] for kind in sorted(found.conflicting)])
        if found.doubtful:
            parts += tuple([self._doubtful[kind] for kind in found.doubtful])
        if failed:
            parts += tuple([self._failed[kind] for kind in failed])
        return parts


@lru_cache(1)
def shipped_weights() -> Weights:
    """Of the model in the package."""
    return Weights(shipped_model())
