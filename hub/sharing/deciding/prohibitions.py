"""What prohibitions do to one recipient. They win over every clause.

Only a known link bars; an unknown one withholds the items that the prohibition names and asks a person. Where somebody
of a like name reads, nobody is told before a person has looked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum, auto

from hub.facts.model import GivenPerson
from hub.facts.roles import may_be_a_role
from hub.facts.terms import OrganisationKind, PersonRole, Role
from hub.sharing.deciding.agreements import CompiledProhibition, words
from hub.sharing.deciding.conditions import Truth, judge
from hub.sharing.deciding.flat_facts import Facts
from hub.sharing.writing.organisations import Organisation


class Effect(Enum):
    """What a prohibition means for a recipient, weakest first."""

    NONE = auto()
    ASK = auto()  # a bar whose link is unknown: shared, and a person is asked
    MAYBE_WITHHOLD = auto()  # a withholding whose link or condition is unknown: withheld, and a person is asked
    WITHHOLD = auto()
    ALIKE_BAR = auto()  # somebody of a like name or the same contact reads there: not told, and a person is asked
    MAYBE_BAR = auto()  # linked, but in which role is unknown, or a condition is: not told, and a person is asked
    BAR = auto()


@dataclass(slots=True)
class Restriction:
    """All prohibitions together. `items` are withheld; `unsure` are those of them that a person is asked about."""

    items: set[str] = field(default_factory=set)
    unsure: set[str] = field(default_factory=set)
    bar: CompiledProhibition | None = None
    surely_barred: bool = False
    reasons: list[str] = field(default_factory=list)
    review: list[str] = field(default_factory=list)

    def add(self, prohibition: CompiledProhibition, effect: Effect) -> None:
        """Take one more prohibition into account."""
        sentence = _SENTENCES[effect].format(
            label=prohibition.label,
            person=words(prohibition.person or "person"),
            items=", ".join(sorted(prohibition.items)),
        )
        self.reasons.append(sentence)
        if effect in {Effect.ASK, Effect.MAYBE_WITHHOLD, Effect.ALIKE_BAR, Effect.MAYBE_BAR}:
            self.review.append(sentence)
        if effect is Effect.MAYBE_WITHHOLD:
            self.unsure |= prohibition.items
        if effect in {Effect.WITHHOLD, Effect.MAYBE_WITHHOLD}:
            self.items |= prohibition.items
        if effect is Effect.BAR and not self.surely_barred:
            self.bar, self.surely_barred = prohibition, True
        elif effect in {Effect.ALIKE_BAR, Effect.MAYBE_BAR} and self.bar is None:
            self.bar = prohibition


_SENTENCES = {
    Effect.ASK: "{label} bars a recipient whose role the {person} holds; whether they are linked to this recipient is "
    "unknown, so a person is asked.",
    Effect.MAYBE_WITHHOLD: "{label} may apply, which depends on a fact that is unknown: {items} withheld, and a person "
    "is asked.",
    Effect.WITHHOLD: "{label} withholds {items}.",
    Effect.ALIKE_BAR: "{label} may bar this recipient: a name or contact in this event is like that of somebody who "
    "reads there. Not told, and a person is asked whether they are one.",
    Effect.MAYBE_BAR: "{label} may bar this recipient, which depends on a fact that is unknown: not told, and a person "
    "is asked.",
    Effect.BAR: "{label} bars this recipient.",
}


class Link(Enum):
    """A person's tie to the recipient, the least worrying first."""

    NONE = auto()
    LINKED = auto()  # to the organisation, in another role
    UNKNOWN = auto()
    ALIKE = auto()  # like somebody who reads there
    LINKED_ROLE_UNKNOWN = auto()
    HOLDS_ROLE = auto()


def restrict(
    prohibitions: Iterable[CompiledProhibition],
    facts: Facts,
    organisation: Organisation,
    kind: OrganisationKind,
    role: Role,
) -> Restriction:
    """What all prohibitions together do to one recipient."""
    restriction = Restriction()
    person: PersonRole | None = None
    link = Link.HOLDS_ROLE
    for prohibition in prohibitions:
        if prohibition.person is not person:
            person = prohibition.person
            link = link_of(facts, person, organisation, role) if person else Link.HOLDS_ROLE
        effect = (_BARRING if prohibition.bars else _WITHHOLDING)[link] if link is not Link.NONE else Effect.NONE
        if effect is Effect.NONE or not prohibition.concerns(organisation.id, kind, role):
            continue
        if not prohibition.bars and facts.items is not None and prohibition.items.isdisjoint(facts.items):
            continue
        truth = judge(prohibition.conditions, facts).truth
        if truth is not Truth.FALSE:
            restriction.add(prohibition, _IF_UNSURE.get(effect, effect) if truth is Truth.UNKNOWN else effect)
    return restriction


_WITHHOLDING = {
    Link.NONE: Effect.NONE,
    Link.UNKNOWN: Effect.MAYBE_WITHHOLD,
    Link.ALIKE: Effect.MAYBE_WITHHOLD,
    Link.LINKED: Effect.WITHHOLD,
    Link.LINKED_ROLE_UNKNOWN: Effect.WITHHOLD,
    Link.HOLDS_ROLE: Effect.WITHHOLD,
}
_BARRING = {
    Link.NONE: Effect.NONE,
    Link.UNKNOWN: Effect.ASK,
    Link.ALIKE: Effect.ALIKE_BAR,
    Link.LINKED: Effect.NONE,
    Link.LINKED_ROLE_UNKNOWN: Effect.MAYBE_BAR,
    Link.HOLDS_ROLE: Effect.BAR,
}
_IF_UNSURE = {Effect.WITHHOLD: Effect.MAYBE_WITHHOLD, Effect.BAR: Effect.MAYBE_BAR}


def link_of(facts: Facts, person: PersonRole, organisation: Organisation, role: Role) -> Link:
    """The most worrying tie that any person of that role has to the recipient."""
    if facts.people is None:
        return Link.UNKNOWN
    worst = Link.NONE
    for one in facts.people:
        if one.role is not person:
            continue
        worst = max(worst, _link_of_one(one, organisation, role), key=lambda link: link.value)
    return worst


def _link_of_one(one: GivenPerson, organisation: Organisation, role: Role) -> Link:
    if one.link_known and one.linked_to == organisation.id:
        within = _link_within(organisation, one, role)
        if within is not Link.LINKED:
            return within
    if organisation.id in one.alike_at:
        return Link.ALIKE
    if not one.link_known:
        return Link.UNKNOWN
    return Link.LINKED if one.linked_to == organisation.id else Link.NONE


def _link_within(organisation: Organisation, one: GivenPerson, role: Role) -> Link:
    """The tie of somebody who holds one role there to the readers in another: one person may hold both.

    One who is there in a role that is on no list, such as a caretaker, reads in none that is.
    """
    holds = one.holds
    if holds is None:
        other = one.holds_other is not None and not may_be_a_role(one.holds_other)
        return Link.LINKED if other else Link.LINKED_ROLE_UNKNOWN
    if holds is role:
        return Link.HOLDS_ROLE
    peers = {holder.name for holder in organisation.holders.get(holds, ())}
    if peers.isdisjoint(holder.name for holder in organisation.holders.get(role, ())):
        return Link.LINKED
    return Link.HOLDS_ROLE if len(peers) == 1 else Link.LINKED_ROLE_UNKNOWN
