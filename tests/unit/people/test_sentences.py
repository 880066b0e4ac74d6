"""A text as a reviewer reads it: numbered sentences, with what they tell marked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.people.reviewing.sentences import read, sentences_of, write
from hub.redaction.passages import Mark, Mask, Passage, masked

TEXT = "Mother has left. They are now at 40 Harbour Rise.\nHe must not find out"
HOME = Mark(33, 48, "child.address")


def a_passage(text: str = TEXT, *marks: Mark) -> Passage:
    return Passage(7, "concern.summary", "00", text, marks)


def test_sentences_are_numbered_and_what_they_tell_stands_apart() -> None:
    found = sentences_of(a_passage(TEXT, HOME))
    assert [one.number for one in found] == [1, 2, 3]
    assert [[(piece.text, piece.items) for piece in one.pieces] for one in found] == [
        [("Mother has left.", ())],
        [("They are now at ", ()), ("40 Harbour Rise", ("child.address",)), (".", ())],
        [("He must not find out", ())],
    ]


def test_what_is_ticked_is_what_is_masked() -> None:
    second = sentences_of(a_passage(TEXT, HOME))[1]
    assert masked(TEXT, [second.pieces[1].mask]) == TEXT.replace("40 Harbour Rise", "[withheld]")
    assert masked(TEXT, [second.mask]) == "Mother has left. [withheld]\nHe must not find out"


def test_marks_that_lie_over_each_other_are_pieces_that_tell_both() -> None:
    [one] = sentences_of(a_passage("Orla Brannock", Mark(0, 13, "child.name"), Mark(5, 13, "person.parent")))
    assert [(piece.text, piece.items) for piece in one.pieces] == [
        ("Orla ", ("child.name",)),
        ("Brannock", ("child.name", "person.parent")),
    ]


@given(st.text(alphabet="aB .!?\n\t\u2028é", max_size=60))
def test_no_letter_of_a_text_is_left_out_or_told_twice(text: str) -> None:
    found = sentences_of(a_passage(text))
    places = [place for one in found for place in range(one.mask.start, one.mask.end)]
    assert len(places) == len(set(places))
    assert {place for place, letter in enumerate(text) if not letter.isspace()} <= set(places)
    for one in found:
        assert "".join(piece.text for piece in one.pieces) == text[one.mask.start : one.mask.end]


@pytest.mark.parametrize("text", ["", "7:1", "7:1-2-3", "x:1-2", "-1:2-3", "7:1-99999999", "\u0667:1-2"])
def test_what_is_no_mask_is_none(text: str) -> None:
    assert read(text) is None


def test_a_mask_is_read_as_it_was_written() -> None:
    assert read(write(Mask(7, 33, 48))) == Mask(7, 33, 48)
