"""Who ought to hear: registrations, areas, and a named person at the end of every concern."""

from hub.facts.model import Recipient
from hub.facts.terms import Role
from hub.sharing import decide_not_found, source_desk
from hub.sharing.writing.given import read_given
from tests.unit.sharing.builders import (
    ACADEMY,
    AT,
    COUNCIL,
    LEAD,
    POLICE,
    PRIMARY,
    a_case,
    a_council_isp,
    a_rule,
    a_set,
    an_isp,
    an_organisation,
    enrolled,
    only,
    organisations,
    outcomes,
    told,
    verdict,
)

SCHOOL = f"{PRIMARY}/{LEAD}"
DOOR = f"{COUNCIL}/front_door"
WELFARE = f"{COUNCIL}/education_welfare"
TO_THE_DOOR = a_rule({"kind": "local_authority", "role": "front_door"})
HOLDER = [{"name": "A", "contact": "1"}]


def test_a_registration_counts_to_its_last_day():
    def at_school_until(day):
        return enrolled(registrations=[{"organisation": PRIMARY, "relationship": "enrolled", "until": day}])

    rules = a_set()
    assert told(verdict(rules, child=at_school_until("2026-03-07"))) == [SCHOOL]
    assert told(verdict(rules, child=at_school_until("2026-03-06"))) == []


def test_the_last_day_ends_at_midnight_in_london():
    child = enrolled(registrations=[{"organisation": PRIMARY, "relationship": "enrolled", "until": "2026-06-30"}])
    summer = AT.replace(month=6, day=30, hour=22, minute=59)
    assert told(verdict(a_set(), child=child, at=summer)) == [SCHOOL]
    assert told(verdict(a_set(), child=child, at=summer.replace(hour=23, minute=1))) == []


def test_a_registration_of_another_kind_or_relationship_is_no_recipient():
    rules = a_set()
    expected = enrolled(registrations=[{"organisation": PRIMARY, "relationship": "expected_from"}])
    assert verdict(rules, child=expected).decisions == ()
    council = enrolled(registrations=[{"organisation": COUNCIL, "relationship": "enrolled"}])
    assert verdict(rules, child=council).decisions == ()


def test_a_registration_with_an_organisation_that_nobody_knows_is_asked_about():
    child = enrolled("school.nowhere")
    found = verdict(a_set(), child=child)
    assert found.decisions == ()
    assert any("not in these rules" in why for why in found.review)
    assert not any("nowhere" in why for why in found.review)


def test_every_school_of_a_dual_registered_pupil_is_told():
    rules = a_set(rules=[a_rule({"kind": "school", "role": LEAD})])
    both = [{"organisation": one, "relationship": "dual_enrolled"} for one in (PRIMARY, ACADEMY)]
    assert set(outcomes(verdict(rules, child=enrolled(registrations=both)))) == {SCHOOL, f"{ACADEMY}/{LEAD}"}


def test_a_school_without_a_relationship_means_one_that_the_child_is_registered_with():
    rules = a_set(rules=[a_rule({"kind": "school", "role": LEAD})])
    assert told(verdict(rules, home_district="ZG1")) == [SCHOOL]


def test_a_home_educated_child_s_authority_is_told_instead():
    rules = a_set([an_isp(), a_council_isp("education_welfare")])
    child = enrolled(flags=["home_educated"], registrations=[])
    assert told(verdict(rules, child=child, home_district="ZG2")) == [WELFARE]
    assert told(verdict(rules, child=child, incident_district="zg1")) == [WELFARE]
    nowhere = verdict(rules, child=child, home_district="ZX9")
    assert nowhere.decisions == ()
    assert any("no local authority of these rules serves" in why for why in nowhere.review)


def test_the_home_outweighs_the_place_of_the_incident():
    other = an_organisation("la.other", "local_authority", area=["ZX9"])
    parties = [{"organisation": POLICE}, {"organisation": COUNCIL}, {"organisation": "la.other"}]
    rules = a_set([a_council_isp("front_door", parties=parties)], [TO_THE_DOOR], organisations(other))
    assert told(verdict(rules, home_district="ZX9", incident_district="ZG1")) == ["la.other/front_door"]
    assert told(verdict(rules, home_district="ZG1", incident_district="ZX9")) == [DOOR]
    assert told(verdict(rules, home_district="ZZ1", incident_district="ZX9")) == ["la.other/front_door"]


def test_two_authorities_for_a_district_are_told_apart_by_who_holds_the_role():
    education = an_organisation("ea.glenmore", "local_authority", holders={"education_welfare": HOLDER})
    council = an_organisation(COUNCIL, "local_authority", holders={"front_door": HOLDER})
    isp = a_council_isp("front_door", parties=[{"organisation": POLICE}, {"organisation": COUNCIL}])
    rules = a_set([isp], [TO_THE_DOOR], organisations(education, council))
    assert told(verdict(rules, home_district="ZG1")) == [DOOR]


def test_two_authorities_that_cannot_be_told_apart_are_a_person_s_to_decide():
    twin = an_organisation("la.twin", "local_authority")
    isp = a_council_isp("front_door", parties=[{"organisation": POLICE}, {"organisation": COUNCIL},
                                               {"organisation": "la.twin"}])  # fmt: skip
    found = verdict(a_set([isp], [TO_THE_DOOR], organisations(twin)), home_district="ZG1")
    assert outcomes(found) == {DOOR: "cannot_decide", "la.twin/front_door": "cannot_decide"}
    assert any("more than one local authority" in why for why in found.review)


def test_a_rule_for_another_source_or_event_tells_nobody():
    rules = a_set([an_isp(), a_council_isp("front_door")])
    assert verdict(rules, event="attendance.notified", home_district="ZG1").decisions == ()
    assert verdict(rules, source=COUNCIL, home_district="ZG1").decisions == ()


# --- every concern ends with a named person ---------------------------------------------------------------------------


def test_a_concern_that_no_rule_sends_goes_to_the_front_door():
    rules = a_set([an_isp(), a_council_isp("front_door")])
    found = verdict(rules, category="fire_risk", home_district="ZG1")
    assert outcomes(found) == {DOOR: "share"}
    assert only(found).rule == "duty-desk"
    assert only(found).by is None
    assert found.review == ()


def test_where_no_isp_lets_the_front_door_hear_it_goes_back_to_the_source():
    found = verdict(a_set(), category="fire_risk", home_district="ZG1")
    assert found.decisions == ()
    assert found.review == (
        "Nobody may be told, so this goes back to the source's own duty desk: the duty officer of police.caledon.",
    )


def test_a_concern_that_somebody_decides_later_does_not_go_to_the_front_door():
    rules = a_set([an_isp(consent="required"), a_council_isp("front_door")])
    found = verdict(rules, home_district="ZG1")
    assert outcomes(found) == {SCHOOL: "cannot_decide"}


def test_a_retraction_is_not_a_concern_without_a_recipient():
    rules = a_set([an_isp(), a_council_isp("front_door")])
    found = verdict(rules, event="concern.retracted", home_district="ZG1")
    assert (found.decisions, found.review) == ((), ())


def test_a_child_who_is_not_on_the_register_is_told_to_the_front_door():
    rules = a_set([an_isp(), a_council_isp("front_door")])
    given = read_given(a_case(home_district="ZG1", child={}), AT)
    (decision,) = decide_not_found(given, given.children[0], rules, AT, signed=None).decisions
    assert (str(decision.recipient), decision.rule) == (DOOR, "duty-desk")
    assert decide_not_found(given, given.children[0], a_set(), AT, signed=None).decisions == ()
    unsigned = decide_not_found(given, given.children[0], rules, AT, signed=frozenset())
    assert unsigned.decisions == ()
    assert "own duty desk" in unsigned.review[-1]


def test_the_source_s_own_duty_desk():
    desk = {"organisation": COUNCIL, "role": "front_door"}
    rules = a_set(orgs=organisations(an_organisation(PRIMARY, "school", duty_desk=desk),
                                     an_organisation(ACADEMY, "school", duty_desk=None)))  # fmt: skip
    assert source_desk(PRIMARY, rules) == Recipient(COUNCIL, Role.FRONT_DOOR)
    assert source_desk(ACADEMY, rules) == Recipient(ACADEMY, Role.DESIGNATED_SAFEGUARDING_LEAD)
    assert source_desk(POLICE, rules) == Recipient(POLICE, Role.DUTY_OFFICER)
