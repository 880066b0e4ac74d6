"""`hub rules check`: everything that can be said about a set of rules before anybody relies on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hub.facts.clock import local_day
from hub.facts.webhook_address import Networks
from hub.sharing.checking.lint import lint
from hub.sharing.checking.references import check_references
from hub.sharing.checking.signoff import lint_signatures
from hub.sharing.checking.trials import run_scenario
from hub.sharing.deciding.ruleset import compile_rules
from hub.sharing.writing.reading import Book
from hub.sharing.writing.signatures import PublicKeyOf
from hub.written.findings import Finding, Level


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found. `passed` and `failed` count scenarios; both are nought where the set cannot be compiled."""

    version: str
    findings: list[Finding]
    passed: int = 0
    failed: int = 0

    @property
    def ok(self) -> bool:
        """Whether nothing worse than a warning was found."""
        return all(finding.level is not Level.ERROR for finding in self.findings)

    @property
    def usable(self) -> bool:
        """Whether the set could be compiled."""
        return not any(finding.blocking for finding in self.findings)


def unusable(book: Book) -> list[Finding]:
    """The findings that keep a set from being compiled."""
    return [finding for finding in (*book.findings, *check_references(book)) if finding.blocking]


def check_book(book: Book, at: datetime, networks: Networks = (), public_key_of: PublicKeyOf | None = None) -> Report:
    """Schema, references, lint, sign-off (where there is something to look up keys with) and scenarios, by place."""
    findings = [*book.findings, *check_references(book)]
    if any(finding.blocking for finding in findings):
        return Report(book.version, sorted(findings))
    rules = compile_rules(book)
    findings.extend(lint(book, rules, at, networks))
    if public_key_of is not None:
        findings.extend(lint_signatures(book, local_day(at), public_key_of))
    passed = failed = 0
    for scenario in book.scenarios:
        found = run_scenario(scenario, rules, at)
        findings.extend(found)
        passed, failed = passed + (not found), failed + bool(found)
    return Report(book.version, sorted(set(findings)), passed, failed)
