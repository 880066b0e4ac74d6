"""How long to wait before trying again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Backoff:
    """Doubling waits, each a random share of its ceiling ("full jitter"), so that many adapters do not return at once.

    `first` and `longest` are seconds; `random` gives numbers from 0 to 1.
    """

    random: Callable[[], float]
    first: float = 0.2
    longest: float = 15.0

    def seconds(self, attempt: int) -> float:
        """The wait after failure number `attempt`, counted from 1; at least half of `first`."""
        ceiling = min(self.longest, self.first * 2.0 ** min(attempt - 1, 30))
        return max(self.first / 2, self.random() * ceiling)
