"""An unborn child: only rules and clauses that name it speak of it, and it never falls silent."""

import pytest

from hub.facts.model import GivenChild
from hub.facts.terms import Flag
from tests.unit.sharing.builders import (
    COUNCIL,
    LEAD,
    POLICE,
    PRIMARY,
    Json,
    a_clause,
    a_council_isp,
    a_rule,
    a_set,
    an_isp,
    an_organisation,
    enrolled,
    organisations,
    outcomes,
    verdict,
)

MIDWIVES = "nhs.caledon-community"
UNBORN = {"flags": ["unborn"]}
OF_UNBORN = {"event": ["concern.raised", "concern.updated"], "flags": ["unborn"]}
FRONT_DOOR = {"kind": "local_authority", "role": "front_door", "within": "PT4H"}
MIDWIFE = {"kind": "nhs_community", "role": "midwife", "within": "P1D"}


def a_rule_of_unborn(*tell: Json) -> Json:
    return a_rule(*(tell or (FRONT_DOOR,)), id="unborn-child", when=OF_UNBORN)


def an_isp_of_unborn(kind: str, role: str, other: str, **clause: Json) -> Json:
    to = {"kind": kind, "role": role}
    told = a_clause(id=role, to=to, when=OF_UNBORN, release={"child.unborn": "full"}) | clause
    parties = [{"organisation": one, "role": "controller", "coordinator": "a@b.example"} for one in (POLICE, other)]
    return an_isp(told, id=f"ISP-UNB-{role}", version=1, parties=parties)


TO_THE_FRONT_DOOR = an_isp_of_unborn("local_authority", "front_door", COUNCIL)


def unborn(rules, **changes):
    return verdict(rules, child=UNBORN, home_district="ZG1", **changes)


def test_a_rule_and_a_clause_that_name_it_tell_of_it():
    found = unborn(a_set([TO_THE_FRONT_DOOR], [a_rule(), a_rule_of_unborn()]))
    assert outcomes(found) == {f"{COUNCIL}/front_door": "share"}
    assert found.review == ()


def test_rules_that_do_not_name_it_are_not_even_asked():
    found = unborn(a_set([an_isp(), TO_THE_FRONT_DOOR], [a_rule(), a_rule(FRONT_DOOR, id="all", when={})]))
    assert [one.rule for one in found.decisions] == ["duty-desk"]
    assert found.review == ()


def test_a_clause_that_does_not_name_it_releases_nothing_of_it_and_the_source_s_own_desk_is_told():
    found = unborn(a_set([a_council_isp("front_door")], [a_rule_of_unborn()]))
    assert outcomes(found) == {f"{COUNCIL}/front_door": "withhold"}
    assert any("does not name unborn children" in why for why in found.decisions[0].reasons)
    assert any("duty officer of police.caledon" in why for why in found.review)


def test_without_any_rule_the_front_door_is_told_if_a_clause_names_it_else_the_source_s_own_desk():
    assert outcomes(unborn(a_set([TO_THE_FRONT_DOOR], [a_rule()]))) == {f"{COUNCIL}/front_door": "share"}
    nobody = unborn(a_set([a_council_isp("front_door")], [a_rule()]))
    assert outcomes(nobody) == {}
    assert any("own duty desk" in why for why in nobody.review)


def test_a_midwife_is_found_by_the_district_for_no_roll_holds_the_child():
    orgs = organisations(
        an_organisation(MIDWIVES, "nhs_community", holders={"midwife": [{"name": "M", "contact": "1"}]})
    )
    isp = an_isp_of_unborn("nhs_community", "midwife", MIDWIVES)
    found = unborn(a_set([isp], [a_rule_of_unborn(MIDWIFE)], orgs))
    assert outcomes(found) == {f"{MIDWIVES}/midwife": "share"}
    elsewhere = verdict(a_set([isp], [a_rule_of_unborn(MIDWIFE)], orgs), child=UNBORN, home_district="ZZ9")
    assert outcomes(elsewhere) == {}
    assert elsewhere.review


@pytest.mark.parametrize("flags", [None, [], ["nursery"]])
def test_a_born_child_is_none_of_it_though_its_flags_are_unknown(flags):
    rules = a_set([an_isp(), TO_THE_FRONT_DOOR], [a_rule(), a_rule_of_unborn()])
    found = verdict(rules, child={name: value for name, value in enrolled(flags=flags).items() if value is not None})
    assert outcomes(found)[f"{PRIMARY}/{LEAD}"] == "share"
    assert all(one.rule != "unborn-child" for one in found.decisions)
    assert not any("unborn" in why for why in found.review)


@pytest.mark.parametrize(
    ("test", "outcome"),
    [
        ({"any": ["unborn", "nursery"]}, "cannot_decide"),
        ({"all": ["unborn", "nursery"]}, "withhold"),
        ({"none": ["unborn"]}, "share"),
        ({"none": ["unborn", "nursery"]}, "cannot_decide"),
    ],
)
def test_where_flags_are_unknown_the_others_of_a_condition_are_and_unborn_is_not(test, outcome):
    clause = a_clause(when={"flags": test})
    child = enrolled()
    del child["flags"]
    rule = a_rule({"kind": "school", "relationship": "enrolled", "role": LEAD})
    assert outcomes(verdict(a_set([an_isp(clause)], [rule]), child=child)) == {f"{PRIMARY}/{LEAD}": outcome}


def test_a_prohibition_holds_for_an_unborn_child_too():
    bar = {"bar": {"person": "alleged_perpetrator"}}
    isp = TO_THE_FRONT_DOOR | {"prohibitions": [bar]}
    people = [{"role": "alleged_perpetrator", "linked_to": COUNCIL, "holds": "front_door"}]
    found = unborn(a_set([isp], [a_rule_of_unborn()]), people=people)
    assert outcomes(found) == {f"{COUNCIL}/front_door": "withhold"}
    assert found.review


def test_a_child_of_whom_nothing_is_said_is_born():
    assert Flag.UNBORN not in (GivenChild().flags or ())
