"""A text that a person released, and what became of it since: its agreement replaced, its child merged, left out."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from hub.facts.terms import EventKind, Relationship
from hub.settings import Settings
from tests.builders import ISLA, a_concern
from tests.desk import Command
from tests.hosts import Host, a_host, amended
from tests.texts import REVIEWS, TEXT, WHO, answer, held_back, opened, read, release, supplements, waiting
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


# --- what is in force when it goes ------------------------------------------------------------------------------------

BORN = "She was born on 14 September 2017, and they are at Flat 9, 12 Mill Road, Glenmore ZG1 9ZZ now."
NO_SUMMARY = ("      concern.summary: full\n", "")
NO_BIRTHDAY = ("      child.date_of_birth: full\n", "")


@pytest.fixture(scope="module")
def without_the_narrative(prepared: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return amended(prepared, tmp_path_factory.mktemp("narrower"), NO_SUMMARY)


@pytest.fixture(scope="module")
def without_birthdays(prepared: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return amended(prepared, tmp_path_factory.mktemp("birthdays"), NO_BIRTHDAY)


def text_sent(town: Town) -> list[tuple[str, str | None, str]]:
    """(status, reason, agreement) of each supplement."""
    return town.query("select status, reason, isp from delivery where purpose = 'supplement'")


def question(town: Town, task: str) -> tuple[str, str]:
    """Where the question stands, and why it is asked."""
    [(status, why)] = town.query("select status, why[1] from review_task where task_id = %s", task)
    return status, why


def test_a_text_goes_under_the_version_that_replaced_the_one_it_was_asked_about_under(
    at_the_desk: Town, new: Host
) -> None:
    concern, task = held_back(at_the_desk)
    new.start()
    REVIEWS.done("read", task, *WHO)
    new.open_texts()
    answer(task, "release")
    new.open_texts()
    assert text_sent(at_the_desk) == [("pending", None, "ISP-POL-EDU-001@4")]
    sent = opened(at_the_desk, concern)
    assert (sent["isp"], sent["items"]) == ("ISP-POL-EDU-001@4", {"concern.summary": TEXT})


async def test_what_the_last_look_stops_goes_by_its_reviewer_s_word_under_the_new_version_and_nobody_is_asked_again(
    at_the_desk: Town, old: Host, new: Host
) -> None:
    town = at_the_desk
    old.start()
    concern, task = held_back(town)
    read(town, task)
    town.change("update delivery set status = 'accepted', channel = 'webhook', settled_at = hub.now()")
    start = TEXT.index("at Flat")
    answer(task, "mask", "--mask", f"{part_of(town, task)}:{start}-{TEXT.index('; he')}")
    old.open_texts()
    new.start()
    await new.deliver(until=lambda: bool(town.query("select 1 from text_request where by_hub")))
    assert text_sent(town) == [("held", "isp_not_in_force", "ISP-POL-EDU-001@3")]
    old.open_texts()
    assert text_sent(town)[0][0] == "held", "a router on older rules leaves it alone"
    new.open_texts()
    await new.deliver(until=lambda: text_sent(town)[0][0] == "accepted")
    assert text_sent(town) == [("accepted", None, "ISP-POL-EDU-001@4")]
    assert "Harbour" not in opened(town, concern)["items"]["concern.summary"]
    assert question(town, task)[0] == "decided"


async def test_a_person_is_asked_about_a_text_that_no_router_sends_anew_in_time(
    at_the_desk: Town, old: Host, new: Host
) -> None:
    town = at_the_desk
    old.start()
    _, task = held_back(town)
    release(town, task)
    old.open_texts()
    new.start()
    await new.deliver(until=lambda: bool(town.query("select 1 from text_request where by_hub")))
    town.change("update delivery set created_at = created_at - interval '1 hour' where purpose = 'supplement'")
    asked = "select cause, status from review_task where delivery_id in (select delivery_id from delivery"
    await new.deliver(until=lambda: bool(town.query(f"{asked} where purpose = 'supplement')")))
    assert town.query(f"{asked} where purpose = 'supplement')") == [("recheck", "open")]


def part_of(town: Town, task: str) -> int:
    [(number,)] = town.query("select jsonb_object_keys(parts) from waiting_text where task_id = %s", task)
    return int(number)


def test_what_the_version_in_force_does_not_release_is_not_sent_and_a_person_may_end_it(
    at_the_desk: Town, without_the_narrative: Settings
) -> None:
    town = at_the_desk
    concern, task = held_back(town)
    release(town, task)
    for narrower in a_host(town, without_the_narrative):
        narrower.open_texts()
        assert supplements(town, concern) == []
        status, why = question(town, task)
        assert status == "open"
        assert "rules and agreements in force do not release it" in why
        answer(task, "again")
        narrower.open_texts()
        assert supplements(town, concern) == []
    answer(task, "leave_out")
    town.open_texts()
    assert supplements(town, concern) == []
    assert town.query("select count(*) from ledger_entry where kind = 'text_not_sent'") == [(2,)]


def test_and_goes_when_it_is_asked_for_again_once_an_agreement_releases_it(
    at_the_desk: Town, without_the_narrative: Settings
) -> None:
    town = at_the_desk
    concern, task = held_back(town)
    release(town, task)
    for narrower in a_host(town, without_the_narrative):
        narrower.open_texts()
    answer(task, "again")
    town.open_texts()
    assert opened(town, concern)["items"] == {"concern.summary": TEXT}


def test_again_is_no_answer_where_nobody_said_yet_that_the_text_may_go(at_the_desk: Town) -> None:
    _, task = held_back(at_the_desk)
    assert "Nobody has said yet" in REVIEWS.refused("decide", task, "--verdict", "again", *WHO)
    assert question(at_the_desk, task)[0] == "open"


def test_a_text_that_tells_more_than_its_reader_may_know_now_is_to_be_read_again(
    at_the_desk: Town, without_birthdays: Settings
) -> None:
    town = at_the_desk
    concern, task = held_back(town, a_concern().about(ISLA).saying("concern.summary", BORN, "1").made())
    release(town, task)
    for narrower in a_host(town, without_birthdays):
        narrower.open_texts()
        assert supplements(town, concern) == []
        assert "to be read again" in question(town, task)[1]
        REVIEWS.done("read", task, *WHO)
        narrower.open_texts()
        [text] = REVIEWS.done("show", task, "--open", *WHO)["texts"]
        assert "14 September 2017" in {BORN[mark["start"] : mark["end"]] for mark in text["marks"]}
        answer(task, "release")
        narrower.open_texts()
    assert text_sent(town) == [("pending", None, "ISP-POL-EDU-001@4")]


def test_an_operator_s_replay_sends_a_text_that_was_stopped_by_what_its_reviewer_said(
    at_the_desk: Town, new: Host
) -> None:
    town = at_the_desk
    concern, task = held_back(town)
    release(town, task)
    town.open_texts()
    stopped(town, task, "isp_not_in_force")
    [made] = supplements(town, concern)
    assert Command("deliveries").run("replay", made["delivery_id"], *WHO).exit_code == 0
    new.open_texts()
    assert text_sent(town) == [("pending", None, "ISP-POL-EDU-001@4")]


# --- who the child is when it goes ------------------------------------------------------------------------------------

ELSEWHERE = replace(ISLA, given_names="Ailsa", chi_number=None, address="31 Ferry Close", postcode="ZG3 1QA")


def merged(town: Town) -> tuple[UUID, UUID]:
    """Isla's subject, given up for that of a record which a person says is hers too."""
    town.enrol("nhs.caledon-community", ELSEWHERE, relationship=Relationship.HEALTH_VISITOR)
    [(other,)] = town.query("select subject_id from source_record where organisation = 'nhs.caledon-community'")
    with town.parts.connect() as connection:
        [match] = town.parts.register.match(connection, [ISLA])
    isla = match.outcome.subject_id
    Command("subjects").done("merge", other, isla, *WHO)
    return isla, other


def test_a_text_whose_child_was_merged_goes_by_the_subject_that_she_is_now(at_the_desk: Town) -> None:
    town = at_the_desk
    concern, task = held_back(town)
    _, present = merged(town)
    release(town, task)
    town.open_texts()
    [made] = supplements(town, concern)
    assert town.query("select subject_id from delivery where delivery_id = %s", made["delivery_id"]) == [(present,)]


def test_what_followed_its_child_to_another_subject_follows_it_to_the_next(at_the_desk: Town) -> None:
    town = at_the_desk
    town.send(a_concern().about(ISLA).made())
    _, second = merged(town)
    town.enrol("third.harbour-scotland", replace(ELSEWHERE, given_names="Aila", postcode="ZG4 2BB"))
    [(third,)] = town.query("select subject_id from source_record where organisation = 'third.harbour-scotland'")
    assert town.query("select subject_id from delivery where purpose = 'disclose'") == [(second,)]
    Command("subjects").done("merge", third, second, *WHO)
    assert town.query("select subject_id from delivery where purpose = 'disclose'") == [(third,)]


async def test_and_the_last_look_lets_it_go(at_the_desk: Town, old: Host) -> None:
    town = at_the_desk
    concern, task = held_back(town)
    merged(town)
    release(town, task)
    town.open_texts()
    await old.deliver(until=lambda: supplements(town, concern)[0]["status"] != "pending")
    assert supplements(town, concern)[0]["status"] == "accepted"


def test_a_reviewer_sees_marked_what_the_register_knows_of_her_since_the_merge(at_the_desk: Town) -> None:
    town = at_the_desk
    text = "They moved from 4 Quarry Wynd; Ailsa said so."
    _, task = held_back(town, a_concern().about(ISLA).saying("concern.summary", f"{text} 31 Ferry Close.", "1").made())
    merged(town)
    marks = read(town, task)["marks"]
    assert any(mark["start"] >= len(text) for mark in marks)


def test_an_update_that_hears_of_the_merged_child_answers_the_question_about_the_older_text(at_the_desk: Town) -> None:
    town = at_the_desk
    builder = waiting()
    _, task = held_back(town, builder.made())
    merged(town)
    update = builder.but(kind=EventKind.UPDATED, sequence=2, content=[])
    town.send(update.saying("concern.summary", "All is quiet now.", "1").made())
    assert question(town, task)[0] == "decided"


# --- a review key that is gone ----------------------------------------------------------------------------------------


def test_what_was_opened_for_a_review_key_that_is_lost_is_opened_anew_at_once(at_the_desk: Town) -> None:
    town = at_the_desk
    _, task = held_back(town)
    REVIEWS.done("read", task, *WHO)
    town.open_texts()
    town.change("update text_request set sealed_key = 'hub.review.0'")
    said = REVIEWS.refused("show", task, "--open", *WHO)
    assert f"`hub reviews read {task}` has it opened anew" in said
    assert read(town, task)["text"] == TEXT
    assert town.query("select sealed_key from text_request where sealed is not null") == [("hub.review.1",)]


def test_what_lies_opened_is_opened_anew_when_a_person_says_so_with_who_and_why(at_the_desk: Town) -> None:
    town = at_the_desk
    _, task = held_back(town)
    read(town, task)
    assert REVIEWS.run("read", task, "--again").exit_code != 0
    REVIEWS.done("read", task, "--again", *WHO)
    town.open_texts()
    assert town.query("select count(*) from text_request where done_at is not null") == [(2,)]
    assert town.query("select count(*) from ledger_entry where kind = 'text_asked'") == [(2,)]
