"""Clauses that can never apply, that contradict one another, or that ask for what cannot be done.

Conditions are finite sets and intervals, so whether two of them can hold together is worked out, not guessed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import combinations

from hub.facts.outcome import Generalisation
from hub.facts.terms import OrganisationKind
from hub.sharing.deciding.agreements import members_of, words
from hub.sharing.deciding.conditions import listed
from hub.sharing.deciding.ruleset import RuleSet
from hub.sharing.writing.isps import Clause, ConsentModel, Isp
from hub.sharing.writing.reading import Book, Placed
from hub.sharing.writing.when import When
from hub.written.findings import Finding, fault, warn

PLACES = frozenset({"child.address", "child.safe_address", "incident.place"})
CAN_BECOME: dict[Generalisation, frozenset[str]] = {
    Generalisation.POSTCODE_DISTRICT: PLACES,
    Generalisation.POSTCODE_SECTOR: PLACES,
    Generalisation.MONTH: frozenset(
        {
            "child.date_of_birth",
            "incident.occurred_at",
            "plan.dates",
            "access.history",
            "health.attendance",
            "school.attendance",
        }
    ),
    Generalisation.AGE_BAND: frozenset({"child.date_of_birth"}),
}
OLDEST = 200


def lint_clause(placed: Placed[Isp], place: int, clause: Clause, rules: RuleSet) -> Iterator[Finding]:
    """What is wrong or doubtful about one clause by itself."""
    isp, line = placed.entry, placed.line("clauses", place, "id")
    name = f"clause {clause.id}"
    parties = [rules.organisations[key] for key in members_of(isp, rules.groups) if key in rules.organisations]
    covered = [one for one in parties if one.jurisdiction in isp.jurisdiction]
    sources = [one for one in parties if not one.kinds.isdisjoint(clause.from_.kind)]
    targets = [one for one in parties if clause.to.kind in one.kinds]
    if not sources:
        yield _never(placed, line, f"{name} can never apply: no party is of the kind {listed(clause.from_.kind)}")
    elif not targets:
        yield _never(placed, line, f"{name} can never apply: no party is of the kind {clause.to.kind}")
    elif not any(one in covered for one in sources) or not any(one in covered for one in targets):
        yield _never(
            placed,
            line,
            f"{name} can never apply: {isp.ref} does not cover the jurisdiction of source and recipient both",
        )
    when, consent = clause.when, clause.consent or isp.consent
    if consent is ConsentModel.REQUIRED and when.consent is not None and "given" not in {str(c) for c in when.consent}:
        yield _never(placed, line, f"{name} can never apply: it requires consent, and its conditions rule consent out")
    if when.flags is not None and not when.flags.none.isdisjoint(when.flags.all):
        yield _never(placed, line, f"{name} can never apply: it wants a flag both present and absent")
    if clause.to.role is None:
        yield warn(
            placed.file,
            placed.line("clauses", place, "to"),
            "any-role",
            f"{name} names no role, so it covers every role there",
        )
    for item, treatment in clause.release.items():
        if treatment.to is not None and item not in CAN_BECOME[treatment.to]:
            yield warn(
                placed.file,
                placed.line("clauses", place, "release", item),
                "treatment",
                f"{item} cannot be shown as its {words(treatment.to)}, so it will be withheld",
            )


def _never(placed: Placed[Isp], line: int, message: str) -> Finding:
    return fault(placed.file, line, "never-applies", message)


def can_both_hold(one: When, other: When) -> bool:
    """Whether some event meets both conditions. Past events and requesters are taken to be compatible."""
    for name in (
        "event",
        "category",
        "source_kind",
        "source",
        "tier",
        "risk",
        "consent",
        "practitioner",
        "sex",
        "capacity",
    ):
        here, there = getattr(one, name), getattr(other, name)
        if here is not None and there is not None and here.isdisjoint(there):
            return False
    if one.age is not None and other.age is not None:
        highest = min(OLDEST if span.to is None else span.to for span in (one.age, other.age))
        if max(one.age.from_ or 0, other.age.from_ or 0) > highest:
            return False
    if one.flags is not None and other.flags is not None:
        return one.flags.all.isdisjoint(other.flags.none) and other.flags.all.isdisjoint(one.flags.none)
    return True


def lint_contradictions(book: Book, rules: RuleSet, today: date) -> Iterator[Finding]:
    """Items that two clauses which can apply together treat differently."""
    buckets: dict[OrganisationKind, list[tuple[Placed[Isp], int, Clause]]] = {}
    for placed in book.isps.values():
        if placed.entry.expires >= today:
            for place, clause in enumerate(placed.entry.clauses):
                buckets.setdefault(clause.to.kind, []).append((placed, place, clause))
    members = {ref: members_of(placed.entry, rules.groups) for ref, placed in book.isps.items()}
    for bucket in buckets.values():
        for (first, _, one), (second, place, other) in combinations(bucket, 2):
            if first.entry.id == second.entry.id and first is not second:
                continue  # versions of one ISP: only one of them governs
            if len(members[first.entry.ref] & members[second.entry.ref]) < 2 or not _overlap(one, other):  # noqa: PLR2004 - a pair
                continue
            differing = [
                item for item in one.release.keys() & other.release.keys() if one.release[item] != other.release[item]
            ]
            for item in sorted(differing):
                yield warn(
                    second.file,
                    second.line("clauses", place, "release", item),
                    "contradiction",
                    f"clause {other.id} treats {item} otherwise than clause {one.id} of {first.entry.ref}, and both "
                    "can apply at once: the less revealing treatment will hold",
                )


def _overlap(one: Clause, other: Clause) -> bool:
    return (
        not one.from_.kind.isdisjoint(other.from_.kind)
        and (one.to.role is None or other.to.role is None or not one.to.role.isdisjoint(other.to.role))
        and can_both_hold(one.when, other.when)
    )
