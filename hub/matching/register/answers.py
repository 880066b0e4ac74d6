"""A verdict as the rest of the hub is told it: with a matched child's facts, without a restricted one's whereabouts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from hub.facts.model import Match
from hub.facts.outcome import Matched, NeedsReview
from hub.facts.terms import Flag
from hub.matching.deciding.decision import Verdict
from hub.matching.deciding.guards import Guard
from hub.matching.register.beside import WHEREABOUTS
from hub.matching.register.pool import HeldRecord, Pool
from hub.matching.register.registrations import registrations_of
from hub.matching.values.dates import is_full

_NO_FLAGS: frozenset[Flag] = frozenset()
_RESTRICTED = frozenset({Flag.RESTRICTED})


def answer(verdict: Verdict, pool: Pool, today: date) -> Match:
    """What is told: of a match its subject's facts; of a restricted candidate nothing that tells where it is."""
    match verdict.outcome:
        case Matched(subject_id):
            return facts(verdict, pool.records(subject_id.bytes), today)
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
    )
