"""How an adapter is: readiness part by part, and gauges brought up to date when somebody looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from adapters.bridge import metrics
from adapters.bridge.doors.drop import DropFolder
from adapters.bridge.news.testing import OK, standing
from adapters.bridge.parts import Bridge
from adapters.bridge.spool.publisher import Publisher
from hub.facts.errors import HubError
from hub.facts.terms import Tier
from hub.kafka.topics import concern_topic

BEHIND = timedelta(seconds=10)
"""An event that waits longer says that Kafka is away, whatever the connection looks like."""


_ELSEWHERE = ("kafka", "hub")
"""Parts that may be away while notices are accepted: that is what the spool is for."""


@dataclass(frozen=True, slots=True)
class Health:
    """`ready` is whether notices are accepted; `parts` says of each part `ok`, or in a word what is wrong with it."""

    ready: bool
    parts: dict[str, str]


def look(bridge: Bridge, publisher: Publisher, drops: Mapping[str, DropFolder], *, at: datetime) -> Health:
    """Of one source; `drops` by the name of their part."""
    parts = {"spool": "ok", "kafka": "ok", "keys": "ok", "hub": "unknown"}
    try:
        totals = bridge.spool.totals()
        if bridge.spool.is_full(totals):
            parts["spool"] = "full"
        elif not bridge.spool.has_room():
            parts["spool"] = "disk full"
        if not publisher.connected or any(at - oldest > BEHIND for oldest in totals.oldest.values()):
            parts["kafka"] = "away"
    except HubError:
        parts["spool"] = parts["kafka"] = "unknown"
    try:
        keys = bridge.keys()
    except HubError:
        parts["keys"] = "missing"
    else:
        parts["hub"] = _known(bridge, keys.signing_key, at)
    parts |= {name: "missing" if drop.missing else "ok" for name, drop in drops.items()}
    return Health(all(word == "ok" for name, word in parts.items() if name not in _ELSEWHERE), parts)


def together(found: Mapping[str, Health]) -> Health:
    """Of a process that serves several sources: each part under its source's name."""
    parts = {f"{source} {part}": word for source, one in found.items() for part, word in one.parts.items()}
    return Health(all(one.ready for one in found.values()), parts)


def _known(bridge: Bridge, signing_key: str, at: datetime) -> str:
    try:
        return standing(bridge.news.hub(), signing_key, at)
    except HubError:
        return "unknown"


def refresh_gauges(bridge: Bridge, *, at: datetime) -> None:
    """Read the spool's gauges anew."""
    totals = bridge.spool.totals()
    metrics.SPOOL_EVENTS.labels(bridge.source).set(totals.events)
    metrics.SPOOL_BYTES.labels(bridge.source).set(totals.bytes)
    metrics.SPOOL_HELD.labels(bridge.source).set(totals.held)
    metrics.KNOWN.labels(bridge.source).set(int(_known(bridge, bridge.keys().signing_key, at) == OK))
    for tier in Tier:
        oldest = totals.oldest.get(concern_topic(tier))
        metrics.SPOOL_OLDEST.labels(bridge.source, tier).set(
            0 if oldest is None else max(0.0, (at - oldest).total_seconds())
        )
