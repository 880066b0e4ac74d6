"""Every metric the hub exposes, with its closed list of labels. Labels never hold personal data or event ids.

`tier` is immediate | urgent | routine. `source` and `recipient` never appear: a small school's name on a graph can
tell who is concerned. docs/runbook.md says what to do when one of these is wrong.
"""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from hub.facts.errors import Reason
from hub.facts.terms import Cause, Outcome, Question, RulingKind, Tier

REGISTRY = CollectorRegistry(auto_describe=True)

_SECONDS = (0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3_600, 14_400, 86_400)

# Label outcome is one of hub.facts.terms.Outcome
CONCERNS = Counter("hub_concerns_total", "Concern events decided.", ["tier", "outcome"], registry=REGISTRY)
# Label outcome is one of hub.facts.terms.RulingKind
DECISIONS = Counter("hub_decisions_total", "Sharing decisions.", ["outcome"], registry=REGISTRY)
# Label reason is one of hub.facts.errors.Reason
DEAD_LETTERS = Counter("hub_dead_letters_total", "Records that could not be used.", ["reason"], registry=REGISTRY)
DEAD_LETTERS_OPEN = Gauge("hub_dead_letters_open", "Dead letters that nobody saw to.", registry=REGISTRY)
EVENT_IDS_SHARED = Counter(
    "hub_event_ids_shared_total", "Events under an id that another source's event has.", registry=REGISTRY
)
# Label cause is one of hub.facts.terms.Cause
DECIDED_ANEW = Counter("hub_decided_anew_total", "Events decided anew.", ["cause"], registry=REGISTRY)
OLDEST_ANEW = Gauge(
    "hub_oldest_anew_seconds",
    "Age of what waits longest to be decided anew, or of a text to be opened or sent.",
    [],
    registry=REGISTRY,
)
BATCH_SECONDS = Histogram(
    "hub_router_batch_seconds", "Time from fetching a batch to its commit.", ["tier"], registry=REGISTRY
)
ROUTER_FAULTS = Counter(
    "hub_router_faults_total", "Batches put back because a part did not answer.", ["tier"], registry=REGISTRY
)
DATABASE_BEHIND = Counter(
    "hub_database_behind_records_total",
    "Offsets that routers went back by, because the database had lost what it was told.",
    ["tier"],
    registry=REGISTRY,
)
# Label partition is its number. All three are the broker's word, the same from every router.
PARTITION_WAITING = Gauge(
    "hub_partition_waiting_records",
    "Records of a partition not yet committed.",
    ["tier", "partition"],
    registry=REGISTRY,
)
PARTITION_OLDEST = Gauge(
    "hub_partition_oldest_seconds", "Age of the oldest of them.", ["tier", "partition"], registry=REGISTRY
)
PARTITION_STANDS = Gauge(
    "hub_partition_stands_seconds",
    "For how long a partition that holds records has not moved.",
    ["tier", "partition"],
    registry=REGISTRY,
)
KEYS_LACKING = Gauge(
    "hub_keys_lacking", "Keys that were asked for and cannot be read, or are not here yet.", registry=REGISTRY
)
# Label kind is one of delivery | review_task | dead_letter
ROWS_UNREAD = Gauge(
    "hub_rows_unread",
    "Rows to be seen to that hold a word which this release does not know.",
    ["kind"],
    registry=REGISTRY,
)
RULES_BEHIND = Gauge(
    "hub_rules_behind", "Whether others took rules into use after those of this process.", registry=REGISTRY
)
CLOCK_APART = Gauge(
    "hub_clock_apart_seconds", "By how much this process's clock is behind the database's.", registry=REGISTRY
)
QUARANTINED = Gauge("hub_sources_quarantined", "Sources whose events go to dead letters.", registry=REGISTRY)
OUTBOX_WAITING = Gauge("hub_outbox_waiting", "Rows not yet relayed to Kafka.", registry=REGISTRY)

# Label channel is one of webhook | inbox | mesh | kafka | notify; outcome: delivered | retry | refused | invalid
ATTEMPTS = Counter(
    "hub_delivery_attempts_total", "Attempts to deliver.", ["tier", "channel", "outcome"], registry=REGISTRY
)
RETRIES = Counter("hub_delivery_retries_total", "Attempts after the first.", ["tier"], registry=REGISTRY)
RAISED_TO_DELIVERED = Histogram(
    "hub_raised_to_delivered_seconds",
    "From raised at the source to accepted by the recipient's transport.",
    ["tier"],
    buckets=_SECONDS,
    registry=REGISTRY,
)
OLDEST_UNDELIVERED = Gauge(
    "hub_oldest_undelivered_seconds", "Age of the oldest delivery not yet accepted.", ["tier"], registry=REGISTRY
)
LATE = Gauge("hub_deliveries_late", "Deliveries past their deadline and not yet accepted.", ["tier"], registry=REGISTRY)
HELD = Gauge("hub_deliveries_held", "Deliveries that wait for somebody to act.", ["tier"], registry=REGISTRY)
UNCONFIRMED = Gauge(
    "hub_unconfirmed",
    "Disclosures that were taken and that no named person opened within the tier's time.",
    ["tier"],
    registry=REGISTRY,
)
# Label status is one of held | cancelled
UNSENT = Counter("hub_deliveries_unsent_total", "Deliveries held or cancelled.", ["status"], registry=REGISTRY)
# Label way is one of page (a person) | api (a system)
READS = Counter("hub_reads_total", "Disclosures opened to be read.", ["way"], registry=REGISTRY)
# Label layer is one of accepted | collected | opened | acted
RECEIPTS = Counter("hub_receipts_total", "Receipts stored.", ["layer"], registry=REGISTRY)
# Label cause is one of hub.facts.terms.Question
REVIEWS_OPEN = Gauge("hub_reviews_open", "Review tasks waiting for a person.", ["cause"], registry=REGISTRY)
OLDEST_REVIEW = Gauge("hub_oldest_review_seconds", "Age of the oldest open review task.", ["tier"], registry=REGISTRY)
POSTS_LAPSED = Gauge(
    "hub_posts_lapsed", "Posts that people hold, of whom none is in training and at work.", registry=REGISTRY
)
SESSIONS = Gauge("hub_sessions", "Sessions of people at pages.", registry=REGISTRY)
BROKEN_GLASS = Gauge(
    "hub_broken_glass",
    "Times within a day that somebody acted by a name alone, though people are known.",
    registry=REGISTRY,
)


def _begin_at_nought() -> None:
    """Every combination of closed labels is there from the start, so that the first event is an increase."""
    for tier in Tier:
        for outcome in Outcome:
            CONCERNS.labels(tier, outcome)
        for made in (
            ROUTER_FAULTS,
            DATABASE_BEHIND,
            RETRIES,
            OLDEST_UNDELIVERED,
            LATE,
            HELD,
            UNCONFIRMED,
            OLDEST_REVIEW,
        ):
            made.labels(tier)
    for kind in RulingKind:
        DECISIONS.labels(kind)
    for why in Cause:
        DECIDED_ANEW.labels(why)
    for reason in Reason:
        DEAD_LETTERS.labels(reason)
    for kind_of_row in ("delivery", "review_task", "dead_letter"):
        ROWS_UNREAD.labels(kind_of_row)
    for status in ("held", "cancelled"):
        UNSENT.labels(status)
    for cause in Question:
        REVIEWS_OPEN.labels(cause)


_begin_at_nought()
# Label how is one of hub.facts.act.How; outcome is in | refused
SIGN_INS = Counter("hub_sign_ins_total", "People who signed in, or could not.", ["how", "outcome"], registry=REGISTRY)
