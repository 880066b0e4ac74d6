"""What no condition of a set of rules tells apart: categories, ages, organisations, gradings and answers.

So that one child of each kind is asked about, in place of every child there can be.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, product

from hub.facts.terms import Category, Consent, OrganisationKind, Risk
from hub.sharing.deciding.ruleset import RuleSet
from hub.sharing.writing.isps import Clause, ConsentModel
from hub.sharing.writing.organisations import Jurisdiction, Organisation
from hub.sharing.writing.when import When


def _clauses(rules: RuleSet) -> Iterator[tuple[Clause, ConsentModel]]:
    return ((clause, clause.consent or isp.consent) for isp in rules.isps for clause in isp.clauses)


def _whens(rules: RuleSet, kind: OrganisationKind) -> Iterator[When]:
    """Every condition that what such a source raises can meet."""
    for rule in rules.rules:
        if rule.when.source_kind is None or kind in rule.when.source_kind:
            yield rule.when
            yield from (tell.if_ for tell in rule.tell if tell.if_)
    for isp in rules.isps:
        yield from (clause.when for clause in isp.clauses if kind in clause.from_.kind)
        yield from (prohibition.when for prohibition in isp.prohibitions)


def age_cuts(rules: RuleSet, kind: OrganisationKind) -> Iterator[int]:
    """The first age of each span that some condition names, and the first after it."""
    for when in _whens(rules, kind):
        if when.age is not None:
            yield from (when.age.from_,) if when.age.from_ is not None else ()
            yield from (when.age.to + 1,) if when.age.to is not None else ()


def categories_alike(rules: RuleSet, kind: OrganisationKind) -> list[tuple[Category, ...]]:
    """Categories that stand in the same lists."""
    lists = sorted({when.category for when in _whens(rules, kind) if when.category}, key=sorted)
    by_lists = sorted(Category, key=lambda category: [category in some for some in lists])
    return [tuple(alike) for _, alike in groupby(by_lists, key=lambda category: [category in some for some in lists])]


def one_of_each(rules: RuleSet, kind: OrganisationKind, nation: Jurisdiction) -> list[Organisation]:
    """One organisation of the kind for each set of ISPs that some are parties to, and roles that are filled there."""
    found: dict[object, Organisation] = {}
    parties = {isp.ref: rules.parties(isp) for isp in rules.isps}
    for organisation in sorted(rules.organisations.values(), key=lambda one: one.id):
        if kind in organisation.kinds and organisation.jurisdiction is nation:
            filled = frozenset(role for role, holders in organisation.holders.items() if holders)
            party = frozenset(ref for ref, members in parties.items() if organisation.id in members)
            found.setdefault((party, organisation.kinds, filled, bool(organisation.area)), organisation)
    return list(found.values())


def probes(rules: RuleSet, kind: OrganisationKind, category: Category) -> list[tuple[Risk, Consent]]:
    """Gradings and answers that some condition for such a concern tells apart."""
    relevant = [when for when in _whens(rules, kind) if when.category is None or category in when.category]
    asks = any(
        model is ConsentModel.REQUIRED
        and kind in clause.from_.kind
        and (clause.when.category is None or category in clause.when.category)
        for clause, model in _clauses(rules)
    )
    risks = (Risk.SIGNIFICANT_HARM, Risk.NONE) if any(when.risk for when in relevant) else (Risk.SIGNIFICANT_HARM,)
    named = asks or any(when.consent for when in relevant)
    consents = (Consent.GIVEN, Consent.REFUSED) if named else (Consent.GIVEN,)
    return list(product(risks, consents))
