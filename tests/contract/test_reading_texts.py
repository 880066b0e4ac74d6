"""A text that waits is opened for a reviewer, and answered: released, left out or masked. By the public commands."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from hub.facts.model import Concern, Person
from hub.facts.terms import Caveat, EventKind, PersonRole, Role
from hub.ledger.verify import verify
from hub.redaction.passages import Mask, masked
from tests.builders import ISLA, a_concern
from tests.texts import REVIEWS, TEXT, WHO, answer, held_back, opened, read, release, supplements, waiting
from tests.town import PRIMARY, TWIN, Town

# --- reading ---------------------------------------------------------------------------------------------------------


def test_a_reviewer_reads_a_text_with_what_it_tells_marked(at_the_desk: Town) -> None:
    _, task = held_back(at_the_desk)
    text = read(at_the_desk, task)
    assert (text["item"], text["text"]) == ("concern.summary", TEXT)
    told = {TEXT[mark["start"] : mark["end"]] for mark in text["marks"]}
    assert {"ZG2 8XY", "40 Harbour Rise"} <= told


def test_on_the_screen_a_text_is_shown_only_when_it_is_asked_for_with_who_and_why(at_the_desk: Town) -> None:
    _, task = held_back(at_the_desk)
    REVIEWS.done("read", task, *WHO)
    at_the_desk.open_texts()
    assert "Harbour" not in REVIEWS.run("show", task).output
    assert REVIEWS.run("show", task, "--open").exit_code != 0
    shown = REVIEWS.run("show", task, "--open", *WHO).output
    assert "40 Harbour Rise" in shown
    assert "concern.summary" in shown


def test_whoever_asks_to_read_and_whoever_reads_stand_in_the_ledger(at_the_desk: Town) -> None:
    _, task = held_back(at_the_desk)
    read(at_the_desk, task)
    kinds = [kind for (kind,) in at_the_desk.query("select kind from ledger_entry order by entry_id")]
    assert {"text_asked", "text_opened", "review_opened"} <= set(kinds)


def test_what_a_reviewer_reads_lies_in_clear_nowhere_and_is_erased_when_it_is_answered(at_the_desk: Town) -> None:
    _, task = held_back(at_the_desk)
    read(at_the_desk, task)
    assert at_the_desk.query("select count(*) from text_request where sealed is not null") == [(1,)]
    assert "Harbour" not in at_the_desk.dump()
    answer(task, "leave_out")
    at_the_desk.open_texts()
    assert at_the_desk.query("select count(*) from text_request where sealed is not null") == [(0,)]


def test_what_was_opened_and_nobody_answers_is_erased_after_a_day(at_the_desk: Town) -> None:
    _, task = held_back(at_the_desk)
    read(at_the_desk, task)
    at_the_desk.now += timedelta(hours=25)
    at_the_desk.open_texts()
    assert "Nobody has read this text" in REVIEWS.refused("show", task, "--open", *WHO)


def test_a_text_opens_under_the_review_key_alone(at_the_desk: Town) -> None:
    _, task = held_back(at_the_desk)
    read(at_the_desk, task)
    assert at_the_desk.query("select sealed_key from text_request") == [("hub.review.1",)]


def test_to_ask_twice_opens_a_text_once(at_the_desk: Town) -> None:
    _, task = held_back(at_the_desk)
    REVIEWS.done("read", task, *WHO)
    read(at_the_desk, task)
    assert at_the_desk.query("select count(*) from text_request") == [(1,)]


def test_nobody_reads_what_was_retracted_meanwhile(at_the_desk: Town) -> None:
    builder = waiting()
    _, task = held_back(at_the_desk, builder.made())
    REVIEWS.done("read", task, *WHO)
    at_the_desk.send(builder.but(kind=EventKind.RETRACTED, sequence=2, subjects=[], content=[], people=None).made())
    at_the_desk.open_texts()
    assert at_the_desk.query("select count(*) from text_request where sealed is not null") == [(0,)]
    assert "answered already" in REVIEWS.refused("show", task, "--open", *WHO)


def test_only_a_text_is_asked_for(at_the_desk: Town) -> None:
    at_the_desk.send(concern := a_concern().about(replace(TWIN, given_names="Oona")).made())
    [task] = at_the_desk.story(concern)["reviews"]
    assert "about no text" in REVIEWS.refused("read", task["task_id"], *WHO)
    assert "no review of this id" in REVIEWS.refused("read", "00000000-0000-4000-8000-000000000000", *WHO)


# --- answers ---------------------------------------------------------------------------------------------------------


def test_a_text_that_was_released_follows_as_a_delivery_of_its_own_by_the_same_deadline(at_the_desk: Town) -> None:
    concern, task = held_back(at_the_desk)
    read(at_the_desk, task)
    said = answer(task, "release")
    assert (said["closed"], said["sends"]) == (True, True)
    at_the_desk.open_texts()
    [made] = supplements(at_the_desk, concern)
    [first] = [one for one in at_the_desk.story(concern)["deliveries"] if one["purpose"] == "disclose"]
    assert (made["status"], made["due_by"], made["revision"]) == ("pending", first["due_by"], 1)
    sent = opened(at_the_desk, concern)
    assert sent["items"] == {"concern.summary": TEXT}
    assert (sent["isp"], sent["clause"]) == ("ISP-POL-EDU-001@3", "tell-dsl")
    assert sent["supplements"] == str(first["delivery_id"])
    with at_the_desk.parts.connect() as connection, connection.transaction():
        assert verify(connection).wrong == []


def test_a_text_that_is_left_out_goes_nowhere(at_the_desk: Town) -> None:
    concern, task = held_back(at_the_desk)
    assert answer(task, "leave_out")["closed"]
    at_the_desk.open_texts()
    assert supplements(at_the_desk, concern) == []


def test_passages_that_a_reviewer_masks_are_not_sent(at_the_desk: Town) -> None:
    concern, task = held_back(at_the_desk)
    text = read(at_the_desk, task)
    start, end = TEXT.index("at Flat"), TEXT.index("; he")
    answer(task, "mask", "--mask", f"{text['part']}:{start}-{end}")
    at_the_desk.open_texts()
    sent = opened(at_the_desk, concern)
    assert sent["items"] == {"concern.summary": "Mother has left. They are now [withheld]; he must not find out."}


def test_masks_of_another_text_send_nothing_and_a_person_is_asked_again(at_the_desk: Town) -> None:
    concern, task = held_back(at_the_desk)
    other, others_task = held_back(at_the_desk, waiting(reference="VPD-other").made())
    text = read(at_the_desk, task)
    read(at_the_desk, others_task)
    for one in (task, others_task):
        answer(one, "mask", "--mask", f"{text['part']}:0-5")
    at_the_desk.change(
        "update text_request set masks = (select masks from text_request where task_id = %s and masks is not null)"
        " where task_id = %s and masks is not null",
        others_task,
        task,
    )
    at_the_desk.open_texts()
    assert supplements(at_the_desk, concern) == []
    assert len(supplements(at_the_desk, other)) == 1
    [review] = at_the_desk.story(concern)["reviews"]
    assert (review["status"], review["why"]) == ("open", ["It was not sent: its masks belong to another text."])


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (("release",), "Nobody has read this text"),
        (("mask",), "Passages are named with mask"),
        (("release", "--mask", "7:0-5"), "Passages are named with mask"),
        (("mask", "--mask", "1:0-5"), "Nobody has read this text"),
        (("match",), "can be answered with again, leave_out, mask, need_more, release"),
    ],
)
def test_an_answer_without_sense_changes_nothing(at_the_desk: Town, answer: tuple[str, ...], sentence: str) -> None:
    concern, task = held_back(at_the_desk)
    assert sentence in REVIEWS.refused("decide", task, "--verdict", *answer, *WHO)
    [review] = at_the_desk.story(concern)["reviews"]
    assert review["status"] == "open"


@pytest.mark.parametrize("mask", ["99:0-5", "{part}:5-5", "{part}:0-9999", "{part}:9-2"])
def test_a_mask_outside_the_text_is_refused(at_the_desk: Town, mask: str) -> None:
    _, task = held_back(at_the_desk)
    text = read(at_the_desk, task)
    REVIEWS.refused("decide", task, "--verdict", "mask", "--mask", mask.format(part=text["part"]), *WHO)
    assert at_the_desk.query("select count(*) from text_request where verdict is not null") == [(0,)]


def test_a_text_that_needs_more_stays_open(at_the_desk: Town) -> None:
    _, task = held_back(at_the_desk)
    assert answer(task, "need_more")["closed"] is False


# --- what happens meanwhile -------------------------------------------------------------------------------------------


def test_what_was_retracted_after_its_release_is_not_sent(at_the_desk: Town) -> None:
    builder = waiting()
    concern, task = held_back(at_the_desk, builder.made())
    release(at_the_desk, task)
    at_the_desk.send(builder.but(kind=EventKind.RETRACTED, sequence=2, subjects=[], content=[], people=None).made())
    at_the_desk.open_texts()
    assert supplements(at_the_desk, concern) == []


def test_what_an_update_overtook_after_its_release_is_not_sent(at_the_desk: Town) -> None:
    builder = waiting()
    concern, task = held_back(at_the_desk, builder.made())
    release(at_the_desk, task)
    update = builder.but(kind=EventKind.UPDATED, sequence=2, content=[])
    at_the_desk.send(update.saying("concern.summary", "All is quiet now.", "1").made())
    at_the_desk.open_texts()
    assert supplements(at_the_desk, concern) == []


def test_a_text_is_not_sent_once_an_update_bars_its_reader(at_the_desk: Town) -> None:
    builder = waiting()
    concern, task = held_back(at_the_desk, builder.made())
    release(at_the_desk, task)
    suspect = Person(
        PersonRole.ALLEGED_PERPETRATOR,
        name="A. Body",
        link_known=True,
        linked_to=PRIMARY,
        holds=Role.DESIGNATED_SAFEGUARDING_LEAD,
    )
    at_the_desk.send(builder.but(kind=EventKind.UPDATED, sequence=2, people=(suspect,)).made())
    at_the_desk.open_texts()
    assert supplements(at_the_desk, concern) == []
    assert "text_not_sent" in {kind for (kind,) in at_the_desk.query("select kind from ledger_entry")}


def test_a_text_about_two_children_is_not_sent_once_its_reader_is_called_back_from_one(at_the_desk: Town) -> None:
    both = a_concern().about(ISLA).about(TWIN).saying("concern.summary", TEXT, "1", "2").made()
    at_the_desk.send(both)
    [(task,)] = at_the_desk.query("select task_id from waiting_text where subject = '1'")
    release(at_the_desk, str(task))
    REVIEWS.done("wrong-child", both.event_id, "--subject", "2", *WHO)
    at_the_desk.decide_anew()
    at_the_desk.open_texts()
    assert supplements(at_the_desk, both) == []


def test_a_text_waits_while_an_operator_holds_the_disclosure_before_it(at_the_desk: Town) -> None:
    concern, task = held_back(at_the_desk)
    at_the_desk.change("update delivery set status = 'held', reason = 'by_operator'")
    release(at_the_desk, task)
    at_the_desk.open_texts()
    assert supplements(at_the_desk, concern) == []
    [review] = at_the_desk.story(concern)["reviews"]
    assert review["status"] == "open"
    at_the_desk.change("update delivery set status = 'pending', reason = null")
    release(at_the_desk, task)
    at_the_desk.open_texts()
    assert len(supplements(at_the_desk, concern)) == 1


def test_a_retraction_calls_back_the_text_with_the_disclosure(at_the_desk: Town) -> None:
    builder = waiting()
    concern, task = held_back(at_the_desk, builder.made())
    release(at_the_desk, task)
    at_the_desk.open_texts()
    at_the_desk.change("update delivery set status = 'accepted', attempts = 1")
    retraction = builder.but(kind=EventKind.RETRACTED, sequence=2, subjects=[], content=[], people=None).made()
    at_the_desk.send(retraction)
    [(body,)] = at_the_desk.query("select body from delivery where purpose = 'recall'")
    told = {str(one["delivery_id"]) for one in at_the_desk.story(concern)["deliveries"]}
    assert set(json.loads(body)["data"]["recalls"]) == told


def test_a_decision_anew_leaves_a_text_that_went_as_it_is(at_the_desk: Town) -> None:
    concern, task = held_back(at_the_desk)
    release(at_the_desk, task)
    at_the_desk.open_texts()
    at_the_desk.change("update delivery set status = 'accepted', attempts = 1")
    decide_anew(at_the_desk, concern)
    assert [(one["purpose"], one["status"]) for one in at_the_desk.story(concern)["deliveries"]] == [
        ("disclose", "accepted"),
        ("supplement", "accepted"),
    ]
    assert [review["status"] for review in at_the_desk.story(concern)["reviews"]] == ["decided"]


def test_a_disclosure_that_is_decided_anew_asks_anew_about_its_text(at_the_desk: Town) -> None:
    concern, task = held_back(at_the_desk)
    at_the_desk.change("update delivery set status = 'held', reason = 'recipient_key_changed'")
    decide_anew(at_the_desk, concern)
    reviews = {str(one["task_id"]): one["status"] for one in at_the_desk.story(concern)["reviews"]}
    assert reviews.pop(task) == "decided"
    assert list(reviews.values()) == ["open"]


def test_a_text_that_was_stopped_goes_under_its_id_when_it_is_released_again(at_the_desk: Town) -> None:
    concern, task = held_back(at_the_desk)
    release(at_the_desk, task)
    at_the_desk.open_texts()
    [first] = supplements(at_the_desk, concern)
    at_the_desk.change(
        "update delivery set status = 'held', reason = 'recipient_key_changed' where purpose = 'supplement'"
    )
    at_the_desk.change("update review_task set status = 'open' where task_id = %s", task)
    release(at_the_desk, task)
    at_the_desk.open_texts()
    [again] = supplements(at_the_desk, concern)
    assert (again["delivery_id"], again["status"]) == (first["delivery_id"], "pending")


def decide_anew(town: Town, concern: Concern) -> None:
    town.change(
        "insert into resumption (event_id, subject, cause, requested_at) values (%s, '1', 'operator', now())",
        concern.event_id,
    )
    assert town.decide_anew() == 1


# --- passages --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "spans", "shown"),
    [
        ("He is at 4 Quarry Wynd.", [(9, 22)], "He is at [withheld]."),
        ("abcdef", [(0, 2), (4, 6)], "[withheld]cd[withheld]"),
        ("abcdef", [(0, 3), (2, 4)], "[withheld]ef"),
        ("abcdef", [(0, 3), (3, 4)], "[withheld]ef"),
        ("abcdef", [], "abcdef"),
        ("abcdef", [(0, 6)], "[withheld]"),
        (["safe", "nurtured"], [(5, 13)], ["safe", "[withheld]"]),
        (["safe", "nurtured"], [(2, 7)], ["sa[withheld]", "[withheld]rtured"]),
        (b"\x00\x01", [(0, 1)], "[withheld]"),
    ],
)
def test_what_is_masked_is_replaced_and_nothing_else(value: Any, spans: list[tuple[int, int]], shown: Any) -> None:
    assert masked(value, [Mask(1, start, end) for start, end in spans]) == shown


def test_a_text_that_follows_is_to_be_handled_as_the_disclosure_is(at_the_desk: Town) -> None:
    concern, task = held_back(at_the_desk, replace(waiting().made(), caveats=frozenset({Caveat.TELEPHONE_ONLY})))
    release(at_the_desk, task)
    at_the_desk.open_texts()
    assert opened(at_the_desk, concern)["handling"] == [
        {"code": "telephone_only", "sentence": "Make contact about this by telephone only, never in writing."}
    ]
    assert [one["unacknowledged"] for one in supplements(at_the_desk, concern)] == [["telephone_only"]]
