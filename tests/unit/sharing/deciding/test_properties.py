"""What must hold for every event: nothing outside the ISPs, nothing more for knowing less, the same answer twice."""

from dataclasses import replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hub.facts.items import CATALOGUE
from hub.facts.model import Given, GivenChild, GivenPerson, Practitioner, Registration
from hub.facts.outcome import Share, TreatmentKind, less_revealing
from hub.facts.terms import Capacity, Category, Consent, EventKind, Flag, PersonRole, Relationship, Risk, Role, Tier
from hub.sharing import decide
from hub.sharing.deciding.permission import NECESSARY_MINIMUM
from hub.sharing.writing.given import read_given
from tests.unit.sharing.builders import (
    ACADEMY,
    AT,
    BARS_THE_LEAD,
    COUNCIL,
    HIDES_FROM_PERPETRATOR,
    LEAD,
    POLICE,
    PRIMARY,
    SUPPORT,
    a_case,
    a_clause,
    a_council_isp,
    a_rule,
    a_set,
    an_isp,
    enrolled,
)

TO_SCHOOL = {"kind": "school", "role": LEAD, "relationship": "enrolled"}
NOT_IF_ROUTINE = {"items": ["concern.detail"], "when": {"tier": ["routine"]}}
ISPS = [
    an_isp(
        a_clause(),
        a_clause(id="risky", when={"risk": ["significant_harm"], "flags": {"none": ["looked_after"]}},
                 release={"concern.detail": "full", "concern.summary": "flag", "child.name": "withhold"}),
        a_clause(id="young", when={"age": {"to": 10}, "capacity": ["not_competent"]}, consent="required",
                 release={"child.voice": "full", "child.address": "full"}),
        prohibitions=[HIDES_FROM_PERPETRATOR, BARS_THE_LEAD, NOT_IF_ROUTINE],
    ),
    an_isp(a_clause(id="old", release={"child.gp": "full", "incident.place": "withhold"}), id="ISP-OLD", version=1,
           expires="2026-01-01"),
    a_council_isp("front_door", "education_welfare", "designated_officer"),
]  # fmt: skip
RULES = a_set(ISPS, [
    a_rule(),
    a_rule({"kind": "local_authority", "role": "front_door", "within": "PT1H"}, id="grave",
           when={"risk": ["significant_harm", "life_at_risk"], "source_kind": ["police"]}),
    a_rule({"kind": "third_sector", "role": "support_worker"}, id="support", when={"category": ["domestic_abuse"]}),
])  # fmt: skip
RELEASED_BY = {
    (f"{isp['id']}@{isp['version']}", clause["id"]): {
        item: how for item, how in clause["release"].items() if how != "withhold"
    }
    for isp in ISPS
    for clause in isp["clauses"]
}
WITHHELD_BY = {
    (f"{isp['id']}@{isp['version']}", clause["id"]): {
        item for item, how in clause["release"].items() if how == "withhold"
    }
    for isp in ISPS
    for clause in isp["clauses"]
}


def maybe(values):
    return st.none() | values


organisations = st.sampled_from([PRIMARY, ACADEMY, COUNCIL, SUPPORT])
registrations = st.builds(
    Registration, organisations, st.sampled_from([Relationship.ENROLLED, Relationship.SUPPORT_SERVICE])
)
people = st.builds(
    GivenPerson,
    st.sampled_from([PersonRole.ALLEGED_PERPETRATOR, PersonRole.PARENT]),
    st.booleans(),
    maybe(organisations),
    maybe(st.sampled_from([Role.DESIGNATED_SAFEGUARDING_LEAD, Role.HEAD_TEACHER])),
)
children = st.builds(
    GivenChild,
    key=st.just("1"),
    age=maybe(st.integers(0, 19)),
    sex=maybe(st.sampled_from(["female", "male"])),
    capacity=maybe(st.sampled_from(Capacity)),
    registrations=maybe(st.lists(registrations, max_size=3).map(tuple)),
    flags=maybe(st.frozensets(st.sampled_from(Flag), max_size=3)),
)
events = st.builds(
    Given,
    event=st.sampled_from([EventKind.RAISED, EventKind.UPDATED, EventKind.RETRACTED]),
    source=st.just(POLICE),
    children=children.map(lambda child: (child,)),
    category=maybe(st.sampled_from([Category.DOMESTIC_ABUSE, Category.NEGLECT])),
    raised_at=maybe(st.just(AT)),
    tier=maybe(st.sampled_from(Tier)),
    risk=maybe(st.sampled_from(Risk)),
    consent=maybe(st.sampled_from(Consent)),
    practitioner=maybe(st.builds(Practitioner, st.just("inspector"), maybe(st.just("Tonight.")))),
    people=maybe(st.lists(people, max_size=2).map(tuple)),
    home_district=maybe(st.sampled_from(["ZG1", "ZX9"])),
    incident_district=maybe(st.sampled_from(["ZG2"])),
    items=maybe(st.frozensets(st.sampled_from(CATALOGUE))),
)


def shares(event):
    return {
        one.recipient: one for one in decide(event, RULES, AT, signed=None).decisions if isinstance(one.ruling, Share)
    }


@given(events)
@settings(max_examples=500)
def test_no_released_item_lies_outside_the_clauses_of_the_isp(event):
    for decision in shares(event).values():
        allowed = set(NECESSARY_MINIMUM) if decision.ruling.isp is None else {
            item for (isp, _), items in RELEASED_BY.items() if isp == decision.ruling.isp for item in items
        }  # fmt: skip
        assert decision.ruling.released.keys() <= allowed
        assert decision.ruling.released
        assert all(how.kind is not TreatmentKind.WITHHOLD for how in decision.ruling.released.values())


@given(events)
@settings(max_examples=300)
def test_every_item_of_the_event_is_either_released_or_withheld(event):
    present = set(CATALOGUE) if event.items is None else event.items
    for decision in decide(event, RULES, AT, signed=None).decisions:
        released = set(decision.ruling.released) if isinstance(decision.ruling, Share) else set()
        assert released | set(decision.withheld) == present
        assert released.isdisjoint(decision.withheld)


@given(events)
@settings(max_examples=300)
def test_withhold_beats_release(event):
    for decision in shares(event).values():
        applied = {key for key in WITHHELD_BY for reason in decision.reasons
                   if reason.startswith(f"{key[0]}, clause {key[1]}, applies")}  # fmt: skip
        assert all(WITHHELD_BY[key].isdisjoint(decision.ruling.released) for key in applied)


FORGETTABLE = ["category", "risk", "consent", "tier", "age", "capacity", "flags"]


@given(events, st.sets(st.sampled_from(FORGETTABLE), min_size=1))
@settings(max_examples=1000)
def test_knowing_less_never_yields_more(event, forgotten):
    """People, registrations, districts, `restricted` and `unborn` have rules of their own: see the other tests."""
    child = event.children[0]
    assume(child.flags is None or not {Flag.RESTRICTED, Flag.UNBORN} & child.flags)
    hazy_child = replace(child, **{name: None for name in forgotten if hasattr(child, name)})
    hazy = replace(event, children=(hazy_child,), **{name: None for name in forgotten if hasattr(event, name)})
    clear = shares(event)
    for recipient, decision in shares(hazy).items():
        if decision.rule == "duty-desk":
            continue
        assert recipient in clear
        known = clear[recipient].ruling.released
        for item, how in decision.ruling.released.items():
            assert item in known
            assert less_revealing(how, known[item]) == how


@given(events)
@settings(max_examples=300)
def test_the_same_event_gets_the_same_verdict(event):
    assert decide(event, RULES, AT, signed=None) == decide(event, RULES, AT, signed=None)


@given(events)
@settings(max_examples=300)
def test_unsigned_isps_share_nothing_but_emergencies(event):
    verdict = decide(event, RULES, AT, signed=frozenset())
    assert all(one.ruling.isp is None for one in verdict.decisions if isinstance(one.ruling, Share))


@given(events)
@settings(max_examples=300)
def test_every_concern_ends_with_a_person(event):
    verdict = decide(event, RULES, AT, signed=None)
    if event.event is not EventKind.RETRACTED:
        assert verdict.review or any(isinstance(one.ruling, Share) for one in verdict.decisions)


@given(events)
@settings(max_examples=200)
def test_a_person_is_asked_about_every_decision_that_cannot_be_made(event):
    verdict = decide(event, RULES, AT, signed=None)
    kinds = {type(one.ruling).__name__ for one in verdict.decisions}
    assert "CannotDecide" not in kinds or verdict.review


def test_ages_are_never_printed():
    for age in range(20):
        given_to_them = read_given(a_case(child=enrolled(age=age)), AT)
        verdict = decide(given_to_them, RULES, AT, signed=None)
        sentences = [*verdict.review, *(reason for one in verdict.decisions for reason in one.reasons)]
        assert not any(f"age is {age}" in sentence or f"aged {age}" in sentence for sentence in sentences)
