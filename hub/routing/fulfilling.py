"""From a plan to what goes out: released parts opened, treated and sealed to the recipient; and a named human, always.

Pure but for the keys that open and seal. A part that nobody may see is never decrypted. Every subject of every event
ends with a recipient, a reviewer, the front door, or the source's own duty desk.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from hub.facts.clock import local_day
from hub.facts.model import DELIVERY_NAMESPACE, Decision, DeliveryKey, Personal
from hub.facts.outcome import CannotDecide, Share
from hub.facts.terms import Outcome, Purpose, Tier
from hub.redaction.disclosure import notice_body, sealed_body
from hub.redaction.parts import Release, show
from hub.routing.context import Context
from hub.routing.planning import Plan, subject_outcome, superseded
from hub.routing.undoing import subject_id
from hub.wire.sealed import open_content

NO_KEY = "The recipient has no key to seal to, so the disclosure is held."
VERBS = {Purpose.RECALL: "recalls", Purpose.CORRECT: "corrects"}
"""Under which name a notice lists the deliveries that it is about."""
Content = Mapping[int, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """A delivery to make. `body` None: it cannot be sealed, so it is held for `reason`."""

    delivery_id: UUID
    key: DeliveryKey
    isp: str | None
    subject_id: UUID | None
    due_by: datetime
    body: bytes | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """A question to a person, with its clock. `delivery_id`: the delivery that it is about, if it is about one."""

    subject: str
    cause: str
    why: tuple[str, ...]
    due_by: datetime
    delivery_id: UUID | None = None

    def task_id(self, event_id: UUID, revision: int) -> UUID:
        """The same question is the same task."""
        about = self.delivery_id or ""
        return uuid5(DELIVERY_NAMESPACE, f"review|{event_id}|{self.subject}|{self.cause}|{about}|{revision}")


@dataclass(slots=True, repr=False)
class Routed(Personal):
    """Everything one event comes to."""

    plan: Plan
    releases: list[Release] = field(default_factory=list)
    deliveries: list[NewDelivery] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)

    def as_planned(self) -> bool:
        """Whether every share that was planned is one still: a value that cannot be reduced takes one away."""
        planned, made = (
            [isinstance(release.decision.ruling, Share) for release in releases]
            for releases in (self.plan.releases, self.releases)
        )
        return planned == made


def open_released(plan: Plan, context: Context) -> Content:
    """The content parts that some decision releases, by number; raises BadRecord where one does not open."""
    numbers = sorted({number for release in plan.releases for number in release.parts})
    return open_content(plan.checked.event, numbers, context.schemas, context.keys.unseal)


def fulfil(plan: Plan, content: Content, context: Context) -> Routed:
    """Disclosures, recalls, reviews, and word to a desk where nobody else hears."""
    routed = Routed(plan)
    _disclose(routed, content, context)
    _undo(routed, context)
    _ask(routed, context)
    _nobody(routed, context)
    return routed


# --- disclosing -----------------------------------------------------------------------------------------------------


def _disclose(routed: Routed, content: Content, context: Context) -> None:
    plan = routed.plan
    for release in plan.releases:
        decision = release.decision
        told = (decision.subject, decision.recipient) in plan.standing
        if plan.opened is None or told or not isinstance(decision.ruling, Share):
            routed.releases.append(release)
            continue
        shown_release, shown = show(
            release,
            plan.opened.facts,
            plan.opened.identities[release.decision.subject],
            content,
            context.catalogue,
            on=local_day(plan.checked.raised_at),
        )
        routed.releases.append(shown_release)
        if isinstance(shown_release.decision.ruling, Share):
            routed.deliveries.append(
                _delivery(shown_release.decision, shown_release.decision.ruling, shown, routed, context)
            )


def _delivery(
    decision: Decision, ruling: Share, shown: Mapping[str, object], routed: Routed, context: Context
) -> NewDelivery:
    plan, checked = routed.plan, routed.plan.checked
    key = DeliveryKey(checked.event.event_id, decision.subject, decision.recipient, revision=plan.revision)
    delivery_id = key.delivery_id
    limit = checked.raised_at + context.rules.tiers[decision.tier or checked.tier].deliver_within
    payload = {
        "delivery_id": str(delivery_id),
        "event_id": str(checked.event.event_id),
        "event": checked.kind,
        "source": checked.event.source,
        "case": checked.event.case_key.hex(),
        "sequence": checked.event.sequence,
        "tier": checked.tier,
        "raised_at": checked.raised_at,
        "role": decision.recipient.role,
        "isp": ruling.isp,
        "clause": ruling.clause,
        "by": decision.by,
        "items": shown,
    }
    keys = context.recipient_keys(decision.recipient)
    body = sealed_body(delivery_id, payload, keys, at=plan.now) if keys else None
    return NewDelivery(
        delivery_id,
        key,
        ruling.isp,
        subject_id(plan.matches[decision.subject]),
        min(decision.by, limit) if decision.by else limit,
        body,
        None if keys else "no_recipient_key",
    )


def _undo(routed: Routed, context: Context) -> None:
    """Word to those already told, without content."""
    plan, event = routed.plan, routed.plan.checked.event
    due_by = plan.now + context.rules.tiers[plan.checked.tier].deliver_within
    for notice in plan.undone.notices:
        first = notice.about[0]
        key = DeliveryKey(event.event_id, first.subject, first.recipient, notice.purpose, plan.revision)
        delivery_id = key.delivery_id
        data = {
            "delivery_id": str(delivery_id),
            "role": first.recipient.role,
            "reason": notice.reason,
            VERBS[notice.purpose]: [str(earlier.delivery_id) for earlier in notice.about],
        }
        body = notice_body(delivery_id, notice.purpose, data, at=plan.now)
        routed.deliveries.append(NewDelivery(delivery_id, key, None, first.subject_id, due_by, body))


# --- a named human, always ------------------------------------------------------------------------------------------


def _ask(routed: Routed, context: Context) -> None:
    """A review task for each subject that a person must look at; an immediate one is also told to the desk at once."""
    plan = routed.plan
    due_by = plan.now + context.rules.tiers[plan.checked.tier].acknowledge_within
    for subject, why in plan.whys.items():
        if not why:
            continue
        cause = "match" if subject_outcome(plan.matches[subject]) is Outcome.REVIEW else "sharing"
        routed.reviews.append(Review(subject, cause, tuple(why), due_by))
        if plan.checked.tier is Tier.IMMEDIATE:
            _notify(routed, subject, "review_opened", context)
    routed.reviews += [
        Review(delivery.key.subject, "delivery", (NO_KEY,), due_by, delivery.delivery_id)
        for delivery in routed.deliveries
        if delivery.body is None
    ]


def _nobody(routed: Routed, context: Context) -> None:
    """A subject whom no recipient hears of, and nobody is asked about, goes back to the source's own duty desk."""
    answered = {
        release.decision.subject
        for release in routed.releases
        if isinstance(release.decision.ruling, Share | CannotDecide) or superseded(release.decision)
    }
    answered |= {review.subject for review in routed.reviews if review.cause == "match"}
    answered |= routed.plan.unanswered | {subject for subject, _ in routed.plan.standing}
    for subject, match in routed.plan.matches.items():
        if subject not in answered:
            reason = "not_found" if subject_outcome(match) is Outcome.NOT_FOUND else "no_recipient"
            _notify(routed, subject, reason, context)


def _notify(routed: Routed, subject: str, reason: str, context: Context) -> None:
    """A notice without content to the source's own duty desk."""
    plan, event = routed.plan, routed.plan.checked.event
    desk = context.desk(event.source)
    key = DeliveryKey(event.event_id, subject, desk, Purpose.NOTIFY, plan.notified(subject, desk))
    if any(delivery.key == key for delivery in routed.deliveries):
        return
    due_by = plan.checked.raised_at + context.rules.tiers[plan.checked.tier].deliver_within
    delivery_id = key.delivery_id
    data = {
        "delivery_id": str(delivery_id),
        "event_id": str(event.event_id),
        "role": key.recipient.role,
        "reason": reason,
    }
    routed.deliveries.append(
        NewDelivery(delivery_id, key, None, None, due_by, notice_body(delivery_id, Purpose.NOTIFY, data, at=plan.now))
    )
