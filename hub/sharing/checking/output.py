"""Decisions as `hub rules decide`, `hub concern show` and `hub demo` print them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hub.facts.model import Decision, Verdict
from hub.facts.outcome import Share


def verdict_as_json(verdict: Verdict) -> dict[str, Any]:
    """`decisions` and `review`, ready for `json.dumps`."""
    return {"decisions": [decision_as_json(decision) for decision in verdict.decisions], "review": list(verdict.review)}


def decision_as_json(decision: Decision) -> dict[str, Any]:
    """One decision, ready for `json.dumps`."""
    ruling = decision.ruling
    released = ruling.released if isinstance(ruling, Share) else {}
    return {
        "subject": decision.subject,
        "recipient": decision.recipient.organisation,
        "kind": decision.kind.value,
        "role": decision.recipient.role.value,
        "outcome": ruling.kind.value,
        "isp": ruling.isp,
        "clause": ruling.clause,
        "rule": decision.rule,
        "by": instant_as_text(decision.by),
        "tier": decision.tier.value if decision.tier else None,
        "released": {item: treatment.as_json() for item, treatment in released.items()},
        "withheld": list(decision.withheld),
        "reasons": list(decision.reasons),
    }


def instant_as_text(instant: datetime | None) -> str | None:
    """`2026-03-09T08:45:00Z`, or None."""
    return None if instant is None else instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
