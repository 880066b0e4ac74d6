"""Whether one recipient may hear of one child, and what: every clause of every ISP between the two, and why not.

Default deny. Prohibitions win over every clause. Where clauses that apply differ about an item, the recipient sees what
all of them allow (`hub.facts.outcome.less_revealing`), and `withhold` allows nothing. What is out of force (expired,
unsigned) or cannot be judged releases nothing, but what it protects stays protected.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hub.facts.items import FREE_TEXT
from hub.facts.outcome import FULL, CannotDecide, Ruling, Share, Treatment, Withhold, less_revealing
from hub.facts.terms import Flag, Ground, OrganisationKind, Risk, Role
from hub.sharing.deciding.agreements import CompiledClause, CompiledProhibition, Family
from hub.sharing.deciding.conditions import judge, needs
from hub.sharing.deciding.flat_facts import Facts
from hub.sharing.deciding.governing import Lapsed, Nothing, governing
from hub.sharing.deciding.prohibitions import Restriction, restrict
from hub.sharing.deciding.ruleset import RuleSet
from hub.sharing.writing.isps import TurnTo
from hub.sharing.writing.organisations import Organisation
from hub.sharing.writing.signatures import SignedBy

GRAVE = frozenset({Risk.SIGNIFICANT_HARM, Risk.LIFE_AT_RISK})
EMERGENCY = "emergency"
NECESSARY_MINIMUM = ("child.name", "child.date_of_birth", "concern.category", "concern.risk", "incident.reference")
"""What an emergency releases where no ISP covers the recipient."""
SAFE_ADDRESS = "child.safe_address"
_RESTRICTED = Flag.RESTRICTED


@dataclass(frozen=True, slots=True)
class Asked:
    """The question: whether this role at this organisation may hear."""

    organisation: Organisation
    kind: OrganisationKind
    role: Role


@dataclass(slots=True)
class Permission:
    """The answer. `turn_to` is set where the recipient is barred and somebody else is to be told instead."""

    ruling: Ruling = field(default_factory=Withhold)
    reasons: list[str] = field(default_factory=list)
    review: list[str] = field(default_factory=list)
    barred: bool = False
    turn_to: TurnTo | None = None


@dataclass(slots=True)
class _Found:
    """What the clauses come to: those that apply, would but are out of force, and cannot be judged."""

    applying: list[CompiledClause] = field(default_factory=list)
    lapsed: list[tuple[CompiledClause, str]] = field(default_factory=list)
    unsure: list[tuple[CompiledClause, str]] = field(default_factory=list)
    prohibitions: list[CompiledProhibition] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    between: bool = False
    """Whether some ISP has both as parties."""


def permit(facts: Facts, asked: Asked, rules: RuleSet, signed: SignedBy | None) -> Permission:
    """Decide one recipient. `signed` None takes every ISP as signed."""
    found = _Found()
    for family in rules.agreements.get((facts.source.id, asked.kind), ()):
        if asked.organisation.id in family[0].members or len(family) > 1:
            _consider(family, facts, asked, signed, found)
    permission = Permission(reasons=found.reasons)
    restriction = restrict(found.prohibitions, facts, asked.organisation, asked.kind, asked.role)
    if restriction.bar is not None:
        _bar(permission, restriction, restriction.bar)
    elif found.applying:
        _share(permission, found, restriction, facts)
    elif found.unsure:
        clause, _ = found.unsure[0]
        permission.ruling = CannotDecide(clause.isp, clause.id)
        permission.review.extend(sentence for _, sentence in (*found.unsure, *found.lapsed))
    elif facts.override_reason and facts.risk in GRAVE:
        _emergency(permission, found, restriction, facts)
    elif found.lapsed:
        clause, why = found.lapsed[0]
        permission.ruling = CannotDecide(clause.isp, clause.id)
        permission.review.append(why)
    else:
        permission.reasons.append(NO_CLAUSE if found.between else NO_ISP)
    return permission


NO_ISP = "No ISP has both the source and this recipient as parties, so nothing is shared."
NO_CLAUSE = "No clause of an ISP in force lets the source tell this recipient, so nothing is shared."
UNMENTIONED = "Every item that no applying clause releases is withheld."
MINIMUM = (
    "Emergency: no ISP in force covers this recipient, and an authorised practitioner stated why the child's safety "
    "needs it, so the necessary minimum is released."
)


# --- clauses --------------------------------------------------------------------------------------------------------


def _consider(family: Family, facts: Facts, asked: Asked, signed: SignedBy | None, found: _Found) -> None:
    governs = governing(family, facts.source, asked.organisation, facts.day, signed)
    found.reasons.extend(governs.passed)
    found.between = found.between or bool(governs.passed) or not isinstance(governs, Nothing)
    if isinstance(governs, Nothing):
        return
    version, lapse = governs.version, governs.sentence if isinstance(governs, Lapsed) else None
    if lapse is not None:
        found.reasons.append(lapse)
    elif facts.day > version.review_by:
        found.reasons.append(version.overdue)
    found.prohibitions.extend(version.prohibitions)
    for clause in version.clauses:
        _weigh(clause, lapse, facts, asked, found)


def _weigh(clause: CompiledClause, lapse: str | None, facts: Facts, asked: Asked, found: _Found) -> None:
    if clause.roles is not None and asked.role not in clause.roles:
        found.reasons.append(clause.wrong_role)
        return
    if facts.unborn and not clause.unborn:
        found.reasons.append(f"{clause.label} does not apply: it does not name unborn children.")
        return
    _, failed, unknown = judge(clause.conditions, facts)
    if clause.relationships is not None and not failed:
        registered = facts.registered(asked.organisation.id, clause.relationships)
        if registered is None:
            unknown = (*unknown, clause.registration_unknown)
        elif not registered:
            failed = (clause.unregistered,)
    if failed:
        found.reasons.append(f"{clause.label} does not apply: {'; '.join(failed)}.")
    elif lapse is not None:
        found.lapsed.append((clause, f"{clause.label} would apply, but: {lapse}"))
    elif unknown:
        why = needs(clause.label, unknown)
        found.reasons.append(why)
        found.unsure.append((clause, why))
    else:
        found.applying.append(clause)


# --- what is released -----------------------------------------------------------------------------------------------


def _share(permission: Permission, found: _Found, restriction: Restriction, facts: Facts) -> None:
    applying = found.applying
    principal = applying[0] if len(applying) == 1 else max(applying, key=lambda clause: len(clause.shown))
    others = (sentence for one in applying if one is not principal for sentence in one.applies)
    permission.reasons[:0] = [*principal.applies, *others]
    shown = _combine(found, permission.reasons)
    released = {item: shown[item] for item in facts.present if item in shown} if facts.items is not None else shown
    for item, treatment in released.items():
        if treatment != FULL:
            permission.reasons.extend(one.notes[item] for one in applying if one.shown.get(item) == treatment)
    permission.reasons.extend(restriction.reasons)
    permission.review.extend(restriction.review)
    permission.review.extend(why for _, why in found.unsure)
    asked_a_person = bool(restriction.unsure & released.keys())
    if restriction.items:
        released = {item: how for item, how in released.items() if item not in restriction.items}
    released, held = _hold_free_text(released, facts, permission)
    if released:
        permission.ruling = Share(principal.isp, principal.id, released)
        permission.reasons.append(UNMENTIONED)
    elif held or asked_a_person or found.unsure:
        permission.ruling = CannotDecide(principal.isp, principal.id)
        permission.reasons.append("What is left may only go after a person has looked, so nothing is shared yet.")
    else:
        permission.ruling = Withhold(principal.isp, principal.id, Ground.NOTHING_LEFT)
        permission.reasons.append("Nothing of what this event holds is released by it, so nothing is shared.")


def _combine(found: _Found, reasons: list[str]) -> Mapping[str, Treatment]:
    """The union of what the applying clauses release, each item as all of them that name it allow."""
    applying = found.applying
    others = [clause for clause, _ in found.unsure] + [clause for clause, _ in found.lapsed]
    if len(applying) == 1 and not others:
        return applying[0].shown
    shown: dict[str, Treatment] = {}
    for clause in applying:
        for item, treatment in clause.shown.items():
            shown[item] = _narrowed(item, shown.get(item, treatment), treatment, clause, reasons)
    for clause in others:
        for item in clause.shown.keys() & shown.keys():
            shown[item] = _narrowed(item, shown[item], clause.shown[item], clause, reasons)
    for clause in (*applying, *others):
        for item in sorted(clause.hidden & shown.keys()):
            del shown[item]
            reasons.append(f"{item} is withheld: {clause.label} which says so, wins over a clause that releases it.")
    return shown


def _narrowed(item: str, one: Treatment, other: Treatment, clause: CompiledClause, reasons: list[str]) -> Treatment:
    if one == other:
        return one
    both = less_revealing(one, other)
    held = "the less revealing one holds" if both in {one, other} else "it is told only as known or not known"
    reasons.append(f"Clauses differ about {item} ({clause.label.rstrip(',')} is one): {held}.")
    return both


def _hold_free_text(
    released: Mapping[str, Treatment], facts: Facts, permission: Permission
) -> tuple[Mapping[str, Treatment], bool]:
    """Free text may give away where a protected child is: it goes to a person first."""
    why = protection(facts)
    if why is None or FREE_TEXT.isdisjoint(released):
        return released, False
    sentence = f"Free text waits for a person who reads it first, because {why}."
    permission.reasons.append(sentence)
    permission.review.append(sentence)
    return {item: how for item, how in released.items() if item not in FREE_TEXT}, True


def protection(facts: Facts) -> str | None:
    """Why a child's whereabouts need protecting, if they do: this one's, or another's of the event, who may live there.

    Only what is known counts: see docs/guide-ig.md.
    """
    if facts.items is not None and SAFE_ADDRESS in facts.items:
        return "there is a safe address"
    if facts.flags is not None and _RESTRICTED in facts.flags:
        return "the child's record is restricted"
    if facts.one_restricted:
        return "the record of another child of this event is restricted"
    return None


# --- prohibitions and emergencies -----------------------------------------------------------------------------------


def _bar(permission: Permission, restriction: Restriction, bar: CompiledProhibition) -> None:
    permission.reasons[:0] = restriction.reasons
    if restriction.surely_barred:
        permission.ruling = Withhold(bar.isp, bar.id, Ground.BARRED)
        permission.barred = True
        permission.turn_to = bar.turn_to
    else:
        permission.ruling = CannotDecide(bar.isp, bar.id)
        permission.review.extend(restriction.review)


def _emergency(permission: Permission, found: _Found, restriction: Restriction, facts: Facts) -> None:
    minimum = {
        item: FULL
        for item in NECESSARY_MINIMUM
        if item in facts.present
        and item not in restriction.items
        and not any(item in clause.hidden for clause, _ in found.lapsed)
    }
    permission.reasons.extend((MINIMUM, *restriction.reasons))
    permission.review.extend(restriction.review)
    permission.review.extend(why for _, why in found.lapsed[:1])
    permission.review.append("An emergency release without an ISP: a person looks at the practitioner's stated reason.")
    permission.ruling = Share(None, EMERGENCY, minimum) if minimum else CannotDecide(None, EMERGENCY)
