"""A role that nobody holds: whoever is named next and may hear is told, else a person is asked."""

import pytest

from hub.facts.outcome import CannotDecide, Withhold
from hub.facts.terms import Ground
from tests.unit.sharing.builders import (
    COUNCIL,
    LEAD,
    POLICE,
    PRIMARY,
    a_clause,
    a_council_isp,
    a_rule,
    a_set,
    an_isp,
    an_organisation,
    organisations,
    outcomes,
    verdict,
)

SCHOOL, HEAD, DOOR = f"{PRIMARY}/{LEAD}", f"{PRIMARY}/head_teacher", f"{COUNCIL}/front_door"
SOMEBODY = [{"name": "A", "contact": "01632 960152"}]
DESK = {"organisation": COUNCIL, "role": "front_door"}
HEAD_MAY_HEAR = a_clause(id="tell-head", to={"kind": "school", "role": "head_teacher", "relationship": "enrolled"})


def tiers(*roles):
    policy = {"deliver_within": "PT1H", "acknowledge_within": "PT12H", "retry": ["PT1M"], "channels": ["inbox"],
              "escalate": [{"role": role, "after": "PT1H"} for role in roles]}  # fmt: skip
    return dict.fromkeys(("immediate", "urgent", "routine"), policy)


def a_school(holders, **changes):
    return organisations(
        an_organisation(PRIMARY, "school", authority=COUNCIL, duty_desk=DESK, holders=holders, **changes),
        an_organisation(COUNCIL, "local_authority", holders={"front_door": SOMEBODY}),
    )


NOBODY_LEADS = {"head_teacher": SOMEBODY}


def decided(*isps, holders=NOBODY_LEADS, chain=("head_teacher", "front_door"), rules=None, **changes):
    made = a_set(list(isps) or [an_isp()], rules, a_school(holders), tiers=tiers(*chain))
    return verdict(made, **changes)


@pytest.mark.parametrize("holders", [NOBODY_LEADS, {LEAD: [], "head_teacher": SOMEBODY}, {LEAD: None}, {LEAD: []}])
def test_a_role_that_nobody_holds_is_not_told_and_a_person_is_asked(holders):
    found = decided(holders=holders, chain=())
    assert outcomes(found) == {SCHOOL: "cannot_decide"}
    assert found.decisions[0].ruling == CannotDecide("ISP-POL-EDU-001@3", "tell-dsl")
    assert any("nobody holds" in why for why in found.review)


def test_the_next_role_of_the_tiers_chain_that_may_hear_is_told_instead():
    found = decided(an_isp(a_clause(), HEAD_MAY_HEAR))
    assert outcomes(found) == {SCHOOL: "withhold", HEAD: "share"}
    vacant, head = found.decisions
    assert vacant.ruling == Withhold("ISP-POL-EDU-001@3", "tell-dsl", Ground.VACANT)
    assert f"Told in place of the designated safeguarding lead of {PRIMARY}, a role that nobody holds there." in (
        head.reasons
    )
    assert (head.by, head.rule) == (vacant.by, "da-school")
    assert found.review == ()


def test_a_role_that_no_isp_lets_hear_is_passed_over_for_the_next():
    found = decided(an_isp(), a_council_isp("front_door"))
    assert outcomes(found) == {SCHOOL: "withhold", DOOR: "share"}


def test_after_the_chain_comes_the_organisations_own_duty_desk():
    found = decided(an_isp(), a_council_isp("front_door"), chain=())
    assert outcomes(found) == {SCHOOL: "withhold", DOOR: "share"}


def test_a_next_role_that_nobody_holds_either_is_passed_over():
    found = decided(an_isp(a_clause(), HEAD_MAY_HEAR), a_council_isp("front_door"), holders={"named_person": SOMEBODY})
    assert outcomes(found) == {SCHOOL: "withhold", DOOR: "share"}


def test_whoever_is_told_by_the_rule_already_stands_in_once():
    both = [a_rule({"kind": "local_authority", "role": "front_door"},
                   {"kind": "school", "relationship": "enrolled", "role": LEAD})]  # fmt: skip
    found = decided(an_isp(), a_council_isp("front_door"), rules=both, home_district="ZG1")
    assert outcomes(found) == {DOOR: "share", SCHOOL: "withhold"}


def test_who_may_not_hear_leaves_nothing_to_stand_in_for():
    clause = a_clause(when={"category": ["neglect"]})
    found = decided(an_isp(clause), a_council_isp("front_door"))
    assert outcomes(found)[SCHOOL] == "withhold"
    assert [one.ruling.ground for one in found.decisions if one.recipient.organisation == PRIMARY] == [
        Ground.NO_PERMISSION
    ]


def test_an_organisation_that_names_nobody_at_all_is_told_as_its_rule_says():
    assert outcomes(decided(holders={})) == {SCHOOL: "share"}


def test_a_front_door_that_nobody_holds_is_not_the_named_person_at_the_end():
    orgs = organisations(an_organisation(COUNCIL, "local_authority", holders={"education_welfare": SOMEBODY}))
    rules = a_set([a_council_isp("front_door")], [], orgs)
    found = verdict(rules, home_district="ZG1")
    assert found.decisions == ()
    assert any(f"duty desk: the duty officer of {POLICE}" in why for why in found.review)
