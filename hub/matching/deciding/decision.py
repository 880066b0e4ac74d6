"""Whether a child is a subject of the register: the one place where an automatic match is allowed.

    match    exactly one subject fits, no guard fires, its score is at least MATCH_FROM and leads by LEAD.
             A subject fits by
               identifier: a valid identifier that no other subject holds, or
               name: forename, family name, date of birth and home
             and what is not exact in these passes only as `hub.matching.deciding.guards` says
    review   a person could tell: a subject shares an identifier, or scores at least REVIEW_FROM; or little is said, all
             of it agrees, and CANDIDATES_SHOWN subjects at most could be meant
    none     no subject is like this child

A score never makes a match alone: it orders candidates, keeps chance likenesses out and tells review from none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from hub.facts.model import Weight
from hub.facts.outcome import Matched, Matching, NeedsReview, NotFound
from hub.matching.deciding.child import Child
from hub.matching.deciding.comparison import Comparison, Level, compare
from hub.matching.deciding.guards import AT_HOME, Guard, guards_of, is_whole
from hub.matching.deciding.weights import SCORE_OF_NOBODY, Weights, shipped_weights
from hub.matching.values.identifiers import IdentifierKind

DECISION_VERSION = 5
MATCH_FROM = 24.0
"""Bits: 1 in 16 million pairs of two children would have as much in common by chance, guards aside."""
LEAD = 5.0
"""Bits between a match and the next likeliest subject."""
REVIEW_FROM = 20.0
"""Bits: two of name, date of birth and address agree, or a name and a year. Strangers of one district who share a
birthday and a family name, or a block of flats and a birthday, stay below it."""
CANDIDATES_SHOWN = 10
TOO_LITTLE = "Something agrees, but neither an identifier nor name, date of birth and postcode together."

SubjectKey = bytes
"""A subject's UUID, as 16 bytes."""


class Rule(StrEnum):
    """What made a subject fit."""

    IDENTIFIER = "identifier"
    NAME = "name"


class Candidate(NamedTuple):
    """A subject of the register, as far as the decision needs it."""

    records: tuple[Child, ...]
    restricted: bool = False


class Assessed(NamedTuple):
    """One candidate, compared."""

    subject: SubjectKey
    found: Comparison
    score: float
    rule: Rule | None
    guards: tuple[Guard, ...]
    restricted: bool

    @property
    def likely(self) -> bool:
        """Whether a person should see it: also the commonest name with its birthday, or at its home with any."""
        found = self.found
        if self.rule is not None or self.score >= REVIEW_FROM or found.agreeing or found.doubtful:
            return True
        return found.forename is found.surname is Level.EXACT and (found.birth is Level.EXACT or found.home in AT_HOME)

    @property
    def possible(self) -> bool:
        """Whether it may be meant although little is said: by name and year, or by all but the forename not yet given.

        A child without a name is found by its birthday alone, so the family name or the home must agree with that.
        """
        found = self.found
        if found.forename is not Level.MISSING:
            return found.forename is found.surname is Level.EXACT and found.birth is Level.PART
        return found.birth is Level.EXACT and (found.surname <= Level.SLIP or found.home in AT_HOME)


class Verdict(NamedTuple):
    """The decision and all that explains it. `subject` is the likeliest, whatever the outcome."""

    outcome: Matching
    score: float = 0.0
    margin: float = 0.0
    guards: tuple[str, ...] = ()
    explanation: tuple[Weight, ...] = ()
    rule: Rule | None = None
    restricted: bool = False
    hidden: bool = False
    """The likeliest is restricted: what agrees of it may tell where it lives."""

    @property
    def candidates(self) -> tuple[UUID, ...]:
        """Subjects that it may be, the likeliest first."""
        match self.outcome:
            case Matched(subject_id):
                return (subject_id,)
            case NeedsReview(candidates):
                return candidates
            case NotFound():
                return ()

    def for_review(self, guard: Guard, candidates: tuple[UUID, ...] | None = None) -> Verdict:
        """The same, handed to a person for one more reason."""
        shown = self.candidates if candidates is None else candidates
        return self._replace(outcome=NeedsReview(shown, guard.value), guards=(guard.value, *self.guards))


NOT_FOUND = Verdict(NotFound())


def assess(query: Child, candidates: Mapping[SubjectKey, Candidate], weights: Weights | None = None) -> list[Assessed]:
    """Compare with every candidate; the likeliest first. An identifier counts only for the one subject that has it.

    To a restricted subject no number is followed: it would tie an old identity to the new one.
    """
    weights = weights or shipped_weights()
    written = query.as_written()
    compared = [
        (subject, compare(written if held.restricted else query, held.records), held.restricted)
        for subject, held in candidates.items()
    ]
    holders: dict[IdentifierKind, int] = {}
    for _, found, _ in compared:
        for kind in found.agreeing:
            holders[kind] = holders.get(kind, 0) + 1
    assessed = [
        _assess(subject, found, weights.score(found), holders, restricted=restricted)
        for subject, found, restricted in compared
    ]
    if len(assessed) > 1:
        assessed.sort(key=_likeliest)
    return assessed


def conclude(query: Child, assessed: Sequence[Assessed], weights: Weights | None = None) -> Verdict:
    """Decide from what `assess` found."""
    if not assessed:
        return NOT_FOUND
    weights = weights or shipped_weights()
    likely = [one for one in assessed if one.likely] or _few_possible(assessed)
    best = likely[0] if likely else assessed[0]
    guards = _all_guards(best, likely)
    outcome: Matching = NotFound()
    if best.rule is not None and not guards and best.score >= MATCH_FROM:
        outcome = Matched(UUID(bytes=best.subject))
    elif likely:
        shown = tuple([UUID(bytes=one.subject) for one in likely[:CANDIDATES_SHOWN]])
        outcome = NeedsReview(shown, guards[0] if guards else TOO_LITTLE)
    runner_up = max((one.score for one in assessed[:2] if one is not best), default=SCORE_OF_NOBODY)
    return Verdict(
        outcome,
        best.score,
        best.score - runner_up,
        guards,
        weights.explain(best.found, query.failed),
        best.rule,
        bool(guards) and Guard.RESTRICTED.value in guards,
        best.restricted,
    )


def _few_possible(assessed: Sequence[Assessed]) -> list[Assessed]:
    """Whom little said may mean, if few enough for a person to look at."""
    possible = [one for one in assessed if one.possible]
    return possible if len(possible) <= CANDIDATES_SHOWN else []


def _all_guards(best: Assessed, likely: Sequence[Assessed]) -> tuple[str, ...]:
    """The best one's own, and those that speak of the others."""
    guards: tuple[str, ...] = tuple([guard.value for guard in best.guards]) if best.guards else ()
    if len(likely) <= 1 and not best.restricted:
        return guards
    if any(_rivals(best, other) for other in likely if other is not best):
        guards = (Guard.SEVERAL_FIT.value, *guards)
    if any(one.restricted for one in likely):
        guards = (*guards, Guard.RESTRICTED.value)
    return guards


def _rivals(best: Assessed, other: Assessed) -> bool:
    """Whether it may be the other: it fits too or nearly, is whole at its home, or the forename could be its own.

    A forename that is not exact here could be a twin's that is like it, or any sister's that is exactly it.
    """
    if other.rule is not None or (best.rule is not None and other.score > best.score - LEAD):
        return True
    found = other.found
    if is_whole(found) and found.home in AT_HOME:
        return True
    if best.found.forename is Level.EXACT or found.forename > Level.CLOSE:
        return False
    return found.birth is Level.EXACT or found.forename is Level.EXACT


def decide(query: Child, candidates: Mapping[SubjectKey, Candidate], weights: Weights | None = None) -> Verdict:
    """Assess and conclude."""
    return conclude(query, assess(query, candidates, weights), weights)


def _assess(
    subject: SubjectKey, found: Comparison, score: float, holders: Mapping[IdentifierKind, int], *, restricted: bool
) -> Assessed:
    own = bool(holders) and any(holders[kind] == 1 for kind in found.agreeing)
    guards = guards_of(found, own_identifier=own)
    if holders and any(kind not in found.agreeing for kind in holders):
        guards = (*guards, Guard.IDENTIFIER_ELSEWHERE)
    rule = _fits(found, own_identifier=own) if not guards else None
    if found.agreeing and not own and rule is None:
        guards = (*guards, Guard.IDENTIFIER_SHARED)
    if found.doubtful and not own and rule is None:
        guards = (*guards, Guard.IDENTIFIER_DOUBTFUL)
    return Assessed(subject, found, score, rule, guards, restricted)


def _fits(found: Comparison, *, own_identifier: bool) -> Rule | None:
    """For a comparison that fires no guard: what is not exact is nothing that a guard speaks of."""
    if own_identifier:
        return Rule.IDENTIFIER
    if found.home in AT_HOME and found.surname is not Level.MISSING:
        return Rule.NAME
    if found.home is Level.AKIN and is_whole(found):  # a namesake born that day lives in no other town's house like it
        return Rule.NAME
    return None


def _likeliest(one: Assessed) -> tuple[bool, float, SubjectKey]:
    return (one.rule is None, -one.score, one.subject)
