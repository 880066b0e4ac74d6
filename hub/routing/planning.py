"""One opened event, its matches and its case: who is to be told, of what, and who is asked. Pure; nothing is decrypted.

Deliveries are named here, by their ids, so that the next event of the same case knows who was told; they are filled in
`hub.routing.fulfilling`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from hub.facts.model import Decision, DeliveryKey, Given, Match, Personal, Recipient
from hub.facts.outcome import Matched, NeedsReview, NotFound, Share, Withhold
from hub.facts.terms import EventKind, Flag, Ground, Outcome, Purpose, least_certain
from hub.redaction.parts import Release, narrow
from hub.routing import assembling, readers
from hub.routing.cases import Case, Told
from hub.routing.context import Context
from hub.routing.holding import NOTHING_SHARED, Shares
from hub.routing.ingest import Checked, Opened
from hub.routing.undoing import Place, Undone, correct, reconcile, retract, subject_id
from hub.sharing import decide, decide_not_found

HELD_BACK = "A newer event of this case was already told to this recipient, so this older one is held back."
NOT_FOUND = "The child is not on the register, so the desk on duty is told instead of a guess being made."


def _first_notice(_subject: str, _desk: Recipient) -> int:
    return 1


@dataclass(frozen=True, slots=True)
class Anew:
    """An event decided again, as this revision.

    `unanswered`: subjects about whom a reviewer has yet to answer; `mistaken`: those for whom another child was taken.
    """

    revision: int
    unanswered: frozenset[str] = frozenset()
    mistaken: frozenset[str] = frozenset()


@dataclass(slots=True, repr=False)
class Plan(Personal):
    """What an event comes to, before any content is opened. `opened` is None for retractions and what comes too late.

    `whys` holds, for each subject, the reasons why a person is asked; `standing` who was told of whom by an earlier
    revision; `undone` what this event takes back of what was told before.
    """

    checked: Checked
    outcome: Outcome
    now: datetime
    opened: Opened | None = None
    given: Given | None = None
    matches: Mapping[str, Match] = field(default_factory=dict)
    releases: list[Release] = field(default_factory=list)
    whys: Mapping[str, Sequence[str]] = field(default_factory=dict)
    undone: Undone = field(default_factory=Undone)
    revision: int = 1
    unanswered: frozenset[str] = frozenset()
    standing: frozenset[Place] = frozenset()
    shares: Shares = NOTHING_SHARED
    notified: Callable[[str, Recipient], int] = _first_notice
    """The number of the next notice about a subject to a desk."""


def plan_late(checked: Checked, context: Context) -> Plan:
    """An event whose case was already retracted: recorded, told to nobody."""
    return Plan(checked, Outcome.RETRACTED, context.now())


def plan_retraction(checked: Checked, case: Case, context: Context) -> Plan:
    """Cancel what is undelivered; those already told are told, past rules and ISPs, without content."""
    return Plan(checked, Outcome.RETRACTED, context.now(), undone=retract(case, checked.event.sequence))


def plan(opened: Opened, matches: Mapping[str, Match], case: Case, context: Context, anew: Anew | None = None) -> Plan:
    """Match outcomes to decisions, and decisions to the parts that each recipient may have opened."""
    checked, now = opened.checked, context.now()
    given = _given(opened, matches, case, context)
    decisions, whys = _decide(given, matches, context, now)
    decisions = [_held_back(decision, case, checked.event.sequence, matches) for decision in decisions]
    outcome = least_certain(map(subject_outcome, matches.values()))
    if any(map(superseded, decisions)) and not any(isinstance(d.ruling, Share) for d in decisions):
        outcome = Outcome.SUPERSEDED
    releases = narrow(decisions, opened.facts, opened.identities, context.catalogue)
    shares = Shares.of(decisions, given.items or ())
    made = Plan(checked, outcome, now, opened, given, matches, releases, whys, shares=shares)
    if anew is not None:
        _carry_on(made, case, anew)
    if checked.kind is EventKind.UPDATED:
        made.undone.add(correct(case, checked.event.sequence, decisions, matches, made.standing))
    _remember(made, case, context)
    return made


def _carry_on(made: Plan, case: Case, anew: Anew) -> None:
    """What earlier revisions told stands: it is neither opened nor told again, and nobody is asked twice."""
    event_id = made.checked.event_id
    shares = {(d.subject, d.recipient) for d in (r.decision for r in made.releases) if isinstance(d.ruling, Share)}
    made.revision, made.unanswered = anew.revision, anew.unanswered
    made.undone, made.standing = reconcile(case, event_id, shares, made.matches, anew.mistaken)
    made.whys = {subject: why for subject, why in made.whys.items() if subject not in anew.unanswered}
    made.notified = lambda subject, desk: case.revision_after(event_id, subject, desk, Purpose.NOTIFY)
    made.releases = [
        Release(one.decision, {}) if (one.decision.subject, one.decision.recipient) in made.standing else one
        for one in made.releases
    ]


def subject_outcome(match: Match) -> Outcome:
    """What the register's answer comes to for one child."""
    match match.outcome:
        case Matched():
            return Outcome.MATCHED
        case NeedsReview():
            return Outcome.REVIEW
        case NotFound():
            return Outcome.NOT_FOUND


def superseded(decision: Decision) -> bool:
    """Whether the recipient already heard from a newer event."""
    return isinstance(decision.ruling, Withhold) and decision.ruling.ground is Ground.SUPERSEDED


def _remember(made: Plan, case: Case, context: Context) -> None:
    """Keep in the case what this event tells, for the events after it in the same batch."""
    for release in made.releases:
        decision = release.decision
        if (decision.subject, decision.recipient) in made.standing:
            continue
        if isinstance(decision.ruling, Share) and context.recipient_keys(decision.recipient):
            told_of = subject_id(made.matches[decision.subject])
            case.told.append(_told(made, decision.subject, told_of, decision.recipient, Purpose.DISCLOSE))
    for notice in made.undone.notices:
        first = notice.about[0]
        case.told.append(_told(made, first.subject, first.subject_id, first.recipient, notice.purpose))


def _told(made: Plan, subject: str, told_of: UUID | None, recipient: Recipient, purpose: Purpose) -> Told:
    checked = made.checked
    key = DeliveryKey(checked.event_id, subject, recipient, purpose, made.revision)
    return Told(
        key.delivery_id,
        checked.event_id,
        checked.event.sequence,
        subject,
        told_of,
        recipient,
        purpose,
        made.revision,
        caveats=made.opened.facts.caveats if made.opened else frozenset(),
    )


def _given(opened: Opened, matches: Mapping[str, Match], case: Case, context: Context) -> Given:
    checked, facts = opened.checked, opened.facts
    children = tuple(
        assembling.child(subject.key, facts, opened.identities[subject.key], matches[subject.key], checked.raised_at)
        for subject in facts.subjects
    )
    people = readers.people(facts.people, opened.names, context.readers, context.rules.organisations)
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
            case NotFound() if Flag.UNBORN in (child.flags or ()):
                verdict = decide(given, context.rules, now, signed=context.signed, only=child.key)
                decisions += verdict.decisions
                whys.setdefault(child.key, []).extend(verdict.review)
            case NotFound():
                verdict = decide_not_found(given, child, context.rules, now, signed=context.signed)
                decisions += [replace(desk, reasons=(NOT_FOUND, *desk.reasons)) for desk in verdict.decisions]
                whys.setdefault(child.key, []).extend(verdict.review)
            case NeedsReview(why=why):
                whys.setdefault(child.key, []).append(why)
            case Matched():
                verdict = decide(given, context.rules, now, signed=context.signed, only=child.key)
                decisions += verdict.decisions
                whys[child.key] = list(verdict.review)
    return decisions, whys


def _held_back(decision: Decision, case: Case, sequence: int, matches: Mapping[str, Match]) -> Decision:
    if not isinstance(decision.ruling, Share) or not case.told:
        return decision
    child = subject_id(matches[decision.subject])
    if not (
        case.newer_told(sequence, decision.recipient, child) or case.taken_from(sequence, decision.recipient, child)
    ):
        return decision
    return replace(decision, ruling=Withhold(ground=Ground.SUPERSEDED), reasons=(HELD_BACK, *decision.reasons))
