"""ISPs compiled for deciding: conditions ready to judge, sentences ready to print, the index to find them by.

Everything that does not depend on the event is worked out here, once, so that a decision only looks up and compares.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from hub.facts.items import in_catalogue_order
from hub.facts.outcome import Treatment, TreatmentKind
from hub.facts.terms import Consent, OrganisationKind, PersonRole, Relationship, Role
from hub.sharing.deciding.conditions import Condition, compile_when, listed
from hub.sharing.writing.isps import Clause, ConsentModel, Isp, Prohibition, TurnTo
from hub.sharing.writing.organisations import Jurisdiction, Organisation
from hub.sharing.writing.when import speaks_of_unborn


@dataclass(frozen=True, slots=True)
class CompiledClause:
    """One clause. `shown` holds what it releases in catalogue order, `hidden` what it names only to withhold it.

    `notes` are the sentences about treated items. `unborn`: it speaks of unborn children.
    """

    isp: str
    id: str
    label: str
    origins: frozenset[OrganisationKind]
    kind: OrganisationKind
    roles: frozenset[Role] | None
    relationships: frozenset[Relationship] | None
    conditions: tuple[Condition, ...]
    unborn: bool
    shown: Mapping[str, Treatment]
    hidden: frozenset[str]
    notes: Mapping[str, str]
    applies: tuple[str, ...]
    wrong_role: str
    unregistered: str
    registration_unknown: str


@dataclass(frozen=True, slots=True)
class CompiledProhibition:
    """One prohibition. `person` is whose link to the recipient matters; None where it does not depend on a person."""

    isp: str
    id: str
    label: str
    items: frozenset[str]
    bars: bool
    person: PersonRole | None
    organisations: frozenset[str] | None
    kinds: frozenset[OrganisationKind] | None
    roles: frozenset[Role] | None
    conditions: tuple[Condition, ...]
    turn_to: TurnTo | None

    def concerns(self, organisation: str, kind: OrganisationKind, role: Role) -> bool:
        """Whether the recipient is one that the prohibition is about, persons aside."""
        return (
            (self.organisations is None or organisation in self.organisations)
            and (self.kinds is None or kind in self.kinds)
            and (self.roles is None or role in self.roles)
        )


@dataclass(frozen=True, slots=True)
class Agreement:
    """One version of one ISP, its parties' groups resolved. `clauses` are those to one kind of recipient."""

    id: str
    version: int
    ref: str
    members: frozenset[str]
    jurisdiction: frozenset[Jurisdiction]
    effective: date
    review_by: date
    expires: date
    clauses: tuple[CompiledClause, ...]
    prohibitions: tuple[CompiledProhibition, ...]
    not_yet: str
    expired: str
    overdue: str
    elsewhere: str
    unsigned: str


Family = tuple[Agreement, ...]
"""The versions of one ISP, newest first."""

AgreementIndex = Mapping[tuple[str, OrganisationKind], tuple[Family, ...]]
"""(source organisation, recipient kind) -> the ISPs that may cover it, each narrowed to the clauses between the two."""


def index_agreements(
    isps: Iterable[Isp], organisations: Mapping[str, Organisation], groups: Mapping[str, frozenset[str]]
) -> AgreementIndex:
    """Compile the ISPs and file each under every (member, kind of another member)."""
    found: dict[tuple[str, OrganisationKind], dict[str, list[Agreement]]] = {}
    for isp in sorted(isps, key=lambda isp: (isp.id, -isp.version)):
        members = members_of(isp, groups)
        clauses = tuple(_clause(isp, clause) for clause in isp.clauses)
        prohibitions = tuple(_prohibition(isp, place, one) for place, one in enumerate(isp.prohibitions, start=1))
        known = [organisations[member] for member in members if member in organisations]
        kinds = {kind for member in known for kind in member.kinds}
        narrowed: dict[tuple[frozenset[OrganisationKind], OrganisationKind], Agreement] = {}
        for member in known:
            for kind in kinds:
                if (member.kinds, kind) not in narrowed:
                    between = tuple(c for c in clauses if c.kind is kind and not c.origins.isdisjoint(member.kinds))
                    narrowed[member.kinds, kind] = _agreement(isp, members, between, prohibitions)
                family = found.setdefault((member.id, kind), {}).setdefault(isp.id, [])
                family.append(narrowed[member.kinds, kind])
    return {key: tuple(tuple(family) for family in families.values()) for key, families in found.items()}


def members_of(isp: Isp, groups: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The organisations that are parties, directly or through a group."""
    members: set[str] = set()
    for party in isp.parties:
        if party.organisation is not None:
            members.add(party.organisation)
        elif party.group is not None:
            members.update(groups.get(party.group, ()))
    return frozenset(members)


def words(name: str) -> str:
    """A role or kind as people read it: `designated safeguarding lead`."""
    return name.replace("_", " ")


def _agreement(
    isp: Isp,
    members: frozenset[str],
    clauses: tuple[CompiledClause, ...],
    prohibitions: tuple[CompiledProhibition, ...],
) -> Agreement:
    return Agreement(
        id=isp.id,
        version=isp.version,
        ref=isp.ref,
        members=members,
        jurisdiction=isp.jurisdiction,
        effective=isp.effective,
        review_by=isp.review_by,
        expires=isp.expires,
        clauses=clauses,
        prohibitions=prohibitions,
        not_yet=f"{isp.ref} does not apply: it is not in effect before {isp.effective}.",
        expired=f"{isp.ref} expired on {isp.expires}: it releases nothing until it is renewed.",
        overdue=f"Alarm: {isp.ref} is overdue for review since {isp.review_by}; it still shares until it expires on "
        f"{isp.expires}.",
        elsewhere=f"{isp.ref} does not apply: it does not cover the jurisdiction of both source and recipient "
        f"(it covers {listed(isp.jurisdiction)}).",
        unsigned=f"{isp.ref} is not signed by both source and recipient: it releases nothing until it is.",
    )


def applies(ref: str, clause: str) -> str:
    """The sentence by which a decision says that a clause applies."""
    return f"{_label(ref, clause)} applies."


def _label(ref: str, clause: str) -> str:
    return f"{ref}, clause {clause},"


def _clause(isp: Isp, clause: Clause) -> CompiledClause:
    label = _label(isp.ref, clause.id)
    shown = {
        item: clause.release[item]
        for item in in_catalogue_order(clause.release)
        if clause.release[item].kind is not TreatmentKind.WITHHOLD
    }
    target = clause.to
    return CompiledClause(
        isp=isp.ref,
        id=clause.id,
        label=label,
        origins=clause.from_.kind,
        kind=target.kind,
        roles=target.role,
        relationships=target.relationship,
        conditions=(*compile_when(clause.when), *_consent(clause.consent or isp.consent)),
        unborn=speaks_of_unborn(clause.when),
        shown=shown,
        hidden=frozenset(clause.release) - frozenset(shown),
        notes={item: _note(label, item, how) for item, how in shown.items() if how.kind is not TreatmentKind.FULL},
        applies=(applies(isp.ref, clause.id), *_withholds(label, clause)),
        wrong_role=f"{label} does not apply: it is for the {words(listed(target.role or ()) if target.role else '')}.",
        unregistered=f"the child is not registered with the recipient as {listed(target.relationship or ['-'])}",
        registration_unknown="the child's registrations",
    )


def _withholds(label: str, clause: Clause) -> tuple[str, ...]:
    hidden = in_catalogue_order(item for item, how in clause.release.items() if how.kind is TreatmentKind.WITHHOLD)
    return (f"{label} withholds {', '.join(hidden)}.",) if hidden else ()


def _note(label: str, item: str, treatment: Treatment) -> str:
    if treatment.to is None:
        return f"{label} lets {item} be told only as known or not known."
    return f"{label} lets {item} be told only as its {words(treatment.to)}."


def _consent(model: ConsentModel) -> tuple[Condition, ...]:
    if model is not ConsentModel.REQUIRED:
        return ()
    return (
        _not_consent(Consent.REFUSED, "it requires consent, which was refused", unknown=None),
        _not_consent(Consent.NOT_ASKED, "it requires consent, which was not asked for", unknown=True),
        _not_consent(Consent.UNSAFE_TO_ASK, "it requires consent, which was unsafe to ask for", unknown=True),
    )


def _not_consent(answer: Consent, failing: str, *, unknown: bool | None) -> Condition:
    """Only one of the three answers for an unknown consent, so that it is named once."""
    return Condition(
        lambda facts: unknown if facts.consent is None else facts.consent is not answer,
        failing,
        "whether consent was given",
    )


def _prohibition(isp: Isp, place: int, written: Prohibition) -> CompiledProhibition:
    about = written.bar or written.to
    return CompiledProhibition(
        isp=isp.ref,
        id=written.id or f"prohibition-{place}",
        label=f"{isp.ref}, prohibition {written.id or place},",
        items=written.items or frozenset(),
        bars=written.bar is not None,
        person=written.bar.person if written.bar else written.to.linked_to,
        organisations=about.organisation,
        kinds=about.kind,
        roles=about.role,
        conditions=compile_when(written.when),
        turn_to=written.turn_to,
    )
