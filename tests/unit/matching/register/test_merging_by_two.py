"""A merge takes two people where people are known by account; on a real PostgreSQL."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from hub.facts.act import How, Principal, act
from hub.facts.errors import AnotherPerson, UserError
from hub.facts.terms import Answer
from hub.matching.register.changes import Kind
from tests.unit.matching.children import MAISIE
from tests.unit.matching.hands import DOCTOR, HEALTH, NOW

TWIN = replace(MAISIE, given_names="Martha", nhs_number=None)


def somebody(name: str, how: How = How.PASSKEY, person_id: UUID | None = None):
    return act(Principal(person_id or uuid4(), name, "hub", how), "the school rang", NOW)


MORAG, ANGUS = somebody("Morag Reviewer"), somebody("Angus Reviewer")


def merge(hands, into, other, by, **options):
    with hands.connection.transaction():
        return hands.clerk().merge(into, other, by, **options)


@pytest.fixture
def two(hands):
    return hands.enrol(MAISIE), hands.enrol(replace(MAISIE, nhs_number=None, postcode="ZW9 9ZZ"), "D-9", DOCTOR)


def test_the_first_person_s_word_moves_nothing_and_the_second_one_s_merges(hands, two):
    before = hands.state()
    assert merge(hands, *two, MORAG).change.kind is Kind.PROPOSE
    assert hands.state() == before
    with hands.connection.transaction():
        [proposal] = hands.clerk().proposals(*two)
    assert (set(proposal.subjects), proposal.who.name, proposal.reason) == ({*two}, "Morag Reviewer", "the school rang")
    assert merge(hands, *reversed(two), ANGUS).change.kind is Kind.MERGE
    assert hands.rows("select distinct subject_id from source_record") == [(two[1],)]
    with hands.connection.transaction():
        assert hands.clerk().proposals() == [], "it was carried out"


def test_nobody_is_the_second_of_their_own_merge(hands, two):
    merge(hands, *two, MORAG)
    with pytest.raises(AnotherPerson):
        merge(hands, *reversed(two), somebody("M. Reviewer", person_id=MORAG.by.person_id))
    assert hands.rows("select count(distinct subject_id) from source_record") == [(2,)]


def test_a_name_alone_is_neither_of_the_two(hands, two):
    merge(hands, *two, MORAG)
    with pytest.raises(UserError, match="by their accounts"):
        merge(hands, *two, somebody("Angus Reviewer", How.BREAK_GLASS))


def test_a_proposal_that_was_taken_back_is_none(hands, two):
    proposed = merge(hands, *two, MORAG)
    hands.do("undo", proposed.change_id)
    assert merge(hands, *two, ANGUS).change.kind is Kind.PROPOSE


def test_a_proposal_does_not_outlive_a_record_that_came_in_since(hands, two):
    merge(hands, *two, MORAG)
    assert hands.enrol(MAISIE, "H-5", HEALTH) == two[0]
    assert merge(hands, *two, ANGUS).change.kind is Kind.PROPOSE


def test_nor_a_merge_that_was_made_and_undone(hands, two):
    merge(hands, *two, MORAG)
    made = merge(hands, *two, ANGUS)
    hands.do("undo", made.change_id)
    assert merge(hands, *two, ANGUS).change.kind is Kind.PROPOSE


def test_what_cannot_be_merged_is_not_proposed(hands):
    maisie, twin = hands.enrol(MAISIE), hands.enrol(TWIN, "P-2")
    with pytest.raises(UserError, match="One organisation lists these as two"):
        merge(hands, maisie, twin, MORAG)
    assert hands.rows("select count(*) from subject_change") == [(0,)]


def answer(hands, review, subject, by):
    with hands.connection.transaction():
        return hands.clerk().decide(review, Answer.MATCH, [subject], by)


def test_a_review_s_match_that_gives_up_a_child_takes_two_as_a_merge_does(hands):
    maisie = hands.enrol(replace(MAISIE, nhs_number=None))
    other = hands.enrol(replace(MAISIE, nhs_number=None, postcode="ZW9 9ZZ", address="1 Other Lane"), "D-9", DOCTOR)
    ((review,),) = hands.rows("select review_id from subject_review")
    before = hands.state()
    proposed = answer(hands, review, maisie, MORAG)
    assert (proposed.change.kind, proposed.change.review_id) == (Kind.PROPOSE, review)
    assert hands.state() == before
    with pytest.raises(AnotherPerson):
        answer(hands, review, maisie, MORAG)
    assert answer(hands, review, maisie, ANGUS).change.kind is Kind.JOIN
    assert hands.rows("select distinct subject_id from source_record") == [(maisie,)]
    assert hands.rows("select status from subject_review") == [("matched",)]
    assert other != maisie
