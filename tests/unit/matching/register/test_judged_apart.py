"""A reviewer's word that a concern's child is another than those proposed."""

from dataclasses import replace

from hub.facts.outcome import Matched, NeedsReview, NotFound
from hub.matching.deciding.guards import Guard
from tests.unit.matching.children import MAISIE, POPPY
from tests.unit.matching.hands import DOCTOR

NO_NUMBER = replace(MAISIE, nhs_number=None)
MOVED = replace(NO_NUMBER, postcode="ZW9 9ZZ", address=None)
OLDER, NEWER = "hub.blocking.1", "hub.blocking.2"

TWIN_A, TWIN_B = replace(MAISIE, nhs_number=None), replace(MAISIE, nhs_number=None)


def test_a_wrong_child_whose_subject_was_merged_meanwhile_is_not_matched_again(hands):
    """A concern was routed by Maisie's subject, which then went into another: the word is about her records."""
    maisie, other = hands.enrol(NO_NUMBER), hands.enrol(MOVED, "D-9", DOCTOR)
    made = hands.do("merge", other, maisie)
    assert hands.ask(NO_NUMBER).outcome == Matched(other)
    assert hands.judge(NO_NUMBER, maisie) == 1
    assert hands.ask(NO_NUMBER).guards == (Guard.JUDGED_APART,)
    hands.do("undo", made.change_id)
    assert isinstance(hands.ask(NO_NUMBER).outcome, NeedsReview)
    assert maisie not in hands.ask(NO_NUMBER).outcome.candidates


def test_what_is_the_chosen_child_s_now_is_not_judged_another_s(hands):
    maisie, other = hands.enrol(NO_NUMBER), hands.enrol(MOVED, "D-9", DOCTOR)
    hands.do("merge", other, maisie)
    assert hands.judge(NO_NUMBER, maisie, chosen=other) == 0
    assert hands.ask(NO_NUMBER).outcome == Matched(other)


def test_a_subject_that_nobody_gave_up_is_followed_nowhere(hands):
    """A local id used again leaves no trail: the record is about another child now."""
    maisie, other = hands.enrol(NO_NUMBER), hands.enrol(MOVED, "D-9", DOCTOR)
    hands.do("undo", hands.do("merge", other, maisie).change_id)
    edith = replace(MAISIE, given_names="Edith", family_name="Oakhurst", date_of_birth="2015-01-30", nhs_number=None)
    assert hands.enrol(edith) != maisie
    assert hands.judge(edith, maisie) == 0


def test_a_child_judged_different_is_not_proposed_for_the_same_question_again(hands):
    maisie = hands.enrol(MAISIE)
    question = replace(NO_NUMBER, postcode=None, address=None)
    assert hands.ask(question).outcome.candidates == (maisie,)
    assert hands.judge(question, maisie) == 1
    assert hands.ask(question).outcome == NotFound()
    assert (
        hands.ask(replace(question, family_name="THORNBURY ")).outcome == NotFound()
    )  # the same child, written otherwise
    assert hands.ask(replace(question, sex=None)).outcome.candidates == (maisie,)  # another question
    assert isinstance(hands.ask(MAISIE).outcome, Matched)


def test_what_was_judged_different_never_matches_by_itself_when_the_record_changes(hands):
    maisie = hands.enrol(MOVED)
    hands.judge(NO_NUMBER, maisie)
    hands.enrol(NO_NUMBER)
    assert hands.ask(NO_NUMBER).outcome == NotFound()


def test_a_record_that_the_subject_gains_is_news_and_a_person_is_asked_again(hands):
    maisie = hands.enrol(NO_NUMBER)
    hands.judge(NO_NUMBER, maisie)
    assert hands.enrol(NO_NUMBER, "D-9", DOCTOR) == maisie
    found = hands.ask(NO_NUMBER)
    assert isinstance(found.outcome, NeedsReview)
    assert found.guards[0] == Guard.JUDGED_APART.value


def test_of_two_that_fit_the_one_left_matches_where_it_passes_every_guard_alone(hands):
    first, second = hands.enrol(TWIN_A), hands.enrol(TWIN_B, "P-2")
    assert Guard.SEVERAL_FIT.value in hands.ask(TWIN_A).guards
    hands.judge(TWIN_A, first)
    assert hands.ask(TWIN_A).outcome == Matched(second)


def test_of_two_that_fit_the_one_left_is_reviewed_where_a_guard_speaks_against_it(hands):
    first = hands.enrol(NO_NUMBER)
    second = hands.enrol(replace(NO_NUMBER, given_names="Edith"), "P-2")
    hands.judge(NO_NUMBER, first)
    found = hands.ask(NO_NUMBER)
    assert found.outcome.candidates == (second,)
    assert Guard.FORENAME_DIFFERS.value in found.guards


def test_a_number_that_the_one_judged_different_holds_too_is_not_the_other_s_own(hands):
    first = hands.enrol(MAISIE)
    second = hands.enrol(replace(MAISIE, postcode="ZW9 9ZZ", address=None), "P-2")
    elsewhere = replace(MAISIE, postcode="ZW7 7AA", address=None)
    hands.judge(elsewhere, first)
    found = hands.ask(elsewhere)
    assert found.outcome.candidates == (second,)
    assert Guard.IDENTIFIER_SHARED.value in found.guards


def test_the_number_of_the_one_judged_different_still_points_elsewhere(hands):
    first = hands.enrol(MAISIE)
    second = hands.enrol(replace(NO_NUMBER, given_names="Poppy"), "P-2")
    asked = replace(POPPY, nhs_number=MAISIE.nhs_number)
    hands.judge(asked, first)
    found = hands.ask(asked)
    assert found.outcome.candidates == (second,)
    assert Guard.IDENTIFIER_ELSEWHERE.value in found.guards


def test_where_the_one_judged_different_is_restricted_a_person_decides(hands):
    first = hands.enrol(TWIN_A, restricted=True)
    second = hands.enrol(TWIN_B, "P-2")
    hands.judge(TWIN_A, first)
    found = hands.ask(TWIN_A)
    assert found.outcome.candidates == (second,)
    assert found.guards[0] == Guard.RESTRICTED.value


def test_what_was_judged_different_survives_split_and_merge(hands):
    maisie = hands.enrol(MAISIE)
    hands.enrol(MAISIE, "D-9", DOCTOR)
    question = replace(NO_NUMBER, postcode=None, address=None)
    hands.judge(question, maisie)
    hands.do("split", maisie, [(DOCTOR, "D-9")])
    assert hands.ask(question).outcome == NotFound()
    hands.do("merge", hands.subject("D-9", DOCTOR), maisie, anyway=True)
    assert hands.ask(question).outcome == NotFound()
