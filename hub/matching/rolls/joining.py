"""Where a source record belongs: to a subject of the register, or to one of its own. Pure; `importing` does the I/O.

The same comparison, guards and decision as for a concern. Over them lie five rules that only rolls need:

- A restricted record joins nothing, and nothing is proposed to a reviewer that would tie it to another identity: only
  a record that would otherwise have joined by itself is shown to a person. One that changes its identity leaves
  without a word.
- One organisation that lists two local ids says that they are two children: they are never joined, and their likeness
  (twins) is worth a review only where an identifier, or forename and date of birth, are the same.
- A record that changes stays where it is unless a guard now speaks against it; then it leaves, and a person looks.
- A record that changes never moves into another subject by itself.
- What a person judged to be two children is neither joined nor proposed again (`hub.matching.deciding.apart`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import NamedTuple
from uuid import UUID

from hub.facts.outcome import Matched, NeedsReview, NotFound
from hub.matching.deciding.apart import settle
from hub.matching.deciding.child import Child
from hub.matching.deciding.comparison import Level, compare
from hub.matching.deciding.decision import Assessed, Candidate, SubjectKey, Verdict, assess
from hub.matching.deciding.guards import Guard, guards_of
from hub.matching.register.pool import HeldRecord, Pool
from hub.matching.register.records import OpenedRecord, decode
from hub.matching.register.sealing import Prepared


class Placement(NamedTuple):
    """Where a record goes. `joined` or `review` say why, where it joined or where a person is asked; at most one."""

    subject: SubjectKey
    joined: Verdict | None = None
    review: Verdict | None = None


def place(record: Prepared, pool: Pool, new_subject: Callable[[], SubjectKey]) -> Placement:
    """Place a record that the register did not have, and add it to the pool."""
    verdict = _judge(record, pool)
    match verdict.outcome:
        case Matched(subject_id):
            placement = Placement(subject_id.bytes, joined=verdict)
        case NeedsReview():
            placement = Placement(new_subject(), review=verdict)
        case _:
            placement = Placement(new_subject())
    _add(pool, placement.subject, record)
    return placement


def replace(
    record: Prepared, subject: SubjectKey, old: HeldRecord, pool: Pool, new_subject: Callable[[], SubjectKey]
) -> Placement:
    """Place a record that changed and was `subject`'s; the pool then holds it as it is now."""
    pool.remove(subject, old.opened.organisation, old.opened.local_id)
    placement = Placement(subject)
    if _identity_of(record.child) != _identity_of(old.child):
        placement = _reconsider(record, subject, old, pool, new_subject)
    _add(pool, placement.subject, record)
    return placement


def revisit(
    record: Prepared,
    subject: SubjectKey,
    pool: Pool,
    new_subject: Callable[[], SubjectKey],
    *,
    by_number: bool,
    asked: Collection[SubjectKey],
) -> Placement:
    """Look again at `subject`'s record, whose number was superseded or took another's place.

    One that joined `by_number` alone leaves where that tells nothing any more. Else it stays, and a person is asked of
    those subjects to which a renumbering ties it; not of those that are `asked` about already.
    """
    pool.remove(subject, record.record.organisation, record.record.local_id)
    others = tuple([held.child for held in pool.records(subject)])
    child = _asking(record, pool)
    verdict = _judge(record, pool, apart_from=subject)
    tied = tuple(
        [
            one
            for one in verdict.candidates
            if one.bytes not in asked and _are_tied(child, [held.child for held in pool.records(one.bytes)])
        ]
    )
    placement = Placement(subject)
    if by_number and others and _is_lost(child, subject, others):
        review = verdict.for_review(Guard.NUMBER_LOST, (UUID(bytes=subject), *tied))
        placement = Placement(new_subject(), review=review)
    elif tied:
        placement = Placement(subject, review=verdict.for_review(Guard.RENUMBERED, tied))
    _add(pool, placement.subject, record)
    return placement


def _is_lost(child: Child, subject: SubjectKey, others: tuple[Child, ...]) -> bool:
    """Whether a number that tells nothing is all that ever tied a record to its subject."""
    (one,) = assess(child, {subject: Candidate(others)})
    return one.rule is None and bool(one.found.doubtful)


def _are_tied(child: Child, others: Iterable[Child]) -> bool:
    """Whether they hold a number that a renumbering ties to the child's, other than one to the letter."""
    numbers = {*child.renumbered, *child.doubtful} - {*child.identifiers}
    return any(not numbers.isdisjoint(one.identifiers) for one in others)


def _reconsider(
    record: Prepared, subject: SubjectKey, old: HeldRecord, pool: Pool, new_subject: Callable[[], SubjectKey]
) -> Placement:
    others = [held.child for held in pool.records(subject)]
    if others:
        found = compare(_asking(record, pool, subject), others)
        leaves = bool(guards_of(found, own_identifier=bool(found.agreeing)))
    else:  # alone: a corrected date or name is the same child; another name with another date is a local id used again
        before = compare(_asking(record, pool, subject), [old.child])
        leaves = before.forename is Level.DIFFERENT and before.birth is not Level.EXACT
        if before.surname is Level.DIFFERENT and before.birth >= Level.CLOSE and not before.agreeing:
            leaves = True  # two children may well be called Muhammad
    verdict = _judge(record, pool, apart_from=subject)
    if leaves and record.record.restricted:
        return Placement(new_subject())
    if leaves:
        candidates = (UUID(bytes=subject), *verdict.candidates)
        return Placement(new_subject(), review=verdict.for_review(Guard.CHANGED, candidates))
    if isinstance(verdict.outcome, NotFound):
        return Placement(subject)
    return Placement(subject, review=verdict.for_review(Guard.CHANGED_LIKE))


def _judge(record: Prepared, pool: Pool, apart_from: SubjectKey | None = None) -> Verdict:
    child = _asking(record, pool)
    candidates = {subject: held for subject, held in pool.candidates(record.keys).items() if subject != apart_from}
    organisation = record.record.organisation
    same_roll = {
        subject
        for subject in candidates
        if any(held.opened.organisation == organisation for held in pool.records(subject))
    }
    assessed = [
        one
        for one in assess(child, candidates)
        if _worth_a_thought(one, in_same_roll=one.subject in same_roll, restricted=bool(record.record.restricted))
    ]
    verdict = settle(child, assessed, pool.judged(record.local_keys, candidates))
    if not isinstance(verdict.outcome, Matched):
        return verdict
    if verdict.outcome.subject_id.bytes in same_roll:
        return verdict.for_review(Guard.SAME_ROLL)
    return verdict.for_review(Guard.RESTRICTED) if record.record.restricted else verdict


def _asking(record: Prepared, pool: Pool, subject: SubjectKey | None = None) -> Child:
    """The record's child as one who asks; of and to what is restricted, no number is followed."""
    child = pool.asking(record.child)
    hidden = record.record.restricted or (subject and any(held.opened.restricted for held in pool.records(subject)))
    return child.as_written() if hidden else child


def _worth_a_thought(one: Assessed, *, in_same_roll: bool, restricted: bool) -> bool:
    if one.rule is not None:
        return True
    if restricted or one.restricted:
        return False
    return (
        not in_same_roll
        or bool(one.found.agreeing or one.found.doubtful)
        or (one.found.birth is Level.EXACT and one.found.forename is Level.EXACT)
    )


def _identity_of(child: Child) -> tuple[object, ...]:
    """What says who a child is. Not where it lives: a move changes nothing of who it is."""
    return (child.given, child.unnamed, child.known, child.surnames, child.birth, child.identifiers)


def _add(pool: Pool, subject: SubjectKey, record: Prepared) -> None:
    source = record.record
    opened = OpenedRecord(source.organisation, source.relationship.value, source.end, decode(record.plain))
    pool.add(subject, HeldRecord(opened, record.child), dict.fromkeys((*record.keys, *record.stored_keys)))
