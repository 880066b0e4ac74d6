"""A verdict as the rest of the hub is told it: with a matched child's facts, without a restricted one's whereabouts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from hub.facts.model import Identity, Match
from hub.facts.outcome import Matched, NeedsReview
from hub.facts.terms import Flag
from hub.matching.deciding.blocking import Key
from hub.matching.deciding.decision import SubjectKey, Verdict
from hub.matching.deciding.guards import Guard
from hub.matching.register.beside import WHEREABOUTS
from hub.matching.register.pool import HeldRecord, Pool
from hub.matching.register.registrations import registrations_of
from hub.matching.values.dates import is_full

_NO_FLAGS: frozenset[Flag] = frozenset()
_RESTRICTED = frozenset({Flag.RESTRICTED})


def answer(verdict: Verdict, pool: Pool, today: date, asked: Collection[Key] = ()) -> Match:
    """What is told: of a match its subject's facts; of a restricted candidate nothing that tells where it is.

    `asked`: the keys that were asked by; whoever they found besides may live with the match.
    """
    match verdict.outcome:
        case Matched(subject_id):
            found = facts(verdict, pool.records(subject_id.bytes), today)
            return replace(found, home=home) if (home := tuple(_of_home(subject_id.bytes, pool, asked))) else found
        case _:
            verdict = _without_whereabouts(verdict) if verdict.hidden else verdict
            flags = _RESTRICTED if verdict.restricted else _NO_FLAGS
            return Match(
                verdict.outcome,
                flags=flags,
                score=verdict.score,
                margin=verdict.margin,
                guards=verdict.guards,
                explanation=verdict.explanation,
            )


def _of_home(subject: SubjectKey, pool: Pool, asked: Collection[Key]) -> Iterator[tuple[UUID, Identity]]:
    """Other children of this one's family name and postcode; a restricted child lives with nobody."""
    own = pool.records(subject)
    codes = {record.child.postcode for record in own if record.child.postcode}
    families = {family for record in own for family in record.child.surnames}
    if not codes:
        return
    for other, candidate in pool.candidates(asked).items():
        if other != subject and not candidate.restricted:
            for record in pool.records(other):
                if record.child.postcode in codes and not families.isdisjoint(record.child.surnames):
                    yield UUID(bytes=other), record.opened.record().identity


def _without_whereabouts(verdict: Verdict) -> Verdict:
    """Nothing of a restricted child by which an address could be tried out; nothing at all where it is not proposed."""
    if not isinstance(verdict.outcome, NeedsReview):
        return Verdict(verdict.outcome)
    why = Guard.RESTRICTED.value
    parts = tuple(part for part in verdict.explanation if part.comparison not in WHEREABOUTS)
    return verdict._replace(
        outcome=NeedsReview(verdict.outcome.candidates, why),
        score=sum(part.weight for part in parts),
        margin=0.0,
        guards=(why,),
        explanation=parts,
    )


def facts(verdict: Verdict, records: Sequence[HeldRecord], today: date) -> Match:
    """A match, with what its subject's records say."""
    restricted = any(record.opened.restricted for record in records)
    births = {record.child.birth for record in records if is_full(record.child.birth)}
    return Match(
        verdict.outcome,
        registrations=registrations_of([record.opened for record in records], today, restricted=restricted),
        date_of_birth=date.fromisoformat(births.pop()) if len(births) == 1 else None,
        flags=_RESTRICTED if restricted else _NO_FLAGS,
        score=verdict.score,
        margin=verdict.margin,
        guards=verdict.guards,
        explanation=verdict.explanation,
        recorded=tuple(record.opened.record().identity for record in records),
    )
