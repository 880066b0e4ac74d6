"""Who would hear: the words of an address become an invented concern, decided as the router decides."""

import pytest

from hub.people.hearing import who_would_hear
from hub.sharing.writing.given import GivenInvalid
from tests.unit.sharing.builders import AT, LEAD, POLICE, PRIMARY, SATURDAY_NIGHT, a_set, an_isp, told, verdict

PUPIL = {
    "source": POLICE,
    "category": "domestic_abuse",
    "age": "8",
    "organisation_1": PRIMARY,
    "relationship_1": "enrolled",
    "day": "2026-03-07",
    "time": "23:10",
}


def test_a_pupil_is_decided_as_the_router_decides():
    rules = a_set()
    assert who_would_hear(rules, None, PUPIL, AT).verdict == verdict(rules, raised_at=SATURDAY_NIGHT)


def test_without_signatures_nobody_is_told_though_the_rule_applies():
    heard = who_would_hear(a_set(), frozenset(), PUPIL, AT)
    assert told(heard.verdict) == []
    assert str(heard.verdict.decisions[0].recipient) == f"{PRIMARY}/{LEAD}"
    assert "not signed by both" in " ".join(heard.verdict.decisions[0].reasons)


def test_a_flag_that_is_ticked_brings_another_recipient():
    at_home = {"source": POLICE, "category": "domestic_abuse", "age": "8", "flag_home_educated": "1"}
    heard = who_would_hear(a_set(), None, at_home | {"home_district": "ZG1"}, AT)
    assert [one.recipient.role for one in heard.verdict.decisions] == ["education_welfare"]


def test_unknown_flags_and_registrations_are_asked_about():
    unsure = {"source": POLICE, "category": "domestic_abuse", "age": "8", "flags": "unknown", "home_district": "ZG1"}
    heard = who_would_hear(a_set(), None, unsure | {"registrations": "unknown"}, AT)
    assert any("the child's flags" in why for why in heard.verdict.review)
    assert any("the child's registrations" in why for why in heard.verdict.review)


def test_a_person_linked_to_the_school_and_reading_there_is_barred():
    bar = {"bar": {"person": "alleged_perpetrator"}}
    rules = a_set([an_isp(prohibitions=[bar])])
    teacher = {"person_1": "alleged_perpetrator", "linked_1": PRIMARY, "holds_1": LEAD}
    assert told(who_would_hear(rules, None, PUPIL | teacher, AT).verdict) == []
    assert told(who_would_hear(rules, None, PUPIL | {"person_1": "alleged_perpetrator"}, AT).verdict) != []


def test_what_is_left_empty_is_unknown_and_not_refused():
    empty = dict.fromkeys(("category", "tier", "risk", "consent", "age", "home_district", "organisation_1"), "")
    assert who_would_hear(a_set(), None, {"source": POLICE} | empty, AT).verdict.decisions == ()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"age": "eight"}, "age must be a whole number of years"),
        ({"age": "8.5"}, "age must be a whole number of years"),
        ({"day": "last Tuesday"}, "day and time must be such as 2026-03-07 and 23:10."),
        ({"category": "aliens"}, "category"),
        ({"source": "nobody.here"}, "source is not an organisation of these rules."),
        ({"source": ""}, "source"),
        ({"relationship_1": ""}, "relationship"),
        ({"home_district": "not a district"}, "home_district"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_its_name(changed: dict[str, str], sentence: str):
    with pytest.raises(GivenInvalid) as refused:
        who_would_hear(a_set(), None, PUPIL | changed, AT)
    assert sentence in str(refused.value)
    assert "eight" not in str(refused.value)
    assert "aliens" not in str(refused.value)
