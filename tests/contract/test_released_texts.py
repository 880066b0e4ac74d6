"""A text that a person released, and what became of it since: its agreement replaced, its child merged, left out."""

from __future__ import annotations

import pytest

from tests.texts import REVIEWS, WHO, answer, held_back, release, supplements
from tests.town import Town


def stopped(town: Town, task: str, reason: str) -> None:
    """The last look stopped the supplement, and its reviewer is asked again."""
    town.change("update delivery set status = 'held', reason = %s where purpose = 'supplement'", reason)
    town.change("update review_task set status = 'open' where task_id = %s", task)


# --- left out ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", ["registration_ended", "endpoint_refused", "by_operator"])
def test_a_text_that_was_stopped_and_is_left_out_goes_no_more_whatever_stopped_it(
    at_the_desk: Town, reason: str
) -> None:
    concern, task = held_back(at_the_desk)
    release(at_the_desk, task)
    at_the_desk.open_texts()
    stopped(at_the_desk, task, reason)
    assert answer(task, "leave_out") == {
        "task_id": task,
        "closed": True,
        "resumes": False,
        "second_needed": False,
    }
    [made] = supplements(at_the_desk, concern)
    assert (made["status"], made["reason"]) == ("cancelled", "left_out")
    assert "was answered already" in REVIEWS.refused("decide", task, "--verdict", "release", *WHO)


def test_what_is_left_out_is_said_in_the_ledger_and_leaves_the_disclosure_alone(at_the_desk: Town) -> None:
    concern, task = held_back(at_the_desk)
    release(at_the_desk, task)
    at_the_desk.open_texts()
    stopped(at_the_desk, task, "recipient_key_changed")
    answer(task, "leave_out")
    [disclosure] = [one for one in at_the_desk.story(concern)["deliveries"] if one["purpose"] == "disclose"]
    assert disclosure["status"] == "pending"
    assert at_the_desk.query("select count(*) from ledger_entry where kind = 'unsent'") == [(1,)]
