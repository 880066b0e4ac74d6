"""One opened event, its matches and its case: who is to be told, of what, and who is asked. Pure; nothing is decrypted.

Deliveries are named here, by their ids, so that the next event of the same case knows who was told; they are filled in
`hub.fulfilling`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from hub import given as assembling
from hub.cases import Case, Told
from hub.context import Context
from hub.ingest import Checked, Opened
from hub.model import Decision, DeliveryKey, Given, Match, Personal
from hub.outcome import Matched, NeedsReview, NotFound, Share, Withhold
from hub.redaction.parts import Release, narrow
from hub.sharing import decide, decide_not_found
from hub.terms import EventKind, Purpose

SUPERSEDED = "A newer event of this case was already told to this recipient, so this older one is held back."
NOT_FOUND = "The child is not on the register, so the desk on duty is told instead of a guess being made."
CERTAINTY = ("matched", "review", "not_found")
"""Most certain first; an event's outcome is its least certain subject's."""


@dataclass(slots=True, repr=False)
class Plan(Personal):
    """What an event comes to, before any content is opened. `opened` is None for retractions and what comes too late.

    `whys` holds, for each subject, the reasons why a person is asked; `recalled` those told before, by recipient and
    child.
    """

    checked: Checked
    outcome: str
    now: datetime
    opened: Opened | None = None
    given: Given | None = None
    matches: Mapping[str, Match] = field(default_factory=dict)
    releases: list[Release] = field(default_factory=list)
    whys: Mapping[str, Sequence[str]] = field(default_factory=dict)
    cancelled: list[UUID] = field(default_factory=list)
    recalled: list[list[Told]] = field(default_factory=list)


def plan_late(checked: Checked, context: Context) -> Plan:
    """An event whose case was already retracted: recorded, told to nobody."""
    return Plan(checked, "retracted", context.now())


def plan_retraction(checked: Checked, case: Case, context: Context) -> Plan:
    """Cancel what is undelivered; those already told are told, past rules and ISPs, without content."""
    cancelled, recalled = case.retract(checked.event.sequence)
    return Plan(checked, "retracted", context.now(), cancelled=cancelled, recalled=recalled)


def plan(opened: Opened, matches: Mapping[str, Match], case: Case, context: Context) -> Plan:
    """Match outcomes to decisions, and decisions to the parts that each recipient may have opened."""
    checked, now = opened.checked, context.now()
    given = _given(opened, matches, case, context)
    decisions, whys = _decide(given, matches, context, now)
    decisions = [_held_back(decision, case, checked.event.sequence, matches) for decision in decisions]
    outcome = max((subject_outcome(match) for match in matches.values()), key=CERTAINTY.index)
    if any(map(superseded, decisions)) and not any(isinstance(d.ruling, Share) for d in decisions):
        outcome = "superseded"
    releases = narrow(decisions, opened.facts, opened.identities, context.catalogue)
    made = Plan(checked, outcome, now, opened, given, matches, releases, whys)
    _remember(made, case, context)
    return made


def subject_outcome(match: Match) -> str:
    """One word: matched, review or not_found."""
    match match.outcome:
        case Matched():
            return "matched"
        case NeedsReview():
            return "review"
        case NotFound():
            return "not_found"


def subject_id(match: Match) -> UUID | None:
    """The register's subject, where the child was matched."""
    return match.outcome.subject_id if isinstance(match.outcome, Matched) else None


def superseded(decision: Decision) -> bool:
    """Whether the recipient already heard from a newer event."""
    return decision.reasons[:1] == (SUPERSEDED,)


def _remember(made: Plan, case: Case, context: Context) -> None:
    """Keep in the case what this event tells, for the events after it in the same batch."""
    event = made.checked.event
    for release in made.releases:
        decision = release.decision
        if isinstance(decision.ruling, Share) and context.recipient_keys(decision.recipient):
            key = DeliveryKey(event.event_id, decision.subject, decision.recipient)
            case.told.append(
                Told(
                    key.delivery_id,
                    event.event_id,
                    event.sequence,
                    decision.subject,
                    subject_id(made.matches[decision.subject]),
                    decision.recipient,
                    Purpose.DISCLOSE,
                    untouched=True,
                    live=True,
                )
            )


def _given(opened: Opened, matches: Mapping[str, Match], case: Case, context: Context) -> Given:
    checked, facts = opened.checked, opened.facts
    children = tuple(
        assembling.child(subject.key, facts, opened.identities[subject.key], matches[subject.key], checked.raised_at)
        for subject in facts.subjects
    )
    near: set[str] = set()
    if opened.names:
        held = (registration.organisation for match in matches.values() for registration in match.registrations)
        near = context.near(held, facts.home_district, facts.incident_district)
    people = assembling.people(facts, opened.names, context.readers, near)
    first = checked.kind is EventKind.UPDATED and case.first(checked.event.sequence)
    items = assembling.present_items(facts, opened.identities.values(), context.catalogue)
    return assembling.assemble(
        EventKind.RAISED if first else checked.kind,
        checked.event.source,
        checked.tier,
        checked.raised_at,
        facts,
        children,
        people,
        items,
    )


def _decide(
    given: Given, matches: Mapping[str, Match], context: Context, now: datetime
) -> tuple[list[Decision], dict[str, list[str]]]:
    """Decisions, and for each subject the reasons why a person is asked."""
    decisions: list[Decision] = []
    whys: dict[str, list[str]] = {}
    for child in given.children:
        match matches[child.key].outcome:
            case NotFound():
                verdict = decide_not_found(given, child, context.rules, now, signed=context.signed)
                decisions += [replace(desk, reasons=(NOT_FOUND, *desk.reasons)) for desk in verdict.decisions]
                whys.setdefault(child.key, []).extend(verdict.review)
            case NeedsReview(why=why):
                whys.setdefault(child.key, []).append(why)
            case Matched():
                alone = given if len(given.children) == 1 else replace(given, children=(child,))
                verdict = decide(alone, context.rules, now, signed=context.signed)
                decisions += verdict.decisions
                whys[child.key] = list(verdict.review)
    return decisions, whys


def _held_back(decision: Decision, case: Case, sequence: int, matches: Mapping[str, Match]) -> Decision:
    if not isinstance(decision.ruling, Share) or not case.told:
        return decision
    if not case.newer_told(sequence, decision.recipient, subject_id(matches[decision.subject])):
        return decision
    return replace(decision, ruling=Withhold(), reasons=(SUPERSEDED, *decision.reasons))
