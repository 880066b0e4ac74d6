"""One event decided anew: the pipeline's steps, from its sealed record, what is known and what was answered.

The rules are those in force now; deadlines count from when the concern was raised, as the first time. A child who was
matched stays that child unless somebody says otherwise. Pure: reads are handed in as functions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from hub.facts.errors import BadRecord
from hub.facts.model import NO_MATCH, Identity, Match
from hub.facts.outcome import NeedsReview
from hub.facts.terms import Answer, EventKind, Outcome
from hub.routing.cases import Cases
from hub.routing.context import Context, Record
from hub.routing.distinct import keep_apart
from hub.routing.fulfilling import fulfil, open_released
from hub.routing.ingest import Checked, Opened, Refused, ingest, open_event, refuse
from hub.routing.planning import Anew, plan
from hub.routing.recording import EventRows, record_event

ReadCases = Callable[[Sequence[Checked]], Cases]
MatchAll = Callable[[Sequence[Identity]], Sequence[Match]]
LookUp = Callable[[Sequence[UUID]], Mapping[UUID, Match]]

BY_REVIEWER = "A reviewer decided which child this is."
WAITING = "A reviewer was asked which child this is."
GONE = "The child that the reviewer chose is not on the register any more."


@dataclass(frozen=True, slots=True)
class Asked:
    """An event to decide anew. `known` and `answers` go by subject key; an answer comes with the subject chosen.

    `known` is the outcome and subject that each child had: matched, review or not_found.
    """

    event_id: UUID
    record: Record
    revision: int
    known: Mapping[str, tuple[Outcome, UUID | None]]
    answers: Mapping[str, tuple[Answer, UUID | None]]
    mistaken: frozenset[str] = frozenset()
    """Subjects for whom another child was taken."""
    waiting: frozenset[str] = frozenset()
    """Subjects about whom a reviewer's question is open."""
    confirmed: frozenset[str] = frozenset()
    """Subjects whom a person named although asked why another of the event is taken for the same child."""


@dataclass(frozen=True, slots=True)
class NothingToDecide:
    """The case was retracted meanwhile, or this is no concern."""


def decide_anew(
    asked: Asked, context: Context, *, read_cases: ReadCases, match_all: MatchAll, look_up: LookUp
) -> EventRows | Refused | NothingToDecide:
    """The rows of the event's next revision; Refused where it does not open any more."""
    checked = ingest(asked.record, context)
    if not isinstance(checked, Checked):
        return checked if isinstance(checked, Refused) else NothingToDecide()
    checked = replace(checked, event_id=asked.event_id)
    case = read_cases([checked]).of(checked.event.source, checked.event.case_key)
    if checked.kind is EventKind.RETRACTED or case.retracted_after(checked.event.sequence):
        return NothingToDecide()
    opened = open_event(checked, context)
    if isinstance(opened, Refused):
        return opened
    matches = _matches(opened, asked, match_all, look_up)
    unanswered = asked.waiting - frozenset(asked.answers)
    made = plan(opened, matches, case, context, Anew(asked.revision, unanswered, asked.mistaken))
    try:
        content = open_released(made, context)
    except BadRecord as error:
        return refuse(checked, error.reason)
    return record_event(fulfil(made, content, context), context)


def _matches(opened: Opened, asked: Asked, match_all: MatchAll, look_up: LookUp) -> dict[str, Match]:
    """Each child's match: as a reviewer chose it, as it was, or asked of the register again."""
    settled: dict[str, Match] = {}
    chosen: dict[str, UUID] = {}
    again: list[str] = []
    for key in opened.identities:
        match NO_MATCH if key in opened.unborn else _standing(asked, key):
            case Match() as known:
                settled[key] = known
            case UUID() as subject:
                chosen[key] = subject
            case None:
                again.append(key)
    facts = look_up(sorted(set(chosen.values()))) if chosen else {}
    for key, subject in chosen.items():
        if key in asked.answers:
            settled[key] = _by_reviewer(facts.get(subject))
        elif subject in facts:
            settled[key] = facts[subject]
        else:  # the records went to another subject meanwhile
            again.append(key)
    found = match_all([opened.identities[key] for key in again]) if again else []
    return keep_apart(settled | dict(zip(again, found, strict=True)), asked.confirmed)


def _standing(asked: Asked, key: str) -> Match | UUID | None:
    """What is known of a child already: its match, or its subject; None where the register is to be asked."""
    outcome, held = asked.known[key]
    answer, named = asked.answers.get(key, (None, None))
    match answer:
        case Answer.MATCH:
            return named
        case Answer.NOT_ON_REGISTER:
            return NO_MATCH
        case None if outcome is Outcome.REVIEW:  # without an open question the register is asked, and so is a person
            return Match(NeedsReview((), WAITING)) if key in asked.waiting else None
        case None:
            return held if outcome is Outcome.MATCHED else NO_MATCH
        case _:
            return None


def _by_reviewer(found: Match | None) -> Match:
    return Match(NeedsReview((), GONE)) if found is None else replace(found, guards=(BY_REVIEWER,))
