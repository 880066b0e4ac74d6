"""Why rules tell nobody: each that does not apply says so, and each recipient who is named in vain."""

from typing import Any

from hub.sharing import RuleSet
from hub.sharing.deciding.left_out import left_out
from hub.sharing.writing.given import read_given
from tests.unit.sharing.builders import AT, COUNCIL, a_case, a_rule, a_set, enrolled, told, verdict

TO_THE_DOOR = {"kind": "local_authority", "role": "front_door"}


def sentences(rules: RuleSet, **changes: Any) -> list[str]:
    """`rule: whom, because why` of each."""
    found = left_out(read_given(a_case(**changes), AT), rules, AT)
    return [f"{one.rule}: {one.who or 'nobody'}, because {'; '.join(one.why)}" for one in found]


def test_a_rule_for_another_category_says_so():
    rules = a_set(rules=[a_rule(), a_rule(TO_THE_DOOR, id="neglect-door", when={"category": ["neglect"]})])
    assert "neglect-door: nobody, because the category is not neglect" in sentences(rules)


def test_a_rule_for_other_sources_and_events_says_both():
    elsewhere = a_rule(TO_THE_DOOR, id="schools", when={"event": ["plan.shared"], "source_kind": ["school"]})
    assert (
        "schools: nobody, because the kind of event is not plan.shared; the source is not of the kind school"
        in sentences(a_set(rules=[a_rule(), elsewhere]))
    )


def test_whom_a_flag_leaves_out_is_named():
    (only,) = sentences(a_set())
    assert only == (
        "da-school: the education welfare of the local authority, because the child is not flagged home_educated"
    )


def test_a_child_of_no_school_leaves_the_school_out():
    assert (
        "da-school: the designated safeguarding lead of the school, because the child is registered with no school as "
        "enrolled"
    ) in sentences(a_set(), child=enrolled(registrations=[]))


def test_a_rule_that_tells_somebody_is_not_left_out():
    rules = a_set(rules=[a_rule(TO_THE_DOOR)])
    assert sentences(rules, home_district="ZG1") == []


def test_what_a_person_is_asked_about_is_not_left_out_in_silence_nor_twice():
    """No council serves the place: the verdict's review says so, and the list of the left out does not again."""
    rules = a_set(rules=[a_rule(TO_THE_DOOR)])
    assert sentences(rules, home_district="ZZ9") == []
    assert any("no local authority" in why for why in verdict(rules, home_district="ZZ9").review)


def test_an_unborn_child_is_passed_over_by_rules_that_do_not_speak_of_it():
    (school, welfare) = sentences(a_set(), child={"flags": ["unborn"], "registrations": []})
    assert school.endswith("because it does not speak of a child who is unborn")
    assert welfare.endswith("because it does not speak of a child who is unborn")


def test_of_an_unknown_fact_a_person_is_asked_and_the_rule_is_not_left_out():
    assert not any(one.startswith("da-school: nobody") for one in sentences(a_set(), category=None))


def test_every_rule_is_told_or_asked_or_left_out():
    """Nothing is dropped in silence: the one rule either tells, or says why not."""
    for child in (enrolled(), enrolled(age=2), enrolled(registrations=[])):
        rules = a_set()
        assert told(verdict(rules, child=child)) or sentences(rules, child=child)
        assert COUNCIL not in "".join(sentences(rules, child=child))
