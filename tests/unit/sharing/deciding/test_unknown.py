"""Unknown is not false: it neither shares nor passes in silence, and gives way to a known fact that settles it."""

import pytest

from hub.facts.terms import Flag
from hub.sharing.deciding.conditions import Condition, Truth, judge
from tests.unit.sharing.builders import (
    AT,
    COUNCIL,
    LEAD,
    PRIMARY,
    a_clause,
    a_council_isp,
    a_rule,
    a_set,
    an_isp,
    enrolled,
    only,
    outcomes,
    released,
    told,
    verdict,
)

SCHOOL = f"{PRIMARY}/{LEAD}"
WELFARE = f"{COUNCIL}/education_welfare"
ANY = a_rule(when={"source_kind": ["police"]}, tell=[{"kind": "school", "relationship": "enrolled", "role": LEAD}])


@pytest.mark.parametrize(
    ("values", "truth"),
    [
        ((), Truth.TRUE),
        ((True,), Truth.TRUE),
        ((True, True), Truth.TRUE),
        ((False,), Truth.FALSE),
        ((True, False), Truth.FALSE),
        ((None,), Truth.UNKNOWN),
        ((True, None), Truth.UNKNOWN),
        ((None, True), Truth.UNKNOWN),
        ((None, False), Truth.FALSE),
        ((False, None), Truth.FALSE),
        ((None, None, False), Truth.FALSE),
        ((None, None), Truth.UNKNOWN),
    ],
)
def test_all_conditions_must_hold_in_three_values(values, truth):
    conditions = tuple(Condition(lambda _, held=held: held, "failed", "fact") for held in values)
    assert judge(conditions, None).truth is truth


@pytest.mark.parametrize(
    ("when", "changes", "fact"),
    [
        ({"category": ["domestic_abuse"]}, {"category": None}, "the category"),
        ({"age": {"from": 4}}, {"child": enrolled(age=None)}, "the child's age"),
        ({"risk": ["some"]}, {}, "the risk"),
        ({"tier": ["urgent"]}, {}, "the tier"),
        ({"consent": ["given"]}, {}, "the consent"),
        ({"sex": ["female"]}, {}, "the child's sex"),
        ({"capacity": ["competent"]}, {}, "the child's capacity"),
        ({"practitioner": ["inspector"]}, {}, "the practitioner's role"),
        ({"flags": ["looked_after"]}, {"child": enrolled(flags=None)}, "the child's flags"),
        ({"flags": {"none": ["looked_after"]}}, {"child": enrolled(flags=None)}, "the child's flags"),
        ({"history": {"at_least": 3, "within": "P90D"}}, {}, "the child's earlier events"),
        ({"requester": {"kind": ["nhs_hospital"]}}, {}, "the requester's kind"),
    ],
)
def test_a_clause_that_needs_an_unknown_fact_goes_to_a_person(when, changes, fact):
    child = {name: value for name, value in changes.pop("child", enrolled()).items() if value is not None}
    found = verdict(a_set([an_isp(a_clause(when=when))], [ANY]), child=child, **changes)
    assert outcomes(found) == {SCHOOL: "cannot_decide"}
    assert found.review == (f"ISP-POL-EDU-001@3, clause tell-dsl, needs {fact}, and that is unknown.",)
    settled = when | {"event": ["plan.shared"]}
    found = verdict(a_set([an_isp(a_clause(when=settled))], [ANY]), child=child, **changes)
    assert outcomes(found) == {SCHOOL: "withhold"}


def test_a_present_list_is_complete():
    when = {"flags": {"none": ["looked_after"]}}
    rules = a_set([an_isp(a_clause(when=when))], [ANY])
    assert outcomes(verdict(rules)) == {SCHOOL: "share"}
    assert outcomes(verdict(rules, child=enrolled(flags=[Flag.LOOKED_AFTER]))) == {SCHOOL: "withhold"}
    when = {"history": {"at_least": 2, "category": ["domestic_abuse"], "within": "P90D"}}
    rules = a_set([an_isp(a_clause(when=when))], [ANY])
    assert outcomes(verdict(rules, history=[])) == {SCHOOL: "withhold"}
    one = {"category": "domestic_abuse", "raised_at": "2026-02-01T10:00:00Z"}
    older = one | {"raised_at": "2025-12-01T10:00:00Z"}
    other = one | {"category": "neglect"}
    later = one | {"raised_at": "2026-03-08T10:00:00Z"}
    assert outcomes(verdict(rules, history=[one, older, other, later])) == {SCHOOL: "withhold"}
    assert outcomes(verdict(rules, history=[one, one, older])) == {SCHOOL: "share"}


def test_an_unknown_clause_does_not_keep_back_what_another_clause_shares():
    risky = a_clause(id="risky", when={"risk": ["life_at_risk"]}, release={"concern.detail": "full"})
    found = verdict(a_set([an_isp(a_clause(), risky)]))
    assert "concern.summary" in released(only(found))
    assert "concern.detail" in only(found).withheld
    assert any("clause risky" in why for why in found.review)


def test_an_unknown_clause_protects_what_it_would_withhold():
    risky = a_clause(id="risky", when={"risk": ["life_at_risk"]},
                     release={"concern.summary": "withhold", "child.date_of_birth": "flag"})  # fmt: skip
    found = verdict(a_set([an_isp(a_clause(), risky)]))
    assert "concern.summary" in only(found).withheld
    assert released(only(found))["child.date_of_birth"] == "flag"
    assert "concern.summary" in released(only(verdict(a_set([an_isp(a_clause(), risky)]), risk="none")))


def test_a_rule_that_cannot_be_judged_names_its_would_be_recipients():
    found = verdict(a_set(), category=None)
    assert outcomes(found) == {SCHOOL: "cannot_decide"}
    assert found.review[0] == "Rule da-school needs the category, and that is unknown."
    assert only(found).rule == "da-school"


def test_a_rule_that_fails_on_a_known_fact_does_not_ask_for_the_unknown_one():
    found = verdict(a_set(), category=None, child=enrolled(age=2))
    assert found.decisions == ()
    assert not any("category" in why for why in found.review)


def test_unknown_registrations_are_asked_about():
    child = {"age": 8, "flags": []}
    found = verdict(a_set(), child=child)
    assert found.decisions == ()
    assert any("the child's registrations, and that is unknown" in why for why in found.review)


def test_an_unknown_flag_of_a_tell_names_the_would_be_recipient_and_lets_the_others_hear():
    child = enrolled()
    del child["flags"]
    found = verdict(a_set([an_isp(), a_council_isp("education_welfare")]), child=child, home_district="ZG1")
    assert outcomes(found) == {SCHOOL: "share", WELFARE: "cannot_decide"}
    assert any("the child's flags" in why for why in found.review)


def test_a_rule_that_surely_applies_is_not_held_up_by_one_that_may():
    may = a_rule(id="may", when={"risk": ["some"], "source_kind": ["police"]},
                 tell=[{"kind": "school", "relationship": "enrolled", "role": LEAD, "within": "PT1H"}])  # fmt: skip
    for rules in ([a_rule(), may], [may, a_rule()]):
        found = verdict(a_set(rules=rules))
        assert told(found) == [SCHOOL]
        assert only(found).rule == "da-school"
        assert only(found).by == AT.replace(day=8, hour=0, minute=10)
        assert any("Rule may needs the risk" in why for why in found.review)


def test_unknown_registrations_matter_to_a_clause_that_names_a_relationship():
    clause = a_clause(to={"kind": "local_authority", "role": "front_door", "relationship": "responsible_authority"})
    rule = a_rule({"kind": "local_authority", "role": "front_door"})
    rules = a_set([a_council_isp(clauses=[clause])], [rule])
    found = verdict(rules, child={"age": 8, "flags": []}, home_district="ZG1")
    assert outcomes(found) == {f"{COUNCIL}/front_door": "cannot_decide"}
    assert outcomes(verdict(rules, home_district="ZG1")) == {f"{COUNCIL}/front_door": "withhold"}
