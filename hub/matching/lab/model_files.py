"""Model files: the hub's own form, and Splink's. What decides reads the one in the package alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hub.facts.errors import UserError
from hub.matching.deciding.shares import FORM, Model, checked, parse_model
from hub.matching.lab.splink import read_splink


def load_model(path: Path) -> Model:
    """A model file. Raises UserError where it is none."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(found.get("comparisons"), list):
            return Model(checked(read_splink(found)), {})
        return parse_model(found)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError(f"{path.name} is neither a model of the hub nor a Splink model.") from error


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
