"""The hub's own inbox: a delivery is in it as soon as its row says so, so accepting is all there is to do."""

from __future__ import annotations

from hub.delivery.channels import INBOX, Way
from hub.delivery.claimed import Claimed
from hub.facts.outcome import Attempt, Delivered


class InboxChannel:
    """Accepts everything; `hub.console` shows it to the recipient's people."""

    name = INBOX

    async def send(self, delivery: Claimed, way: Way) -> Attempt:  # noqa: ARG002 - nothing leaves the hub
        return Delivered()

    async def close(self) -> None:
        """There is nothing to give back."""
