"""What follows from a person's word that two records, or a query and a record, are two children. Pure.

Judged of a subject's records, all of them: the subject is not proposed again. Some of them: the others are news, so a
person is asked again, and nothing is automatic.

A subject that is left out is no rival any more: where twins both fitted and a person said "not A", B may match by
itself, but only if B alone passes every guard. A's evidence still counts against B: a number that A holds too is not
B's own, A's number in the query still points elsewhere, and where A is restricted a person decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from hub.facts.outcome import Matched
from hub.matching.deciding.child import Child
from hub.matching.deciding.decision import Assessed, SubjectKey, Verdict, conclude
from hub.matching.deciding.guards import Guard
from hub.matching.deciding.weights import Weights

_PART, _ITEM = "\x1f", "\x1e"


class Judged(NamedTuple):
    """Subjects that a person spoke of."""

    different: frozenset[SubjectKey] = frozenset()
    """Every record of them was judged to be another child."""
    doubted: frozenset[SubjectKey] = frozenset()
    """Some were."""


NOTHING_JUDGED = Judged()


def settle(query: Child, assessed: Sequence[Assessed], judged: Judged, weights: Weights | None = None) -> Verdict:
    """Decide from what `assess` found of all candidates, those judged different among them."""
    if judged == NOTHING_JUDGED:
        return conclude(query, assessed, weights)
    kept = [
        one._replace(guards=(Guard.JUDGED_APART, *one.guards)) if one.subject in judged.doubted else one
        for one in assessed
        if one.subject not in judged.different
    ]
    verdict = conclude(query, kept, weights)
    hidden = any(one.restricted and one.likely for one in assessed if one.subject in judged.different)
    if hidden and isinstance(verdict.outcome, Matched):
        return verdict.for_review(Guard.RESTRICTED)._replace(restricted=True)
    return verdict


def query_text(child: Child) -> str:
    """A query in one form, to be hashed: the same child asked about again, however it is written."""
    fields = [
        _ITEM.join(child.given),
        _ITEM.join(child.known),
        _ITEM.join(child.surnames),
        child.birth,
        child.sex,
        child.postcode,
        _ITEM.join(sorted(child.identifiers)),
        " ".join(child.address.casefold().split()),
    ]
    if child.unnamed:  # one twin without a name is not the other
        fields.append(child.unnamed)
    return _PART.join(fields)
