"""The way of a batch, step by step: the file to read first.

    ingest    check frame, signature, source, parts              hub/routing/ingest.py
    cases     repeats, late events, retractions                  hub/routing/cases.py
    open      facts to decide, identities to match               hub/routing/ingest.py
    match     one look-up for the whole batch                    hub/matching/, hub/routing/distinct.py
    plan      decide; name who is told of what                   hub/routing/planning.py, hub/sharing/
    fulfil    open what is released, treat it, seal it           hub/routing/fulfilling.py, hub/redaction/
    record    the rows of one transaction                        hub/routing/recording.py

Facts go in and rows come out: there is no I/O here. The two reads that a batch needs, its cases and its matches, are
handed in as functions. Each step is taken for the whole batch before the next, which keeps the processor's caches warm.
One bad record becomes a dead letter and never stops its batch.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from hub.facts.errors import BadRecord, HubError, Reason
from hub.facts.model import NO_MATCH, Identity, Match
from hub.facts.terms import EventKind
from hub.routing.cases import Cases, Repeat
from hub.routing.context import Context, Record
from hub.routing.distinct import keep_apart
from hub.routing.fulfilling import Content, Routed, fulfil, open_released
from hub.routing.ingest import Checked, Opened, Refused, Tested, ingest, open_event, refuse
from hub.routing.planning import Plan, plan, plan_late, plan_retraction
from hub.routing.recording import EventRows, record_event
from hub.routing.testing import try_test

ReadCases = Callable[[Sequence[Checked]], Cases]
MatchAll = Callable[[Sequence[Identity]], Sequence[Match]]


@dataclass(frozen=True, slots=True)
class Repeated:
    """An event that is known already: nothing is done again."""

    checked: Checked


Result = EventRows | Refused | Repeated | Tested
Ended = Refused | Repeated | Tested
"""What goes no further; the steps hand it on as it is."""


class Entangled(HubError):
    """An event turned out unusable after others of its case were planned on it: decide the batch again in halves."""


def run(records: Sequence[Record], context: Context, *, read_cases: ReadCases, match_all: MatchAll) -> list[Result]:
    """What each record comes to, in the records' order; raises Entangled, never for a single record."""
    ingested = [ingest(record, context) for record in records]
    cases = read_cases([one for one in ingested if isinstance(one, Checked)])
    opened = [_begin(one, cases, context) for one in ingested]
    matches = _match(opened, match_all)
    plans = [_plan(one, matches.get(place, {}), cases, context) for place, one in enumerate(opened)]
    contents = [_unseal(one, context) for one in plans]
    routed = [_fulfil(one, content, context) for one, content in zip(plans, contents, strict=True)]
    _check_untangled(ingested, plans, routed)
    return [record_event(one, context) if isinstance(one, Routed) else one for one in routed]


def _begin(one: Checked | Tested | Refused, cases: Cases, context: Context) -> Opened | Checked | Ended:
    match one:
        case Checked():
            return _open(one, cases, context)
        case Tested():
            return try_test(one, context)
        case Refused():
            return one


def _open(checked: Checked, cases: Cases, context: Context) -> Opened | Checked | Refused | Repeated:
    """Open what is new; a retraction, and whatever comes after one, stays closed."""
    event = checked.event
    checked = replace(checked, event_id=cases.id_of(event))
    match cases.repeat(event, retraction=checked.kind is EventKind.RETRACTED):
        case Repeat.REPEATED:
            return Repeated(checked)
        case Repeat.CONFLICTING:
            return refuse(checked, Reason.CONFLICTING_EVENT)
        case Repeat.NEW:
            pass
    if event.source in cases.quarantined:
        return refuse(checked, Reason.QUARANTINED)
    retraction = checked.kind is EventKind.RETRACTED
    late = cases.of(event.source, event.case_key).retracted_after(event.sequence)
    found = checked if retraction or late else open_event(checked, context)
    if not isinstance(found, Refused):
        cases.remember(event, retraction=retraction)
    return found


def _match(opened: Sequence[object], match_all: MatchAll) -> dict[int, dict[str, Match]]:
    """Matches by place in the batch and subject key: one look-up for all, then each event's children together.

    An unborn child is on no register, and is not looked up.
    """
    found = {place: dict.fromkeys(one.unborn, NO_MATCH) for place, one in enumerate(opened) if isinstance(one, Opened)}
    asked = [
        (place, key, identity)
        for place, one in enumerate(opened)
        if isinstance(one, Opened)
        for key, identity in one.identities.items()
        if key not in found[place]
    ]
    answers = match_all([identity for _, _, identity in asked]) if asked else []
    for (place, key, _), answer in zip(asked, answers, strict=True):
        found[place][key] = answer
    return {place: keep_apart(of_one) if len(of_one) > 1 else of_one for place, of_one in found.items()}


def _plan(one: Opened | Checked | Ended, matches: Mapping[str, Match], cases: Cases, context: Context) -> Plan | Ended:
    match one:
        case Refused() | Repeated() | Tested():
            return one
        case Checked():
            case = cases.of(one.event.source, one.event.case_key)
            return plan_retraction(one, case, context) if one.kind is EventKind.RETRACTED else plan_late(one, context)
        case Opened(checked=checked):
            case = cases.of(checked.event.source, checked.event.case_key)
            if case.retracted_after(checked.event.sequence):  # by a retraction of this very batch
                return plan_late(checked, context)
            return plan(one, matches, case, context)


def _unseal(one: Plan | Ended, context: Context) -> Content | Reason:
    """The released content of a plan, or why it does not open."""
    if not isinstance(one, Plan):
        return {}
    try:
        return open_released(one, context)
    except BadRecord as error:
        return error.reason


def _fulfil(one: Plan | Ended, content: Content | Reason, context: Context) -> Routed | Ended:
    if not isinstance(one, Plan):
        return one
    if isinstance(content, Reason):
        return refuse(one.checked, content)
    return fulfil(one, content, context)


def _check_untangled(
    ingested: Sequence[Checked | Tested | Refused],
    plans: Sequence[Plan | Ended],
    routed: Sequence[Routed | Ended],
) -> None:
    """An event that told fewer than was planned may be the only record of its case, and of its id, in the batch.

    Others were decided in the belief that it stands: as older, as newer, or as its repeats.
    """
    checked = [one for one in ingested if isinstance(one, Checked)]
    ids = Counter(one.event.sent_as for one in checked)
    cases = Counter((one.event.source, one.event.case_key) for one in checked)
    for one, outcome in zip(plans, routed, strict=True):
        if not isinstance(one, Plan) or (isinstance(outcome, Routed) and outcome.as_planned()):
            continue
        event = one.checked.event
        if ids[event.sent_as] > 1 or cases[event.source, event.case_key] > 1:
            raise Entangled("An event did not come to what others of its case rest on: they are decided apart.")
