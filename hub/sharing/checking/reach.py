"""Rules and ISPs looked at from both sides: whom no ISP lets hear, what no rule ever asks for, and who reads there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from hub.facts.terms import Flag, OrganisationKind, Relationship, Role
from hub.sharing.checking.clauses import can_both_hold
from hub.sharing.deciding.agreements import words
from hub.sharing.deciding.conditions import listed
from hub.sharing.deciding.governing import InForce, Pair
from hub.sharing.deciding.ruleset import RuleSet
from hub.sharing.deciding.verdict import CONCERNS, COVER
from hub.sharing.writing.isps import Clause, Isp
from hub.sharing.writing.organisations import Organisation
from hub.sharing.writing.reading import Book, Placed
from hub.sharing.writing.rules import NEXT_SCHOOL_DAY, Rule, Tell
from hub.sharing.writing.when import ALWAYS, When, speaks_of_unborn
from hub.written.findings import Finding, note, warn

MAX_NAMED = 6


@dataclass(frozen=True, slots=True)
class Way:
    """One way in which a set comes to tell somebody: where all these conditions hold, this role of this kind."""

    conditions: tuple[When, ...]
    kind: OrganisationKind
    role: Role
    relationships: frozenset[Relationship] | None = None


def ways(book: Book) -> list[Way]:
    """Every way: the rules, where prohibitions turn to, and what the hub does by itself (desk, cover, stand-ins)."""
    local = OrganisationKind.LOCAL_AUTHORITY
    found = [Way((When(event=frozenset(CONCERNS)),), local, Role.FRONT_DOOR)]
    policies = book.tiers.as_mapping().values() if book.tiers else ()
    chain = {step.role for policy in policies for step in policy.escalate}
    for rule in (placed.entry for placed in book.rules.values()):
        for tell in rule.tell:
            conditions = (rule.when, tell.if_ or ALWAYS)
            found.append(Way(conditions, tell.kind, tell.role, tell.relationship))
            found += [Way(conditions, kind, role) for role in sorted(chain) for kind in (tell.kind, local)]
            if tell.by == NEXT_SCHOOL_DAY:
                found += [Way(conditions, local, role) for role in COVER]
    for prohibition in (one for placed in book.isps.values() for one in placed.entry.prohibitions):
        if prohibition.turn_to is not None:
            found.append(Way((prohibition.when,), prohibition.turn_to.kind, prohibition.turn_to.role))
    return found


# --- a rule that no ISP serves --------------------------------------------------------------------------------------


def lint_coverage(
    placed: Placed[Rule], place: int, tell: Tell, rules: RuleSet, pairs: Sequence[Pair]
) -> Iterator[Finding]:
    """Recipients that a rule tells and no ISP in force covers."""
    rule = placed.entry
    way = Way((rule.when, tell.if_ or ALWAYS), tell.kind, tell.role, tell.relationship)
    targets = {
        one.id for one in rules.organisations.values() if tell.kind in one.kinds and not one.is_vacant(tell.role)
    }
    written = {isp.ref: isp for isp in rules.isps}
    covered = {
        pair.recipient
        for pair in pairs
        if pair.recipient in targets
        and isinstance(pair.governs, InForce)
        and any(_serves(way, clause) for clause in written[pair.governs.version.ref].clauses)
    }
    line = placed.line("tell", place)
    who = f"rule {rule.id} tells the {words(tell.role)}"
    if not covered:
        nothing = f"{who} of the {words(tell.kind)}, but no ISP lets anybody tell them: nothing will be shared"
        yield warn(placed.file, line, "no-isp", nothing)
    elif targets - covered:
        names = sorted(targets - covered)
        more = f" and {len(names) - MAX_NAMED} more" if len(names) > MAX_NAMED else ""
        yield note(placed.file, line, "gap", f"{who}, but no ISP covers {', '.join(names[:MAX_NAMED])}{more}")


def _serves(way: Way, clause: Clause) -> bool:
    target = clause.to
    return (
        target.kind is way.kind
        and (target.role is None or way.role in target.role)
        and _meet(target.relationship, way.relationships)
        and all(_meet(when.source_kind, clause.from_.kind) for when in way.conditions)
        and all(can_both_hold(clause.when, when) for when in way.conditions)
        and (speaks_of_unborn(clause.when) or not any(map(_of_unborn_alone, way.conditions)))
    )


def _of_unborn_alone(when: When) -> bool:
    return when.flags is not None and (when.flags.any == {Flag.UNBORN} or Flag.UNBORN in when.flags.all)


def _meet(one: frozenset[str] | None, other: frozenset[str] | None) -> bool:
    return one is None or other is None or not one.isdisjoint(other)


# --- a clause that no rule reaches ----------------------------------------------------------------------------------


def lint_reach(placed: Placed[Isp], place: int, clause: Clause, known: Sequence[Way]) -> Iterator[Finding]:
    """A clause, or a part of one, that no rule ever asks for."""
    name, target = f"clause {clause.id}", clause.to
    if not any(_serves(way, clause) for way in known):
        who = f"the {words(listed(target.role))} of the {words(target.kind)}" if target.role else words(target.kind)
        asked = any(way.kind is target.kind and (target.role is None or way.role in target.role) for way in known)
        why = f"tells {who} where it could apply" if asked else f"ever tells {who}"
        line = placed.line("clauses", place, "id")
        yield warn(placed.file, line, "unreached", f"{name} is never used: no rule {why}")
        return
    for steps, value, narrowed in _parts(clause):
        if not any(_serves(way, narrowed) for way in known):
            tell = note if steps[0] == "when" else warn
            line = placed.line("clauses", place, *steps)
            yield tell(placed.file, line, "unreached", f"{name} covers {value}, but no rule asks for that")


def _parts(clause: Clause) -> Iterator[tuple[tuple[str, ...], str, Clause]]:
    """The clause narrowed to each one of the values that it lists: where they are written, the value, the clause."""
    for part in ("role", "relationship"):
        for value in sorted(getattr(clause.to, part) or ()):
            only = clause.to.model_copy(update={part: frozenset({value})})
            yield ("to", part), value, clause.model_copy(update={"to": only})
    for part in ("event", "category"):
        for value in sorted(getattr(clause.when, part) or ()):
            when = clause.when.model_copy(update={part: frozenset({value})})
            yield ("when", part), value, clause.model_copy(update={"when": when})


# --- a role that nobody holds ---------------------------------------------------------------------------------------


def lint_holders(book: Book, rules: RuleSet) -> Iterator[Finding]:
    """Roles that a rule or a prohibition tells and that nobody holds."""
    said: set[tuple[str, Role | None]] = set()
    for rule in rules.rules:
        for tell in rule.tell:
            for one in _told(tell, rules):
                role = tell.role if one.holders else None
                if (one.id, role) not in said:
                    said.add((one.id, role))
                    yield _nobody(book.organisations[one.id], rule, tell.role)
    for placed in book.isps.values():
        for place, prohibition in enumerate(placed.entry.prohibitions):
            turn = prohibition.turn_to
            there = [one for one in rules.organisations.values() if turn is not None and turn.kind in one.kinds]
            if turn is not None and all(one.is_vacant(turn.role) for one in there):
                line = placed.line("prohibitions", place, "turn_to")
                nobody = f"this turns to the {words(turn.role)} of the {words(turn.kind)}, a role that nobody holds"
                yield warn(placed.file, line, "vacant", nobody)


def _told(tell: Tell, rules: RuleSet) -> Iterator[Organisation]:
    """Organisations that the rule would tell and that name nobody in the role, or nobody at all."""
    if tell.found_by_area:
        serving = [there for (kind, _), there in rules.areas.items() if kind is tell.kind]
        found = {one.id: one for there in serving if not any(map(_reads(tell.role), there)) for one in there}
        yield from found.values()
    else:
        reads = _reads(tell.role)
        yield from (one for one in rules.organisations.values() if tell.kind in one.kinds and not reads(one))


def _reads(role: Role) -> Callable[[Organisation], bool]:
    return lambda one: bool(one.holders.get(role))


def _nobody(placed: Placed[Organisation], rule: Rule, role: Role) -> Finding:
    one = placed.entry
    if not one.holders:
        line, who = placed.line("id"), f"{one.id} does not say who reads there"
        return note(placed.file, line, "holders", f"{who}: nobody will notice when a role is vacant")
    told = f"rule {rule.id} tells the {words(role)} of {one.id}, a role that nobody holds there"
    return warn(placed.file, placed.line("holders", role), "vacant", f"{told}: another is told, or a person is asked")
