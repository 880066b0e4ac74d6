"""Whom the hub would act on alone, and whom it hands to a person. Expectations are written out by hand."""

from dataclasses import replace

import pytest

from hub.facts.model import Identity
from hub.facts.outcome import Matched, NeedsReview, NotFound
from hub.matching.deciding.child import child_of
from hub.matching.deciding.comparison import compare
from hub.matching.deciding.decision import (
    CANDIDATES_SHOWN,
    LEAD,
    MATCH_FROM,
    REVIEW_FROM,
    TOO_LITTLE,
    Candidate,
    Verdict,
    decide,
)
from hub.matching.deciding.guards import Guard, guards_of
from hub.matching.deciding.shares import Model
from hub.matching.deciding.weights import Weights
from hub.matching.values.level import Level
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
    assert is_reviewed(ask(replace(mistyped, postcode=None, address=None), replace(MAISIE, nhs_number="9990000081")))


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
    assert is_reviewed(ask(replace(MAISIE, postcode=None, address=None), MAISIE, oscar), Guard.IDENTIFIER_SHARED)


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


def test_brothers_with_one_forename_who_are_called_otherwise_are_two_children():
    ali = replace(NO_NUMBER, given_names="Muhammad", known_as="Ali")
    assert is_reviewed(ask(replace(ali, known_as="Omar"), ali), Guard.MIDDLE_NAMES_DIFFER)
    assert is_reviewed(ask(replace(ali, known_as="Mo"), ali), Guard.MIDDLE_NAMES_DIFFER)
    number = replace(ali, nhs_number=MAISIE.nhs_number)
    assert is_reviewed(ask(replace(number, known_as="Omar"), number), Guard.MIDDLE_NAMES_DIFFER)


@pytest.mark.parametrize(
    ("given_names", "one", "other"),
    [
        ("Muhammad", "Ali", None),
        ("Muhammad", "Ali", "ALI"),
        ("Muhammad", "Ali", "A"),
        ("Margaret", "Peggy", "Maggie"),
        ("Margaret Rose", "Rose", "Peggy"),
    ],
)
def test_what_one_child_is_called_here_and_there_is_no_other_child(given_names, one, other):
    held = replace(NO_NUMBER, given_names=given_names, known_as=one)
    assert ask(replace(held, known_as=other), held).outcome == IT_IS_MAISIE
    assert ask(held, replace(held, known_as=other)).outcome == IT_IS_MAISIE


# --- what no number buys out ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "guard"),
    [
        (replace(MAISIE, given_names="Edith"), Guard.FORENAME_DIFFERS),
        (replace(MAISIE, given_names="Edith", family_name="Oakhurst"), Guard.SURNAME_DIFFERS),
        (replace(MAISIE, given_names="Rose Maisie"), Guard.FORENAME_INEXACT),
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
    assert verdict.hidden


def test_a_likely_restricted_record_beside_a_match_goes_to_review():
    moved = replace(MAISIE, postcode="ZW9 9ZZ", nhs_number=None)
    verdict = ask(NO_NUMBER, NO_NUMBER, moved, restricted=2)
    assert is_reviewed(verdict, Guard.RESTRICTED)
    assert not verdict.hidden


def test_an_unlike_restricted_record_changes_nothing():
    assert ask(NO_NUMBER, NO_NUMBER, OSCAR, restricted=2).outcome == IT_IS_MAISIE


def test_an_empty_query_is_nobody():
    assert ask(Identity(), MAISIE).outcome == NotFound()
    assert ask(Identity(given_names=" ", family_name="", date_of_birth=" ", postcode=""), MAISIE).outcome == NotFound()


def test_two_empty_records_do_not_match_on_what_is_missing():
    assert ask(Identity(), Identity()).outcome == NotFound()


# --- what is written otherwise, one thing at a time ------------------------------------------------------------------


MARGARET = replace(NO_NUMBER, given_names="Margaret Rose", address="7 Sample Close, Ashdown")
THEODORE = replace(MARGARET, given_names="Theodore James", sex="male")


@pytest.mark.parametrize(
    "query",
    [
        replace(MARGARET, given_names="Peggy"),
        replace(MARGARET, given_names="Margraet"),
        replace(MARGARET, family_name="Thornberry"),
        replace(MARGARET, family_name="Oakhurst"),
        replace(MARGARET, given_names="Thornbury", family_name="Margaret"),
        replace(MARGARET, date_of_birth="2014-01-01"),
        replace(MARGARET, postcode=None, address="7 sample cl. Ashdown"),
        replace(MARGARET, postcode="ZW4 2AD"),
    ],
)
def test_one_thing_written_otherwise_is_a_match(query):
    assert ask(query, MARGARET).outcome == IT_IS_MAISIE


def test_day_and_month_swapped_is_a_match_where_name_and_home_are_exact():
    held = replace(MARGARET, date_of_birth="2014-05-07")
    swapped = replace(held, date_of_birth="2014-07-05")
    assert ask(swapped, held).outcome == IT_IS_MAISIE
    assert ask(replace(swapped, address=None), held).outcome == IT_IS_MAISIE
    for query in (
        replace(swapped, postcode=None, address=None),
        replace(swapped, family_name="Thornbery"),
        replace(swapped, given_names="Peggy"),
    ):
        assert is_reviewed(ask(query, held), Guard.BIRTH_WRITTEN_OTHERWISE)


@pytest.mark.parametrize(
    ("query", "guard"),
    [
        (replace(MARGARET, given_names="Peggy", family_name="Thornbery"), Guard.FORENAME_AND_MORE),
        (replace(MARGARET, given_names="Margraet", date_of_birth="2014-01-01"), Guard.FORENAME_AND_MORE),
        (replace(MARGARET, given_names="Rose"), Guard.FORENAME_INEXACT),
        (replace(MARGARET, sex="male"), Guard.SEX_DIFFERS),
        (replace(MARGARET, family_name="Thornbery", address="9 Sample Close, Ashdown"), Guard.HOUSE_DIFFERS),
        (replace(MARGARET, given_names="Peggy", address="9 Sample Close, Ashdown"), Guard.HOUSE_DIFFERS),
        (replace(MARGARET, date_of_birth="2014-05-18"), Guard.BIRTH_DIFFERS),
        (replace(MARGARET, date_of_birth="2014-01-01", address="9 Sample Close"), Guard.HOUSE_DIFFERS),
        (replace(MARGARET, date_of_birth="2014-01-01", address=None), Guard.BIRTH_WRITTEN_OTHERWISE),
        (replace(MARGARET, address="9 Sample Close, Ashdown"), Guard.HOUSE_DIFFERS),
    ],
)
def test_two_things_written_otherwise_go_to_review(query, guard):
    assert is_reviewed(ask(query, MARGARET), guard)


def test_name_and_birthday_without_home_or_number_go_to_review():
    assert is_reviewed(ask(replace(MARGARET, postcode=None, address=None), MARGARET))
    assert is_reviewed(ask(replace(MARGARET, postcode="ZZ99 3VZ", address="No fixed abode"), MARGARET))
    assert is_reviewed(ask(replace(MARGARET, postcode=None, address="9 Sample Close"), MARGARET))
    assert is_reviewed(ask(replace(MARGARET, postcode="ZX9 9ZZ"), MARGARET))


def test_house_and_street_without_their_town_are_a_home_for_the_whole_name_and_birthday_alone():
    """A namesake born that day might live in another town, but hardly in a house of the same number and street."""
    asked = replace(MARGARET, postcode=None, address="7 Sample Cl")
    assert ask(asked, MARGARET).outcome == IT_IS_MAISIE
    for query in (
        replace(asked, given_names="Peggy"),
        replace(asked, given_names="Margraet"),
        replace(asked, family_name="Thornbery"),
        replace(asked, date_of_birth="2014-01-01"),
        replace(asked, postcode="ZX9 9ZZ"),
    ):
        assert not isinstance(ask(query, MARGARET).outcome, Matched)


def test_a_pet_name_that_twins_may_bear_is_no_match_whatever_else_agrees():
    assert is_reviewed(ask(replace(THEODORE, given_names="Teddy"), THEODORE), Guard.FORENAME_AKIN)
    assert is_reviewed(ask(replace(THEODORE, given_names="Teddy Alan"), THEODORE), Guard.MIDDLE_NAMES_DIFFER)
    assert is_reviewed(ask(replace(THEODORE, given_names="Teddy James"), THEODORE), Guard.FORENAME_AKIN)
    numbered = replace(THEODORE, nhs_number=MAISIE.nhs_number)
    assert is_reviewed(ask(replace(numbered, given_names="Teddy James"), numbered), Guard.FORENAME_AKIN)


def test_a_forename_that_is_not_exact_may_be_the_other_twins():
    twin = replace(MARGARET, given_names="Margarita")
    assert is_reviewed(ask(replace(MARGARET, given_names="Margaritt"), MARGARET, twin), Guard.SEVERAL_FIT)


def test_a_pet_name_is_a_match_though_a_twin_has_another_name_altogether():
    assert ask(replace(MARGARET, given_names="Peggy"), MARGARET, replace(MARGARET, given_names="Edith")).outcome == (
        IT_IS_MAISIE
    )


def test_a_pet_name_may_be_the_twins_who_has_one_like_it():
    twin = replace(MARGARET, given_names="Piggy")
    assert is_reviewed(ask(replace(MARGARET, given_names="Peggy"), MARGARET, twin), Guard.SEVERAL_FIT)


def test_a_pet_name_may_be_a_sisters_who_bears_it_and_whose_birthday_was_mistaken():
    sister = replace(MARGARET, given_names="Peggy", date_of_birth="2016-11-02")
    assert is_reviewed(ask(replace(MARGARET, given_names="Peggy"), MARGARET, sister), Guard.SEVERAL_FIT)
    older = replace(MARGARET, given_names="Piggy", date_of_birth="2016-11-02")
    assert ask(replace(MARGARET, given_names="Peggy"), MARGARET, older).outcome == IT_IS_MAISIE


def test_twins_with_names_that_look_alike_are_told_apart_where_the_name_is_exact():
    ella, elle = (replace(MARGARET, given_names=name) for name in ("Ella", "Elle"))
    assert ask(ella, ella, elle).outcome == IT_IS_MAISIE


def test_a_namesake_of_the_same_birthday_elsewhere_does_not_stop_a_match_at_home():
    namesake = replace(MARGARET, postcode="ZX9 9ZZ", address="9 Other Street, Bexton")
    assert ask(MARGARET, MARGARET, namesake).outcome == IT_IS_MAISIE


def test_one_who_fits_as_well_counts_though_a_twin_is_there_who_does_not():
    twin = replace(MARGARET, given_names="Edith")
    assert is_reviewed(ask(MARGARET, MARGARET, MARGARET, twin), Guard.SEVERAL_FIT)


def test_a_number_that_belongs_to_another_is_seen_though_a_second_number_agrees():
    pupil = replace(MARGARET, upn="H801200001001")
    edith = replace(MARGARET, given_names="Edith", nhs_number=MAISIE.nhs_number, date_of_birth="2011-01-02")
    asked = replace(pupil, nhs_number=MAISIE.nhs_number)
    assert is_reviewed(ask(asked, pupil, edith), Guard.IDENTIFIER_ELSEWHERE)


def test_one_number_of_two_that_nobody_else_has_is_enough():
    pupil = replace(MAISIE, upn="H801200001001")
    sharing = replace(OSCAR, nhs_number=MAISIE.nhs_number)
    assert ask(replace(pupil, postcode=None, address=None), pupil, sharing).outcome == IT_IS_MAISIE


def test_first_of_january_needs_an_address_line_or_a_number():
    asked = replace(MARGARET, date_of_birth="2014-01-01", address=None, nhs_number=MAISIE.nhs_number)
    assert ask(asked, replace(MARGARET, nhs_number=MAISIE.nhs_number)).outcome == IT_IS_MAISIE


def test_another_sex_passes_only_with_a_number_and_the_whole_name():
    numbered = replace(MARGARET, nhs_number=MAISIE.nhs_number)
    assert ask(replace(numbered, sex="male"), numbered).outcome == IT_IS_MAISIE
    assert is_reviewed(ask(replace(numbered, sex="male", given_names="Peggy"), numbered), Guard.SEX_DIFFERS)


def test_a_name_at_its_home_with_another_birthday_is_worth_a_persons_time():
    assert is_reviewed(ask(replace(MARGARET, date_of_birth="1988-01-30", sex=None), MARGARET), Guard.BIRTH_DIFFERS)


def test_one_who_has_the_number_and_nothing_else_is_shown_to_a_person():
    stranger = Identity(given_names="Edith", family_name="Oakhurst", date_of_birth="2011-01-02", postcode="ZX9 9ZZ")
    verdict = ask(replace(stranger, nhs_number=MAISIE.nhs_number), MAISIE)
    assert is_reviewed(verdict)
    assert verdict.candidates == (MAISIES_ID,)


def test_a_number_counts_for_nothing_unless_it_is_said_to_be_ones_own():
    found = compare(child_of(replace(MAISIE, sex="male")), [child_of(MAISIE)])
    assert guards_of(found) == (Guard.SEX_DIFFERS,)
    assert guards_of(found, own_identifier=True) == ()


def test_what_is_decided_by_bits_changes_only_on_purpose():
    assert (MATCH_FROM, LEAD, REVIEW_FROM, CANDIDATES_SHOWN) == (24, 5, 20, 10)


def test_a_reviewer_sees_ten_at_most():
    assert len(ask(NO_NUMBER, *[NO_NUMBER] * 11).candidates) == 10


# --- the answer explains itself -------------------------------------------------------------------------------------


def test_the_weights_add_up_to_the_score_and_the_margin_is_to_the_runner_up():
    verdict = ask(MAISIE, MAISIE, POPPY)
    assert [(w.comparison, w.level) for w in verdict.explanation] == [
        ("forename", "exact"),
        ("family_name", "exact"),
        ("date_of_birth", "exact"),
        ("address", "exact"),
        ("sex", "exact"),
        ("nhs_number", "exact"),
    ]
    assert sum(part.weight for part in verdict.explanation) == verdict.score
    assert verdict.margin == verdict.score - ask(MAISIE, POPPY).score


def test_an_answer_about_nobody_has_nothing_to_say():
    assert ask(MAISIE) == Verdict(NotFound(), 0.0, 0.0, (), (), None, restricted=False)
    assert Verdict(NotFound()) == Verdict(NotFound(), 0.0, 0.0, (), (), None, restricted=False, hidden=False)


def test_the_reason_is_the_gravest_guard_and_each_guard_that_fired_is_told():
    verdict = ask(replace(MAISIE, date_of_birth="2014-05-18", sex="male"), MAISIE)
    assert verdict.guards == (Guard.BIRTH_DIFFERS.value, Guard.SEX_DIFFERS.value)
    assert verdict.outcome == NeedsReview((MAISIES_ID,), Guard.BIRTH_DIFFERS.value)
    assert not verdict.restricted


def test_without_a_guard_the_reason_is_that_too_little_agrees():
    verdict = ask(replace(MARGARET, postcode="ZX9 9ZZ", address=None), MARGARET)
    assert (verdict.guards, verdict.outcome) == ((), NeedsReview((MAISIES_ID,), TOO_LITTLE))


def test_a_verdict_handed_to_a_person_shows_its_own_candidates_or_those_given():
    verdict = ask(MAISIE, MAISIE)
    assert verdict.for_review(Guard.SAME_ROLL).candidates == (MAISIES_ID,)
    assert verdict.for_review(Guard.CHANGED, (ANOTHER_ID,)).candidates == (ANOTHER_ID,)


def test_the_explanation_is_by_the_weights_that_decided():
    shares = {name: {Level.EXACT: (0.9, 0.1)} for name in ("forename", "family_name", "date_of_birth", "address")}
    candidates = {MAISIES_ID.bytes: Candidate((child_of(MARGARET),))}
    verdict = decide(child_of(MARGARET), candidates, Weights(Model(shares, {})))
    assert sum(part.weight for part in verdict.explanation) == verdict.score


def test_two_who_fit_by_a_weak_model_go_to_review():
    shares = {name: {Level.EXACT: (0.9, 0.1)} for name in ("forename", "family_name", "date_of_birth")}
    home = {"address": {Level.EXACT: (0.999, 1e-6), Level.SAME: (0.5, 0.4)}}
    both = (MARGARET, replace(MARGARET, postcode=None))
    candidates = {bytes([n] * 16): Candidate((child_of(held),)) for n, held in enumerate(both)}
    verdict = decide(child_of(MARGARET), candidates, Weights(Model(shares | home, {})))
    assert verdict.score >= MATCH_FROM
    assert Guard.SEVERAL_FIT.value in verdict.guards


def test_no_guard_tells_personal_data():
    for guard in Guard:
        assert guard.value.endswith(".")
        assert "Maisie" not in guard.value


def test_a_known_as_name_counts_to_the_letter_only():
    held = replace(MARGARET, given_names="Edith", known_as="Tommy")
    assert ask(replace(held, given_names="Tommy", known_as=None), held).outcome == IT_IS_MAISIE
    assert is_reviewed(ask(replace(held, given_names="Thomas", known_as=None), held), Guard.FORENAME_INEXACT)


def test_a_number_lets_another_house_or_sex_pass_only_with_the_whole_name():
    numbered = replace(MARGARET, nhs_number=MAISIE.nhs_number)
    next_door = replace(numbered, address="9 Sample Close, Ashdown")
    assert ask(next_door, numbered).outcome == IT_IS_MAISIE
    assert is_reviewed(ask(replace(next_door, family_name="Thornbery"), numbered), Guard.HOUSE_DIFFERS)
    assert is_reviewed(ask(replace(numbered, sex="male", family_name="Thornbery"), numbered), Guard.SEX_DIFFERS)


def test_another_house_in_every_record_of_the_child_goes_to_review():
    records = (MARGARET, replace(MARGARET, address="7 Sample Cl"))
    assert is_reviewed(ask(replace(MARGARET, address="9 Sample Close, Ashdown"), records), Guard.HOUSE_DIFFERS)


def test_a_mistyped_postcode_alone_is_no_home():
    assert is_reviewed(ask(replace(MARGARET, postcode="ZW4 2AD", address=None), MARGARET))


def test_without_a_family_name_there_is_no_match_by_name():
    assert is_reviewed(ask(replace(MARGARET, family_name=None), MARGARET))
    assert is_reviewed(ask(MARGARET, replace(MARGARET, family_name=None)))


@pytest.mark.parametrize(
    "other", [replace(MARGARET, family_name="Oakhurst"), replace(MARGARET, address="9 Sample Close, Ashdown")]
)
def test_another_who_fits_as_well_or_nearly_goes_to_review(other):
    assert is_reviewed(ask(MARGARET, MARGARET, other), Guard.SEVERAL_FIT)


def test_a_model_to_which_agreement_says_little_decides_nothing():
    shares = {name: {Level.EXACT: (0.9, 0.1)} for name in ("forename", "family_name", "date_of_birth", "address")}
    candidates = {MAISIES_ID.bytes: Candidate((child_of(MARGARET),))}
    weak = Weights(Model(shares, {}))
    assert not isinstance(decide(child_of(MARGARET), candidates, weak).outcome, Matched)
    assert isinstance(decide(child_of(MARGARET), candidates).outcome, Matched)


def test_the_number_of_a_twin_who_is_called_by_the_same_name_goes_to_review():
    henry = replace(MARGARET, given_names="Henry", known_as="Margaret", nhs_number=MAISIE.nhs_number)
    asked = replace(MARGARET, given_names="Margaret", nhs_number=MAISIE.nhs_number)
    assert is_reviewed(ask(asked, MARGARET, henry), Guard.SEVERAL_FIT)


def test_a_lead_that_is_too_small_goes_to_review_though_the_other_has_a_guard():
    next_door = replace(MARGARET, address="9 Sample Close, Ashdown")
    assert is_reviewed(ask(replace(MARGARET, family_name="Thornbxry"), MARGARET, next_door), Guard.SEVERAL_FIT)


def test_all_given_names_in_the_place_of_the_family_name_are_names_swapped():
    held = replace(MARGARET, given_names="Skye Daisy", nhs_number=None)
    swapped = replace(held, given_names="Thornbury", family_name="Skye Daisy")
    assert ask(swapped, held).outcome == IT_IS_MAISIE
    assert ask(replace(swapped, family_name="Skye"), held).outcome == IT_IS_MAISIE
    assert is_reviewed(ask(replace(swapped, family_name="Skye Poppy"), held))
    assert is_reviewed(ask(swapped, replace(held, given_names="Skye")))


def test_the_commonest_name_and_its_birthday_are_for_a_person_though_they_score_too_little():
    held = replace(MARGARET, given_names="Olivia", family_name="Smith", nhs_number=None)
    moved = replace(held, postcode="ZX9 9ZZ", address=None)
    assert is_reviewed(ask(moved, held))
    assert ask(moved, held).score < REVIEW_FROM
    assert ask(replace(moved, date_of_birth="2014-07-15"), held).outcome == NotFound()


@pytest.mark.parametrize(
    ("asked", "held"),
    [("Mary Jane", "Mary-Jane Truly"), ("Mary-Jane", "Mary Jane"), ("Mary-Jane Truly", "Mary Jane Truly")],
)
def test_two_names_that_are_written_as_one_are_the_same_name(asked, held):
    registered = replace(MARGARET, given_names=held, nhs_number=None)
    assert ask(replace(registered, given_names=asked), registered).outcome == IT_IS_MAISIE


@pytest.mark.parametrize(("asked", "held"), [("Ann A", "Anna"), ("Mary J", "Mary-Jane"), ("Mary Ann", "Mary-Jane")])
def test_an_initial_or_another_second_name_makes_no_name_of_two(asked, held):
    registered = replace(MARGARET, given_names=held, nhs_number=None)
    assert is_reviewed(ask(replace(registered, given_names=asked), registered))


@pytest.mark.parametrize("second", ["Rahim", "Wasif", "Zahim", "Teddy"])
def test_second_names_that_could_be_two_brothers_are_not_one(second):
    """Brothers are both Muhammad, and told apart by what follows."""
    for other in ("Fahim", "Asif", "Sahim", "Theodore"):
        registered = replace(MARGARET, given_names=f"Muhammad {other}", nhs_number=None)
        asked = replace(registered, given_names=f"Muhammad {second}")
        assert is_reviewed(ask(asked, registered), Guard.MIDDLE_NAMES_DIFFER)


# --- names that are words -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["Null", "Nil", "None", "Na", "True"])
def test_a_name_that_is_a_word_for_nothing_is_a_name_where_both_write_it(word):
    for held in (replace(MAISIE, given_names=word), replace(MAISIE, family_name=word)):
        assert ask(replace(held, nhs_number=None), held).outcome == IT_IS_MAISIE
        assert ask(replace(held, postcode=None, address=None), held).outcome == IT_IS_MAISIE
        assert is_reviewed(ask(replace(held, nhs_number=None), NO_NUMBER))
        assert is_reviewed(ask(NO_NUMBER, replace(held, nhs_number=None)))


def test_a_word_for_nothing_is_nobody_s_other_name():
    held = replace(NO_NUMBER, given_names="Maisie", known_as="NULL")
    twin = replace(NO_NUMBER, given_names="Poppy", known_as="NULL")
    assert not isinstance(ask(twin, held).outcome, Matched)
    married = replace(NO_NUMBER, family_name="Oakhurst", previous_family_names=("NULL",))
    other = replace(POPPY, nhs_number=None, family_name="Selby", previous_family_names=("NULL",))
    assert compare(child_of(other), [child_of(married)]).surname is Level.DIFFERENT


CHILD = replace(MAISIE, given_names="Child")
TWIN_1 = replace(MAISIE, given_names="Twin 1")


@pytest.mark.parametrize("held", [CHILD, TWIN_1, replace(MAISIE, given_names="Baby of Karen")])
def test_who_has_no_name_yet_is_known_by_a_number_of_their_own_alone(held):
    assert ask(held, held).outcome == IT_IS_MAISIE
    assert ask(replace(held, postcode=None, address=None), held).outcome == IT_IS_MAISIE
    assert is_reviewed(ask(replace(held, nhs_number=None), held), Guard.FORENAME_MISSING)


@pytest.mark.parametrize(
    "query",
    [
        replace(TWIN_1, given_names="Twin 2"),
        replace(TWIN_1, given_names="Twin"),
        replace(TWIN_1, given_names="Maisie"),
        replace(TWIN_1, given_names=None),
        replace(TWIN_1, family_name="Oakhurst"),
        replace(TWIN_1, date_of_birth="2014-07-15"),
        replace(TWIN_1, date_of_birth="2014-01-01"),
    ],
)
def test_a_number_names_nobody_who_has_no_name_yet_where_anything_else_is_not_the_same(query):
    assert is_reviewed(ask(query, TWIN_1))
    assert is_reviewed(ask(TWIN_1, query))


def test_a_number_that_two_without_a_name_share_names_neither():
    assert is_reviewed(ask(TWIN_1, TWIN_1, replace(CHILD, postcode="ZW9 9ZZ")))


# --- little is said -------------------------------------------------------------------------------------------------


KHAN = Identity(
    given_names="Muhammad Ali",
    family_name="Khan",
    date_of_birth="2025-12-01",
    address="7 Sample Close, Ashdown",
    postcode="ZW4 2AB",
)
"""Of the commonest names, so that a name and a year weigh next to nothing."""
BABY = replace(KHAN, given_names="Baby of Amina")


@pytest.mark.parametrize(
    "query",
    [
        pytest.param(Identity(given_names="Muhammad", family_name="Khan", date_of_birth="2025"), id="name and year"),
        pytest.param(Identity(given_names="Muhammad", family_name="Khan", date_of_birth="2025-12"), id="and month"),
        pytest.param(replace(BABY, address=None, postcode=None), id="a baby's family name and birthday"),
        pytest.param(replace(BABY, address=None, postcode=None, family_name="Kahn"), id="a slip in the family name"),
        pytest.param(replace(BABY, family_name="Begum"), id="a baby's birthday and home, by the mother's own name"),
        pytest.param(replace(BABY, family_name=None), id="a baby's birthday and home"),
        pytest.param(replace(KHAN, given_names=None, postcode=None, address=None), id="no forename at all"),
    ],
)
def test_little_that_agrees_with_few_is_for_a_person_and_never_a_match(query):
    verdict = ask(query, KHAN)
    assert is_reviewed(verdict)
    assert verdict.candidates == (MAISIES_ID,)
    assert verdict.score < REVIEW_FROM + 5


def test_a_child_registered_before_it_had_a_name_is_proposed_for_one_of_its_birthday_and_family():
    assert is_reviewed(ask(replace(KHAN, address=None, postcode=None), BABY), Guard.FORENAME_MISSING)


@pytest.mark.parametrize(
    "query",
    [
        pytest.param(Identity(given_names="Muhammad", family_name="Khan", date_of_birth="2024"), id="another year"),
        pytest.param(Identity(given_names="Muhammad", family_name="Khan"), id="a name alone"),
        pytest.param(
            Identity(given_names="Ali", family_name="Khan", date_of_birth="2025"), id="a middle name and year"
        ),
        pytest.param(Identity(given_names="Muhammad", family_name="Khatun", date_of_birth="2025"), id="another family"),
        pytest.param(Identity(given_names="Baby", date_of_birth="2025-12-01"), id="a birthday alone"),
        pytest.param(Identity(given_names="Baby", family_name="Khan", date_of_birth="2025"), id="family and year"),
        pytest.param(replace(BABY, date_of_birth="2019-05-02"), id="a baby of another birthday at its home"),
        pytest.param(replace(BABY, family_name="Oakhurst", address=None, postcode=None), id="a baby of another family"),
        pytest.param(replace(BABY, date_of_birth="2025", address=None, postcode=None), id="a baby of that year"),
        pytest.param(replace(BABY, date_of_birth=None, address=None, postcode="ZW4 9ZZ"), id="a baby of the district"),
    ],
)
def test_less_than_that_is_nobody(query):
    assert ask(query, KHAN).outcome == NotFound()


@pytest.mark.parametrize(("count", "asked"), [(CANDIDATES_SHOWN, True), (CANDIDATES_SHOWN + 1, False)])
def test_little_that_agrees_with_many_is_nobody(count, asked):
    born = [replace(KHAN, date_of_birth=f"2025-{1 + number % 12:02}-{1 + number:02}") for number in range(count)]
    verdict = ask(Identity(given_names="Muhammad", family_name="Khan", date_of_birth="2025"), *born)
    assert is_reviewed(verdict) is asked
    assert len(verdict.candidates) == (count if asked else 0)


def test_who_is_likely_is_not_hidden_among_those_who_are_possible():
    """The one with the number is proposed alone, not beside all of the name and year."""
    number = replace(KHAN, nhs_number="9990000018")
    query = Identity(given_names="Muhammad", family_name="Khan", date_of_birth="2025", nhs_number="9990000018")
    assert ask(query, number, replace(KHAN, date_of_birth="2025-03-03")).candidates == (MAISIES_ID,)


def test_the_explanation_is_of_the_first_who_is_proposed():
    near = replace(KHAN, given_names="Yusuf", date_of_birth="2025-12-02")
    query = replace(BABY, family_name="Begum", address="7 Sample Close, Ashdown")
    verdict = ask(query, near, KHAN)
    assert verdict.candidates == (ANOTHER_ID,)
    assert ("date_of_birth", "exact") in [(part.comparison, part.level) for part in verdict.explanation]
    assert sum(part.weight for part in verdict.explanation) == verdict.score
