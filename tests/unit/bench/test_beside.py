"""What the matching is judged beside: FEBRL4 and Splink, without installing either."""

import pytest

from hub.bench import febrl4, splink_side
from hub.bench.febrl4 import Entry, Scored
from hub.bench.splink_side import Best
from hub.facts.errors import UserError
from hub.matching.values.level import Level

HELD = Entry("1", "michaela", "neumann", "1915-11-11", "8", "stanley street", "miami", "winston hills", "4223", "nsw")


@pytest.mark.parametrize("module", [febrl4, splink_side])
def test_without_the_extra_one_sentence_says_what_to_run(monkeypatch, module):
    monkeypatch.setattr(module, "find_spec", lambda _: None)
    ask = febrl4.measure if module is febrl4 else splink_side.needs_the_extra
    with pytest.raises(UserError, match="run `make judge` first"):
        ask()


def levels(**changes):
    return dict(zip(febrl4._COLUMNS, febrl4._levels(HELD._replace(**changes), HELD), strict=True))


def test_names_in_each_others_place_are_seen_so():
    found = levels(forename="neumann", family_name="michaela")
    assert (found["forename"], found["family_name"]) == (Level.SAME, Level.SAME)


def test_lines_of_an_address_in_each_others_place_are_seen_so():
    found = levels(line_1="miami", line_2="stanly street")
    assert (found["line_1"], found["line_2"]) == (Level.SAME, Level.SAME)


def test_slips_differences_and_gaps_are_told_apart():
    found = levels(suburb="winston hlils", postcode="4232", number="12", state="", date_of_birth="1915-11-12")
    assert found["suburb"] is Level.SLIP
    assert found["postcode"] is Level.SLIP
    assert found["number"] is Level.CLOSE
    assert found["state"] is Level.MISSING
    assert found["date_of_birth"] is Level.SLIP


SCORED = [Scored(*one) for one in ((30, True), (25, True), (20, False), (15, True), (5, False))]


def test_f1_is_that_of_the_best_threshold():
    """At 15 bits 3 of 3 are found with 1 wrong: 2 x 3 / (4 + 3); at 25 bits 2 of 3: 2 x 2 / (2 + 3)."""
    assert febrl4._best(SCORED, 3) == (pytest.approx(6 / 7), 15)


def test_recall_without_a_wrong_pair_stops_at_the_first_wrong_one():
    assert febrl4._recall_without_wrong(SCORED, 3) == pytest.approx(2 / 3)


def test_a_wrong_pair_of_the_same_score_counts_before_a_right_one():
    assert febrl4._recall_without_wrong([Scored(*one) for one in ((9, True), (9, False))], 1) == 0


BESTS = [Best(*one) for one in ((True, 40, 20), (True, 30, 20), (False, 35, 3), (True, 30, 3))]


def test_splink_decides_by_threshold_and_margin():
    assert splink_side._outcome(BESTS, 30, 0)[:2] == (4, 1)
    assert splink_side._outcome(BESTS, 30, 4)[:2] == (2, 0)
    assert splink_side._outcome(BESTS, 36, 0)[:2] == (1, 0)


def test_its_choice_has_the_fewest_wrong_and_then_the_most_automatic():
    assert splink_side._choose(BESTS, 1)[:2] == (2, 0)


def test_its_choice_decides_as_many_as_are_asked_for_where_it_can():
    assert splink_side._choose(BESTS, 3)[:2] == (4, 1)
