"""Scenarios run against the rules they lie beside, as if every ISP were signed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from hub.facts.model import Decision
from hub.facts.outcome import Share
from hub.sharing.checking.output import instant_as_text
from hub.sharing.deciding.agreements import applies
from hub.sharing.deciding.ruleset import RuleSet
from hub.sharing.deciding.verdict import decide
from hub.sharing.writing.given import GivenInvalid, as_given
from hub.sharing.writing.reading import Placed
from hub.sharing.writing.scenarios import Expected, Scenario
from hub.written.findings import Finding, fault

CODE = "scenario"


def run_scenario(placed: Placed[Scenario], rules: RuleSet, at: datetime) -> list[Finding]:
    """What the rules do otherwise than the scenario expects; empty if it passes. `at` serves a case without time."""
    scenario = placed.entry
    moment = scenario.at or scenario.given.raised_at or at
    try:
        given = as_given(scenario.given, moment)
    except GivenInvalid as error:
        return [fault(placed.file, placed.line("given"), CODE, f"scenario '{scenario.title}': {error}")]
    verdict = decide(given, rules, moment, signed=None)
    left = list(verdict.decisions)
    found: list[Finding] = []
    for place, expected in enumerate(scenario.expect):
        found.extend(_compare(placed, place, expected, left))
    found.extend(_unexpected(placed, decision) for decision in left if isinstance(decision.ruling, Share))
    if scenario.review is not None and scenario.review != bool(verdict.review):
        asked = f"a person is asked ({verdict.review[0]})" if verdict.review else "nobody is asked to review"
        found.append(fault(placed.file, placed.line("review"), CODE, f"scenario '{scenario.title}': {asked}"))
    return found


def untried(scenarios: Iterable[Placed[Scenario]], rules: RuleSet, at: datetime) -> list[tuple[str, str]]:
    """Each clause, as (ISP, id), that applies in no scenario: nobody has looked at what it does."""
    said: set[str] = set()
    for placed in scenarios:
        moment = placed.entry.at or placed.entry.given.raised_at or at
        try:
            given = as_given(placed.entry.given, moment)
        except GivenInvalid:
            continue  # the scenario itself is at fault, as the check says
        said.update(sentence for one in decide(given, rules, moment, signed=None).decisions for sentence in one.reasons)
    clauses = ((isp.ref, clause.id) for isp in rules.isps for clause in isp.clauses)
    return [(ref, clause) for ref, clause in clauses if applies(ref, clause) not in said]


def _compare(placed: Placed[Scenario], place: int, expected: Expected, left: list[Decision]) -> Iterator[Finding]:
    """Take the expected recipient's decision out of those left, and say where it differs."""
    about = f"scenario '{placed.entry.title}': {expected.tell}"
    alike = [decision for decision in left if _is_about(decision, expected)]
    if not alike:
        yield fault(
            placed.file,
            placed.line("expect", place),
            CODE,
            f"{about} is expected ({expected.outcome}), but no rule tells it",
        )
        return
    decision = next((one for one in alike if one.ruling.kind is expected.outcome), alike[0])
    left.remove(decision)
    for part, sentence in _differences(expected, decision):
        yield fault(placed.file, placed.line("expect", place, part), CODE, f"{about}: {sentence}")


def _is_about(decision: Decision, expected: Expected) -> bool:
    return (
        decision.recipient.organisation == expected.tell
        and expected.role in {None, decision.recipient.role}
        and expected.subject in {None, decision.subject}
    )


def _differences(expected: Expected, decision: Decision) -> Iterator[tuple[str, str]]:
    ruling = decision.ruling
    if ruling.kind is not expected.outcome:
        yield "outcome", f"expected {expected.outcome}, decided {ruling.kind}: {' '.join(decision.reasons)}"
        return
    if expected.by is not None and expected.by != decision.by:
        yield (
            "by",
            f"expected by {instant_as_text(expected.by)}, decided {instant_as_text(decision.by) or 'no deadline'}",
        )
    for part, wanted, got in (
        ("isp", expected.isp, ruling.isp),
        ("clause", expected.clause, ruling.clause),
        ("rule", expected.rule, decision.rule),
    ):
        if wanted is not None and wanted != got:
            yield part, f"expected {part} {wanted}, decided {got or 'none'}"
    released = ruling.released.keys() if isinstance(ruling, Share) else set()
    for item in sorted(expected.released - released):
        yield "released", f"{item} is expected to be released, but is withheld"
    for item in sorted(expected.withheld - set(decision.withheld)):
        how = "released" if item in released else "not among the event's items"
        yield "withheld", f"{item} is expected to be withheld, but is {how}"


def _unexpected(placed: Placed[Scenario], decision: Decision) -> Finding:
    return fault(
        placed.file,
        placed.line("expect"),
        CODE,
        f"scenario '{placed.entry.title}': {decision.recipient.organisation} "
        f"({decision.recipient.role}, rule {decision.rule}) is told, but is not expected",
    )
