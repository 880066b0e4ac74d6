"""Whom the hub would act on alone, and whom it hands to a person. Expectations are written out by hand."""

from dataclasses import replace

import pytest

from hub.facts.model import Identity
from hub.facts.outcome import Matched, NotFound
from hub.matching.deciding.guards import Guard
from tests.unit.matching.children import (
    ANOTHER_ID,
    IT_IS_MAISIE,
    MAISIE,
    MAISIES_ID,
    MARGARET,
    NO_NUMBER,
    OSCAR,
    POPPY,
    ask,
    is_reviewed,
)

SCHOOL_S = replace(NO_NUMBER, upn="H801200001001")
DOCTOR_S = replace(MAISIE, postcode="ZW9 9ZZ")
ELSEWHERE = replace(NO_NUMBER, postcode="ZW9 9ZZ")
PEGGY = replace(MARGARET, given_names="Peggy")
STRANGER = Identity(given_names="Edith", family_name="Oakhurst", date_of_birth="2011-01-02", nhs_number="9990000034")
ANOTHER_S = "9990000034"
"""Another child's number."""
PUPIL = replace(MARGARET, upn="H801200001001")
ELLA, ELLE = (replace(MARGARET, given_names=name) for name in ("Ella", "Elle"))
HASSAN, ALI = (replace(NO_NUMBER, given_names=name) for name in ("Yusuf Hassan", "Yusuf Ali"))
CALLED_ALI = replace(NO_NUMBER, given_names="Muhammad", known_as="Ali")


@pytest.mark.parametrize(
    ("query", "register"),
    [
        pytest.param(replace(MAISIE, postcode=None), [MAISIE], id="a number with name and birthday"),
        pytest.param(NO_NUMBER, [MAISIE], id="name, birthday and postcode"),
        pytest.param(NO_NUMBER, [MAISIE, POPPY], id="a child beside her twin"),
        pytest.param(replace(MAISIE, family_name="Oakhurst"), [MAISIE], id="a changed family name with the number"),
        pytest.param(replace(NO_NUMBER, chi_number="1705140017"), [MAISIE], id="a CHI number beside an NHS number"),
        pytest.param(NO_NUMBER, [(SCHOOL_S, DOCTOR_S)], id="home by one record of the child"),
        pytest.param(replace(MAISIE, postcode=None), [(SCHOOL_S, DOCTOR_S)], id="number by another record"),
        pytest.param(
            MAISIE,
            [MAISIE, replace(OSCAR, nhs_number=MAISIE.nhs_number)],
            id="a brother has her number",
        ),
        pytest.param(PEGGY, [MARGARET, replace(MARGARET, given_names="Edith")], id="a pet name, and a twin unlike it"),
        pytest.param(
            PEGGY,
            [MARGARET, replace(MARGARET, given_names="Piggy", date_of_birth="2016-11-02")],
            id="a pet name, and an older sister with one like it",
        ),
        pytest.param(ELLA, [ELLA, ELLE], id="twins whose names look alike, exactly named"),
        pytest.param(
            MARGARET,
            [MARGARET, replace(MARGARET, postcode="ZX9 9ZZ", address="9 Other Street, Bexton")],
            id="a namesake of the same birthday elsewhere",
        ),
        pytest.param(
            replace(MAISIE, upn="H801200001001", postcode=None, address=None),
            [replace(MAISIE, upn="H801200001001"), replace(OSCAR, nhs_number=MAISIE.nhs_number)],
            id="one number of two that nobody else has",
        ),
        pytest.param(
            replace(MARGARET, date_of_birth="2014-01-01", address=None, nhs_number=MAISIE.nhs_number),
            [replace(MARGARET, nhs_number=MAISIE.nhs_number)],
            id="1 January with a number of one's own",
        ),
    ],
)
def test_one_whom_nothing_speaks_against_is_matched(query, register):
    assert ask(query, *register).outcome == IT_IS_MAISIE


def test_the_other_twin_is_matched_as_herself():
    assert ask(replace(POPPY, nhs_number=None), MAISIE, POPPY).outcome == Matched(ANOTHER_ID)


@pytest.mark.parametrize(
    ("query", "register", "guard"),
    [
        pytest.param(replace(POPPY, nhs_number=None), [MAISIE], Guard.FORENAME_DIFFERS, id="an absent twin"),
        pytest.param(
            replace(POPPY, nhs_number=MAISIE.nhs_number), [MAISIE], Guard.FORENAME_DIFFERS, id="with her twin's number"
        ),
        pytest.param(
            replace(OSCAR, nhs_number=MAISIE.nhs_number),
            [MAISIE, OSCAR],
            Guard.IDENTIFIER_ELSEWHERE,
            id="a brother with his sister's number",
        ),
        pytest.param(
            replace(MAISIE, postcode=None, address=None),
            [MAISIE, replace(OSCAR, nhs_number=MAISIE.nhs_number)],
            Guard.IDENTIFIER_SHARED,
            id="a number that two children have",
        ),
        pytest.param(ELSEWHERE, [MAISIE], None, id="name and birthday at another address"),
        pytest.param(
            replace(NO_NUMBER, date_of_birth="1988-01-30"), [MAISIE], Guard.BIRTH_DIFFERS, id="a parent of that name"
        ),
        pytest.param(HASSAN, [ALI], Guard.MIDDLE_NAMES_DIFFER, id="a brother told apart by his middle name"),
        pytest.param(
            HASSAN,
            [(replace(NO_NUMBER, given_names="Yusuf"), ALI)],
            Guard.MIDDLE_NAMES_DIFFER,
            id="by any record's middle name",
        ),
        pytest.param(
            replace(CALLED_ALI, known_as="Omar"),
            [CALLED_ALI],
            Guard.MIDDLE_NAMES_DIFFER,
            id="a brother is called",
        ),
        pytest.param(replace(CALLED_ALI, known_as="Mo"), [CALLED_ALI], Guard.MIDDLE_NAMES_DIFFER, id="a pet name"),
        pytest.param(
            replace(CALLED_ALI, known_as="Omar", nhs_number=MAISIE.nhs_number),
            [replace(CALLED_ALI, nhs_number=MAISIE.nhs_number)],
            Guard.MIDDLE_NAMES_DIFFER,
            id="with a number too",
        ),
        pytest.param(
            replace(MAISIE, nhs_number=ANOTHER_S), [MAISIE], Guard.IDENTIFIER_CONFLICTS, id="another valid number"
        ),
        pytest.param(
            replace(MAISIE, nhs_number=ANOTHER_S),
            [(NO_NUMBER, DOCTOR_S)],
            Guard.IDENTIFIER_CONFLICTS,
            id="of any record",
        ),
        pytest.param(
            replace(MAISIE, nhs_number=ANOTHER_S),
            [NO_NUMBER, STRANGER],
            Guard.IDENTIFIER_ELSEWHERE,
            id="a stranger's",
        ),
        pytest.param(
            MAISIE,
            [(MAISIE, replace(MAISIE, date_of_birth="2014-05-18"))],
            Guard.TWO_BIRTHDAYS,
            id="records that disagree on the birthday",
        ),
        pytest.param(
            replace(MARGARET, given_names="Margaritt"),
            [MARGARET, replace(MARGARET, given_names="Margarita")],
            Guard.SEVERAL_FIT,
            id="a slip that may be the twin's name",
        ),
        pytest.param(
            PEGGY,
            [MARGARET, replace(MARGARET, given_names="Piggy")],
            Guard.SEVERAL_FIT,
            id="a twin's pet name",
        ),
        pytest.param(
            PEGGY,
            [MARGARET, replace(PEGGY, date_of_birth="2016-11-02")],
            Guard.SEVERAL_FIT,
            id="a pet name that a sister bears",
        ),
        pytest.param(
            MARGARET,
            [MARGARET, MARGARET, replace(MARGARET, given_names="Edith")],
            Guard.SEVERAL_FIT,
            id="one who fits as well, and a twin who does not",
        ),
        pytest.param(
            replace(PUPIL, nhs_number=MAISIE.nhs_number),
            [PUPIL, replace(MARGARET, given_names="Edith", nhs_number=MAISIE.nhs_number, date_of_birth="2011-01-02")],
            Guard.IDENTIFIER_ELSEWHERE,
            id="a second number that is another's",
        ),
        pytest.param(
            replace(MARGARET, date_of_birth="1988-01-30", sex=None),
            [MARGARET],
            Guard.BIRTH_DIFFERS,
            id="at home",
        ),
        pytest.param(
            replace(MARGARET, address="9 Sample Close, Ashdown"),
            [(MARGARET, replace(MARGARET, address="7 Sample Cl"))],
            Guard.HOUSE_DIFFERS,
            id="another house in every record",
        ),
        pytest.param(
            replace(MARGARET, postcode="ZW4 2AD", address=None), [MARGARET], None, id="a mistyped postcode alone"
        ),
        pytest.param(
            replace(MARGARET, given_names="Margaret", nhs_number=MAISIE.nhs_number),
            [MARGARET, replace(MARGARET, given_names="Henry", known_as="Margaret", nhs_number=MAISIE.nhs_number)],
            Guard.SEVERAL_FIT,
            id="the number of a twin called by the same name",
        ),
        pytest.param(
            replace(MARGARET, family_name="Thornbxry"),
            [MARGARET, replace(MARGARET, address="9 Sample Close, Ashdown")],
            Guard.SEVERAL_FIT,
            id="too small a lead, though the other has a guard",
        ),
    ],
)
def test_one_who_may_be_another_is_for_a_person(query, register, guard):
    assert is_reviewed(ask(query, *register), *([guard] if guard else []))


@pytest.mark.parametrize(
    ("query", "register"),
    [
        pytest.param(POPPY, [MAISIE], id="an absent twin with a number of her own"),
        pytest.param(
            replace(ELSEWHERE, date_of_birth="2009-08-30"), [MAISIE], id="a namesake of another birthday elsewhere"
        ),
        pytest.param(
            replace(POPPY, nhs_number=None, postcode="ZW4 9ZZ"),
            [MAISIE],
            id="a stranger of her birthday",
        ),
        pytest.param(Identity(), [MAISIE], id="an empty question"),
        pytest.param(
            Identity(given_names=" ", family_name="", date_of_birth=" ", postcode=""), [MAISIE], id="a blank question"
        ),
        pytest.param(Identity(), [Identity()], id="two who agree on what is missing"),
    ],
)
def test_one_like_nobody_is_nobody(query, register):
    assert ask(query, *register).outcome == NotFound()


def test_a_sibling_who_is_not_on_the_register_is_never_the_one_who_is():
    assert not isinstance(ask(OSCAR, MAISIE).outcome, Matched)


def test_an_unlike_restricted_record_changes_nothing():
    assert ask(NO_NUMBER, NO_NUMBER, OSCAR, restricted=2).outcome == IT_IS_MAISIE


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


def test_a_failed_identifier_is_neither_evidence_nor_a_conflict():
    mistyped = replace(MAISIE, nhs_number="9990000081")
    verdict = ask(mistyped, MAISIE)
    assert verdict.outcome == IT_IS_MAISIE
    assert ("nhs_number", "fails its check", 0.0) in [(w.comparison, w.level, w.weight) for w in verdict.explanation]
    assert is_reviewed(ask(replace(mistyped, postcode=None, address=None), replace(MAISIE, nhs_number="9990000081")))


def test_two_children_with_all_the_same_data_are_a_review_for_ever():
    verdict = ask(NO_NUMBER, NO_NUMBER, NO_NUMBER)
    assert is_reviewed(verdict, Guard.SEVERAL_FIT)
    assert verdict.margin == 0.0
    assert set(verdict.candidates) == {MAISIES_ID, ANOTHER_ID}


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
