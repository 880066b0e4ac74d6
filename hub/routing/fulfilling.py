"""From a plan to what goes out: released parts opened, treated and sealed to the recipient; and a named human, always.

Pure but for the keys that open and seal. A part that nobody may see is never decrypted. Every subject of every event
ends with a recipient, a reviewer, the front door, or the source's own duty desk.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hub.asking.notices import NewDelivery, When, notice
from hub.asking.tasks import Task, asked, of_child, of_text
from hub.facts.clock import local_day
from hub.facts.model import Decision, DeliveryKey, Personal
from hub.facts.outcome import CannotDecide, Share
from hub.facts.terms import Caveat, Outcome, Purpose, Question, Tier
from hub.redaction.disclosure import sealed_body
from hub.redaction.handling import handling
from hub.redaction.parts import Release, show
from hub.routing.cases import Told
from hub.routing.context import Context
from hub.routing.holding import Held, held_parts, hold, looked, marked, registered
from hub.routing.ingest import Checked
from hub.routing.planning import Plan, subject_outcome, superseded
from hub.routing.tables import WaitingText
from hub.routing.undoing import subject_id
from hub.wire.sealed import open_content
from hub.wire.source_facts import SourceFacts

NO_KEY = "The recipient has no key to seal to, so the disclosure is held."
VERBS = {Purpose.RECALL: "recalls", Purpose.CORRECT: "corrects"}
"""Under which name a notice lists the deliveries that it is about."""
Content = Mapping[int, Mapping[str, Any]]


@dataclass(slots=True, repr=False)
class Routed(Personal):
    """Everything one event comes to."""

    plan: Plan
    releases: list[Release] = field(default_factory=list)
    deliveries: list[NewDelivery] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    texts: list[WaitingText] = field(default_factory=list)

    def as_planned(self) -> bool:
        """Whether every share that was planned is one still: a value that cannot be reduced takes one away."""
        planned, made = (
            [isinstance(release.decision.ruling, Share) for release in releases]
            for releases in (self.plan.releases, self.releases)
        )
        return planned == made


def open_released(plan: Plan, context: Context) -> Content:
    """The content parts that some decision releases, by number; raises BadRecord where one does not open.

    A text that its marks hold back from a recipient is not opened for them.
    """
    numbers: set[int] = set()
    if plan.opened is not None:
        facts, told = plan.opened.facts, marked(plan.opened.facts)
        for release in plan.releases:
            numbers |= release.parts.keys() - (held_parts(release, told, plan.shares, facts) if told else {})
    return open_content(plan.checked.event, sorted(numbers), context.schemas, context.keys.unseal)


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
    tells = looked(plan.opened, content, registered(plan.matches, context.schools)) if plan.opened is not None else {}
    for release in plan.releases:
        decision = release.decision
        told = (decision.subject, decision.recipient) in plan.standing
        if plan.opened is None or told or not isinstance(decision.ruling, Share):
            routed.releases.append(release)
            continue
        kept, held = hold(release, tells, plan.shares, plan.opened.facts, content)
        if held is not None:
            _ask_about(held, routed, content, context)
        if not isinstance(kept.decision.ruling, Share):
            routed.releases.append(kept)
            continue
        shown_release, shown = show(
            kept,
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
    key = DeliveryKey(checked.event_id, decision.subject, decision.recipient, revision=plan.revision)
    delivery_id = key.delivery_id
    facts = plan.opened.facts if plan.opened else None
    payload = disclosed(key, decision, ruling, shown, checked) | handled(facts)
    keys = context.recipient_keys(decision.recipient)
    return NewDelivery(
        key,
        checked.tier,
        plan.now,
        _due_by(decision, checked, context),
        sealed_body(delivery_id, payload, keys, at=plan.now) if keys else None,
        ruling.isp,
        subject_id(plan.matches[decision.subject]),
        facts.caveats if facts else frozenset(),
    )


def handled(facts: SourceFacts | None) -> dict[str, Any]:
    """What always travels with a disclosure, a supplement and a correction: how the source wants it handled."""
    return handling(facts.caveats, facts.delete_by) if facts else {}


def disclosed(
    key: DeliveryKey, decision: Decision, ruling: Share, shown: Mapping[str, object], checked: Checked
) -> dict[str, Any]:
    """What is sealed to the recipient; `raised_at_hub` where the hub signed for the source, on one of its pages."""
    at_hub = {"raised_at_hub": True} if checked.event.hosted else {}
    return {
        "delivery_id": str(key.delivery_id),
        "event_id": str(checked.event_id),
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
        **at_hub,
    }


def _due_by(decision: Decision, checked: Checked, context: Context) -> datetime:
    limit = checked.raised_at + context.desks.deliver_within(decision.tier or checked.tier)
    return min(decision.by, limit) if decision.by else limit


def _ask_about(held: Held, routed: Routed, content: Content, context: Context) -> None:
    """Whether a recipient may read what waits: asked at once, and to be answered when half of the time is gone."""
    plan, checked, decision = routed.plan, routed.plan.checked, held.decision
    due_by = _due_by(decision, checked, context)
    half = plan.now + max(due_by - plan.now, timedelta()) / 2
    key = DeliveryKey(checked.event_id, decision.subject, decision.recipient, revision=plan.revision)
    about = asked(key.event_id, checked.event.source, checked.tier, plan.now, context.desks)._replace(due_by=half)
    task = of_text(about, key, held.why)
    routed.tasks.append(task)
    routed.texts.append(
        WaitingText(
            task.task_id,
            key.event_id,
            key.subject,
            decision.recipient.organisation,
            decision.recipient.role,
            plan.revision,
            held.ruling.isp,
            held.ruling.clause,
            subject_id(plan.matches[key.subject]),
            {str(number): treatment.as_json() for number, treatment in held.parts.items()},
            sorted(content),
            decision.by,
            due_by,
        )
    )
    if checked.tier is Tier.IMMEDIATE:
        _tell_desk(routed, key.subject, "review_opened", context)


def _undo(routed: Routed, context: Context) -> None:
    """Word to those already told, without content."""
    plan, checked = routed.plan, routed.plan.checked
    when = When(checked.tier, plan.now, plan.now + context.desks.deliver_within(checked.tier))
    for undone in plan.undone.notices:
        first = undone.about[0]
        key = DeliveryKey(checked.event_id, first.subject, first.recipient, undone.purpose, plan.revision)
        about: dict[str, Any] = {VERBS[undone.purpose]: [str(earlier.delivery_id) for earlier in undone.about]}
        facts = plan.opened.facts if plan.opened and undone.purpose is Purpose.CORRECT else None
        caveats = (facts.caveats if facts else frozenset()) | _told_with(undone.about)
        about |= handling(caveats, facts.delete_by if facts else None)
        routed.deliveries.append(notice(key, undone.reason, about, when, subject_id=first.subject_id, caveats=caveats))


def _told_with(about: Iterable[Told]) -> frozenset[Caveat]:
    """How it was to be handled when it was told, which holds for the word that takes it back; its day is said there."""
    said = frozenset[str]().union(*(told.caveats for told in about))
    return frozenset(code for code in Caveat if code in said and code is not Caveat.DELETE_BY)


# --- a named human, always ------------------------------------------------------------------------------------------


def _ask(routed: Routed, context: Context) -> None:
    """A task for each child that a person must look at; an immediate one is also told to the desk at once."""
    plan, checked = routed.plan, routed.plan.checked
    about = asked(checked.event_id, checked.event.source, checked.tier, plan.now, context.desks)
    for subject, why in plan.whys.items():
        if not why:
            continue
        cause = Question.MATCH if subject_outcome(plan.matches[subject]) is Outcome.REVIEW else Question.SHARING
        routed.tasks.append(of_child(about, subject, cause, why, plan.revision))
        if checked.tier is Tier.IMMEDIATE:
            _tell_desk(routed, subject, "review_opened", context)
    routed.tasks += [
        of_child(about, made.key.subject, Question.DELIVERY, [NO_KEY], plan.revision, made.key.delivery_id)
        for made in routed.deliveries
        if made.body is None
    ]


def _nobody(routed: Routed, context: Context) -> None:
    """A subject whom no recipient hears of, and nobody is asked about, goes back to the source's own duty desk."""
    answered = {
        release.decision.subject
        for release in routed.releases
        if isinstance(release.decision.ruling, Share | CannotDecide) or superseded(release.decision)
    }
    answered |= {task.subject for task in routed.tasks if task.cause is Question.MATCH}
    answered |= routed.plan.unanswered | {subject for subject, _ in routed.plan.standing}
    for subject, match in routed.plan.matches.items():
        if subject not in answered:
            reason = "not_found" if subject_outcome(match) is Outcome.NOT_FOUND else "no_recipient"
            _tell_desk(routed, subject, reason, context)


def _tell_desk(routed: Routed, subject: str, reason: str, context: Context) -> None:
    """A notice without content to the source's own duty desk, which knows the event by the id that it gave."""
    plan, checked = routed.plan, routed.plan.checked
    desk = context.desks.of(checked.event.source)
    key = DeliveryKey(checked.event_id, subject, desk, Purpose.NOTIFY, plan.notified(subject, desk))
    if any(made.key == key for made in routed.deliveries):
        return
    when = When(checked.tier, plan.now, checked.raised_at + context.desks.deliver_within(checked.tier))
    routed.deliveries.append(notice(key, reason, {"event_id": str(checked.event.sent_as)}, when))
