"""Who may hear, and what: default deny, the union of clauses, the less revealing treatment, the trace."""

from hub.facts.model import Recipient
from hub.facts.outcome import Share, Withhold
from hub.facts.terms import Ground, OrganisationKind, Role
from hub.sharing import decide
from hub.sharing.checking.output import decision_as_json
from hub.sharing.writing.given import read_given
from tests.unit.sharing.builders import (
    ACADEMY,
    AT,
    COUNCIL,
    LEAD,
    PRIMARY,
    SUPPORT,
    a_case,
    a_clause,
    a_council_isp,
    a_rule,
    a_set,
    an_isp,
    an_organisation,
    enrolled,
    only,
    organisations,
    outcomes,
    released,
    told,
    verdict,
)

SCHOOL = f"{PRIMARY}/{LEAD}"


def test_a_pupil_s_school_is_told_what_the_isp_releases_and_nothing_else():
    found = verdict(a_set())
    decision = only(found)
    assert decision_as_json(decision) | {"withheld": None, "reasons": None} == {
        "subject": "1", "recipient": PRIMARY, "kind": "school", "role": LEAD, "outcome": "share",
        "isp": "ISP-POL-EDU-001@3", "clause": "tell-dsl", "rule": "da-school", "by": "2026-03-09T08:45:00Z",
        "tier": None, "withheld": None, "reasons": None,
        "released": {"child.name": "full", "child.date_of_birth": "full", "incident.reference": "full",
                     "incident.place": {"generalise": "postcode_district"}, "concern.summary": "full"},
    }  # fmt: skip
    assert "child.address" in decision.withheld
    assert "child.gp" in decision.withheld
    assert found.review == ()


def test_only_items_of_the_event_are_released_or_withheld():
    decision = only(verdict(a_set(), items=["child.name", "child.address", "concern.detail"]))
    assert released(decision) == {"child.name": "full"}
    assert decision.withheld == ("child.address", "concern.detail")


def test_without_an_isp_nothing_is_shared():
    decision = only(verdict(a_set(isps=[])))
    assert decision.ruling == Withhold(None, None, Ground.NO_PERMISSION)
    assert "No ISP has both the source and this recipient as parties, so nothing is shared." in decision.reasons


def test_an_isp_that_has_both_as_parties_and_no_clause_between_them_is_not_called_none():
    back = a_clause(**{"from": {"kind": "school"}, "to": {"kind": "police", "role": "duty_officer"}})
    reasons = only(verdict(a_set([an_isp(back)]))).reasons
    assert "No clause of an ISP in force lets the source tell this recipient, so nothing is shared." in reasons


def test_an_event_that_holds_nothing_of_what_is_released_is_not_shared():
    decision = only(verdict(a_set(), items=["child.gp"]))
    assert decision.ruling == Withhold("ISP-POL-EDU-001@3", "tell-dsl", Ground.NOTHING_LEFT)


def test_a_clause_for_another_role_says_so():
    clause = a_clause(to={"kind": "school", "role": "head_teacher"})
    decision = only(verdict(a_set([an_isp(clause)])))
    assert isinstance(decision.ruling, Withhold)
    assert "ISP-POL-EDU-001@3, clause tell-dsl, does not apply: it is for the head teacher." in decision.reasons


def test_every_condition_that_failed_is_named_without_the_child_s_own_value():
    rule = a_rule(when={"source_kind": ["police"]})
    decision = only(verdict(a_set(rules=[rule]), category="neglect", child=enrolled(age=3)))
    (why,) = [reason for reason in decision.reasons if "does not apply" in reason]
    assert why == (
        "ISP-POL-EDU-001@3, clause tell-dsl, does not apply: the category is not domestic_abuse; the child's age is "
        "outside 4 to 17."
    )


def test_a_clause_for_another_relationship_does_not_cover_the_child():
    rule = a_rule({"kind": "school", "relationship": ["enrolled", "dual_enrolled"], "role": LEAD})
    child = enrolled(registrations=[{"organisation": PRIMARY, "relationship": "dual_enrolled"}])
    decision = only(verdict(a_set(rules=[rule]), child=child))
    assert isinstance(decision.ruling, Withhold)
    assert any("not registered with the recipient as enrolled" in reason for reason in decision.reasons)


def test_an_isp_of_other_parties_is_no_permission():
    isp = an_isp(parties=[{"organisation": "police.caledon"}, {"organisation": ACADEMY}])
    assert outcomes(verdict(a_set([isp]))) == {SCHOOL: "withhold"}


def test_an_isp_counts_only_in_the_direction_of_its_clause():
    clause = a_clause(**{"from": {"kind": "school"}, "to": {"kind": "police", "role": "duty_officer"}})
    assert outcomes(verdict(a_set([an_isp(clause)]))) == {SCHOOL: "withhold"}


def test_clauses_add_up_and_the_one_that_releases_most_is_named():
    more = a_clause(id="more", release={"child.voice": "full", "child.name": "full"})
    decision = only(verdict(a_set([an_isp(a_clause(), more)])))
    assert isinstance(decision.ruling, Share)
    assert decision.ruling.clause == "tell-dsl"
    assert decision.ruling.released.keys() >= {"child.voice", "child.name", "concern.summary"}
    assert "ISP-POL-EDU-001@3, clause more, applies." in decision.reasons


def test_where_clauses_differ_the_less_revealing_treatment_holds():
    narrow = a_clause(id="narrow", release={"concern.summary": "withhold", "incident.reference": "flag",
                                            "child.date_of_birth": {"generalise": "age_band"},
                                            "child.address": "full"})  # fmt: skip
    other = an_isp(narrow, id="ISP-POL-EDU-002")
    for isps in ([an_isp(), other], [an_isp(a_clause(), narrow)], [an_isp(narrow, a_clause())]):
        decision = only(verdict(a_set(isps)))
        assert released(decision) == {
            "child.name": "full",
            "child.date_of_birth": {"generalise": "age_band"},
            "incident.reference": "flag",
            "incident.place": {"generalise": "postcode_district"},
        }
        assert {"child.address", "concern.summary"} <= set(decision.withheld)


def test_several_children_are_decided_each_alone():
    rules = a_set([an_isp(), a_council_isp("front_door")])
    children = [
        {"key": "older", **enrolled(ACADEMY, age=13)},
        {"key": "younger", **enrolled(PRIMARY)},
        {"key": "baby", **enrolled(age=1, registrations=[])},
    ]
    found = verdict(rules, child=None, children=children, home_district="ZG1")
    assert [(one.subject, str(one.recipient), one.rule) for one in found.decisions] == [
        ("older", f"{ACADEMY}/{LEAD}", "da-school"),
        ("younger", SCHOOL, "da-school"),
        ("baby", f"{COUNCIL}/front_door", "duty-desk"),
    ]


def test_consent_that_the_isp_requires():
    for isp in (an_isp(consent="required"), an_isp(a_clause(consent="required"))):
        rules = a_set([isp])
        assert outcomes(verdict(rules, consent="given")) == {SCHOOL: "share"}
        assert outcomes(verdict(rules, consent="not_asked")) == {SCHOOL: "withhold"}
        assert outcomes(verdict(rules, consent="unsafe_to_ask")) == {SCHOOL: "withhold"}
        unknown = verdict(rules)
        assert outcomes(unknown) == {SCHOOL: "cannot_decide"}
        assert any("whether consent was given" in why for why in unknown.review)
        refused = only(verdict(rules, consent="refused"))
        assert isinstance(refused.ruling, Withhold)
        assert any("it requires consent, which was refused" in reason for reason in refused.reasons)


def test_a_clause_s_own_consent_model_outweighs_the_isp_s():
    rules = a_set([an_isp(a_clause(consent="not_required"), consent="required")])
    assert outcomes(verdict(rules, consent="refused")) == {SCHOOL: "share"}
    rules = a_set([an_isp(consent="must_not_be_asked")])
    assert outcomes(verdict(rules, consent="unsafe_to_ask")) == {SCHOOL: "share"}


def test_free_text_about_a_protected_child_goes_to_a_person_first():
    restricted = verdict(a_set(), child=enrolled(flags=["restricted"]))
    hidden = verdict(a_set(), items=["child.name", "child.safe_address", "concern.summary"])
    for found in (restricted, hidden):
        assert "concern.summary" in only(found).withheld
        assert "child.name" in released(only(found))
        assert any(why.startswith("Free text waits for a person") for why in found.review)


def test_free_text_alone_about_a_protected_child_waits_whole():
    found = verdict(a_set(), items=["concern.summary"], child=enrolled(flags=["restricted"]))
    assert outcomes(found) == {SCHOOL: "cannot_decide"}


def test_free_text_waits_too_where_another_child_of_the_event_is_protected():
    """They may live together: what is written of the one may say where the other is."""
    children = [{"key": "1", **enrolled(PRIMARY)}, {"key": "2", **enrolled(ACADEMY, flags=["restricted"])}]
    found = verdict(a_set(), child=None, children=children)
    assert [one.subject for one in found.decisions] == ["1", "2"]
    for decision in found.decisions:
        assert "concern.summary" in decision.withheld
        assert "child.name" in released(decision)
    assert any(why.startswith("Child 1: Free text waits") for why in found.review)


def test_one_child_alone_is_decided_with_what_is_known_of_the_others():
    children = [{"key": "1", **enrolled(PRIMARY)}, {"key": "2", **enrolled(ACADEMY, flags=["restricted"])}]
    given = read_given(a_case(child=None, children=children), AT)
    found = decide(given, a_set(), AT, signed=None, only="1")
    assert [one.subject for one in found.decisions] == ["1"]
    assert "concern.summary" in only(found).withheld
    assert any(why.startswith("Free text waits") for why in found.review)


EMERGENCY = {"risk": "life_at_risk", "practitioner": {"role": "inspector", "override": {"reason": "Tonight."}}}


def test_an_emergency_without_an_isp_releases_the_necessary_minimum():
    found = verdict(a_set(isps=[]), **EMERGENCY)
    decision = only(found)
    assert isinstance(decision.ruling, Share)
    assert (decision.ruling.isp, decision.ruling.clause) == (None, "emergency")
    assert list(released(decision)) == [
        "child.name", "child.date_of_birth", "concern.category", "concern.risk", "incident.reference",
    ]  # fmt: skip
    assert any("emergency release" in why for why in found.review)
    assert not any("Tonight" in reason for reason in (*decision.reasons, *found.review))


def test_an_emergency_needs_grave_risk_and_a_stated_reason():
    rules = a_set(isps=[])
    assert outcomes(verdict(rules, **EMERGENCY | {"risk": "some"})) == {SCHOOL: "withhold"}
    assert outcomes(verdict(rules, **EMERGENCY | {"risk": None})) == {SCHOOL: "withhold"}
    assert outcomes(verdict(rules, **EMERGENCY | {"practitioner": {"role": "inspector"}})) == {SCHOOL: "withhold"}
    assert outcomes(verdict(rules, **EMERGENCY | {"risk": "significant_harm"})) == {SCHOOL: "share"}


def test_an_emergency_adds_nothing_where_an_isp_covers_the_recipient():
    assert "concern.category" not in released(only(verdict(a_set(), **EMERGENCY)))


def test_a_recipient_told_by_two_rules_is_told_once_by_the_earlier_deadline():
    soon = a_rule({"kind": "school", "relationship": "enrolled", "role": LEAD, "within": "PT1H"}, id="soon")
    decision = only(verdict(a_set(rules=[a_rule(), soon])))
    assert decision.rule == "soon"
    assert decision.by is not None
    assert decision.by.isoformat() == "2026-03-08T00:10:00+00:00"


def test_an_organisation_of_several_kinds_is_decided_by_the_kind_that_the_rule_names():
    trust = an_organisation("trust.glenmore", "school", kinds=["nhs_hospital", "nhs_community"])
    clause = a_clause(to={"kind": "nhs_community", "role": "school_nurse"})
    isp = an_isp(clause, parties=[{"organisation": "police.caledon"}, {"organisation": "trust.glenmore"}])
    held = [{"organisation": "trust.glenmore", "relationship": "school_nurse"}]
    nurse = {"kind": "nhs_community", "relationship": "school_nurse", "role": "school_nurse"}
    found = verdict(a_set([isp], [a_rule(nurse)], organisations(trust)), child=enrolled(registrations=held))
    assert only(found).kind is OrganisationKind.NHS_COMMUNITY
    assert only(found).recipient == Recipient("trust.glenmore", Role.SCHOOL_NURSE)
    hospital = nurse | {"kind": "nhs_hospital"}
    found = verdict(a_set([isp], [a_rule(hospital)], organisations(trust)), child=enrolled(registrations=held))
    assert outcomes(found) == {"trust.glenmore/school_nurse": "withhold"}


def test_nobody_hears_merely_because_they_hold_the_child():
    held = [{"organisation": PRIMARY, "relationship": "enrolled"},
            {"organisation": SUPPORT, "relationship": "support_service"}]  # fmt: skip
    assert told(verdict(a_set(), child=enrolled(registrations=held))) == [SCHOOL]


def test_the_same_facts_give_the_same_verdict():
    assert verdict(a_set()) == verdict(a_set())


def test_an_unknown_source_tells_nobody_and_asks_a_person():
    found = verdict(a_set(), source="police.nowhere")
    assert found.decisions == ()
    assert len(found.review) == 1
