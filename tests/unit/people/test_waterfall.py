"""A score's parts in order, with the sum after each, and what the sum is enough for."""

from __future__ import annotations

from uuid import UUID

import pytest

from hub.facts.model import Weight
from hub.matching.register.beside import Beside
from hub.people.reviewing.waterfall import code, fall


def beside(*parts: tuple[str, str, float], score: float | None) -> Beside:
    weights = tuple(Weight(*part) for part in parts)
    return Beside(UUID(int=1), (), (), score, weights, None, (), restricted=score is None, judged="none")


def test_each_step_says_where_the_sum_stands_after_it() -> None:
    found = fall(
        beside(("forename", "different", -5.5), ("family_name", "exact", 9.0), ("address", "missing", 0.0), score=3.5)
    )
    assert [(step.field, step.found, step.points, step.so_far, step.speaks) for step in found.steps] == [
        ("forename", "different", -5.5, -5.5, "against"),
        ("family_name", "exact", 9.0, 3.5, "for"),
        ("address", "missing", 0.0, 3.5, "neither"),
    ]
    assert found.span == (-5.5, 24.0)


@pytest.mark.parametrize(("score", "enough"), [(24.0, "alone"), (23.9, "asked"), (20.0, "asked"), (19.9, "neither")])
def test_a_sum_is_enough_to_decide_alone_to_ask_or_for_neither(score: float, enough: str) -> None:
    assert fall(beside(("forename", "exact", score), score=score)).reaches == enough


def test_of_a_restricted_child_no_part_is_worth_anything_on_the_screen() -> None:
    found = fall(beside(("forename", "exact", 9.0), score=None))
    assert (found.total, found.reaches) == (None, "hidden")
    assert [(step.points, step.so_far) for step in found.steps] == [(0.0, 0.0)]


def test_levels_in_words_become_keys_of_the_catalogue() -> None:
    words = ["same, written otherwise", "the same child's, renumbered", "fails its check", "exact"]
    assert [code(word) for word in words] == [
        "same_written_otherwise",
        "the_same_childs_renumbered",
        "fails_its_check",
        "exact",
    ]
