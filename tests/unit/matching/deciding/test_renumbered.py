"""Numbers that took other numbers' places: whose they are, and when they tell nothing."""

from datetime import date
from itertools import pairwise

from hub.matching.deciding.renumbered import MOST_TIED, Renumbering, Ties
from hub.matching.deciding.renumbered import follow as follow_all

A, B, C, D, X = b"A", b"B", b"C", b"D", b"X"
Y2023, Y2024, Y2025 = date(2023, 4, 1), date(2024, 4, 1), date(2025, 4, 1)


def follow(number: bytes, known: list[Renumbering]) -> dict[bytes, bool]:
    return follow_all([number], known).get(number, {})


def test_a_number_of_which_nothing_is_known_is_followed_nowhere() -> None:
    assert follow(A, []) == {}
    assert follow(A, [Renumbering(B, C, Y2024)]) == {}


def test_an_old_number_and_its_new_one_are_one_child_s_whichever_is_asked() -> None:
    known = [Renumbering(A, B, Y2024)]
    assert follow(A, known) == {A: True, B: True}
    assert follow(B, known) == {A: True, B: True}


def test_a_chain_is_followed_to_its_end_from_any_of_its_numbers() -> None:
    known = [Renumbering(C, D, Y2025), Renumbering(A, B, Y2023), Renumbering(B, C, Y2024)]
    for number in (A, B, C, D):
        assert follow(number, known) == {A: True, B: True, C: True, D: True}


def test_steps_of_one_day_are_followed_in_any_order() -> None:
    known = [Renumbering(B, C, Y2024), Renumbering(A, B, Y2024)]
    assert follow(A, known) == {A: True, B: True, C: True}


def test_two_numbers_that_were_merged_into_one_are_one_child_s() -> None:
    known = [Renumbering(A, C, Y2023), Renumbering(B, C, Y2024)]
    assert follow(A, known) == {A: True, B: True, C: True}


def test_a_number_that_was_issued_to_two_children_is_evidence_for_neither() -> None:
    known = [Renumbering(A, B, Y2024), Renumbering(A, C, Y2024)]
    assert follow(A, known) == {A: False, B: False, C: False}
    assert follow(B, known) == {A: False, B: True}  # and C is another child's
    assert follow(C, known) == {A: False, C: True}


def test_what_leads_into_a_number_issued_to_two_children_is_as_doubtful() -> None:
    known = [Renumbering(X, A, Y2023), Renumbering(A, B, Y2024), Renumbering(A, C, Y2024)]
    assert follow(X, known) == {X: False, A: False, B: False, C: False}


def test_two_numbers_exchanged_on_one_day_tell_nothing() -> None:
    known = [Renumbering(A, B, Y2024), Renumbering(B, A, Y2024)]
    assert follow(A, known) == {A: False, B: False}
    assert follow(B, known) == {A: False, B: False}


def test_a_circle_of_three_and_what_leads_into_it_tell_nothing() -> None:
    known = [Renumbering(X, A, Y2023), *(Renumbering(*pair, Y2024) for pair in ((A, B), (B, C), (C, A)))]
    assert follow(A, known) == {X: False, A: False, B: False, C: False}
    assert follow(X, known) == {X: False, A: False, B: False, C: False}


def test_a_number_given_to_somebody_else_after_it_was_superseded_is_not_followed_for_them() -> None:
    known = [Renumbering(A, B, Y2023), Renumbering(X, A, Y2025)]
    assert follow(X, known) == {X: True, A: False}  # B is another child's
    assert follow(A, known) == {X: False, A: False, B: False}
    assert follow(B, known) == {B: True, A: False}


def test_a_number_that_came_back_on_a_later_day_is_doubtful() -> None:
    known = [Renumbering(A, B, Y2023), Renumbering(B, A, Y2025)]
    assert follow(A, known) == {A: False, B: False}
    assert follow(B, known) == {A: False, B: True}


def test_a_lattice_of_many_ways_ends_soon() -> None:
    layers = [[bytes([layer, n]) for n in range(5)] for layer in range(10)]
    known = [Renumbering(old, new, Y2024) for here, there in pairwise(layers) for old in here for new in there]
    found = follow(layers[0][0], known)
    assert len(found) == 50
    assert not any(found.values())


def test_no_more_numbers_are_tied_than_a_child_could_have() -> None:
    ties = Ties([Renumbering(bytes([n]), b"new", Y2024) for n in range(MOST_TIED - 1)])
    assert not ties.add(b"one more", b"new")
    assert not ties.add(b"new", b"one more")
    assert ties.add(bytes([0]), bytes([1]))  # tied already
    assert ties.add(b"one more", b"another")
