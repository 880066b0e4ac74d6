"""What each level of agreement is worth, in bits: log2 of how much likelier it is for one child than for two.

Fixed, round figures from the counts of the United Kingdom (some 6,500 birthdays of children, a common surname one in
a hundred and a rare one in ten thousand, some 15 households a postcode); they order candidates and say who is worth a
person's time. They never decide alone: `hub.matching.decision` does, and its guards cannot be outweighed.
"""

from __future__ import annotations

from hub.matching.comparison import Comparison, Level
from hub.matching.identifiers import IdentifierKind
from hub.model import Weight


def _weighed(comparison: str, *bits: float) -> tuple[Weight, ...]:
    """One weight a level, in the order of `Level`: exact, close, part, different, missing."""
    return tuple(Weight(comparison, level.word, weight) for level, weight in zip(Level, bits, strict=True))


FORENAME = _weighed("forename", 8.0, 4.0, 0.0, -7.0, 0.0)
SURNAME = _weighed("family_name", 9.0, 5.0, 0.0, -6.0, 0.0)
BIRTH = _weighed("date_of_birth", 12.0, 3.0, 4.0, -10.0, 0.0)
POSTCODE = _weighed("postcode", 13.0, 0.0, 4.0, -1.0, 0.0)
SEX = _weighed("sex", 1.0, 0.0, 0.0, -3.0, 0.0)
AGREEING = {
    kind: Weight(kind.value, "exact", bits)
    for kind, bits in (
        (IdentifierKind.NHS_NUMBER, 20.0),
        (IdentifierKind.CHI_NUMBER, 20.0),
        (IdentifierKind.HC_NUMBER, 20.0),
        (IdentifierKind.UPN, 18.0),
        (IdentifierKind.SCN, 16.0),
    )
}
CONFLICTING = {kind: Weight(kind.value, "different", -12.0) for kind in IdentifierKind}
FAILED = {kind: Weight(kind.value, "fails its check", 0.0) for kind in IdentifierKind}
SCORE_OF_NOBODY = 0.0
"""The runner-up's, where there is none."""


def score(found: Comparison) -> float:
    """Sum of the weights, in bits."""
    total = (
        FORENAME[found.forename].weight
        + SURNAME[found.surname].weight
        + BIRTH[found.birth].weight
        + POSTCODE[found.postcode].weight
        + SEX[found.sex].weight
    )
    for kind in found.agreeing:
        total += AGREEING[kind].weight
    for kind in found.conflicting:
        total += CONFLICTING[kind].weight
    return total


def explain(found: Comparison, failed: tuple[IdentifierKind, ...]) -> tuple[Weight, ...]:
    """The same sum, part by part. `failed` identifiers of the query are named, and weigh nothing."""
    parts: tuple[Weight, ...] = (
        FORENAME[found.forename],
        SURNAME[found.surname],
        BIRTH[found.birth],
        POSTCODE[found.postcode],
        SEX[found.sex],
    )
    if found.agreeing:
        parts += tuple([AGREEING[kind] for kind in found.agreeing])
    if found.conflicting:
        parts += tuple([CONFLICTING[kind] for kind in sorted(found.conflicting)])
    if failed:
        parts += tuple([FAILED[kind] for kind in failed])
    return parts
