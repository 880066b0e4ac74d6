"""Children of one event are different children: who is taken for one and the same goes to a person. Pure.

Each child is matched alone; only here is one seen beside the other. A copied line, a number filled in for two, or a
reviewer's answer about one of them may give two accounts to one child, and one child's account to another's school.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import replace

from hub.facts.model import Match
from hub.facts.outcome import Matched, NeedsReview

ONE_CHILD = "Two children of this event were taken for one and the same child on the register."


def keep_apart(matches: Mapping[str, Match], confirmed: Collection[str] = ()) -> dict[str, Match]:
    """One event's matches by subject key: all that name one child are reviews, with nothing of what is known of it.

    `confirmed`: subjects whom a person named although this very question was asked of them. Where all that name one
    child are, the event lists it twice, and each account is the child's.
    """
    taken = Counter(match.outcome.subject_id for match in matches.values() if isinstance(match.outcome, Matched))
    doubted = {
        match.outcome.subject_id
        for key, match in matches.items()
        if isinstance(match.outcome, Matched) and taken[match.outcome.subject_id] > 1 and key not in confirmed
    }
    return {key: _asked(match) if _is_of(match, doubted) else match for key, match in matches.items()}


def _is_of(match: Match, subjects: Collection[object]) -> bool:
    return isinstance(match.outcome, Matched) and match.outcome.subject_id in subjects


def _asked(match: Match) -> Match:
    assert isinstance(match.outcome, Matched)
    outcome = NeedsReview((match.outcome.subject_id,), ONE_CHILD)
    return replace(match, outcome=outcome, registrations=(), date_of_birth=None, guards=(ONE_CHILD, *match.guards))
