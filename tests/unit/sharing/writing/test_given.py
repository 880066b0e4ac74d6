"""Parsing `given`: strict, and errors name fields and never values."""

from datetime import UTC, date, datetime

import pytest

from hub.facts.model import GivenPerson, Registration
from hub.facts.terms import Capacity, Flag, PersonRole, Relationship, Role
from hub.sharing.writing.given import GivenInvalid, read_given
from tests.unit.sharing.builders import AT, PRIMARY, a_case

SECRET = "Isla Abercorn 2017-09-14"


def test_every_field_is_read():
    given = read_given(
        a_case(
            tier="urgent", risk="some", consent="unsafe_to_ask", home_district=" zg1 ", incident_district="ZG2",
            practitioner={"role": "inspector", "override": {"reason": "Tonight."}},
            requester={"kind": "nhs_hospital", "relationship": "treating"},
            history=[{"category": "missing", "raised_at": "2026-01-01T00:00:00Z"}], items=["child.name"],
            child={"age": 8, "sex": "female", "capacity": "competent", "flags": ["nursery"],
                   "registrations": [{"organisation": PRIMARY, "relationship": "enrolled", "until": "2026-06-30"}]},
            people=[{"role": "parent", "linked_to": PRIMARY, "holds": "head_teacher"}],
        ), AT)  # fmt: skip
    child = given.children[0]
    assert (child.key, child.age, child.capacity, child.flags) == ("1", 8, Capacity.COMPETENT, {Flag.NURSERY})
    assert child.registrations == (Registration(PRIMARY, Relationship.ENROLLED, date(2026, 6, 30)),)
    assert given.people == (GivenPerson(PersonRole.PARENT, True, PRIMARY, Role.HEAD_TEACHER),)  # noqa: FBT003 - as the model has it
    assert given.practitioner.override_reason == "Tonight."
    assert (given.home_district, given.incident_district) == ("ZG1", "ZG2")
    assert given.raised_at == datetime(2026, 3, 7, 23, 10, tzinfo=UTC)
    assert given.items == {"child.name"}


def test_what_is_left_out_is_unknown_and_an_empty_list_is_known():
    bare = read_given(a_case(people=None, child={}), AT)
    assert (bare.people, bare.history, bare.items) == (None, None, None)
    assert (bare.children[0].flags, bare.children[0].registrations, bare.children[0].age) == (None, None, None)
    known = read_given(a_case(people=[], history=[], child={"flags": [], "registrations": []}), AT)
    assert (known.people, known.history) == ((), ())
    assert (known.children[0].flags, known.children[0].registrations) == (frozenset(), ())


def test_a_link_that_is_null_is_known_to_be_none():
    people = [{"role": "parent"}, {"role": "parent", "linked_to": None}]
    assert [person.link_known for person in read_given(a_case(people=people), AT).people] == [False, True]


@pytest.mark.parametrize(
    ("born", "raised", "age"),
    [
        ("2018-03-07", "2026-03-07T23:10+00:00", 8),
        ("2018-03-08", "2026-03-07T23:10+00:00", 7),
        ("2018-07-01", "2026-06-30T23:30+00:00", 8),  # already the birthday in London
        ("2016-02-29", "2025-02-28T12:00+00:00", 8),
        ("2016-02-29", "2025-03-01T12:00+00:00", 9),
        ("2026-03-07", "2026-03-07T23:10+00:00", 0),
    ],
)
def test_age_is_in_whole_years_when_the_concern_was_raised(born, raised, age):
    case = a_case(raised_at=raised, child={"date_of_birth": born})
    assert read_given(case, AT).children[0].age == age


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"event": None}, "event is missing"),
        ({"event": SECRET}, "event must be one of 'concern.raised'"),
        ({"source": 7}, "source must be text"),
        ({"raised_at": "2026-03-07T23:10"}, "raised_at must be an instant with its offset"),
        ({"raised_at": 1772925000}, "raised_at must be an instant"),
        ({"raised_at": "9999-12-31T23:59:59-23:00"}, "raised_at must be an instant"),
        ({"catagory": "neglect"}, "catagory is not known here; did you mean 'category'?"),
        ({SECRET: 1}, "a field is not known here"),
        ({"child": {"age": "8"}}, "child.age must be a whole number"),
        ({"child": {"age": True}}, "child.age must be a whole number"),
        ({"child": {"age": 8.0}}, "child.age must be a whole number"),
        ({"child": {"age": -1}}, "child.age must be at least 0"),
        ({"child": {"age": 8, "date_of_birth": "2017-09-14"}}, "child must say either age or date_of_birth"),
        ({"child": {"date_of_birth": "14/09/2017"}}, "child.date_of_birth must be a date"),
        ({"child": {"date_of_birth": "2017-02-30"}}, "child.date_of_birth there is no such day"),
        ({"child": {"date_of_birth": "2027-01-01"}}, "child.date_of_birth must lie in the 120 years"),
        ({"child": {"name": SECRET}}, "child.name is not known here"),
        ({"child": {"flags": "home_educated"}}, "child.flags must be a list"),
        ({"child": {"flags": [SECRET]}}, "child.flags[1] must be one of"),
        ({"child": {"registrations": [{"organisation": PRIMARY}]}}, "child.registrations[1].relationship is missing"),
        ({"child": None}, "must hold either child or children"),
        ({"children": [{"key": "1"}]}, "must hold either child or children"),
        ({"child": None, "children": [{}]}, "a key of its own"),
        ({"child": None, "children": [{"key": "1"}, {"key": "1"}]}, "a key of its own"),
        ({"child": None, "children": []}, "children must not be empty"),
        ({"people": [{"role": "parent", "name": SECRET}]}, "people[1].name is not known here"),
        ({"people": [{"role": "parent", "linked_to": "a", "holds": SECRET * 9}]}, "people[1].holds"),
        ({"people": [{"role": "parent", "linked_to": "a", "holds": " "}]}, "people[1].holds"),
        ({"practitioner": {"role": "x", "override": {"reason": " "}}}, "practitioner.override.reason"),
        ({"home_district": "ZG1 4AB"}, "home_district must be a postcode district"),
        ({"items": ["child.nmae"]}, "items[1] is not a data item of the catalogue: child.nmae"),
        ({"items": [SECRET]}, "items[1] is not a data item of the catalogue."),
    ],
)
def test_a_mistake_names_the_field_and_not_the_value(changes, field):
    with pytest.raises(GivenInvalid) as found:
        read_given(a_case(**changes), AT)
    assert field in str(found.value)
    assert "Isla" not in str(found.value)
    assert "4AB" not in str(found.value)


@pytest.mark.parametrize("data", [None, [], "given", 7, {}])
def test_what_is_no_case_at_all(data):
    with pytest.raises(GivenInvalid):
        read_given(data, AT)
