"""How Kafka is connected to, for every client of the hub and its adapters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Kafka:
    """Where Kafka is."""

    bootstrap: str

    def options(self) -> dict[str, Any]:
        """For aiokafka's clients."""
        return {"bootstrap_servers": self.bootstrap}

    def broker(self) -> dict[str, Any]:
        """For FastStream's broker."""
        return {"bootstrap_servers": self.bootstrap}
