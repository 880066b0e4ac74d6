"""The questions of a referral: their order, the children and people that come and go, and the record made of them."""

import json
from datetime import UTC, datetime
from uuid import UUID

import pytest

from adapters.bridge.formats import Raised
from adapters.bridge.ids import uuid7
from adapters.school import FORMAT
from hub.facts.terms import Category, Caveat, Consent, PersonRole, Risk, Tier
from hub.people.raising.questions import NOTHING_YET, Answers, Question, Step, asked, next_after, read_step, unanswered
from hub.people.raising.record import record

RAISING = UUID("0190a0a0-0000-7000-8000-00000000aa01")
BEGUN, SENT = datetime(2026, 3, 9, 12, 40, tzinfo=UTC), datetime(2026, 3, 9, 13, 10, 0, 5000, tzinfo=UTC)
RAISED = ("Ailsa Kerr", RAISING, BEGUN, SENT)

ONE_CHILD = Answers(
    {
        "child-1": {
            "given_names": "Struan",
            "family_name": "Meldrum-Oyelaran",
            "born-day": "4",
            "born-month": "5",
            "born-year": "2016",
            "postcode": "ZG1 7TN",
            "sex": "male",
        },
        "happened-1": {"account": "Struan had no lunch for the fourth day.", "observed": ""},
        "said-1": {"words": "It's for my tea.", "to": "the dinner supervisor", "asked": "", "alone": "no"},
        "worry": {"categories": ["neglect", "attendance"], "level": "child_in_need", "summary": ""},
        "when": {"on-day": "9", "on-month": "3", "on-year": "2026", "at": "12:30", "place": "The dining hall"},
        "people": {"nobody": ""},
        "person-1": {
            "role": "parent",
            "name": "Bisi Oyelaran",
            "relationship": "mother",
            "contact": "",
            "linked": "no",
        },
        "family": {"consent": "given", "reason": ""},
        "done": {"what": "He was given lunch."},
        "handling": {"caveats": ["do_not_raise_with_parents"]},
        "you": {"role": "dinner supervisor", "contact": "01632 960152"},
    }
)


def names(steps):
    return [step.name for step in steps]


def test_the_questions_of_one_child_come_in_the_order_of_a_good_referral():
    assert names(asked(NOTHING_YET)) == [
        "child-1", "happened-1", "said-1", "children", "worry", "when", "people", "family", "done", "handling", "you",
    ]  # fmt: skip


def test_a_second_child_has_questions_of_its_own():
    two = NOTHING_YET.answering(Step(Question.CHILD, 1), {}).answering(Step(Question.CHILD, 2), {})
    assert names(asked(two))[:7] == ["child-1", "happened-1", "said-1", "child-2", "happened-2", "said-2", "children"]


def test_behind_the_last_answer_of_a_child_stands_who_else_it_is_about():
    two = NOTHING_YET.answering(Step(Question.CHILD, 1), {}).answering(Step(Question.CHILD, 2), {})
    assert next_after(Step(Question.SAID, 1), two) == Step(Question.CHILDREN)
    assert next_after(Step(Question.SAID, 2), two) == Step(Question.CHILDREN)
    assert next_after(Step(Question.CHILDREN), two) == Step(Question.WORRY)
    assert next_after(Step(Question.PERSON, 3), two) == Step(Question.PEOPLE)
    assert next_after(Step(Question.YOU), two) is None


def test_of_a_child_who_is_taken_out_nothing_is_left_and_the_next_moves_up():
    three = NOTHING_YET
    for number, name in ((1, "Isla"), (2, "Finlay"), (3, "Orla")):
        three = three.answering(Step(Question.CHILD, number), {"given_names": name})
        three = three.answering(Step(Question.HAPPENED, number), {"account": f"What {name} did."})
    left = three.without(Question.CHILD, 2)
    assert left.children() == [1, 2]
    assert left.text(Question.CHILD, "given_names", 2) == "Orla"
    assert left.text(Question.HAPPENED, "account", 2) == "What Orla did."
    assert "Finlay" not in json.dumps(left.as_json())


def test_a_person_who_is_taken_out_leaves_the_children_as_they_were():
    told = ONE_CHILD.answering(Step(Question.PERSON, 2), {"name": "Second"}).without(Question.PERSON, 1)
    assert told.persons() == [1]
    assert told.text(Question.PERSON, "name", 1) == "Second"
    assert told.text(Question.CHILD, "given_names", 1) == "Struan"


@pytest.mark.parametrize(
    "name",
    ["", "child", "child-0", "child-7", "child-01", "child-1-1", "worry-1", "check", "person-9", "CHILD-1", "child-x"],
)
def test_an_address_that_names_no_question_is_none(name):
    assert read_step(name) is None


def test_what_was_not_answered_is_named_before_it_can_go():
    assert names(unanswered(NOTHING_YET.answering(Step(Question.CHILD, 1), {}))) == [
        "happened-1", "said-1", "worry", "when", "people", "family", "done", "handling", "you",
    ]  # fmt: skip
    assert unanswered(ONE_CHILD) == []


def read(answers):
    [found] = FORMAT.translate(
        record(answers, *RAISED),
        source="school.glenmore-primary",
        received_at=SENT,
        new_id=lambda: uuid7(SENT, bytes),
    )
    assert isinstance(found, Raised), found
    return found.concern


def test_the_adapter_reads_from_it_what_was_answered():
    concern = read(ONE_CHILD)
    assert concern.category is Category.NEGLECT
    assert (concern.risk, concern.tier) == (Risk.SOME, Tier.ROUTINE)
    assert concern.consent is Consent.GIVEN
    assert concern.caveats == {Caveat.DO_NOT_RAISE_WITH_PARENTS}
    assert concern.reference == f"page-{RAISING}"
    assert concern.raised_at == BEGUN
    [subject] = concern.subjects
    assert subject.identity.date_of_birth == "2016-05-04"
    [person] = concern.people
    assert person.role is PersonRole.PARENT


def test_made_twice_it_is_the_same_record_byte_for_byte():
    assert record(ONE_CHILD, *RAISED) == record(ONE_CHILD, *RAISED)


def test_who_said_nothing_of_other_people_said_not_that_there_are_none():
    unsaid = Answers({name: given for name, given in ONE_CHILD.given.items() if name != "person-1"})
    assert read(unsaid).people is None
    nobody = unsaid.answering(Step(Question.PEOPLE), {"nobody": "yes"})
    assert read(nobody).people == ()


@pytest.mark.parametrize(
    ("linked", "told"),
    [("no", {"link": None}), ("unknown", {}), ("", {})],
)
def test_a_link_that_nobody_checked_is_not_a_link_that_is_not_there(linked, told):
    answers = ONE_CHILD.answering(Step(Question.PERSON, 1), {"role": "parent", "name": "Bisi", "linked": linked})
    [person] = json.loads(record(answers, *RAISED))["people"]
    assert {name: value for name, value in person.items() if name == "link"} == told


def test_a_link_that_is_known_names_where():
    given = {"role": "parent", "name": "Bisi", "linked": "yes", "organisation": "school.glenmore-primary", "office": ""}
    [person] = json.loads(record(ONE_CHILD.answering(Step(Question.PERSON, 1), given), *RAISED))["people"]
    assert person["link"] == {"organisation": "school.glenmore-primary"}


@pytest.mark.parametrize(
    ("fields", "day"),
    [
        ({"born-year": "2016"}, "2016"),
        ({"born-year": "2016", "born-month": "5"}, "2016-05"),
        ({"born-year": "2016", "born-month": "05", "born-day": "4"}, "2016-05-04"),
        ({}, None),
    ],
)
def test_a_birthday_goes_as_far_as_it_is_known(fields, day):
    [pupil] = json.loads(record(ONE_CHILD.answering(Step(Question.CHILD, 1), fields), *RAISED))["pupils"]
    assert pupil.get("date_of_birth") == day


def test_the_time_of_an_incident_is_londons():
    summer = ONE_CHILD.answering(
        Step(Question.WHEN),
        {"on-day": "3", "on-month": "7", "on-year": "2026", "at": "09:15", "place": "", "postcode": ""},
    )
    assert json.loads(record(summer, *RAISED))["happened"]["at"] == "2026-07-03T08:15:00+00:00"
