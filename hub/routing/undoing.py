"""What takes back or corrects what was told: a retraction, a corrected or mistaken child, a decision anew. Pure.

What was never attempted is cancelled; whoever may have it already is told so, past rules and ISPs, without content.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from hub.facts.model import Decision, Match, Recipient
from hub.facts.outcome import CannotDecide, Matched, NeedsReview, Share
from hub.facts.terms import DISCLOSING, Purpose, State, Unsent
from hub.routing.cases import Case, Told

RETRACTED_BY_SOURCE, CORRECTED_BY_SOURCE, WRONG_CHILD = "retracted_by_source", "corrected_by_source", "wrong_child"
"""What a recipient is told of why."""
Place = tuple[str, Recipient]
"""A child of the event, by its key, and who hears of it."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Word without content to one recipient about deliveries of one child (at least one) that it may have."""

    purpose: Purpose
    reason: str
    about: tuple[Told, ...]


@dataclass(slots=True)
class Undone:
    """Deliveries to cancel where they were not accepted yet, each with its reason, and who is to be told."""

    cancelled: dict[UUID, Unsent] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)

    def add(self, other: Undone) -> None:
        """This as well."""
        self.cancelled |= other.cancelled
        self.notices += other.notices


def retract(case: Case, sequence: int) -> Undone:
    """A retraction: everything of the case before it."""
    return _undo(case.retract(sequence), Purpose.RECALL, Unsent.RETRACTED, RETRACTED_BY_SOURCE)


def correct(
    case: Case,
    sequence: int,
    decisions: Sequence[Decision],
    matches: Mapping[str, Match],
    standing: Collection[Place] = (),
) -> Undone:
    """An update: whoever heard of a child by an older event and is not to hear of it by this one is told once.

    While a child of the update is not known for certain, nothing is corrected: it may turn out to be the same. So may a
    child that no register knows, born or not, while the update has one under its key.
    `standing`: whoever an earlier revision of the update itself told.
    """
    if any(isinstance(match.outcome, NeedsReview) for match in matches.values()):
        return Undone()
    still = {
        (decision.recipient, subject_id(matches[decision.subject]))
        for decision in decisions
        if isinstance(decision.ruling, Share | CannotDecide)
    }
    still |= {(recipient, subject_id(matches[key])) for key, recipient in standing}
    dropped = [
        told
        for told in case.disclosed_before(sequence)
        if (told.subject_id is not None or told.subject not in matches)
        and (told.recipient, told.subject_id) not in still
        and not case.corrected_after(told)
        and not case.called_back(told)
        and not case.newer_told(sequence, told.recipient, told.subject_id)
    ]
    return _undo(dropped, Purpose.CORRECT, Unsent.CORRECTED, CORRECTED_BY_SOURCE)


def reconcile(
    case: Case,
    event_id: UUID,
    shares: Collection[Place],
    matches: Mapping[str, Match],
    mistaken: Collection[str],
) -> tuple[Undone, frozenset[Place]]:
    """An event decided anew: what of its earlier deliveries is undone, and which stay as they are.

    Whoever is still to hear, or heard of the same child, is not told again. Whoever heard of a child for whom another
    was taken is called back; `mistaken` are those taken so, although their subject may bear the same id as before.
    """
    standing: set[Place] = set()
    undone: list[Told] = []
    replaced: set[UUID] = set()
    earlier = [
        told
        for told in case.told
        if told.event_id == event_id and told.purpose in DISCLOSING and not case.called_back(told)
    ]
    disclosed = {(told.subject, told.recipient) for told in earlier if told.purpose is Purpose.DISCLOSE}
    for told in sorted(earlier, key=lambda told: told.purpose is Purpose.SUPPLEMENT):
        place = (told.subject, told.recipient)
        same_child = told.subject_id is None or (
            told.subject not in mistaken and _may_be(told.subject_id, matches[told.subject])
        )
        if told.purpose is Purpose.SUPPLEMENT and place in disclosed:  # it goes where that goes which it supplements
            stays = place in standing or (same_child and told.state == State.ACCEPTED)
        else:
            stays = told.standing and (place in shares or (same_child and told.live and not told.untouched))
            if stays:
                standing.add(place)
        if not stays:
            undone.append(told)
            if same_child:
                replaced.add(told.delivery_id)
    return _undo(undone, Purpose.RECALL, Unsent.DECIDED_ANEW, WRONG_CHILD, replaced), frozenset(standing)


def _may_be(told_of: UUID, match: Match) -> bool:
    """Whether the child that was told of may be the one that it is now: also while a person has yet to say."""
    return isinstance(match.outcome, NeedsReview) or told_of == subject_id(match)


def subject_id(match: Match) -> UUID | None:
    """The register's subject, where the child was matched."""
    return match.outcome.subject_id if isinstance(match.outcome, Matched) else None


def _undo(
    told: Sequence[Told], purpose: Purpose, cancel: Unsent, reason: str, replaced: Collection[UUID] = ()
) -> Undone:
    """`replaced`: what stands in their place is about the same child, so nobody is called back."""
    groups: dict[object, list[Told]] = {}
    for one in told:
        if one.live and not one.untouched and one.delivery_id not in replaced:
            groups.setdefault((one.recipient, one.subject), []).append(one)
    return Undone(
        {one.delivery_id: cancel for one in told},
        [Notice(purpose, reason, tuple(group)) for group in groups.values()],
    )
