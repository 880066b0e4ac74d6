"""The model: how often each level of agreement is seen on one child's data, and on two children's.

m is the share of a level among pairs about one child, u among pairs about two (Fellegi and Sunter, 1969); a level is
worth log2(m / u) bits. Where a name agrees exactly, u is how common that name is, where the model knows it (term
frequency). `data/model.json` is trained by `hub subjects train`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from math import log2
from typing import Any

from hub.matching.values.level import Level

FORM = 1
COMPARISONS = ("forename", "family_name", "date_of_birth", "address", "sex")
IDENTIFIERS = ("nhs_number", "chi_number", "hc_number", "upn", "scn")
TERMS = ("forename", "family_name")
_NEEDED = frozenset({"forename", "family_name", "date_of_birth"})
_LEAST, _MOST = 1e-6, 1 - 1e-6
_STEPS = 64
"""Weights are whole 64ths of a bit, so that parts add up to the score to the last digit."""

Shares = Mapping[Level, tuple[float, float]]
"""Level -> (m, u)."""


class NoModel(ValueError):
    """What was read is no model."""


@dataclass(frozen=True, slots=True)
class Model:
    """Shares of each comparison's levels, and how common a term is."""

    shares: Mapping[str, Shares]
    terms: Mapping[str, Mapping[str, float]] = field(repr=False)

    def bits(self, comparison: str, level: Level) -> float:
        """What a level is worth; nothing where a side is missing, or the model does not know the level."""
        found = self.shares.get(comparison, {}).get(level)
        return 0.0 if level is Level.MISSING or found is None else in_steps(_ratio(*found))

    def bits_of_term(self, comparison: str, term: str) -> float:
        """What exact agreement on this name is worth: the rarer, the more."""
        m, u = self.shares[comparison].get(Level.EXACT, (_MOST, _LEAST))
        return in_steps(_ratio(m, self.terms.get(comparison, {}).get(term, u)))


def in_steps(bits: float) -> float:
    """To the next 64th of a bit."""
    return round(bits * _STEPS) / _STEPS


@cache
def shipped_model() -> Model:
    """The model in the package."""
    return parse_model(json.loads((files("hub.matching.deciding") / "data" / "model.json").read_text(encoding="utf-8")))


def parse_model(found: Any) -> Model:
    """A model as its file holds it; raises NoModel, ValueError, KeyError or TypeError where it is none."""
    if found.get("form") != FORM:
        raise NoModel("the form is not known")
    shares = {
        name: {Level[level.upper()]: (float(m), float(u)) for level, (m, u) in levels.items()}
        for name, levels in found["comparisons"].items()
    }
    terms = {name: {term: float(share) for term, share in found["terms"].get(name, {}).items()} for name in TERMS}
    return Model(checked(shares), terms)


def checked(shares: Mapping[str, Shares]) -> Mapping[str, Shares]:
    """The same; raises NoModel where a comparison is missing or unknown, or a share is none."""
    if not set(shares) <= {*COMPARISONS, *IDENTIFIERS} or not set(shares) >= _NEEDED:
        raise NoModel("comparisons are missing or unknown")
    for levels in shares.values():
        if any(not 0 <= share <= 1 for pair in levels.values() for share in pair):
            raise NoModel("a share is no share")
    return shares


def _ratio(m: float, u: float) -> float:
    return log2(min(max(m, _LEAST), _MOST) / min(max(u, _LEAST), _MOST))
