"""Rolls that contradict each other: one child enrolled at two schools, on the lists of two doctors."""

import pytest

from tests.unit.sharing.builders import (
    ACADEMY,
    LEAD,
    PRIMARY,
    a_rule,
    a_set,
    an_isp,
    an_organisation,
    enrolled,
    organisations,
    outcomes,
    told,
    verdict,
)

SCHOOL, OTHER = f"{PRIMARY}/{LEAD}", f"{ACADEMY}/{LEAD}"


def held(organisation, relationship="enrolled", **dates):
    return {"organisation": organisation, "relationship": relationship, **dates}


def asked(*registrations):
    return verdict(a_set(), child=enrolled(registrations=list(registrations)))


@pytest.mark.parametrize(
    "registrations",
    [
        pytest.param([held(PRIMARY), held(ACADEMY)], id="neither roll says since when"),
        pytest.param([held(PRIMARY, since="2021-09-01"), held(ACADEMY)], id="the other roll does not say since when"),
        pytest.param([held(PRIMARY), held(ACADEMY, since="2026-01-12")], id="the old roll does not say since when"),
        pytest.param(
            [held(PRIMARY, since="2026-01-12"), held(ACADEMY, since="2026-01-12")], id="both since the same day"
        ),
        pytest.param(
            [held(PRIMARY, since="2021-09-01"), held(PRIMARY), held(ACADEMY, since="2026-01-12")],
            id="one roll lists the child twice, once without a day",
        ),
    ],
)
def test_two_schools_that_each_have_the_child_alone_hear_nothing_before_a_person_said_which(registrations):
    found = asked(*registrations)
    assert outcomes(found) == {SCHOOL: "cannot_decide", OTHER: "cannot_decide"}
    assert any("more than one school at once" in why for why in found.review)


@pytest.mark.parametrize(
    ("registrations", "hear"),
    [
        pytest.param([held(PRIMARY, since="2021-09-01"), held(ACADEMY, since="2026-01-12")], [OTHER], id="the later"),
        pytest.param([held(ACADEMY, since="2021-09-01"), held(PRIMARY, since="2026-01-12")], [SCHOOL], id="whichever"),
        pytest.param([held(PRIMARY, until="2026-01-11"), held(ACADEMY)], [OTHER], id="the old one has ended"),
        pytest.param([held(PRIMARY), held(PRIMARY)], [SCHOOL], id="one school, listed twice"),
        pytest.param([held(PRIMARY), held(ACADEMY, "expected_from")], [SCHOOL], id="the next school, in September"),
    ],
)
def test_the_later_school_alone_hears_where_the_rolls_say_so(registrations, hear):
    assert told(asked(*registrations)) == hear


def test_why_the_earlier_school_is_not_told_is_said_of_the_later():
    found = asked(held(PRIMARY, since="2021-09-01"), held(ACADEMY, since="2026-01-12"))
    (decision,) = found.decisions
    assert any("a later day than another roll" in why for why in decision.reasons)
    assert found.review == ()


def test_both_schools_of_a_dual_registered_pupil_hear_whatever_the_main_school_calls_it():
    rules = a_set(rules=[a_rule({"kind": "school", "role": LEAD, "relationship": ["enrolled", "dual_enrolled"]})])
    for main in ("enrolled", "dual_enrolled"):
        child = enrolled(registrations=[held(PRIMARY, main), held(ACADEMY, "dual_enrolled")])
        assert set(outcomes(verdict(rules, child=child))) == {SCHOOL, OTHER}


@pytest.mark.parametrize(
    ("kind", "role", "relationship", "contradicts"),
    [
        ("gp", "gp", "registered_patient", True),
        ("nhs_community", "health_visitor", "health_visitor", True),
        ("local_authority", "front_door", "responsible_authority", True),
        ("local_authority", "allocated_social_worker", "allocated_social_worker", False),
        ("nursery", "designated_safeguarding_lead", "enrolled", False),
        ("third_sector", "support_worker", "support_service", False),
    ],
)
def test_what_a_child_has_one_of_at_a_time_is_asked_about_and_what_it_may_have_two_of_is_not(
    kind, role, relationship, contradicts
):
    one, other = (an_organisation(f"{kind}.{name}", kind) for name in ("one", "other"))
    rules = a_set(
        [an_isp()],
        rules=[a_rule({"kind": kind, "role": role, "relationship": relationship})],
        orgs=organisations(one, other),
    )
    child = enrolled(registrations=[held(f"{kind}.one", relationship), held(f"{kind}.other", relationship)])
    found = verdict(rules, child=child)
    assert any("at once" in why for why in found.review) is contradicts
