"""A whole set of rules, compiled for deciding. Frozen; what it looks up is laid out when it is made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType

from hub.facts.terms import EventKind, OrganisationKind, Relationship, Role, Tier
from hub.sharing.deciding.agreements import AgreementIndex, index_agreements, members_of, words
from hub.sharing.deciding.conditions import Condition, compile_when, listed
from hub.sharing.writing.calendars import SchoolDays
from hub.sharing.writing.isps import Isp
from hub.sharing.writing.organisations import Organisation
from hub.sharing.writing.reading import Book
from hub.sharing.writing.rules import NEXT_SCHOOL_DAY, Rule, Tell
from hub.sharing.writing.signatures import PublicKeyOf, Signature, SignedBy, verified
from hub.sharing.writing.tiers import DEFAULT_TIERS, TierPolicy
from hub.sharing.writing.when import speaks_of_unborn


@dataclass(frozen=True, slots=True)
class Route:
    """One `tell` of a rule, compiled. `reason` is why the recipient ought to hear; `unborn`: of an unborn child too."""

    rule: str
    kind: OrganisationKind
    role: Role
    relationships: frozenset[Relationship] | None
    by_area: bool
    unborn: bool
    next_school_day: bool
    by: datetime | None
    within: timedelta | None
    conditions: tuple[Condition, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule: its conditions and whom it tells."""

    id: str
    conditions: tuple[Condition, ...]
    routes: tuple[Route, ...]


RouteIndex = Mapping[tuple[EventKind, OrganisationKind], tuple[CompiledRule, ...]]
"""(event kind, kind of source) -> the rules that may apply."""


@dataclass(frozen=True, slots=True)
class RuleSet:
    """`version` is the content hash of the whole set. `contents` maps an ISP's id@version to the hash of its file.

    `folder` is where it was loaded from, if it was; it is no part of what the set says.
    """

    version: str
    organisations: Mapping[str, Organisation]
    tiers: Mapping[Tier, TierPolicy]
    isps: tuple[Isp, ...] = ()
    rules: tuple[Rule, ...] = ()
    groups: Mapping[str, frozenset[str]] = field(default_factory=dict)
    contents: Mapping[str, str] = field(default_factory=dict)
    signatures: tuple[Signature, ...] = ()
    agreements: AgreementIndex = field(default_factory=dict, repr=False)
    routes: RouteIndex = field(default_factory=dict, repr=False)
    areas: Mapping[tuple[OrganisationKind, str], tuple[Organisation, ...]] = field(default_factory=dict, repr=False)
    school_days: Mapping[str, SchoolDays] = field(default_factory=dict, repr=False)
    folder: Path | None = field(default=None, repr=False, compare=False)

    def parties(self, isp: Isp) -> frozenset[str]:
        """The organisations that are parties to an ISP, groups resolved: those whose sign-off it needs."""
        return members_of(isp, self.groups)


def compile_rules(book: Book, folder: Path | None = None) -> RuleSet:
    """The set that a book describes. Entries that could not be read are not in it: see the book's findings."""
    organisations = {key: placed.entry for key, placed in book.organisations.items()}
    isps = tuple(placed.entry for placed in book.isps.values())
    rules = tuple(placed.entry for placed in book.rules.values())
    return RuleSet(
        version=book.version,
        organisations=MappingProxyType(organisations),
        tiers=MappingProxyType(book.tiers.as_mapping() if book.tiers else DEFAULT_TIERS),
        isps=isps,
        rules=rules,
        groups=MappingProxyType(book.groups),
        contents=MappingProxyType(book.contents),
        signatures=tuple(placed.entry for placed in book.signatures),
        agreements=index_agreements(isps, organisations, book.groups),
        routes=_index_rules(rules),
        areas=_index_areas(organisations.values()),
        school_days=_school_days(organisations, book),
        folder=folder,
    )


def verify_signatures(rules: RuleSet, public_key_of: PublicKeyOf) -> SignedBy:
    """The sign-offs that hold. Where `public_key_of` knows no key (None, `KeyMissing`) a signature is unverified."""
    return verified(rules.signatures, rules.contents, public_key_of)


def _index_rules(rules: Iterable[Rule]) -> RouteIndex:
    found: dict[tuple[EventKind, OrganisationKind], list[CompiledRule]] = {}
    for rule in rules:
        others = rule.when.model_copy(update={"event": None, "source_kind": None})  # the index has seen to these two
        compiled = CompiledRule(rule.id, compile_when(others), tuple(_route(rule, tell) for tell in rule.tell))
        for event in rule.when.event or EventKind:
            for kind in rule.when.source_kind or OrganisationKind:
                found.setdefault((event, kind), []).append(compiled)
    return {key: tuple(compiled) for key, compiled in found.items()}


def _route(rule: Rule, tell: Tell) -> Route:
    how = f" (registered as {listed(tell.relationship)})" if tell.relationship else ""
    place = " for the home or incident district" if tell.found_by_area else how
    return Route(
        rule=rule.id,
        kind=tell.kind,
        role=tell.role,
        relationships=tell.relationship,
        by_area=tell.found_by_area,
        unborn=speaks_of_unborn(rule.when) or speaks_of_unborn(tell.if_),
        next_school_day=tell.by == NEXT_SCHOOL_DAY,
        by=tell.by if isinstance(tell.by, datetime) else None,
        within=tell.within,
        conditions=compile_when(tell.if_) if tell.if_ else (),
        reason=f"Rule {rule.id} tells the {words(tell.role)} of the {words(tell.kind)}{place}.",
    )


def _index_areas(
    organisations: Iterable[Organisation],
) -> Mapping[tuple[OrganisationKind, str], tuple[Organisation, ...]]:
    found: dict[tuple[OrganisationKind, str], list[Organisation]] = {}
    for organisation in organisations:
        for kind in organisation.kinds:
            for district in organisation.area:
                found.setdefault((kind, district), []).append(organisation)
    return {key: tuple(serving) for key, serving in found.items()}


def _school_days(organisations: Mapping[str, Organisation], book: Book) -> Mapping[str, SchoolDays]:
    """Each organisation's school days: its own calendar, else its authority's, else weekdays and bank holidays."""
    shared: dict[tuple[str, str | None], SchoolDays] = {}
    found = {}
    for key, organisation in organisations.items():
        authority = organisations.get(organisation.authority or "")
        names = [
            name
            for name in (organisation.calendar, authority.calendar if authority else None)
            if name in book.calendars
        ]
        name = names[0] if names else None
        place = (organisation.jurisdiction, name)
        if place not in shared:
            calendar = book.calendars[name].entry if name else None
            shared[place] = SchoolDays(organisation.jurisdiction, calendar)
        found[key] = shared[place]
    return found
