"""Conditions: finite sets and intervals over the facts, judged in three values.

Unknown is not false. All conditions of an entry must hold: one that fails on a known fact settles the matter whatever
else is unknown; otherwise one unknown fact leaves the whole unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from functools import partial
from operator import attrgetter
from typing import NamedTuple

from hub.facts.terms import Flag, OrganisationKind
from hub.sharing.deciding.flat_facts import Facts
from hub.sharing.writing.when import AgeRange, FlagTest, PastTest, RequesterTest, When


class Truth(Enum):
    """Three-valued: UNKNOWN means a fact that matters was not given."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Condition:
    """One compiled condition. `check` answers None where its fact is unknown.

    `failing` completes "does not apply: ..."; `fact` completes "needs ..., which is unknown". Neither tells the
    child's own value.
    """

    check: Callable[[Facts], bool | None]
    failing: str
    fact: str


class Judgement(NamedTuple):
    """What the conditions of an entry come to. `failed` and `unknown` name those that did not hold."""

    truth: Truth
    failed: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


HOLDS = Judgement(Truth.TRUE)


def judge(conditions: tuple[Condition, ...], facts: Facts) -> Judgement:
    """Three-valued AND, naming every condition that failed and every fact that was missing."""
    for condition in conditions:
        if not condition.check(facts):
            return _judge_in_full(conditions, facts)
    return HOLDS


def _judge_in_full(conditions: tuple[Condition, ...], facts: Facts) -> Judgement:
    failed: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    for condition in conditions:
        held = condition.check(facts)
        if held is None:
            unknown = (*unknown, condition.fact)
        elif not held:
            failed = (*failed, condition.failing)
    return Judgement(Truth.FALSE, failed) if failed else Judgement(Truth.UNKNOWN, (), unknown)


def needs(what: str, unknown: Iterable[str]) -> str:
    """The sentence that says which facts were missing."""
    return f"{what} needs {' and '.join(dict.fromkeys(unknown))}, and that is unknown."


# --- from what is written -------------------------------------------------------------------------------------------


def compile_when(when: When) -> tuple[Condition, ...]:
    """The conditions in the order in which people read them."""
    found: list[Condition] = []
    for name, fact in _SETS.items():
        accepted = getattr(when, name)
        if accepted is not None:
            found.append(_one_of(_READ[name], accepted, fact))
    if when.source_kind is not None:
        found.append(_source_kind(when.source_kind))
    if when.age is not None:
        found.append(_age(when.age))
    if when.flags is not None:
        found.extend(_flag_conditions(when.flags))
    if when.history is not None:
        found.append(_past(when.history))
    if when.requester is not None:
        found.extend(_requester(when.requester))
    return tuple(found)


_SETS = {
    "event": "the kind of event",
    "category": "the category",
    "source": "the source",
    "tier": "the tier",
    "risk": "the risk",
    "consent": "the consent",
    "practitioner": "the practitioner's role",
    "sex": "the child's sex",
    "capacity": "the child's capacity",
}
_READ: dict[str, Callable[[Facts], object]] = {
    name: attrgetter({"source": "source.id", "practitioner": "practitioner_role"}.get(name, name)) for name in _SETS
}


def listed(values: Iterable[str]) -> str:
    """`a, b or c`, sorted."""
    words = sorted(str(value) for value in values)
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _one_of(read: Callable[[Facts], object], accepted: frozenset[str], fact: str) -> Condition:
    members = tuple(accepted)  # a short tuple is searched faster than an enum is hashed

    def check(facts: Facts) -> bool | None:
        value = read(facts)
        return None if value is None else value in members

    return Condition(check, f"{fact} is not {listed(accepted)}", fact)


def _source_kind(accepted: frozenset[OrganisationKind]) -> Condition:
    return Condition(
        lambda facts: not accepted.isdisjoint(facts.source_kinds),
        f"the source is not of the kind {listed(accepted)}",
        "the source's kind",
    )


def _age(span: AgeRange) -> Condition:
    def check(facts: Facts) -> bool | None:
        return None if facts.age is None else span.holds(facts.age)

    return Condition(check, f"the child's age is outside {span}", "the child's age")


def _flag_conditions(test: FlagTest) -> Iterable[Condition]:
    """That a child is unborn is always said: one whose flags are unknown is not."""
    fact = "the child's flags"
    if test.any:
        unsure = None if test.any - SAID else False
        yield Condition(
            lambda facts: unsure if facts.flags is None else not test.any.isdisjoint(facts.flags),
            f"the child is not flagged {listed(test.any)}",
            fact,
        )
    if test.all:
        never = None if test.all.isdisjoint(SAID) else False
        yield Condition(
            lambda facts: never if facts.flags is None else test.all <= facts.flags,
            f"the child is not flagged with all of {', '.join(sorted(test.all))}",
            fact,
        )
    if test.none:
        surely = None if test.none - SAID else True
        yield Condition(
            lambda facts: surely if facts.flags is None else test.none.isdisjoint(facts.flags),
            f"the child is flagged {listed(test.none)}",
            fact,
        )


SAID = frozenset({Flag.UNBORN})
"""Flags that are known to be absent where flags are unknown."""


def _past(test: PastTest) -> Condition:
    def check(facts: Facts) -> bool | None:
        if facts.history is None or (test.within is not None and facts.raised_at is None):
            return None
        counted = 0
        for event in facts.history:
            if test.category is not None and event.category not in test.category:
                continue
            if test.within is not None and facts.raised_at is not None:
                before = facts.raised_at - event.raised_at
                if before.total_seconds() < 0 or before > test.within:
                    continue
            counted += 1
        return counted >= test.at_least

    return Condition(check, f"there are fewer than {test.at_least} such earlier events", "the child's earlier events")


def _requester(test: RequesterTest) -> Iterable[Condition]:
    for part, accepted in (("kind", test.kind), ("relationship", test.relationship)):
        if accepted is not None:
            yield _one_of(partial(_of_requester, part), accepted, f"the requester's {part}")


def _of_requester(part: str, facts: Facts) -> object:
    return getattr(facts.requester, part, None)
