"""Coverage: one child of each kind is asked about, told by what, and every hole has its reason."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from hub.cli import cli
from hub.facts.terms import Category, OrganisationKind
from hub.sharing import RuleSet
from hub.sharing.checking.alike import categories_alike
from hub.sharing.checking.coverage import Cell, Hole, Setting, Told, cover
from hub.sharing.checking.covered import tables
from hub.sharing.writing.organisations import Jurisdiction
from tests.unit.sharing.builders import (
    AT,
    LEAD,
    POLICE,
    a_clause,
    a_council_isp,
    a_set,
    an_isp,
    an_organisation,
    files,
    organisations,
)


def cells(rules: RuleSet, category: str = "domestic_abuse") -> list[Cell]:
    """Of police, youngest first."""
    found = [one for one in cover(rules, AT) if (one.source_kind, one.setting) == ("police", Setting.SCHOOL)]
    return [one for one in found if one.category == category]


def test_a_child_at_school_is_told_of_by_rule_isp_and_clause():
    found = cells(a_set())
    assert [one.age for one in found] == [(4, 4), (5, 12), (13, 15), (16, 17)]
    assert {one.hole for one in found} == {None}
    assert {one.told for one in found} == {(Told("school", LEAD, "da-school", "ISP-POL-EDU-001@3", "tell-dsl"),)}


def test_ages_are_cut_where_the_rules_cut_them():
    clause = a_clause(when={"event": ["concern.raised"], "category": ["domestic_abuse"], "age": {"from": 4, "to": 9}})
    found = cells(a_set([an_isp(clause)]))
    assert [(one.age, one.hole) for one in found] == [
        ((4, 4), None),
        ((5, 9), None),
        ((10, 12), Hole.NO_CLAUSE),
        ((13, 15), Hole.NO_CLAUSE),
        ((16, 17), Hole.NO_CLAUSE),
    ]


def test_a_category_of_which_no_rule_speaks_is_a_hole():
    assert {one.hole for one in cells(a_set(), category="neglect")} == {Hole.NO_RULE}


def test_a_nation_of_which_no_agreement_speaks_is_a_hole():
    wales = [an_organisation("police.gwalia", "police", jurisdiction="WLS", area=["ZW1"]),
             an_organisation("school.gwalia", "school", jurisdiction="WLS", area=[])]  # fmt: skip
    found = [one for one in cells(a_set(orgs=organisations(*wales))) if one.nation is Jurisdiction.WALES]
    assert {one.hole for one in found} == {Hole.NO_ISP}


def test_the_last_desk_alone_is_a_hole_and_is_named_as_told():
    rules = a_set([an_isp(), a_council_isp("front_door")])
    [found] = {(one.told, one.hole) for one in cells(rules, category="neglect")}
    assert [(one.role, one.rule) for one in found[0]] == [("front_door", "duty-desk")]
    assert found[1] is Hole.NO_RULE


def test_a_clause_that_needs_consent_leaves_a_hole_where_it_was_refused():
    [found] = {(one.hole, bool(one.told)) for one in cells(a_set([an_isp(a_clause(consent="required"))]))}
    assert found == (Hole.NEEDS_CONSENT, True)


def test_a_clause_for_grave_risk_leaves_a_hole_below_it():
    grave = a_clause(when={"event": ["concern.raised"], "risk": ["significant_harm", "life_at_risk"]})
    [found] = {(one.hole, bool(one.told)) for one in cells(a_set([an_isp(grave)]))}
    assert found == (Hole.BELOW_HARM, True)


def test_a_hole_at_one_school_is_a_hole_though_another_is_told():
    """A school that is no party to the agreement is of another kind than those that are."""
    rules = a_set(orgs=organisations(an_organisation("school.outside", "school", authority="la.glenmore")))
    [found] = {(one.hole, bool(one.told)) for one in cells(rules)}
    assert found == (Hole.NO_ISP, True)


def test_children_that_cannot_be_are_left_out():
    found = cover(a_set(), AT)
    assert {one.age for one in found if one.setting is Setting.HOME} == {(5, 12), (13, 15), (16, 17)}
    assert not any(one.setting is Setting.NURSERY for one in found), "there is no nursery"
    assert {one.setting for one in found if one.source_kind is OrganisationKind.SCHOOL} == {
        Setting.SCHOOL,
        Setting.TWO_SCHOOLS,
        Setting.COLLEGE,
    }
    assert {one.age for one in found if one.setting is Setting.UNBORN} == {None}


def test_categories_that_stand_in_the_same_lists_are_asked_about_once():
    alike = categories_alike(a_set(), OrganisationKind.POLICE)
    assert sorted(alike, key=len) == [(Category.DOMESTIC_ABUSE,), tuple(c for c in Category if c != "domestic_abuse")]


def test_in_words_ages_that_follow_one_another_are_one_and_categories_alike_are_one_row():
    [police] = [made for made in tables(cover(a_set(), AT)) if made.source == "police"]
    told, others = police.rows
    assert told.categories == ("domestic abuse",)
    assert "designated safeguarding lead (school), ISP-POL-EDU-001@3 tell-dsl" in told.squares["Scotland"].told
    assert "at school, 4 to 17: no rule speaks of it" in others.squares["Scotland"].holes
    assert len(others.categories) == len(Category) - 1


def test_a_source_of_whom_no_rule_speaks_has_categories_of_one_kind():
    assert [len(alike) for alike in categories_alike(a_set(), OrganisationKind.FIRE)] == [len(Category)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The set as files."""
    for name, content in files().items():
        path = tmp_path / "rules" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path / "rules"


def test_the_command_prints_cells_and_untried_clauses_and_writes_one_page(folder: Path, tmp_path: Path):
    page = tmp_path / "coverage.html"
    result = CliRunner().invoke(
        cli, ["rules", "coverage", str(folder), "--json", "--html", str(page), "--at", "2026-03-07T23:12:00Z"]
    )
    assert result.exit_code == 0, result.output
    printed = json.loads(result.output)
    [cell] = [
        one
        for one in printed["cells"]
        if (one["source_kind"], one["category"], one["setting"], one["age"])
        == ("police", "domestic_abuse", "school", {"from": 5, "to": 12})
    ]
    assert cell["nation"] == "SCT"
    assert cell["hole"] is None
    assert cell["told"][0]["clause"] == "tell-dsl"
    assert printed["clauses_without_scenario"] == [{"isp": "ISP-POL-EDU-001@3", "clause": "tell-dsl"}]
    text = page.read_text(encoding="utf-8")
    assert "<script" not in text
    assert "http" not in text
    assert "no rule speaks of it" in text


def test_a_clause_that_a_scenario_tries_is_not_listed(folder: Path):
    scenario = {"title": "A pupil", "given": {"event": "concern.raised", "source": POLICE, "category": "domestic_abuse",
                "raised_at": "2026-03-07T23:10:00Z", "people": [], "child": {"age": 8, "flags": [], "registrations": [
                    {"organisation": "school.glenmore-primary", "relationship": "enrolled"}]}},
                "expect": []}  # fmt: skip
    (folder / "scenarios").mkdir()
    (folder / "scenarios/one.yaml").write_text(json.dumps([scenario]))
    result = CliRunner().invoke(cli, ["rules", "coverage", str(folder), "--json"])
    assert json.loads(result.output)["clauses_without_scenario"] == []
