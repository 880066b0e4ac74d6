"""Children of one event who were taken for one child of the register: both go to a person, and nothing of either."""

from datetime import date
from uuid import UUID

import pytest

from hub.facts.model import NO_MATCH, Match, Registration
from hub.facts.outcome import Matched, NeedsReview
from hub.facts.terms import Relationship
from hub.routing.distinct import ONE_CHILD, keep_apart

MAISIE, FERGUS = UUID(int=1), UUID(int=2)
SCHOOL = (Registration("school.ashdown-primary", Relationship.ENROLLED),)


def taken_for(subject: UUID) -> Match:
    return Match(Matched(subject), SCHOOL, date(2017, 11, 2), score=40.0, margin=40.0)


IN_REVIEW = Match(NeedsReview((MAISIE,), "The sex differs."))


@pytest.mark.parametrize(
    "matches",
    [
        pytest.param({}, id="nobody"),
        pytest.param({"1": taken_for(MAISIE)}, id="one child"),
        pytest.param({"1": taken_for(MAISIE), "2": taken_for(FERGUS)}, id="two children"),
        pytest.param({"1": taken_for(MAISIE), "2": IN_REVIEW}, id="a twin in review beside whom it may be"),
        pytest.param({"1": NO_MATCH, "2": NO_MATCH}, id="two whom nobody knows"),
        pytest.param({"1": IN_REVIEW, "2": IN_REVIEW}, id="two in review already"),
    ],
)
def test_who_was_not_taken_for_another_s_child_stays_as_matched(matches):
    assert keep_apart(matches) == matches


def test_two_taken_for_one_child_are_asked_about_and_what_is_known_of_it_decides_nothing():
    matches = {"1": taken_for(MAISIE), "2": taken_for(MAISIE), "3": taken_for(FERGUS)}
    found = keep_apart(matches)
    for key in ("1", "2"):
        assert found[key].outcome == NeedsReview((MAISIE,), ONE_CHILD)
        assert found[key].registrations == ()
        assert found[key].date_of_birth is None
        assert found[key].guards == (ONE_CHILD,)
        assert found[key].score == 40.0
    assert found["3"] == matches["3"]


@pytest.mark.parametrize(
    ("confirmed", "stay"),
    [
        pytest.param({"1"}, False, id="one by a person, one by the hub"),
        pytest.param({"1", "2"}, True, id="a person was asked of both and says that they are one"),
    ],
)
def test_two_are_one_child_where_a_person_said_so_of_both(confirmed, stay):
    matches = {"1": taken_for(MAISIE), "2": taken_for(MAISIE)}
    assert (keep_apart(matches, confirmed) == matches) is stay
