"""Paperwork never silences safeguarding by surprise, and never shares without authority."""

from hub.facts.outcome import CannotDecide, Share
from hub.sharing import decide
from hub.sharing.writing.given import read_given
from tests.unit.sharing.builders import (
    AT,
    COUNCIL,
    LEAD,
    POLICE,
    PRIMARY,
    a_case,
    a_clause,
    a_council_isp,
    a_set,
    an_isp,
    an_organisation,
    enrolled,
    only,
    organisations,
    outcomes,
    released,
    verdict,
)

SCHOOL = f"{PRIMARY}/{LEAD}"
REF = "ISP-POL-EDU-001@3"
EVERYBODY = frozenset({(REF, POLICE), (REF, PRIMARY)})


def at(text):
    year, month, day = map(int, text.split("-"))
    return AT.replace(year=year, month=month, day=day)


def test_the_days_on_which_an_isp_is_in_force():
    rules = a_set()
    assert outcomes(verdict(rules, at=at("2024-12-31"))) == {SCHOOL: "withhold"}
    assert outcomes(verdict(rules, at=at("2025-01-01"))) == {SCHOOL: "share"}
    assert outcomes(verdict(rules, at=at("2027-12-31"))) == {SCHOOL: "share"}
    assert outcomes(verdict(rules, at=at("2028-01-01"))) == {SCHOOL: "cannot_decide"}


def test_an_isp_not_yet_in_effect_says_so():
    reasons = only(verdict(a_set(), at=at("2024-12-31"))).reasons
    assert f"{REF} does not apply: it is not in effect before 2025-01-01." in reasons


def test_an_isp_overdue_for_review_shares_with_an_alarm():
    assert not any("Alarm" in reason for reason in only(verdict(a_set(), at=at("2026-12-31"))).reasons)
    decision = only(verdict(a_set(), at=at("2027-01-01")))
    assert isinstance(decision.ruling, Share)
    assert any(reason.startswith(f"Alarm: {REF} is overdue for review since 2026-12-31") for reason in decision.reasons)


def test_an_expired_isp_asks_a_person_and_never_withholds_quietly():
    found = verdict(a_set(), at=at("2028-01-01"))
    assert only(found).ruling == CannotDecide(REF, "tell-dsl")
    expired = f"{REF} expired on 2027-12-31: it releases nothing until it is renewed."
    assert found.review == (f"{REF}, clause tell-dsl, would apply, but: {expired}",)


def test_an_expired_isp_whose_clause_would_not_apply_asks_nobody():
    found = verdict(a_set(), at=at("2028-01-01"), child=enrolled(age=2))
    assert found.decisions == ()
    clause = a_clause(when={"category": ["missing"]})
    found = verdict(a_set([an_isp(clause)]), at=at("2028-01-01"))
    assert outcomes(found) == {SCHOOL: "withhold"}


def test_an_isp_counts_only_where_both_have_signed():
    rules = a_set()
    assert outcomes(verdict(rules, signed=EVERYBODY)) == {SCHOOL: "share"}
    for one in EVERYBODY:
        found = verdict(rules, signed=frozenset({one}))
        assert only(found).ruling == CannotDecide(REF, "tell-dsl")
        assert any("not signed by both" in why for why in found.review)
    other_version = frozenset({("ISP-POL-EDU-001@2", POLICE), ("ISP-POL-EDU-001@2", PRIMARY)})
    assert outcomes(verdict(rules, signed=other_version)) == {SCHOOL: "cannot_decide"}


def test_the_jurisdiction_of_both_must_be_covered():
    english = organisations(an_organisation(PRIMARY, "school", jurisdiction="ENG"))
    assert outcomes(verdict(a_set(orgs=english))) == {SCHOOL: "withhold"}
    assert outcomes(verdict(a_set([an_isp(jurisdiction=["ENG"])], orgs=english))) == {SCHOOL: "withhold"}
    assert outcomes(verdict(a_set([an_isp(jurisdiction=["SCT", "ENG"])], orgs=english))) == {SCHOOL: "share"}
    assert any("jurisdiction of both" in reason for reason in only(verdict(a_set(orgs=english))).reasons)


def versions(**newest):
    older = an_isp(a_clause(release={"child.name": "full", "child.voice": "full"}), version=2)
    return a_set([older, an_isp(a_clause(release={"child.name": "full"}), **newest)])


OLD_SIGNED = frozenset({("ISP-POL-EDU-001@2", POLICE), ("ISP-POL-EDU-001@2", PRIMARY)})


def test_the_newest_version_in_effect_governs_alone():
    decision = only(verdict(versions()))
    assert isinstance(decision.ruling, Share)
    assert decision.ruling.isp == REF
    assert list(released(decision)) == ["child.name"]


def test_a_version_that_is_not_yet_in_effect_leaves_the_older_one_in_place():
    decision = only(verdict(versions(effective="2026-04-01")))
    assert isinstance(decision.ruling, Share)
    assert decision.ruling.isp == "ISP-POL-EDU-001@2"


def test_a_version_that_is_not_yet_signed_leaves_the_older_one_in_place():
    decision = only(verdict(versions(), signed=OLD_SIGNED))
    assert isinstance(decision.ruling, Share)
    assert decision.ruling.isp == "ISP-POL-EDU-001@2"
    assert any(f"{REF} is not signed by both" in reason for reason in decision.reasons)


def test_a_newer_version_that_expired_does_not_bring_the_older_one_back():
    found = verdict(versions(expires="2026-01-01"))
    assert only(found).ruling == CannotDecide(REF, "tell-dsl")


def test_another_isp_in_force_shares_where_one_has_expired_but_protects_what_that_one_withheld():
    stale = an_isp(a_clause(release={"concern.summary": "withhold", "child.voice": "full"}), expires="2026-01-01")
    found = verdict(a_set([stale, an_isp(id="ISP-2", version=1)]))
    decision = only(found)
    assert isinstance(decision.ruling, Share)
    assert decision.ruling.isp == "ISP-2@1"
    assert {"concern.summary", "child.voice"} <= set(decision.withheld)
    assert found.review == ()


def test_an_expired_isp_still_bars():
    bar = {"bar": {"person": "alleged_perpetrator"}, "turn_to": {"kind": "local_authority", "role": "front_door"}}
    people = [{"role": "alleged_perpetrator", "linked_to": PRIMARY, "holds": LEAD}]
    rules = a_set([an_isp(prohibitions=[bar], expires="2026-01-01"), a_council_isp("front_door")])
    found = verdict(rules, people=people)
    assert outcomes(found) == {SCHOOL: "withhold", f"{COUNCIL}/front_door": "share"}


def test_an_emergency_is_not_held_up_by_an_expired_isp_but_is_by_an_unknown_fact():
    emergency = {"risk": "life_at_risk", "practitioner": {"role": "inspector", "override": {"reason": "Tonight."}}}
    found = verdict(a_set([an_isp(expires="2026-01-01")]), **emergency)
    assert isinstance(only(found).ruling, Share)
    assert only(found).ruling.clause == "emergency"
    found = verdict(a_set([an_isp(consent="required")]), **emergency)
    assert outcomes(found) == {SCHOOL: "cannot_decide"}


def test_signing_is_looked_up_for_the_pair_and_the_version():
    rules = a_set()
    given = read_given(a_case(child=enrolled("school.glenmore-academy")), AT)
    found = decide(given, rules, AT, signed=EVERYBODY)
    assert set(outcomes(found).values()) == {"cannot_decide"}
