"""What happens by lot."""

from __future__ import annotations

from random import Random


def happens(chance: Random, share: float) -> bool:
    """Whether something comes about that does in this share of cases."""
    return chance.random() < share
