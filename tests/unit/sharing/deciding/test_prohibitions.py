"""Prohibitions win over every clause. Only a known link bars; an unknown one withholds and asks."""

import pytest

from hub.facts.outcome import CannotDecide, Withhold
from hub.facts.terms import Ground
from tests.unit.sharing.builders import (
    ACADEMY,
    BARS_THE_LEAD,
    COUNCIL,
    HIDES_FROM_PERPETRATOR,
    LEAD,
    POLICE,
    PRIMARY,
    a_clause,
    a_council_isp,
    a_set,
    an_isp,
    an_organisation,
    only,
    organisations,
    outcomes,
    released,
    verdict,
)

SCHOOL = f"{PRIMARY}/{LEAD}"
OFFICER = f"{COUNCIL}/designated_officer"
GENEROUS = a_clause(release={"child.name": "full", "person.alleged_perpetrator": "full"})


def a_perpetrator(**link):
    return [{"role": "alleged_perpetrator", **link}]


@pytest.mark.parametrize(
    ("people", "withheld", "asked"),
    [
        ([], False, False),
        ([{"role": "parent", "linked_to": PRIMARY}], False, False),
        (a_perpetrator(linked_to=None), False, False),
        (a_perpetrator(linked_to=ACADEMY), False, False),
        (a_perpetrator(linked_to=PRIMARY), True, False),
        (a_perpetrator(linked_to=PRIMARY, holds="head_teacher"), True, False),
        (a_perpetrator(linked_to=PRIMARY, holds="caretaker"), True, False),
        (a_perpetrator(), True, True),
        (None, True, True),
        ([*a_perpetrator(linked_to=None), *a_perpetrator()], True, True),
        ([*a_perpetrator(linked_to=PRIMARY), *a_perpetrator()], True, False),
    ],
)
def test_items_are_withheld_from_the_organisation_that_the_person_is_linked_to(people, withheld, asked):
    found = verdict(a_set([an_isp(GENEROUS, prohibitions=[HIDES_FROM_PERPETRATOR])]), people=people)
    assert outcomes(found) == {SCHOOL: "share"}
    assert ("person.alleged_perpetrator" in only(found).withheld) is withheld
    assert bool(found.review) is asked
    assert "child.name" in released(only(found))


@pytest.mark.parametrize("link", [{}, {"linked_to": None}, {"linked_to": ACADEMY}])
def test_where_somebody_of_a_like_name_reads_nobody_is_told_before_a_person_has_looked(link):
    rules = a_set([an_isp(GENEROUS, prohibitions=[BARS_THE_LEAD])])
    found = verdict(rules, people=a_perpetrator(alike_at=[PRIMARY], **link))
    assert outcomes(found) == {SCHOOL: "cannot_decide"}
    assert any("like that of somebody who reads there" in why for why in found.review)


def test_a_likeness_elsewhere_holds_nothing_back():
    rules = a_set([an_isp(GENEROUS, prohibitions=[BARS_THE_LEAD, HIDES_FROM_PERPETRATOR])])
    found = verdict(rules, people=a_perpetrator(linked_to=None, alike_at=[ACADEMY]))
    assert outcomes(found) == {SCHOOL: "share"}
    assert not found.review


def test_a_known_link_bars_whoever_else_is_alike_there():
    rules = a_set([an_isp(GENEROUS, prohibitions=[BARS_THE_LEAD])])
    found = verdict(rules, people=a_perpetrator(linked_to=PRIMARY, holds=LEAD, alike_at=[PRIMARY]))
    assert outcomes(found)[SCHOOL] == "withhold"


def test_nobody_is_asked_about_items_that_the_event_does_not_hold():
    rules = a_set([an_isp(GENEROUS, prohibitions=[HIDES_FROM_PERPETRATOR])])
    assert not verdict(rules, people=a_perpetrator(), items=["child.name"]).review
    assert verdict(rules, people=a_perpetrator(), items=["child.name", "person.alleged_perpetrator"]).review


def test_a_prohibition_of_one_isp_wins_over_the_clause_of_another():
    strict = an_isp(a_clause(when={"category": ["missing"]}), id="ISP-2", prohibitions=[{"items": ["child.name"]}])
    found = verdict(a_set([an_isp(GENEROUS), strict]))
    assert list(released(only(found))) == ["person.alleged_perpetrator"]
    assert "ISP-2@3, prohibition 1, withholds child.name." in only(found).reasons


def test_a_prohibition_whose_condition_is_unknown_withholds_and_asks():
    rule = {"items": ["child.name"], "when": {"risk": ["some"]}}
    rules = a_set([an_isp(prohibitions=[rule])])
    assert "child.name" in only(verdict(rules, risk="some")).withheld
    assert "child.name" in released(only(verdict(rules, risk="none")))
    unknown = verdict(rules)
    assert "child.name" in only(unknown).withheld
    assert unknown.review


def test_a_prohibition_for_certain_recipients_leaves_others_alone():
    rules = a_set([an_isp(prohibitions=[{"items": ["child.name"], "to": {"role": "head_teacher"}}])])
    assert "child.name" in released(only(verdict(rules)))
    rules = a_set([an_isp(prohibitions=[{"items": ["child.name"], "to": {"kind": "school"}}])])
    assert "child.name" in only(verdict(rules)).withheld


BARRED = a_perpetrator(linked_to=PRIMARY, holds=LEAD)


def barring(*more, **organisation):
    orgs = organisations(an_organisation(PRIMARY, "school", authority=COUNCIL, **organisation))
    isp = an_isp(prohibitions=[HIDES_FROM_PERPETRATOR, BARS_THE_LEAD])
    return a_set([isp, a_council_isp("designated_officer", "front_door"), *more], orgs=orgs)


def test_the_lead_who_is_the_alleged_perpetrator_is_barred_and_the_designated_officer_told_instead():
    found = verdict(barring(), people=BARRED)
    assert outcomes(found) == {SCHOOL: "withhold", OFFICER: "share"}
    school, officer = found.decisions
    assert school.ruling == Withhold("ISP-POL-EDU-001@3", "prohibition-2", Ground.BARRED)
    assert officer.rule == "da-school"
    assert officer.by == school.by
    assert f"Told in place of the designated safeguarding lead of {PRIMARY}, who is barred." in officer.reasons


def test_who_is_told_instead_needs_an_isp_too():
    isp = an_isp(prohibitions=[BARS_THE_LEAD])
    found = verdict(a_set([isp, a_council_isp("front_door")]), people=BARRED, home_district="ZG1")
    assert outcomes(found) == {SCHOOL: "withhold", OFFICER: "withhold", f"{COUNCIL}/front_door": "share"}
    assert any("may not be told" in why for why in found.review)


def test_another_role_of_the_same_organisation_may_be_told_instead():
    turn = BARS_THE_LEAD | {"turn_to": {"kind": "school", "role": "chair_of_governors"}}
    chair = a_clause(id="chair", to={"kind": "school", "role": "chair_of_governors"})
    found = verdict(a_set([an_isp(a_clause(), chair, prohibitions=[turn, HIDES_FROM_PERPETRATOR])]), people=BARRED)
    assert outcomes(found) == {SCHOOL: "withhold", f"{PRIMARY}/chair_of_governors": "share"}
    assert "person.alleged_perpetrator" in found.decisions[1].withheld


def test_everybody_to_turn_to_may_be_barred_in_turn_without_end():
    bars = [BARS_THE_LEAD | {"turn_to": {"kind": "school", "role": "head_teacher"}},
            {"bar": {"role": "head_teacher"}, "turn_to": {"kind": "school", "role": LEAD}}]  # fmt: skip
    found = verdict(a_set([an_isp(prohibitions=bars)]), people=BARRED)
    assert outcomes(found) == {SCHOOL: "withhold", f"{PRIMARY}/head_teacher": "withhold"}
    assert any("own duty desk: the duty officer of police.caledon" in why for why in found.review)


@pytest.mark.parametrize(
    ("people", "outcome", "asked"),
    [
        (a_perpetrator(linked_to=PRIMARY), "cannot_decide", True),
        (a_perpetrator(linked_to=PRIMARY, holds="head_teacher"), "share", False),
        (a_perpetrator(linked_to=PRIMARY, holds="caretaker"), "share", False),
        (a_perpetrator(linked_to=PRIMARY, holds="Teaching assistant"), "share", False),
        (a_perpetrator(linked_to=PRIMARY, holds="parent governor"), "share", False),
        (a_perpetrator(linked_to=PRIMARY, holds="DSL"), "cannot_decide", True),
        (a_perpetrator(linked_to=PRIMARY, holds="deputy head"), "cannot_decide", True),
        (a_perpetrator(linked_to=PRIMARY, holds="D.S.L."), "cannot_decide", True),
        (a_perpetrator(linked_to=PRIMARY, holds="Child Protection Co-ordinator"), "cannot_decide", True),
        (a_perpetrator(linked_to=PRIMARY, holds="Rector"), "cannot_decide", True),
        (a_perpetrator(linked_to=PRIMARY, holds="Pastoral lead"), "cannot_decide", True),
        (a_perpetrator(linked_to=PRIMARY, holds="family support worker"), "cannot_decide", True),
        (a_perpetrator(linked_to=PRIMARY, holds="caretaker", alike_at=[PRIMARY]), "cannot_decide", True),
        (a_perpetrator(linked_to=ACADEMY, holds=LEAD), "share", False),
        (a_perpetrator(linked_to=None), "share", False),
        ([{"role": "witness", "linked_to": PRIMARY, "holds": LEAD}], "share", False),
        (a_perpetrator(), "share", True),
        (None, "share", True),
        ([*a_perpetrator(linked_to=PRIMARY, holds="head_teacher"), *a_perpetrator()], "share", True),
    ],
)
def test_only_a_known_link_bars(people, outcome, asked):
    isp = an_isp(prohibitions=[BARS_THE_LEAD])
    found = verdict(a_set([isp]), people=people)
    assert outcomes(found) == {SCHOOL: outcome}
    assert bool(found.review) is asked


def test_where_one_may_be_barred_and_another_is_the_bar_holds():
    people = [*a_perpetrator(linked_to=PRIMARY), *BARRED]
    assert outcomes(verdict(barring(), people=people)) == {SCHOOL: "withhold", OFFICER: "share"}


def test_a_person_who_holds_two_roles_is_barred_in_both():
    both = {"head_teacher": [{"name": "A", "contact": "1"}], LEAD: [{"name": "A", "contact": "2"}]}
    people = a_perpetrator(linked_to=PRIMARY, holds="head_teacher")
    assert outcomes(verdict(barring(holders=both), people=people)) == {SCHOOL: "withhold", OFFICER: "share"}
    either = both | {"head_teacher": [{"name": "A", "contact": "1"}, {"name": "B", "contact": "3"}]}
    assert outcomes(verdict(barring(holders=either), people=people)) == {SCHOOL: "cannot_decide"}
    apart = both | {LEAD: [{"name": "C", "contact": "2"}]}
    assert outcomes(verdict(barring(holders=apart), people=people)) == {SCHOOL: "share"}


def test_a_bar_whose_condition_is_unknown_does_not_tell():
    bar = {"bar": {"role": LEAD}, "when": {"risk": ["life_at_risk"]}, "id": "grave"}
    rules = a_set([an_isp(prohibitions=[bar])])
    found = verdict(rules)
    assert only(found).ruling == CannotDecide("ISP-POL-EDU-001@3", "grave")
    assert found.review
    assert outcomes(verdict(rules, risk="some")) == {SCHOOL: "share"}
    assert outcomes(verdict(rules, risk="life_at_risk")) == {SCHOOL: "withhold"}


def test_a_bar_holds_in_an_emergency_too():
    emergency = {"risk": "life_at_risk", "practitioner": {"role": "inspector", "override": {"reason": "Tonight."}}}
    isp = an_isp(a_clause(when={"category": ["missing"]}), prohibitions=[BARS_THE_LEAD])
    assert outcomes(verdict(a_set([isp]), people=BARRED, **emergency))[SCHOOL] == "withhold"
    isp = an_isp(a_clause(when={"category": ["missing"]}), prohibitions=[{"items": ["child.name"]}])
    assert "child.name" in only(verdict(a_set([isp]), **emergency)).withheld


def test_the_front_door_is_told_where_nobody_is_named_to_turn_to():
    isp = an_isp(prohibitions=[{"bar": {"person": "alleged_perpetrator"}}])
    rules = a_set([isp, a_council_isp("front_door")])
    found = verdict(rules, people=BARRED, home_district="ZG1")
    assert outcomes(found) == {SCHOOL: "withhold", f"{COUNCIL}/front_door": "share"}


def test_the_officer_is_that_of_the_barred_school_s_own_authority():
    other = an_organisation("la.other", "local_authority", area=["ZX9"])
    isps = [an_isp(prohibitions=[BARS_THE_LEAD]),
            a_council_isp("designated_officer", parties=[{"organisation": POLICE}, {"organisation": COUNCIL},
                                                         {"organisation": "la.other"}])]  # fmt: skip
    found = verdict(a_set(isps, orgs=organisations(other)), people=BARRED, home_district="ZX9")
    assert outcomes(found) == {SCHOOL: "withhold", OFFICER: "share"}


def test_without_an_authority_the_officer_is_found_by_area():
    orgs = organisations(an_organisation(PRIMARY, "school"))
    rules = a_set([an_isp(prohibitions=[BARS_THE_LEAD]), a_council_isp("designated_officer")], orgs=orgs)
    assert outcomes(verdict(rules, people=BARRED, home_district="ZG2")) == {SCHOOL: "withhold", OFFICER: "share"}
    nowhere = verdict(rules, people=BARRED)
    assert outcomes(nowhere) == {SCHOOL: "withhold"}
    assert any("nobody answers for it" in why for why in nowhere.review)
