"""What a dispatcher is made of: handed in by whoever wires it, the clock and random included."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hub.delivery.bulkhead import Limits
from hub.delivery.channels import Channel
from hub.delivery.directory import Directory
from hub.delivery.recheck import Recheck
from hub.delivery.reporting import News


@dataclass(frozen=True, slots=True)
class Tools:
    """What a dispatcher is made of.

    `channels` makes a set of channels, for each tier its own; `chance` is random in 0 to 1, `random` gives n bytes.
    """

    database_url: str
    directory: Directory
    recheck: Recheck
    channels: Callable[[], Mapping[str, Channel]]
    news: News
    clock: Callable[[], datetime]
    random: Callable[[int], bytes]
    chance: Callable[[], float]
    limits: Limits = field(default_factory=Limits)
    grace: timedelta = timedelta(seconds=20)
    """For attempts in hand when told to stop; the webhook's own time limit should fit into it."""
