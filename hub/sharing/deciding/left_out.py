"""Why rules tell nobody of a child: those that do not apply, and whom a rule that applies has nobody to tell.

`candidates` passes such rules over without a word, for most of a set speaks of other concerns. Who tries the rules asks
for them by name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from hub.facts.model import Given
from hub.facts.terms import Flag
from hub.sharing.deciding.agreements import words
from hub.sharing.deciding.conditions import Truth, compile_when, judge, listed
from hub.sharing.deciding.flat_facts import Facts, lay_out
from hub.sharing.deciding.recipients import told_by
from hub.sharing.deciding.ruleset import CompiledRule, Route, RuleSet
from hub.sharing.writing.rules import Rule
from hub.sharing.writing.when import When


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One rule that tells nobody of one child, or one recipient that it names in vain; `why` completes "because"."""

    subject: str
    rule: str
    title: str | None
    who: str | None
    """Whom the rule would tell; None where the whole rule does not apply."""
    why: tuple[str, ...]


def left_out(given: Given, rules: RuleSet, at: datetime) -> tuple[LeftOut, ...]:
    """Of each child, every rule in the set's order that tells nobody, and why; nothing where the source is unknown."""
    source = rules.organisations.get(given.source)
    if source is None:
        return ()
    compiled = {rule.id: rule for found in rules.routes.values() for rule in found}
    return tuple(
        one
        for child in given.children
        for rule in rules.rules
        for one in _of_rule(rule, compiled[rule.id], lay_out(given, child, source, at), rules)
    )


def _of_rule(rule: Rule, compiled: CompiledRule, facts: Facts, rules: RuleSet) -> Iterator[LeftOut]:
    other = judge(compile_when(When(event=rule.when.event, source_kind=rule.when.source_kind)), facts)
    here = judge(compiled.conditions, facts)
    failed = (*other.failed, *here.failed)
    if failed:
        yield LeftOut(facts.key, rule.id, rule.title, None, failed)
        return
    for route in compiled.routes:
        why = _of_route(route, facts, rules)
        if why:
            yield LeftOut(facts.key, rule.id, rule.title, f"the {words(route.role)} of the {words(route.kind)}", why)


def _of_route(route: Route, facts: Facts, rules: RuleSet) -> tuple[str, ...]:
    """Why this `tell` means nobody; empty where it means somebody, or where a person is asked instead."""
    if facts.unborn and not route.unborn:
        return (f"it does not speak of a child who is {words(Flag.UNBORN)}",)
    only_if = judge(route.conditions, facts)
    if only_if.truth is Truth.FALSE:
        return only_if.failed
    asked: list[str] = []
    if list(told_by(route, (), facts, rules, asked)) or asked:
        return ()
    how = f" as {listed(route.relationships)}" if route.relationships else ""
    return (f"the child is registered with no {words(route.kind)}{words(how)}",)
