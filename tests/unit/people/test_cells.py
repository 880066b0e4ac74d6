"""What people take out as CSV runs nothing in a sheet; what a reader asks is no reviewer's to close."""

import pytest

from hub.facts.errors import UserError
from hub.facts.terms import Answer
from hub.people.auditing import as_csv
from hub.people.cells import guarded
from hub.people.reviewing.reviews import _check


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", " =1+1", "\t=1", "\uff1d1+1", "\u00a0@x"])
def test_no_cell_begins_as_a_formula_does(text):
    assert guarded(text) == f"'{text}"
    assert f"'{text}" in as_csv(["about"], [{"about": text}]).decode()


@pytest.mark.parametrize("text", ["", "Maisie", "14:30", "a=b", "8-year-old"])
def test_what_runs_nothing_stays_as_it_is(text):
    assert guarded(text) == text


@pytest.mark.parametrize("cause", ["not_ours", "more"])
@pytest.mark.parametrize("answer", [Answer.DONE, Answer.AGAIN, Answer.NEED_MORE])
def test_what_a_reader_asks_is_not_closed_as_a_review(cause, answer):
    with pytest.raises(UserError, match="A reader of the concern asks this"):
        _check(cause, answer, [], ())
