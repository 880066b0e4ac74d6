"""What no score buys out, and what may be inexact one thing at a time. Expectations are written out by hand."""

from dataclasses import replace

import pytest

from hub.facts.model import Identity
from hub.facts.outcome import Matched, NotFound
from hub.matching.deciding.child import child_of
from hub.matching.deciding.comparison import compare
from hub.matching.deciding.decision import REVIEW_FROM
from hub.matching.deciding.guards import Guard, guards_of
from tests.unit.matching.children import (
    IT_IS_MAISIE,
    MAISIE,
    MAISIES_ID,
    MARGARET,
    NO_NUMBER,
    ask,
    is_reviewed,
)

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


# --- what is written otherwise, one thing at a time ------------------------------------------------------------------


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


def test_another_sex_passes_only_with_a_number_and_the_whole_name():
    numbered = replace(MARGARET, nhs_number=MAISIE.nhs_number)
    assert ask(replace(numbered, sex="male"), numbered).outcome == IT_IS_MAISIE
    assert is_reviewed(ask(replace(numbered, sex="male", given_names="Peggy"), numbered), Guard.SEX_DIFFERS)


def test_one_who_has_the_number_and_nothing_else_is_shown_to_a_person():
    stranger = Identity(given_names="Edith", family_name="Oakhurst", date_of_birth="2011-01-02", postcode="ZX9 9ZZ")
    verdict = ask(replace(stranger, nhs_number=MAISIE.nhs_number), MAISIE)
    assert is_reviewed(verdict)
    assert verdict.candidates == (MAISIES_ID,)


def test_a_number_counts_for_nothing_unless_it_is_said_to_be_ones_own():
    found = compare(child_of(replace(MAISIE, sex="male")), [child_of(MAISIE)])
    assert guards_of(found) == (Guard.SEX_DIFFERS,)
    assert guards_of(found, own_identifier=True) == ()


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


def test_without_a_family_name_there_is_no_match_by_name():
    assert is_reviewed(ask(replace(MARGARET, family_name=None), MARGARET))
    assert is_reviewed(ask(MARGARET, replace(MARGARET, family_name=None)))


@pytest.mark.parametrize(
    "other", [replace(MARGARET, family_name="Oakhurst"), replace(MARGARET, address="9 Sample Close, Ashdown")]
)
def test_another_who_fits_as_well_or_nearly_goes_to_review(other):
    assert is_reviewed(ask(MARGARET, MARGARET, other), Guard.SEVERAL_FIT)


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
