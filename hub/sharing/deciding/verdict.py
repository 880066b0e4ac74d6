"""Deciding one event: each child alone, who ought to hear, whether they may, and a named person at the end of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from hub.facts.model import Decision, Given, GivenChild, Recipient, Verdict
from hub.facts.outcome import CannotDecide, Ruling, Share, Withhold
from hub.facts.terms import EventKind, Ground, OrganisationKind, Role
from hub.sharing.deciding.agreements import words
from hub.sharing.deciding.flat_facts import Facts, lay_out
from hub.sharing.deciding.permission import Asked, Permission, permit
from hub.sharing.deciding.recipients import Candidate, candidates, serving, source_desk, stand_ins
from hub.sharing.deciding.ruleset import RuleSet
from hub.sharing.writing.isps import TurnTo
from hub.sharing.writing.organisations import Organisation
from hub.sharing.writing.signatures import SignedBy

DUTY_DESK = "duty-desk"
"""The rule of a decision for the front door that no rule of the set asked for."""

CONCERNS = frozenset({EventKind.RAISED, EventKind.UPDATED})
"""Events that must end with a named person."""

UNKNOWN_SOURCE = "The source is not an organisation of these rules, so nobody can be told: a person decides."

FRONT_DOOR = "Nobody else is told, and every concern ends with a named person: the front door of the local authority."

COVER = (Role.EDUCATION_WELFARE, Role.FRONT_DOOR)
"""Who at the authority hears in place of a closed school, first choice first."""


def decide(given: Given, rules: RuleSet, at: datetime, *, signed: SignedBy | None, only: str | None = None) -> Verdict:
    """Every decision about every child of one event. `signed` None takes every ISP as signed; `at` is aware.

    `only` is the key of the one child to decide, with what is known of the others.
    """
    source = rules.organisations.get(given.source)
    if source is None:
        return Verdict((), (UNKNOWN_SOURCE,))
    decisions: list[Decision] = []
    review: list[str] = []
    children = [child for child in given.children if only in (None, child.key)]
    for child in children:
        board = _Board(lay_out(given, child, source, at), rules, signed)
        board.settle()
        decisions.extend(board.decisions.values())
        which = f"Child {child.key}: " if len(children) > 1 else ""
        review.extend(which + sentence for sentence in dict.fromkeys(board.review))
    return Verdict(tuple(decisions), tuple(review))


def decide_not_found(
    given: Given, child: GivenChild, rules: RuleSet, at: datetime, *, signed: SignedBy | None
) -> Verdict:
    """A child who is not on the register: the front door if an ISP lets it hear, else the source's own duty desk.

    Holds one decision or none, and why a person is asked.
    """
    source = rules.organisations.get(given.source)
    if source is None:
        return Verdict((), (UNKNOWN_SOURCE,))
    board = _Board(lay_out(given, child, source, at), rules, signed)
    board.end_with_a_person()
    return Verdict(tuple(board.decisions.values()), tuple(board.review))


@dataclass(slots=True)
class _Board:
    """The decisions about one child as they come to stand: one for each recipient, in order."""

    facts: Facts
    rules: RuleSet
    signed: SignedBy | None
    decisions: dict[Recipient, Decision] = field(default_factory=dict)
    review: list[str] = field(default_factory=list)

    def settle(self) -> None:
        """Decide every candidate, then make sure that somebody is told."""
        found, review = candidates(self.facts, self.rules)
        self.review.extend(review)
        for candidate in sorted(found, key=lambda one: bool(one.unknown)):
            self._decide(candidate)
        for candidate in found:
            if candidate.closed and not candidate.unknown:
                self._cover(candidate)
        if self.facts.event in CONCERNS:
            self.end_with_a_person()

    def _decide(self, candidate: Candidate) -> None:
        if candidate.recipient in self.decisions:
            return
        if candidate.unknown:
            self._put(candidate, CannotDecide(), candidate.reasons)
            return
        permission = self._permit(candidate)
        self.review.extend(permission.review)
        if isinstance(permission.ruling, Share) and candidate.organisation.is_vacant(candidate.role):
            self._fill(candidate, permission.ruling, permission.reasons)
            return
        self._put(candidate, permission.ruling, (*candidate.reasons, *permission.reasons))
        if permission.barred:
            self._turn(candidate, permission.turn_to)

    def _fill(self, vacant: Candidate, ruling: Share, reasons: Iterable[str]) -> None:
        """Tell whoever is named next for a role that nobody holds and may hear; else a person is asked."""
        named = f"the {words(vacant.role)} of {vacant.organisation.id}"
        why = f"{_sentence_case(named)} is to be told, but nobody holds that role, and nobody named next may be told."
        self._put(vacant, CannotDecide(ruling.isp, ruling.clause), (*vacant.reasons, *reasons, why))
        because = (*vacant.reasons[:1], f"Told in place of {named}, a role that nobody holds there.")
        for organisation, kind, role in stand_ins(vacant, self.facts, self.rules):
            instead = Candidate(organisation, kind, role, vacant.rule, vacant.by, because)
            if self._is_told(instead.recipient) or self._offer(instead):
                told = f"Nobody holds this role there: the {words(role)} of {organisation.id} is told instead."
                withheld = Withhold(ruling.isp, ruling.clause, Ground.VACANT)
                self._put(vacant, withheld, (*vacant.reasons, *reasons, told))
                return
        self.review.append(why)

    def _permit(self, candidate: Candidate) -> Permission:
        asked = Asked(candidate.organisation, candidate.kind, candidate.role)
        return permit(self.facts, asked, self.rules, self.signed)

    def _put(self, candidate: Candidate, ruling: Ruling, reasons: Iterable[str]) -> None:
        recipient = candidate.recipient
        self.decisions[recipient] = Decision(
            subject=self.facts.key,
            recipient=recipient,
            kind=candidate.kind,
            ruling=ruling,
            rule=candidate.rule,
            by=candidate.by,
            tier=self.facts.tier,
            withheld=_withheld(self.facts, ruling),
            reasons=tuple(reasons),
        )

    def _turn(self, barred: Candidate, turn_to: TurnTo | None) -> None:
        """Decide whom the prohibition names in place of a barred recipient, through the ISPs as anybody else."""
        name = f"the {words(barred.role)} of {barred.organisation.id}"
        if turn_to is None:
            return
        instead = self._instead(barred.organisation, turn_to)
        if len(instead) != 1:
            why = "nobody" if not instead else "more than one organisation"
            self.review.append(
                f"In place of {name}, who is barred, the {words(turn_to.role)} of the "
                f"{words(turn_to.kind)} is to be told, but {why} answers for it."
            )
            return
        reasons = (*barred.reasons[:1], f"Told in place of {name}, who is barred.")
        self._decide(Candidate(instead[0], turn_to.kind, turn_to.role, barred.rule, barred.by, reasons))
        told = self.decisions[Recipient(instead[0].id, turn_to.role)]
        if not isinstance(told.ruling, Share):
            self.review.append(
                f"{_sentence_case(name)} is barred, and the {words(turn_to.role)} who is to be told "
                "instead may not be told."
            )

    def _instead(self, barred: Organisation, turn_to: TurnTo) -> tuple[Organisation, ...]:
        """Another role of the same organisation, its own authority, or who serves the district."""
        if turn_to.kind in barred.kinds:
            return (barred,)
        authority = self.rules.organisations.get(barred.authority or "")
        if authority is not None and turn_to.kind in authority.kinds:
            there = serving(self.facts, turn_to.kind, turn_to.role, self.rules)
            if not authority.is_vacant(turn_to.role) or not there:
                return (authority,)
        return serving(self.facts, turn_to.kind, turn_to.role, self.rules)

    def _cover(self, closed: Candidate) -> None:
        """Tell the authority of a school that is closed for longer than a weekend: July never means September."""
        if closed.kind is OrganisationKind.LOCAL_AUTHORITY or not self._is_told(closed.recipient):
            return
        name = closed.organisation.id
        reason = f"Told as well because {name} is closed for longer than a weekend."
        authority = self.rules.organisations.get(closed.organisation.authority or "")
        for role in COVER if authority else ():
            if authority is None:
                break
            cover = Candidate(authority, OrganisationKind.LOCAL_AUTHORITY, role, closed.rule, closed.by, (reason,))
            if self._is_told(cover.recipient) or self._offer(cover):
                return
        self.review.append(f"{name} is closed for longer than a weekend, and no ISP lets its local authority be told.")

    def _is_told(self, recipient: Recipient) -> bool:
        decision = self.decisions.get(recipient)
        return decision is not None and isinstance(decision.ruling, Share)

    def _offer(self, candidate: Candidate) -> bool:
        """Put the candidate on the board only if they may be told, and somebody holds the role."""
        if candidate.organisation.is_vacant(candidate.role):
            return False
        permission = self._permit(candidate)
        if not isinstance(permission.ruling, Share) or candidate.recipient in self.decisions:
            return False
        self._put(candidate, permission.ruling, (*candidate.reasons, *permission.reasons))
        self.review.extend(permission.review)
        return True

    def end_with_a_person(self) -> None:
        """Where nobody is told and nobody decides later: the front door, else the source's own duty desk."""
        if any(isinstance(decision.ruling, Share | CannotDecide) for decision in self.decisions.values()):
            return
        if self._front_door() is None:
            desk = source_desk(self.facts.source.id, self.rules)
            self.review.append(
                f"Nobody may be told, so this goes back to the source's own duty desk: the "
                f"{words(desk.role)} of {desk.organisation}."
            )

    def _front_door(self) -> Decision | None:
        """The decision for the front door, if it may be told."""
        found = serving(self.facts, OrganisationKind.LOCAL_AUTHORITY, Role.FRONT_DOOR, self.rules)
        if len(found) != 1:
            return None
        kind, role = OrganisationKind.LOCAL_AUTHORITY, Role.FRONT_DOOR
        desk = Candidate(found[0], kind, role, DUTY_DESK, None, (FRONT_DOOR,))
        return self.decisions[desk.recipient] if self._offer(desk) else None


def _withheld(facts: Facts, ruling: Ruling) -> tuple[str, ...]:
    if not isinstance(ruling, Share):
        return facts.present
    return tuple(item for item in facts.present if item not in ruling.released)


def _sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]
