"""Ways to a recipient, one file each. What is not built yet (MESH, Kafka, notify) is passed over, and says so."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from hub.delivery.claimed import Claimed
from hub.facts.outcome import Attempt

INBOX = "inbox"
BUILT = ("webhook", INBOX)
"""Kinds of channel that this release delivers by."""


@dataclass(frozen=True, slots=True)
class Way:
    """One of a recipient's channels. `address` and `key` (the hub's signing key) serve the webhook.

    `opens` is the id of the key that its reader opens disclosures with.
    """

    kind: str
    address: str | None = field(default=None, repr=False)
    key: str | None = None
    opens: str | None = None


class Channel(Protocol):
    """Sends one delivery, once. Every ending is a value; what it raises is a defect of the hub."""

    @property
    def name(self) -> str:
        """As organisations list it."""

    async def send(self, delivery: Claimed, way: Way) -> Attempt:
        """One attempt, within a time limit of its own."""

    async def close(self) -> None:
        """Give back what it holds."""
