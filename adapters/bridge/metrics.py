"""Every metric an adapter exposes, with its closed list of labels. Labels never hold personal data or event ids.

source: the organisation whose records they are. tier: immediate | urgent | routine.
"""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge

REGISTRY = CollectorRegistry(auto_describe=True)

# A door is http, mllp, drop or command; an outcome is accepted, repeated, differs, refused, full, unable or nothing.
NOTICES = Counter(
    "hub_adapter_notices_total", "Concerns taken in. differs: sent again under one version with another text.",
    ["source", "door", "outcome"], registry=REGISTRY,
)  # fmt: skip
# An outcome is unknown or forbidden.
CALLERS_REFUSED = Counter(
    "hub_adapter_callers_refused_total", "Requests without a caller's secret that counts here.",
    ["outcome"], registry=REGISTRY,
)  # fmt: skip
SPOOL_EVENTS = Gauge(
    "hub_adapter_spool_events", "Sealed events that Kafka has not acknowledged.", ["source"], registry=REGISTRY
)
SPOOL_BYTES = Gauge("hub_adapter_spool_bytes", "Their size.", ["source"], registry=REGISTRY)
SPOOL_HELD = Gauge(
    "hub_adapter_spool_held", "Those set aside because Kafka refuses them for good.", ["source"], registry=REGISTRY
)
SPOOL_OLDEST = Gauge(
    "hub_adapter_spool_oldest_seconds", "Age of the oldest event in the spool.", ["source", "tier"], registry=REGISTRY
)
PUBLISHED = Counter(
    "hub_adapter_published_total", "Events that Kafka acknowledged.", ["source", "tier"], registry=REGISTRY
)
PUBLISH_FAULTS = Counter(
    "hub_adapter_publish_faults_total", "Attempts to publish that failed and are made again.", ["source", "tier"],
    registry=REGISTRY,
)  # fmt: skip
KAFKA_CONNECTED = Gauge(
    "hub_adapter_kafka_connected",
    "1 while Kafka answers the publisher of a tier.",
    ["source", "tier"],
    registry=REGISTRY,
)
# An outcome is heard, unsigned (not by the hub), foreign (of what this adapter did not send) or unreadable.
NEWS = Counter(
    "hub_adapter_news_total", "Records on the topic of this source's news; only what is heard counts for anything.",
    ["source", "outcome"], registry=REGISTRY,
)  # fmt: skip
KNOWN = Gauge(
    "hub_adapter_known", "1 once the hub has answered what this source's key signed.", ["source"], registry=REGISTRY
)
# A way is the format's name, with a number where a source has a format twice.
DROP_WAITING = Gauge(
    "hub_adapter_drop_files", "Files in the drop folder that were not taken yet.", ["source", "way"], registry=REGISTRY
)
MLLP_CONNECTIONS = Gauge(
    "hub_adapter_mllp_connections", "Open connections of an MLLP door.", ["source"], registry=REGISTRY
)
MLLP_CONNECTIONS_REFUSED = Counter(
    "hub_adapter_mllp_connections_refused_total", "Connections for which an MLLP door had no room.", ["source"],
    registry=REGISTRY,
)  # fmt: skip
# An outcome is answered, cut_off (no end, and the sender gone or begun anew), slow, too_long or stray (no MLLP).
MLLP_FRAMES = Counter(
    "hub_adapter_mllp_frames_total", "Frames at an MLLP door; only those that are answered may be taken in.",
    ["source", "outcome"], registry=REGISTRY,
)  # fmt: skip
