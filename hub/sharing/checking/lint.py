"""What an author of rules should look at in a set that compiles."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from hub.facts.clock import local_day
from hub.facts.webhook_address import Networks
from hub.sharing.checking.clauses import lint_clause, lint_contradictions
from hub.sharing.checking.lawful_basis import lint_lawful_basis
from hub.sharing.checking.organisations import lint_areas, lint_organisation
from hub.sharing.checking.paperwork import lint_dates, lint_paperwork
from hub.sharing.checking.reach import lint_coverage, lint_holders, lint_reach, ways
from hub.sharing.deciding.governing import pairs
from hub.sharing.deciding.ruleset import RuleSet
from hub.sharing.writing.reading import Book
from hub.written.findings import Finding, note, warn


def lint(book: Book, rules: RuleSet, at: datetime, networks: Networks = ()) -> Iterator[Finding]:
    """Every doubt about a set that compiles, on the day of `at` in Europe/London.

    `networks`: those in which webhooks may lie though they are not open to all.
    """
    yield from _isps(book, rules, local_day(at))
    yield from lint_holders(book, rules)
    for organisation in book.organisations.values():
        yield from lint_organisation(organisation, rules, networks)
    yield from lint_areas(book, rules)
    yield from _calendars(book, local_day(at))
    if book.tiers is None:
        yield note("tiers.yaml", 1, "tiers", "there is no tiers.yaml, so the built-in tiers are used")


def _isps(book: Book, rules: RuleSet, today: date) -> Iterator[Finding]:
    found = list(pairs(rules.agreements, rules.organisations, today, None))
    standing = {pair.governs.version.ref for pair in found}
    known = ways(book)
    for ref, isp in book.isps.items():
        current = ref in standing or today < isp.entry.effective
        if current:
            yield from lint_dates(isp, today)
            yield from lint_lawful_basis(isp)
        yield from lint_paperwork(isp)
        for place, clause in enumerate(isp.entry.clauses):
            yield from lint_clause(isp, place, clause, rules)
            if current and today <= isp.entry.expires:
                yield from lint_reach(isp, place, clause, known)
    yield from lint_contradictions(book, rules, today)
    for rule in book.rules.values():
        for place, tell in enumerate(rule.entry.tell):
            yield from lint_coverage(rule, place, tell, rules, found)


def _calendars(book: Book, today: date) -> Iterator[Finding]:
    for name, placed in book.calendars.items():
        terms = placed.entry.terms
        if terms and max(term.to for term in terms) < today + timedelta(days=90):
            yield warn(
                placed.file,
                placed.line("terms"),
                "calendar",
                f"the last term of {name} ends within 90 days: add the next school year",
            )
