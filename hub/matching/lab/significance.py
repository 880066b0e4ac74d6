"""What chance explains: bounds of shares, and whether one group fares worse than the others. Standard library alone."""

from __future__ import annotations

from collections.abc import Iterable
from math import comb, erfc, exp, lgamma, sqrt

_CONFIDENCE = 0.95
_FAR = 60
"""Halvings of an interval that leave nothing of it."""


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
    for _ in range(_FAR):
        middle = (low + high) / 2
        if _at_most(wrong, of, middle) > 1 - _CONFIDENCE:
            low = middle
        else:
            high = middle
    return high


def more_than_the_rest(hits: int, of: int, all_hits: int, everybody: int) -> float:
    """Chance of as many hits or more in a group of `of`, were `all_hits` spread over everybody by lot.

    One-sided exact test of Fisher (1935).
    """
    if hits == 0:
        return 1.0
    return min(1.0, sum(_drawn(n, of, all_hits, everybody) for n in range(hits, min(of, all_hits) + 1)))


def lower_within_strata(strata: Iterable[tuple[int, int, int, int]]) -> float:
    """Chance of so few hits in a group or fewer, were it like everybody in each stratum.

    A stratum is (hits, size) of the group, then (hits, size) of everybody, the group among them. One-sided test of
    Mantel and Haenszel (1959) by the normal distribution, without correction for continuity.
    """
    surplus = variance = 0.0
    for hits, of, all_hits, everybody in strata:
        if everybody > 1:
            share = all_hits / everybody
            surplus += hits - of * share
            variance += of * (everybody - of) * share * (1 - share) / (everybody - 1)
    return erfc(-surplus / sqrt(2 * variance)) / 2 if variance else 1.0


def _at_most(wrong: int, of: int, share: float) -> float:
    return sum(comb(of, k) * share**k * (1 - share) ** (of - k) for k in range(wrong + 1))


def _drawn(hits: int, of: int, all_hits: int, everybody: int) -> float:
    """Chance of exactly so many hits (hypergeometric)."""
    if of - hits > everybody - all_hits:
        return 0.0
    return exp(_log_comb(all_hits, hits) + _log_comb(everybody - all_hits, of - hits) - _log_comb(everybody, of))


def _log_comb(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
