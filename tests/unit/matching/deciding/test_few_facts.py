"""Names that are words, children without a name, and questions that say little: who is matched, asked about, nobody."""

from dataclasses import replace

import pytest

from hub.facts.model import Identity
from hub.facts.outcome import Matched, NotFound
from hub.matching.deciding.child import child_of
from hub.matching.deciding.comparison import compare
from hub.matching.deciding.decision import CANDIDATES_SHOWN, REVIEW_FROM
from hub.matching.deciding.guards import Guard
from hub.matching.values.level import Level
from tests.unit.matching.children import (
    ANOTHER_ID,
    IT_IS_MAISIE,
    MAISIE,
    MAISIES_ID,
    NO_NUMBER,
    POPPY,
    ask,
    is_reviewed,
)

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
