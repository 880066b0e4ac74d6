"""The model: how often each level of agreement is seen on one child's data, and on two children's.

m is the share of a level among pairs about one child, u among pairs about two (Fellegi and Sunter, 1969); a level is
worth log2(m / u) bits. Where a name agrees exactly, u is how common that name is, where the model knows it (term
frequency). `data/model.json` is trained by `hub subjects train`; a Splink model JSON is read as well.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from math import log2
from pathlib import Path
from typing import Any

from hub.facts.errors import UserError
from hub.matching.deciding.splink import NotSplink, read_splink
from hub.matching.values.level import Level

FORM = 1
COMPARISONS = ("forename", "family_name", "date_of_birth", "address", "sex")
IDENTIFIERS = ("nhs_number", "chi_number", "hc_number", "upn", "scn")
TERMS = ("forename", "family_name")
_LEAST, _MOST = 1e-6, 1 - 1e-6
_STEPS = 64
"""Weights are whole 64ths of a bit, so that parts add up to the score to the last digit."""

Shares = Mapping[Level, tuple[float, float]]
"""Level -> (m, u)."""


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


def load_model(path: Path) -> Model:
    """A model file: ours, or Splink's. Raises UserError where it is neither."""
    try:
        return parse_model(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError(f"{path.name} is neither a model of the hub nor a Splink model.") from error


def parse_model(found: Any) -> Model:
    """A model as JSON holds it; raises ValueError, KeyError or TypeError where it is none."""
    if "comparisons" in found and isinstance(found["comparisons"], list):
        return Model(_checked(read_splink(found)), {})
    if found.get("form") != FORM:
        raise NotSplink("the form is not known")
    shares = {
        name: {Level[level.upper()]: (float(m), float(u)) for level, (m, u) in levels.items()}
        for name, levels in found["comparisons"].items()
    }
    terms = {name: {term: float(share) for term, share in found["terms"].get(name, {}).items()} for name in TERMS}
    return Model(_checked(shares), terms)


def as_json(model: Model, about: Mapping[str, Any]) -> dict[str, Any]:
    """A model as its file holds it."""
    return {
        "form": FORM,
        "trained": dict(about),
        "comparisons": {
            name: {level.name.lower(): [m, u] for level, (m, u) in shares.items()}
            for name, shares in model.shares.items()
        },
        "terms": {name: dict(terms) for name, terms in model.terms.items()},
    }


def _ratio(m: float, u: float) -> float:
    return log2(min(max(m, _LEAST), _MOST) / min(max(u, _LEAST), _MOST))


def _checked(shares: Mapping[str, Shares]) -> Mapping[str, Shares]:
    if not set(shares) <= {*COMPARISONS, *IDENTIFIERS} or not {"forename", "family_name", "date_of_birth"} <= set(
        shares
    ):
        raise NotSplink("comparisons are missing or unknown")
    for levels in shares.values():
        if any(not 0 <= share <= 1 for pair in levels.values() for share in pair):
            raise NotSplink("a share is no share")
    return shares
