"""Who ought to hear: the routing rules over what is known of the child. Whether they may is `permission`'s."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from hub.facts.model import Recipient, Registration
from hub.facts.terms import OrganisationKind, Role, Tier
from hub.sharing.deciding.agreements import words
from hub.sharing.deciding.conditions import Truth, judge, needs
from hub.sharing.deciding.contradictions import NONE_HELD, Settled, settle
from hub.sharing.deciding.deadlines import deadline
from hub.sharing.deciding.flat_facts import Facts
from hub.sharing.deciding.ruleset import CompiledRule, Route, RuleSet
from hub.sharing.writing.organisations import DESK_ROLES, Organisation

LATER = "Its roll says that the child is there since a later day than another roll does, which is out of date."


@dataclass(slots=True)
class Candidate:
    """One who ought to hear, if `unknown` is empty; else one who may have to, depending on what `unknown` names.

    `closed`: the recipient is a school with no school day soon, so that its authority is told as well.
    """

    organisation: Organisation
    kind: OrganisationKind
    role: Role
    rule: str
    by: datetime | None
    reasons: tuple[str, ...]
    unknown: tuple[str, ...] = ()
    closed: bool = False

    @property
    def recipient(self) -> Recipient:
        """The organisation and role."""
        return Recipient(self.organisation.id, self.role)


def candidates(facts: Facts, rules: RuleSet) -> tuple[list[Candidate], list[str]]:
    """Those who ought to hear, in the order of the rules, each once; and why a person is asked besides."""
    found: dict[tuple[str, Role], Candidate] = {}
    review: list[str] = []
    for rule in _rules_for(facts, rules):
        routes = [route for route in rule.routes if route.unborn or not facts.unborn]
        if not routes:
            continue
        applies = judge(rule.conditions, facts)
        if applies.truth is Truth.FALSE:
            continue
        if applies.unknown:
            review.append(needs(f"Rule {rule.id}", applies.unknown))
        for route in routes:
            only_if = judge(route.conditions, facts)
            if only_if.truth is Truth.FALSE:
                continue
            if only_if.unknown:
                review.append(needs(_named(route), only_if.unknown))
            for candidate in told_by(route, (*applies.unknown, *only_if.unknown), facts, rules, review):
                _merge(found, candidate)
    return list(found.values()), review


def _rules_for(facts: Facts, rules: RuleSet) -> Iterator[CompiledRule]:
    seen: set[str] = set()
    for kind in sorted(facts.source_kinds) if len(facts.source_kinds) > 1 else facts.source_kinds:
        for rule in rules.routes.get((facts.event, kind), ()):
            if rule.id not in seen:
                seen.add(rule.id)
                yield rule


def told_by(
    route: Route, unknown: tuple[str, ...], facts: Facts, rules: RuleSet, review: list[str]
) -> Iterator[Candidate]:
    """Whom one `tell` means for this child; why a person is asked besides goes to `review`."""
    settled = NONE_HELD
    if route.by_area or (facts.unborn and route.relationships is None):
        organisations = serving(facts, route.kind, route.role, rules)
        if not organisations:
            review.append(
                f"{_named(route)}, but no {words(route.kind)} of these rules serves the home or incident "
                "district, or the district is unknown."
            )
        elif len(organisations) > 1:
            unknown = (*unknown, f"which {words(route.kind)} answers for the district")
            review.append(f"{_named(route)}, but more than one {words(route.kind)} serves the district.")
    else:
        settled = _registered(route, facts, rules, review)
        organisations = tuple(rules.organisations[name] for name in dict.fromkeys(settled.held))
    for organisation in organisations:
        due = deadline(route, organisation, facts, rules)
        missing = (
            (*unknown, f"which {words(route.kind)} has the child") if organisation.id in settled.doubtful else unknown
        )
        unsure = (needs(f"Rule {route.rule}", missing),) if missing else ()
        later = (LATER,) if organisation.id in settled.later else ()
        yield Candidate(
            organisation,
            route.kind,
            route.role,
            route.rule,
            due.by,
            (route.reason, *later, *unsure, *due.reasons),
            missing,
            due.closed,
        )


def _registered(route: Route, facts: Facts, rules: RuleSet, review: list[str]) -> Settled:
    """Organisations of the kind that the child is registered with now (in the relationship, if the rule names one)."""
    if facts.registrations is None:
        review.append(needs(_named(route), ("the child's registrations",)))
        return NONE_HELD
    wanted: list[Registration] = []
    for held in facts.registrations:
        if not facts.holds(held) or (route.relationships and held.relationship not in route.relationships):
            continue
        organisation = rules.organisations.get(held.organisation)
        if organisation is None:
            review.append(
                f"{_named(route)}, but the child is registered with an organisation that is not in these rules."
            )
        elif route.kind in organisation.kinds:
            wanted.append(held)
    settled = settle(wanted, route.kind)
    if settled.doubtful:
        review.append(
            f"{_named(route)}, but the rolls of more than one {words(route.kind)} at once say that the child is theirs "
            "alone: one of them is out of date, and a person decides which."
        )
    return settled


def serving(facts: Facts, kind: OrganisationKind, role: Role, rules: RuleSet) -> tuple[Organisation, ...]:
    """Those that answer in this role for the home district, else for the incident's; more than one is ambiguous."""
    for district in (facts.home_district, facts.incident_district):
        there = rules.areas.get((kind, district), ()) if district is not None else ()
        if len(there) > 1:
            there = tuple(one for one in there if one.holders.get(role)) or there
        if there:
            return there
    return ()


StandIn = tuple[Organisation, OrganisationKind, Role]


def stand_ins(vacant: Candidate, facts: Facts, rules: RuleSet) -> Iterator[StandIn]:
    """Who is named next where nobody holds the candidate's role. Whether they may hear is `permission`'s.

    First the tier's chain, there and at the authority, then the duty desk. Without a tier the chains of all count.
    """
    own = vacant.organisation
    authority = rules.organisations.get(own.authority or "")
    tiers = (facts.tier,) if facts.tier is not None else tuple(Tier)
    for role in dict.fromkeys(step.role for tier in tiers for step in rules.tiers[tier].escalate):
        if not own.is_vacant(role):
            yield own, vacant.kind, role
        if authority is not None and not authority.is_vacant(role):
            yield authority, OrganisationKind.LOCAL_AUTHORITY, role
    desk = own.duty_desk
    there = rules.organisations.get(desk.organisation) if desk is not None else None
    if desk is not None and there is not None:
        yield from ((there, kind, desk.role) for kind in sorted(there.kinds))


def source_desk(source: str, rules: RuleSet) -> Recipient:
    """The duty desk that a concern of this source goes back to when nobody else may hear it."""
    organisation = rules.organisations.get(source)
    if organisation is None:
        return Recipient(source, Role.DUTY_OFFICER)
    if organisation.duty_desk is not None:
        return Recipient(organisation.duty_desk.organisation, organisation.duty_desk.role)
    return Recipient(source, next(role for kind, role in DESK_ROLES if kind in organisation.kinds))


def _merge(found: dict[tuple[str, Role], Candidate], candidate: Candidate) -> None:
    """Told by several rules: told once, by the earliest deadline; a rule that surely applies outweighs another."""
    key = (candidate.organisation.id, candidate.role)
    other = found.setdefault(key, candidate)
    if other is candidate:
        return
    sure, unsure = (candidate, other) if other.unknown and not candidate.unknown else (other, candidate)
    sure.reasons = tuple(dict.fromkeys((*sure.reasons, *unsure.reasons)))
    sure.closed = sure.closed or unsure.closed
    if unsure.by is not None and (sure.by is None or unsure.by < sure.by):
        sure.by = unsure.by
        if bool(sure.unknown) == bool(unsure.unknown):
            sure.rule = unsure.rule
    found[key] = sure


def _named(route: Route) -> str:
    return f"Rule {route.rule} tells the {words(route.role)} of the {words(route.kind)}"
