"""What an author is warned of: dates, dead clauses, gaps, contradictions, ambiguous areas."""

from datetime import UTC, datetime

import pytest

from hub.sharing.checking.clauses import can_both_hold
from hub.sharing.writing.when import When
from hub.written.findings import Level
from tests.unit.sharing.builders import (
    ACADEMY,
    COUNCIL,
    LEAD,
    POLICE,
    PRIMARY,
    a_case,
    a_clause,
    a_rule,
    an_isp,
    an_organisation,
    checked,
    organisations,
)

SCHOOL_ONLY = [a_rule({"kind": "school", "relationship": "enrolled", "role": LEAD})]


def codes(report):
    return {(one.level, one.code) for one in report.findings} - {(Level.NOTICE, "tiers"), (Level.NOTICE, "holders")}


def messages(report, code):
    return [one.message for one in report.findings if one.code == code]


def test_a_sound_set_is_ok():
    report = checked(rules=SCHOOL_ONLY)
    assert codes(report) == set()
    assert report.ok


@pytest.mark.parametrize(
    ("today", "code", "message"),
    [
        ("2026-10-01", None, None),
        ("2026-10-02", "due", "must be reviewed within 90 days, by 2026-12-31"),
        ("2026-12-01", "due", "must be reviewed within 30 days"),
        ("2026-12-24", "due", "must be reviewed within 7 days"),
        ("2027-01-01", "overdue", "is overdue for review since 2026-12-31; it still shares"),
        ("2028-01-01", "expired", "has expired on 2027-12-31"),
        ("2024-12-01", "not-yet", "is not in effect before 2025-01-01"),
    ],
)
def test_paperwork_by_its_dates(today, code, message):
    at = datetime.fromisoformat(today).replace(hour=12, tzinfo=UTC)
    report = checked(rules=SCHOOL_ONLY, at=at)
    found = [one for one in report.findings if one.code in {"due", "overdue", "expired", "not-yet"}]
    assert report.ok
    assert [one.code for one in found] == ([code] if code else [])
    assert all(message in one.message for one in found)


def test_an_expired_version_that_was_replaced_is_no_finding():
    report = checked([an_isp(version=2, expires="2025-12-31", review_by="2025-06-30"), an_isp()], SCHOOL_ONLY)
    assert not messages(report, "expired")


@pytest.mark.parametrize(
    ("isp", "message"),
    [
        (an_isp(a_clause(**{"from": {"kind": "fire"}})), "no party is of the kind fire"),
        (an_isp(a_clause(to={"kind": "gp", "role": "gp"})), "no party is of the kind gp"),
        (an_isp(jurisdiction=["ENG"]), "does not cover the jurisdiction"),
        (an_isp(a_clause(when={"consent": ["refused"]}), consent="required"), "its conditions rule consent out"),
        (an_isp(a_clause(when={"flags": {"all": ["nursery"], "none": ["nursery"]}})), "both present and absent"),
    ],
)
def test_a_clause_that_can_never_apply_is_an_error(isp, message):
    report = checked([isp], SCHOOL_ONLY)
    assert not report.ok
    assert message in messages(report, "never-applies")[0]
    assert report.usable


def test_what_contradicts_another_clause():
    other = an_isp(a_clause(id="other", release={"child.name": "full", "concern.summary": "flag"}), id="ISP-2")
    (message,) = messages(checked([an_isp(), other], SCHOOL_ONLY), "contradiction")
    assert "concern.summary" in message
    assert "the less revealing treatment will hold" in message
    apart = an_isp(a_clause(release={"concern.summary": "flag"}, when={"age": {"from": 18}}), id="ISP-2")
    assert not messages(checked([an_isp(), apart], SCHOOL_ONLY), "contradiction")


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ({}, {}, True),
        ({"category": ["neglect"]}, {}, True),
        ({"category": ["neglect"]}, {"category": ["neglect", "fgm"]}, True),
        ({"category": ["neglect"]}, {"category": ["fgm"]}, False),
        ({"age": {"from": 4, "to": 11}}, {"age": {"from": 11}}, True),
        ({"age": {"from": 4, "to": 10}}, {"age": {"from": 11}}, False),
        ({"age": {"to": 0}}, {"age": {"from": 0}}, True),
        ({"flags": ["nursery"]}, {"flags": {"none": ["looked_after"]}}, True),
        ({"flags": {"all": ["nursery"]}}, {"flags": {"none": ["nursery"]}}, False),
    ],
)
def test_whether_two_conditions_can_hold_at_once(one, other, together):
    here, there = When.model_validate(one), When.model_validate(other)
    assert can_both_hold(here, there) is can_both_hold(there, here) is together


def test_a_recipient_whom_no_isp_covers():
    report = checked([an_isp()], [a_rule()])
    assert (
        "rule da-school tells the education welfare of the local authority, but no ISP" in messages(report, "no-isp")[0]
    )
    one_school = an_isp(parties=[{"organisation": POLICE}, {"organisation": ACADEMY}])
    assert f"no ISP covers {PRIMARY}" in messages(checked([one_school], SCHOOL_ONLY), "gap")[0]


def test_an_area_with_two_front_doors():
    twin = an_organisation("la.twin", "local_authority", area=["ZG2", "ZX1"])
    (message,) = messages(checked(rules=SCHOOL_ONLY, orgs=organisations(twin)), "area")
    assert message.startswith("ZG2 is served by 2 local authorities, of which 0 hold a front door")


def test_organisations_that_nothing_can_reach():
    orgs = organisations(
        an_organisation(PRIMARY, "school", channels=[]),
        an_organisation(ACADEMY, "school", channels=[{"mesh": {"mailbox": "A1"}}]),
        an_organisation(COUNCIL, "local_authority", area=[], duty_desk=None),
    )
    report = checked(rules=SCHOOL_ONLY, orgs=orgs)
    assert codes(report) == {(Level.WARNING, "channels"), (Level.WARNING, "area"), (Level.WARNING, "duty-desk")}
    assert report.ok


def test_references_that_leave_decisions_sound_fail_the_check_and_not_the_set():
    orgs = organisations(
        an_organisation(PRIMARY, "school", authority="la.gone", duty_desk={"organisation": "x", "role": "front_door"}),
        an_organisation(ACADEMY, "school", authority=POLICE, calendar="la.gone"),
    )
    report = checked(rules=SCHOOL_ONLY, orgs=orgs)
    assert [one.message for one in report.findings if one.level is Level.ERROR] == [
        "police.caledon is no local authority",
        "there is no organisation x in this set",
        "there is no organisation la.gone in this set",
    ]
    assert report.usable
    assert "there is no calendars/la.gone.yaml" in messages(report, "calendar")[0]


def test_smaller_doubts():
    vague = an_isp(
        a_clause(to={"kind": "school"}, release={"child.name": {"generalise": "month"}}),
        a_clause(id="back", **{"from": {"kind": "school"}, "to": {"kind": "police", "role": "duty_officer"}}),
        kind="DDA", dpia=None, prohibitions=[{"bar": {"role": "head_teacher"}}], review_by="2028-01-01",
    )  # fmt: skip
    assert {code for _, code in codes(checked([vague], SCHOOL_ONLY))} == {
        "any-role", "treatment", "direction", "paperwork", "turn-to", "dates", "unreached",
    }  # fmt: skip


# --- scenarios --------------------------------------------------------------------------------------------------------


def run(expect, **changes):
    scenario = {"title": "A case", "given": a_case(), "expect": expect} | changes
    report = checked(rules=SCHOOL_ONLY, scenarios__a=[scenario])
    assert (report.passed, report.failed) == ((1, 0) if report.ok else (0, 1))
    return [one.message for one in report.findings if one.code == "scenario"]


TOLD = {"tell": PRIMARY}


def test_a_scenario_that_passes():
    assert run([TOLD]) == []
    assert run([TOLD | {"outcome": "share", "role": LEAD, "isp": "ISP-POL-EDU-001@3", "clause": "tell-dsl",
                        "rule": "da-school", "released": ["child.name"], "withheld": ["child.address"]}],
               review=False) == []  # fmt: skip
    assert run([], given=a_case(category="fire_risk"), review=True) == []


@pytest.mark.parametrize(
    ("expect", "message"),
    [
        ([], "is told, but is not expected"),
        ([TOLD, {"tell": ACADEMY}], f"{ACADEMY} is expected (share), but no rule tells it"),
        ([TOLD | {"role": "head_teacher"}], "no rule tells it"),
        ([TOLD | {"outcome": "withhold"}], "expected withhold, decided share"),
        ([TOLD | {"by": "2026-03-09T09:45:00Z"}], "expected by 2026-03-09T09:45:00Z, decided no deadline"),
        ([TOLD | {"clause": "another"}], "expected clause another, decided tell-dsl"),
        ([TOLD | {"released": ["child.address"]}], "child.address is expected to be released, but is withheld"),
        ([TOLD | {"withheld": ["child.name"]}], "child.name is expected to be withheld, but is released"),
        ([TOLD, TOLD], "no rule tells it"),
    ],
)
def test_a_scenario_that_fails_says_how(expect, message):
    assert any(message in said for said in run(expect))


def test_a_scenario_about_review():
    assert "nobody is asked to review" in run([TOLD], review=True)[0]


def test_a_scenario_has_its_own_clock():
    late = run([TOLD | {"outcome": "cannot_decide"}], at="2028-06-01T00:00:00Z")
    assert late == []


def test_a_scenario_that_cannot_be_read():
    (finding,) = checked(rules=SCHOOL_ONLY, scenarios__a=[{"title": "A", "given": {}, "expect": []}]).findings[:1]
    assert "given.event is missing" in finding.message
