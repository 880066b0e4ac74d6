"""From what an event came to, to the rows that record it: the last pure step before the transaction."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from hub.asking.notices import DeliveryRow
from hub.asking.tasks import Task
from hub.facts.errors import KeyMissing
from hub.facts.model import Decision, Match
from hub.facts.outcome import NeedsReview, Share
from hub.facts.terms import EventKind, Purpose, Unsent
from hub.keys.evidence import Evidence
from hub.ledger import kinds
from hub.ledger.entry import Entry, Stamp
from hub.redaction.parts import Release
from hub.routing import assembling
from hub.routing.context import Context
from hub.routing.fulfilling import Routed
from hub.routing.planning import Plan, subject_outcome
from hub.routing.tables import DecisionRow, EventRow, OutboxRow, SubjectRow, WaitingText
from hub.routing.undoing import subject_id
from hub.wire.news import About, Said, seal_news, topic

_JSON = json.JSONEncoder(separators=(",", ":"), default=str)


@dataclass(slots=True)
class EventRows:
    """The rows of one event."""

    event: EventRow
    subjects: list[SubjectRow] = field(default_factory=list)
    decisions: list[DecisionRow] = field(default_factory=list)
    deliveries: list[DeliveryRow] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    ledger: list[Entry] = field(default_factory=list)
    outbox: list[OutboxRow] = field(default_factory=list)
    cancelled: Mapping[UUID, Unsent] = field(default_factory=dict)
    """Deliveries to cancel where they were not accepted yet, and why."""
    closes: tuple[str, bytes, int] | None = None
    """(source, case key, sequence): review tasks of the case's older events are over."""
    revision: int = 1
    texts: list[WaitingText] = field(default_factory=list)


def record_event(routed: Routed, context: Context) -> EventRows:
    """Everything that one routed event writes."""
    plan = routed.plan
    now, event_id = plan.now, plan.checked.event_id
    salts = _salts(context.random(16 * (len(routed.releases) + len(routed.deliveries) + len(routed.tasks) + 1)))
    rows = EventRows(
        _event_row(routed, context), cancelled=plan.undone.cancelled, closes=_closes(plan), revision=plan.revision
    )
    rows.subjects += [
        SubjectRow(event_id, key, subject_outcome(match), subject_id(match)) for key, match in plan.matches.items()
    ]
    for release in routed.releases:
        made = _decision_row(release.decision, routed)
        rows.decisions.append(made)
        rows.ledger.append(_decision_entry(made, release, context.rules.version, Stamp(now, next(salts))))
    for made_delivery in routed.deliveries:
        rows.deliveries.append(made_delivery.row())
        rows.ledger.append(made_delivery.entry(next(salts)))
    rows.tasks += routed.tasks
    rows.texts += routed.texts
    rows.ledger += [task.entry(next(salts)) for task in routed.tasks]
    rows.outbox += _news(routed, context, now)
    return rows


def _salts(random: bytes) -> Iterator[bytes]:
    return (random[start : start + 16] for start in range(0, len(random), 16))


def _closes(plan: Plan) -> tuple[str, bytes, int] | None:
    """A retraction answers what a person was asked about the case's older events."""
    event = plan.checked.event
    retraction = plan.checked.kind is EventKind.RETRACTED
    return (event.source, event.case_key, event.sequence) if retraction else None


def _event_row(routed: Routed, context: Context) -> EventRow:
    """The event. What an explanation needs, reasons too, is evidence: a reason may tell of a person who is barred."""
    plan = routed.plan
    checked, event = plan.checked, plan.checked.event
    evidence = _JSON.encode(
        {
            "given": assembling.as_json(plan.given) if plan.given else None,
            "matches": {key: _explained(match) for key, match in plan.matches.items()},
            "reasons": [
                [d.subject, d.recipient.organisation, d.recipient.role, d.reasons]
                for d in (release.decision for release in routed.releases)
            ],
        }
    )
    key_id, sealed = context.evidence.seal(evidence, _bound(checked.event_id, plan.revision))
    return EventRow(
        checked.event_id,
        event.source,
        checked.kind,
        checked.tier,
        event.case_key,
        event.sequence,
        event.digest,
        checked.raised_at,
        checked.raised_ahead,
        checked.record.at,
        plan.now,
        checked.record.topic,
        checked.record.partition,
        checked.record.offset,
        plan.outcome,
        context.rules.version,
        key_id,
        sealed,
        checked.record.value,
        event.sent_as if event.sent_as != checked.event_id else None,
    )


def open_evidence(evidence: Evidence, key_id: str, sealed: bytes, event_id: UUID, revision: int = 1) -> dict[str, Any]:
    """What one revision of an event was decided from, opened again for an explanation; raises as `Evidence.open`."""
    opened: dict[str, Any] = json.loads(evidence.open(key_id, sealed, _bound(event_id, revision)))
    return opened


def _bound(event_id: UUID, revision: int) -> bytes:
    """The row that evidence belongs to. A first revision's needs no number: there was none before there were more."""
    return event_id.bytes if revision == 1 else event_id.bytes + revision.to_bytes(4)


def _explained(match: Match) -> dict[str, Any]:
    candidates = match.outcome.candidates if isinstance(match.outcome, NeedsReview) else ()
    return {
        "outcome": subject_outcome(match),
        "score": match.score,
        "margin": match.margin,
        "guards": match.guards,
        "candidates": candidates,
        "explanation": [[part.comparison, part.level, part.weight] for part in match.explanation],
    }


def _decision_row(decision: Decision, routed: Routed) -> DecisionRow:
    ruling = decision.ruling
    released = ruling.released if isinstance(ruling, Share) else {}
    return DecisionRow(
        routed.plan.checked.event_id,
        decision.subject,
        decision.recipient.organisation,
        decision.recipient.role,
        routed.plan.revision,
        decision.kind,
        ruling.kind,
        ruling.isp,
        ruling.clause,
        decision.rule,
        decision.by,
        decision.tier or routed.plan.checked.tier,
        {item: treatment.as_json() for item, treatment in released.items()},
        list(decision.withheld),
    )


def _decision_entry(made: DecisionRow, release: Release, rules_version: str, stamp: Stamp) -> Entry:
    """The ledger's word on a decision also says which parts were unwrapped for it."""
    decided = kinds.Decided(
        made.event_id,
        made.subject,
        release.decision.recipient,
        made.revision,
        made.outcome,
        made.isp,
        made.clause,
        made.rule,
        made.released,
        made.withheld,
        rules_version,
        sorted(release.parts),
    )
    return kinds.decision(decided, stamp)


def _news(routed: Routed, context: Context, now: datetime) -> list[OutboxRow]:
    event = routed.plan.checked.event
    told = {d.key.recipient for d in routed.deliveries if d.key.purpose is Purpose.DISCLOSE and d.body is not None}
    told |= {recipient for _, recipient in routed.plan.standing}
    outcome = routed.plan.outcome
    about = About(event.sent_as, event.source, event.digest)
    return news_row(about, event.case_key, context, now, Said(outcome, len(told)))


def news_row(about: About, case_key: bytes | None, context: Context, now: datetime, said: Said) -> list[OutboxRow]:
    """News for the sender, or nothing where the sender has no key to seal to."""
    key_id = context.rules.organisations[about.source].keys.receive
    try:
        key = context.keys.public(key_id) if key_id else None
    except KeyMissing:
        key = None
    if key is None:
        return []
    value = seal_news(about, key, context.schemas, context.news, at=now, said=said)
    return [OutboxRow(topic(about.source), case_key, value)]
