"""Whom the hub would act on alone, and whom it hands to a person. Expectations are written out by hand."""

from dataclasses import replace

import pytest

from hub.matching.guards import Guard
from hub.model import Identity
from hub.outcome import Matched, NeedsReview, NotFound
from tests.unit.matching.children import ANOTHER_ID, MAISIE, MAISIES_ID, OSCAR, POPPY, ask

NO_NUMBER = replace(MAISIE, nhs_number=None)
IT_IS_MAISIE = Matched(MAISIES_ID)


def is_reviewed(verdict, *guards):
    return isinstance(verdict.outcome, NeedsReview) and set(guards) <= set(verdict.guards)


# --- who is matched -------------------------------------------------------------------------------------------------


def test_identifier_with_name_and_date_of_birth_is_a_match():
    assert ask(replace(MAISIE, postcode=None), MAISIE).outcome == IT_IS_MAISIE


def test_name_date_of_birth_and_postcode_are_a_match():
    assert ask(NO_NUMBER, MAISIE).outcome == IT_IS_MAISIE


def test_a_twin_on_the_register_is_told_apart():
    assert ask(NO_NUMBER, MAISIE, POPPY).outcome == IT_IS_MAISIE
    assert ask(replace(POPPY, nhs_number=None), MAISIE, POPPY).outcome == Matched(ANOTHER_ID)


def test_a_changed_surname_with_the_number_is_a_match():
    assert ask(replace(MAISIE, family_name="Oakhurst"), MAISIE).outcome == IT_IS_MAISIE


@pytest.mark.parametrize(
    "held",
    [
        replace(NO_NUMBER, given_names="Margaret", known_as="Maisie"),
        replace(NO_NUMBER, given_names="Margaret", known_as="Maisie Thornbury"),
        replace(NO_NUMBER, family_name="Oakhurst", previous_family_names=("Thornbury",)),
        replace(
            NO_NUMBER, given_names="MAISIE", family_name="thornbury", postcode="zw42ab", date_of_birth="17/05/2014"
        ),
        replace(NO_NUMBER, given_names="Maisie Rose"),
    ],
)
def test_known_as_previous_names_and_writing_count_as_the_name(held):
    assert ask(NO_NUMBER, held).outcome == IT_IS_MAISIE
    assert ask(held, NO_NUMBER).outcome == IT_IS_MAISIE


def test_a_chi_number_and_an_nhs_number_do_not_conflict():
    held = replace(MAISIE, chi_number=None)
    assert ask(replace(NO_NUMBER, chi_number="1705140017"), held).outcome == IT_IS_MAISIE


def test_evidence_may_come_from_several_records_of_one_child():
    school = replace(NO_NUMBER, upn="H801200001001")
    doctor = replace(MAISIE, postcode="ZW9 9ZZ")
    assert ask(NO_NUMBER, (school, doctor)).outcome == IT_IS_MAISIE
    assert ask(replace(MAISIE, postcode=None), (school, doctor)).outcome == IT_IS_MAISIE


def test_a_failed_identifier_is_neither_evidence_nor_a_conflict():
    mistyped = replace(MAISIE, nhs_number="9990000081")
    verdict = ask(mistyped, MAISIE)
    assert verdict.outcome == IT_IS_MAISIE
    assert ("nhs_number", "fails its check", 0.0) in [(w.comparison, w.level, w.weight) for w in verdict.explanation]
    assert is_reviewed(ask(replace(mistyped, postcode=None), replace(MAISIE, nhs_number="9990000081")))


# --- twins, siblings, strangers, parents ----------------------------------------------------------------------------


@pytest.mark.parametrize("number", [None, MAISIE.nhs_number])
def test_the_twin_who_is_not_on_the_register_is_never_the_one_who_is(number):
    assert is_reviewed(ask(replace(POPPY, nhs_number=number), MAISIE), Guard.FORENAME_DIFFERS)


def test_an_absent_twin_with_a_number_of_her_own_is_nobody():
    assert ask(POPPY, MAISIE).outcome == NotFound()


def test_a_sibling_who_is_not_on_the_register_is_never_the_one_who_is():
    assert not isinstance(ask(OSCAR, MAISIE).outcome, Matched)


def test_the_number_of_a_sibling_goes_to_review():
    assert is_reviewed(ask(replace(OSCAR, nhs_number=MAISIE.nhs_number), MAISIE, OSCAR), Guard.IDENTIFIER_ELSEWHERE)


def test_two_children_who_share_a_number_are_told_apart_by_everything_else_or_not_at_all():
    oscar = replace(OSCAR, nhs_number=MAISIE.nhs_number)
    assert ask(MAISIE, MAISIE, oscar).outcome == IT_IS_MAISIE
    assert is_reviewed(ask(replace(MAISIE, postcode=None), MAISIE, oscar), Guard.IDENTIFIER_SHARED)


def test_same_name_and_birthday_at_another_address_goes_to_review():
    assert is_reviewed(ask(replace(NO_NUMBER, postcode="ZW9 9ZZ"), MAISIE))


def test_a_parent_of_the_same_name_at_the_same_address_is_not_the_child():
    assert is_reviewed(ask(replace(NO_NUMBER, date_of_birth="1988-01-30"), MAISIE), Guard.BIRTH_DIFFERS)


def test_same_name_and_another_birthday_elsewhere_is_nobody():
    assert ask(replace(NO_NUMBER, date_of_birth="2009-08-30", postcode="ZW9 9ZZ"), MAISIE).outcome == NotFound()


def test_strangers_who_share_a_birthday_and_a_family_name_are_nobody():
    stranger = replace(POPPY, nhs_number=None, postcode="ZW4 9ZZ")
    assert ask(stranger, MAISIE).outcome == NotFound()


def test_two_children_with_all_the_same_data_are_a_review_for_ever():
    verdict = ask(NO_NUMBER, NO_NUMBER, NO_NUMBER)
    assert is_reviewed(verdict, Guard.SEVERAL_FIT)
    assert verdict.margin == 0.0
    assert set(verdict.candidates) == {MAISIES_ID, ANOTHER_ID}


def test_brothers_with_one_forename_and_other_middle_names_are_two_children():
    hassan = replace(NO_NUMBER, given_names="Yusuf Hassan")
    ali = replace(NO_NUMBER, given_names="Yusuf Ali")
    assert is_reviewed(ask(hassan, ali), Guard.MIDDLE_NAMES_DIFFER)
    assert is_reviewed(ask(hassan, (replace(NO_NUMBER, given_names="Yusuf"), ali)), Guard.MIDDLE_NAMES_DIFFER)


# --- what no number buys out ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "guard"),
    [
        (replace(MAISIE, given_names="Edith"), Guard.FORENAME_DIFFERS),
        (replace(MAISIE, given_names="Edith", family_name="Oakhurst"), Guard.SURNAME_DIFFERS),
        (replace(MAISIE, given_names="Mazie"), Guard.FORENAME_INEXACT),
        (replace(MAISIE, given_names="M"), Guard.FORENAME_INEXACT),
        (replace(MAISIE, given_names="Baby of Jane"), Guard.FORENAME_MISSING),
        (replace(MAISIE, given_names=None), Guard.FORENAME_MISSING),
        (replace(MAISIE, date_of_birth="2014-05-18"), Guard.BIRTH_DIFFERS),
        (replace(MAISIE, date_of_birth="2014-05"), Guard.BIRTH_MISSING),
        (replace(MAISIE, date_of_birth="2014"), Guard.BIRTH_MISSING),
        (replace(MAISIE, date_of_birth="31/02/2014"), Guard.BIRTH_MISSING),
        (replace(MAISIE, date_of_birth="00/00/0000"), Guard.BIRTH_MISSING),
        (replace(MAISIE, date_of_birth=None), Guard.BIRTH_MISSING),
    ],
)
def test_a_right_number_with_something_wrong_goes_to_review(query, guard):
    assert is_reviewed(ask(query, MAISIE), guard)


def test_a_missing_date_of_birth_on_the_register_is_missing_too():
    assert is_reviewed(ask(MAISIE, replace(MAISIE, date_of_birth=None)), Guard.BIRTH_MISSING)
    assert is_reviewed(
        ask(replace(MAISIE, date_of_birth="2014"), replace(MAISIE, date_of_birth="2014")), Guard.BIRTH_MISSING
    )


def test_another_valid_number_of_the_same_kind_goes_to_review():
    assert is_reviewed(ask(replace(MAISIE, nhs_number="9990000034"), MAISIE), Guard.IDENTIFIER_CONFLICTS)


def test_a_conflict_with_any_record_of_the_child_counts():
    school, doctor = NO_NUMBER, replace(MAISIE, postcode="ZW9 9ZZ")
    assert is_reviewed(ask(replace(MAISIE, nhs_number="9990000034"), (school, doctor)), Guard.IDENTIFIER_CONFLICTS)


def test_a_number_that_belongs_to_another_child_goes_to_review():
    stranger = Identity(
        given_names="Edith", family_name="Oakhurst", date_of_birth="2011-01-02", nhs_number="9990000034"
    )
    query = replace(MAISIE, nhs_number="9990000034")
    assert is_reviewed(ask(query, NO_NUMBER, stranger), Guard.IDENTIFIER_ELSEWHERE)


def test_records_that_disagree_on_the_birthday_go_to_review():
    assert is_reviewed(ask(MAISIE, (MAISIE, replace(MAISIE, date_of_birth="2014-05-18"))), Guard.TWO_BIRTHDAYS)


def test_a_restricted_record_goes_to_review():
    verdict = ask(MAISIE, MAISIE, restricted=1)
    assert is_reviewed(verdict, Guard.RESTRICTED)
    assert verdict.restricted


def test_a_likely_restricted_record_beside_a_match_goes_to_review():
    moved = replace(MAISIE, postcode="ZW9 9ZZ", nhs_number=None)
    assert is_reviewed(ask(NO_NUMBER, NO_NUMBER, moved, restricted=2), Guard.RESTRICTED)


def test_an_unlike_restricted_record_changes_nothing():
    assert ask(NO_NUMBER, NO_NUMBER, OSCAR, restricted=2).outcome == IT_IS_MAISIE


def test_an_empty_query_is_nobody():
    assert ask(Identity(), MAISIE).outcome == NotFound()
    assert ask(Identity(given_names=" ", family_name="", date_of_birth=" ", postcode=""), MAISIE).outcome == NotFound()


def test_two_empty_records_do_not_match_on_what_is_missing():
    assert ask(Identity(), Identity()).outcome == NotFound()


# --- the answer explains itself -------------------------------------------------------------------------------------


def test_the_weights_add_up_to_the_score_and_the_margin_is_to_the_runner_up():
    verdict = ask(MAISIE, MAISIE, POPPY)
    assert [(w.comparison, w.level, w.weight) for w in verdict.explanation] == [
        ("forename", "exact", 8.0),
        ("family_name", "exact", 9.0),
        ("date_of_birth", "exact", 12.0),
        ("postcode", "exact", 13.0),
        ("sex", "exact", 1.0),
        ("nhs_number", "exact", 20.0),
    ]
    assert verdict.score == 63.0
    assert verdict.margin == 63.0 - (-7.0 + 9.0 + 12.0 + 13.0 + 1.0 - 12.0)


def test_no_guard_tells_personal_data():
    for guard in Guard:
        assert guard.value.endswith(".")
        assert "Maisie" not in guard.value
