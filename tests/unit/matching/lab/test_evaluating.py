"""What is counted of answers to labelled questions, and what chance explains. Expectations worked out by hand."""

import pytest

from hub.facts.outcome import Matched, NeedsReview, NotFound
from hub.matching.lab.chart import draw
from hub.matching.lab.evaluating import Counts, Evaluation, Judged
from hub.matching.lab.significance import lower_within_strata, more_than_the_rest, upper_bound
from hub.matching.lab.thresholds import Scores
from tests.unit.matching.children import MAISIES_ID


def test_counts_are_of_what_matters():
    found = Evaluation()
    matched = Matched(MAISIES_ID)
    for one in (
        Judged(registered=True, outcome=matched, right=True, offered=True),
        Judged(registered=True, outcome=matched, right=False, offered=False),
        Judged(registered=False, outcome=matched, right=False, offered=False),
        Judged(registered=True, outcome=NeedsReview((MAISIES_ID,), "why"), right=False, offered=True),
        Judged(registered=True, outcome=NeedsReview((), "why"), right=False, offered=False),
        Judged(registered=True, outcome=NotFound(), right=False, offered=False),
        Judged(registered=False, outcome=NotFound(), right=False, offered=False),
    ):
        found.add(one, [("kind", "clean")])
    assert found.overall == found.groups["kind"]["clean"] == Counts(7, 5, 3, 2, 2, 2, 1, 1)
    assert found.overall.as_json()["automatic_rate"] == 0.4
    assert found.overall.as_json()["wrong_automatic_rate"] == 0.66667


def test_the_upper_bound_is_that_of_clopper_and_pearson():
    assert upper_bound(0, 0) is None
    assert round(upper_bound(0, 100), 5) == 0.02951
    assert round(upper_bound(3, 8_466), 6) == 0.000916
    assert upper_bound(5, 5) == 1.0


def test_a_registered_child_that_blocking_did_not_find_counts_against_recall():
    found = Evaluation()
    for blocked in (True, True, True, False):
        found.add(
            Judged(registered=True, outcome=NotFound(), right=False, offered=False, blocked=blocked),
            [("kind", "clean")],
        )
    found.add(Judged(registered=False, outcome=NotFound(), right=False, offered=False), [("kind", "unrelated")])
    assert found.overall.as_json()["blocking_recall"] == 0.75
    assert found.groups["kind"]["unrelated"].as_json()["blocking_recall"] is None


# --- what chance explains -------------------------------------------------------------------------------------------


def test_all_wrong_matches_in_one_small_group_are_more_than_chance():
    """Both of 2 wrong among the 5 of 100: 5/100 x 4/99."""
    assert more_than_the_rest(2, 5, 2, 100) == pytest.approx(20 / 9_900)


def test_a_group_without_a_wrong_match_is_no_worse_than_the_others():
    assert more_than_the_rest(0, 50, 3, 1_000) == 1.0
    assert more_than_the_rest(1, 100, 1, 100) == pytest.approx(1.0)


def test_a_group_that_fares_as_everybody_does_is_even_odds():
    assert lower_within_strata([(50, 100, 500, 1_000)]) == pytest.approx(0.5)


def test_errors_that_befall_one_group_more_do_not_make_it_worse():
    """80 of 100 questions of the group are of the kind that is automatic half the time, as it is for everybody."""
    assert lower_within_strata([(40, 80, 50, 100), (20, 20, 100, 100)]) == pytest.approx(0.5)


def test_a_group_whose_same_questions_are_automatic_less_often_is_worse():
    """30 of 100 where 50 are expected; variance 100 x 900 x .5 x .5 / 999 = 22.5, so 4.2 deviations below."""
    assert lower_within_strata([(30, 100, 500, 1_000)]) == pytest.approx(1.25e-5, rel=0.05)


def test_nothing_can_be_said_where_everything_is_automatic():
    assert lower_within_strata([(10, 10, 100, 100)]) == 1.0


def judged(*, automatic, right=True):
    outcome = Matched(MAISIES_ID) if automatic else NeedsReview((MAISIES_ID,), "why")
    return Judged(registered=True, outcome=outcome, right=automatic and right, offered=True)


def test_a_group_that_a_person_must_see_more_often_is_named():
    found = Evaluation()
    for origin, automatic, review in (("welsh", 90, 10), ("somali", 60, 40), ("irish", 90, 10)):
        for one in (*[judged(automatic=True)] * automatic, *[judged(automatic=False)] * review):
            found.add(one, [("kind", "clean"), ("origin", origin)])
    assert found.compared()["origin"]["worse_than_chance"] == {"wrong_automatic": [], "automatic": ["somali"]}


def test_a_group_with_more_wrong_matches_is_named():
    found = Evaluation()
    for origin, wrong in (("welsh", 0), ("somali", 5), ("irish", 0)):
        for number in range(200):
            found.add(judged(automatic=True, right=number >= wrong), [("kind", "clean"), ("origin", origin)])
    assert found.compared()["origin"]["worse_than_chance"]["wrong_automatic"] == ["somali"]


def test_kinds_of_error_are_not_compared_and_neither_is_a_single_group():
    found = Evaluation()
    found.add(judged(automatic=True), [("kind", "clean"), ("origin", "welsh")])
    found.add(judged(automatic=False), [("kind", "moved"), ("origin", "welsh")])
    assert found.compared() == {}


# --- other thresholds -----------------------------------------------------------------------------------------------


def three_scores():
    """A right match of 30 bits, a wrong one of 26, and 28 bits of a twin that a guard holds back."""
    scores = Scores()
    scores.add(30.0, registered=True, fits=True, right=True)
    scores.add(26.2, registered=True, fits=True, right=False)
    scores.add(28.0, registered=False, fits=False, right=False)
    return scores


def test_a_lower_threshold_lets_more_through_and_a_higher_one_less():
    low, middle, high, none = three_scores().points([2 * 26, 2 * 26 + 1, 2 * 30, 2 * 30 + 1])
    assert (low.threshold, low.share, low.automatic, low.wrong) == (26.0, 0.5, 2, 1)
    assert (middle.threshold, middle.automatic, middle.wrong) == (26.5, 1, 0)
    assert (high.threshold, high.automatic, high.wrong) == (30.0, 1, 0)
    assert (none.share, none.automatic) == (0.0, 0)


def test_without_guards_the_twin_would_be_a_wrong_match():
    (point,) = three_scores().points([2 * 27])
    assert (point.automatic, point.wrong) == (1, 0)
    assert point.wrong_unguarded == 1


def test_the_chart_says_what_today_means_and_names_both_ways_of_deciding():
    picture = draw(three_scores().points(), 26.0, 20.0)
    assert picture.startswith("<svg ")
    assert "at 26 bits 50% without a person; 1 of 2 answers wrong" in picture
    assert "if the score alone decided" in picture


def test_a_chart_of_no_question_is_drawn_too():
    assert "0 of 0 answers wrong." in draw(Scores().points(), 24.0, 20.0)
