"""Deciding anew, on real PostgreSQL with the shipped rules: who hears then, who is called back, who is told once."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from hub.facts.act import act, typed
from hub.facts.model import Identity
from hub.facts.terms import Answer, Cause, EventKind
from hub.people.reviewing.child import Child, proposed
from hub.routing.anew_requests import ask_anew
from tests.builders import FINLAY, ISLA, a_concern
from tests.town import ACADEMY, OTHER_TWIN, PRIMARY, STRANGER, TWIN, Town

CONFUSED = replace(TWIN, given_names="Oona")
"""One twin's number under the other twin's name."""


def ask(town: Town, concern, subject: str = "1", cause: Cause = Cause.REVIEW, answer=None) -> None:
    with town.parts.connect() as connection, connection.transaction():
        ask_anew(connection, cause, [(concern.event_id, subject)], answer)


def subject_of(town: Town, child: Identity) -> UUID:
    with town.parts.connect() as connection:
        (match,) = town.parts.register.match(connection, [child])
    return match.outcome.subject_id


def accept_all(town: Town) -> None:
    town.change("update delivery set status = 'accepted', attempts = 1 where status = 'pending'")


def hold(town: Town, reason: str, recipient: str = PRIMARY) -> None:
    town.change("update delivery set status = 'held', reason = %s where recipient = %s", reason, recipient)


def deliveries(town: Town, concern) -> list[tuple[str, str, int, str]]:
    return sorted((d["recipient"], d["purpose"], d["revision"], d["status"]) for d in town.story(concern)["deliveries"])


# --- a reviewer's answer resumes the concern -------------------------------------------------------------------------


def test_a_child_whom_a_reviewer_named_reaches_their_school_by_the_first_deadline(town: Town) -> None:
    concern = a_concern().about(CONFUSED).saying("concern.summary", "Awake on the stairs.").made()
    town.send(concern)
    town.now += timedelta(minutes=30)
    ask(town, concern, answer=(Answer.MATCH, subject_of(town, TWIN)))
    assert town.decide_anew() == 1
    story = town.story(concern)
    assert story["outcome"] == "matched"
    assert [r["status"] for r in story["reviews"]] == ["decided"]
    assert deliveries(town, concern) == [(PRIMARY, "disclose", 2, "pending")]
    (delivery,) = story["deliveries"]
    assert delivery["due_by"] == concern.raised_at + timedelta(hours=1)
    assert town.read(concern, PRIMARY)["items"]["concern.summary"] == "Awake on the stairs."


def test_a_child_whom_a_reviewer_does_not_find_on_the_register_reaches_the_front_door(town: Town) -> None:
    concern = a_concern().about(CONFUSED).made()
    town.send(concern)
    ask(town, concern, answer=(Answer.NOT_ON_REGISTER, None))
    town.decide_anew()
    assert town.story(concern)["outcome"] == "not_found"
    assert town.told(concern) == {"la.glenmore": "disclose"}


def test_a_sibling_who_was_told_of_before_is_told_of_once(town: Town) -> None:
    concern = a_concern().about(ISLA).about(replace(OTHER_TWIN, given_names="Orla")).made()
    town.send(concern)
    ask(town, concern, "2", answer=(Answer.MATCH, subject_of(town, OTHER_TWIN)))
    town.decide_anew()
    told = [(d["subject"], d["revision"]) for d in town.story(concern)["deliveries"]]
    assert sorted(told) == [("1", 1), ("2", 2)]
    assert town.story(concern)["outcome"] == "matched"


def test_one_twin_s_answer_leaves_the_other_s_question_open_and_asks_nobody_twice(town: Town) -> None:
    concern = a_concern().about(CONFUSED).about(replace(OTHER_TWIN, given_names="Orla")).made()
    town.send(concern)
    ask(town, concern, "1", answer=(Answer.MATCH, subject_of(town, TWIN)))
    town.decide_anew()
    story = town.story(concern)
    assert story["outcome"] == "review"
    assert sorted((r["subject"], r["cause"], r["status"]) for r in story["reviews"]) == [
        ("1", "match", "decided"),
        ("2", "match", "open"),
    ]


def test_a_reviewer_s_child_who_is_gone_from_the_register_is_asked_about_again(town: Town) -> None:
    concern = a_concern().about(CONFUSED).made()
    town.send(concern)
    ask(town, concern, answer=(Answer.MATCH, UUID(int=7)))
    town.decide_anew()
    story = town.story(concern)
    assert story["outcome"] == "review"
    assert sorted(r["status"] for r in story["reviews"]) == ["decided", "open"]
    assert town.told(concern) == {}


def test_an_answer_after_a_retraction_tells_nobody(town: Town) -> None:
    concern = a_concern().about(CONFUSED).made()
    town.send(concern)
    ask(town, concern, answer=(Answer.MATCH, subject_of(town, TWIN)))
    town.send(a_concern(kind=EventKind.RETRACTED, sequence=2).made())
    town.decide_anew()
    assert town.told(concern) == {}


def test_an_answer_to_an_older_event_is_held_back_from_whoever_heard_a_newer_one(town: Town) -> None:
    concern = a_concern().about(CONFUSED).made()
    town.send(concern)
    town.send(a_concern(sequence=2, kind=EventKind.UPDATED).about(TWIN).made())
    ask(town, concern, answer=(Answer.MATCH, subject_of(town, TWIN)))
    town.decide_anew()
    assert town.told(concern) == {}
    assert town.story(concern)["outcome"] == "superseded"


# --- what may not leave as it is --------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", ["isp_not_in_force", "registration_ended", "recipient_key_changed"])
def test_a_stopped_delivery_is_decided_anew_and_the_old_one_never_leaves(town: Town, reason: str) -> None:
    concern = a_concern().about(ISLA).made()
    town.send(concern)
    hold(town, reason)
    ask(town, concern, cause=Cause.RECHECK)
    town.decide_anew()
    assert deliveries(town, concern) == [(PRIMARY, "disclose", 1, "cancelled"), (PRIMARY, "disclose", 2, "pending")]


def test_a_child_who_changed_school_meanwhile_is_told_of_at_the_new_one(town: Town) -> None:
    concern = a_concern().about(ISLA).made()
    town.send(concern)
    town.change("delete from blocking_key")
    town.change("update source_record set end_date = '2026-03-06' where organisation = %s", PRIMARY)
    town.change("delete from source_record where organisation = %s", PRIMARY)
    town.enrol(ACADEMY, ISLA)
    hold(town, "registration_ended")
    ask(town, concern, cause=Cause.RECHECK)
    town.decide_anew()
    assert deliveries(town, concern) == [
        (ACADEMY, "disclose", 2, "pending"),
        (PRIMARY, "disclose", 1, "cancelled"),
    ]


def test_what_was_accepted_is_not_told_again(town: Town) -> None:
    concern = a_concern().about(ISLA).about(FINLAY).made()
    town.send(concern)
    hold(town, "recipient_key_changed", ACADEMY)
    accept_all(town)
    ask(town, concern, "2", cause=Cause.RECHECK)
    town.decide_anew()
    assert deliveries(town, concern) == [
        (ACADEMY, "disclose", 1, "cancelled"),
        (ACADEMY, "disclose", 2, "pending"),
        (PRIMARY, "disclose", 1, "accepted"),
    ]


def test_asking_twice_decides_once(town: Town) -> None:
    concern = a_concern().about(ISLA).made()
    town.send(concern)
    hold(town, "recipient_key_changed")
    ask(town, concern, cause=Cause.RECHECK)
    ask(town, concern, cause=Cause.RECHECK)
    assert town.decide_anew() == 1
    assert town.query("select revision from event") == [(2,)]


def test_what_goes_in_circles_ends_with_a_person(town: Town) -> None:
    concern = a_concern().about(ISLA).made()
    town.send(concern)
    for _ in range(25):
        hold(town, "recipient_key_changed")
        ask(town, concern, cause=Cause.RECHECK)
        town.decide_anew()
    assert town.query("select max(revision) from event") == [(20,)]
    asked = [r for r in town.story(concern)["reviews"] if r["owner"] == "hub" and r["status"] == "open"]
    assert asked
    assert "cannot be decided anew" in asked[0]["why"][0]


def test_an_event_whose_record_is_gone_ends_with_a_person(town: Town) -> None:
    concern = a_concern().about(ISLA).made()
    town.send(concern)
    town.change("update event set sealed = null")
    ask(town, concern, cause=Cause.RECHECK)
    town.decide_anew()
    assert [r["owner"] for r in town.story(concern)["reviews"]] == ["hub"]
    assert town.query("select failed from resumption") == [("its sealed record is not kept any more",)]


# --- a wrong child ----------------------------------------------------------------------------------------------------


def test_whoever_heard_of_the_wrong_child_is_called_back_and_the_right_school_told(town: Town) -> None:
    concern = a_concern().about(ISLA).made()
    town.send(concern)
    accept_all(town)
    told = town.query("select delivery_id::text from delivery")[0][0]
    finlay = subject_of(town, FINLAY)
    ask(town, concern, cause=Cause.WRONG_MATCH, answer=(Answer.MATCH, finlay))
    town.decide_anew()
    assert deliveries(town, concern) == [
        (ACADEMY, "disclose", 2, "pending"),
        (PRIMARY, "disclose", 1, "accepted"),
        (PRIMARY, "recall", 2, "pending"),
    ]
    body = json.loads(town.query("select body from delivery where purpose = 'recall'")[0][0])
    assert body["data"]["recalls"] == [told]
    assert body["data"]["reason"] == "wrong_child"


def test_a_wrong_child_nobody_heard_of_yet_is_cancelled_without_a_word(town: Town) -> None:
    concern = a_concern().about(ISLA).made()
    town.send(concern)
    ask(town, concern, cause=Cause.WRONG_MATCH, answer=(Answer.MATCH, subject_of(town, FINLAY)))
    town.decide_anew()
    assert deliveries(town, concern) == [
        (ACADEMY, "disclose", 2, "pending"),
        (PRIMARY, "disclose", 1, "cancelled"),
    ]


def test_a_wrong_join_that_is_undone_calls_back_whoever_heard_by_it(town: Town) -> None:
    from hub.people.register import Clerk

    cora = replace(ISLA, given_names="Cora", chi_number=None, date_of_birth="2021-09-14")
    town.enrol("nursery.glenmore", cora)
    namesake = replace(cora, given_names="Coralie", date_of_birth="2011-02-03")
    town.enrol(ACADEMY, namesake)
    [(other,)] = town.query("select subject_id from source_record order by record_id desc limit 1")
    joining = act(typed("R. Viewer"), "thought to be one child", town.now)
    with town.parts.desk() as desk:
        joined = Clerk(desk, town.parts.register).merge(subject_of(town, cora), other, joining)
    concern = a_concern().about(cora).made()
    town.send(concern)
    [(task_id,)] = town.query("select task_id from review_task where cause = 'match'")
    with town.parts.desk() as desk:
        taken = proposed(desk, Child(concern.event_id, "1"))[0]
        town.parts.reviewing(desk).answer(
            task_id, Answer.MATCH, [taken], act(typed("R. Viewer"), "it is she", town.now)
        )
    town.decide_anew()
    assert town.told(concern) == {ACADEMY: "disclose"}
    accept_all(town)
    with town.parts.desk() as desk:
        parting, clerk = act(typed("R. Viewer"), "two children after all", town.now), Clerk(desk, town.parts.register)
        clerk.recall(clerk.undo(joined.change_id, parting))
    town.decide_anew()
    purposes = sorted((d["recipient"], d["purpose"]) for d in town.story(concern)["deliveries"])
    assert [recipient for recipient, purpose in purposes if purpose == "recall"] == [ACADEMY]


# --- an explanation of each revision ----------------------------------------------------------------------------------


def test_the_story_keeps_every_revision_with_its_reasons(town: Town) -> None:
    concern = a_concern().about(ISLA).made()
    town.send(concern)
    hold(town, "recipient_key_changed")
    ask(town, concern, cause=Cause.RECHECK)
    town.decide_anew()
    story = town.story(concern)
    assert [(d["recipient"], d["revision"]) for d in story["decisions"]] == [(PRIMARY, 1), (PRIMARY, 2)]
    assert all(d["reasons"] for d in story["decisions"])
    assert [(r["revision"], r["cause"]) for r in story["revisions"]] == [(2, "recheck")]


# --- an update reaches back -------------------------------------------------------------------------------------------


def test_an_update_about_another_child_corrects_what_the_first_child_s_school_heard(town: Town) -> None:
    town.send(first := a_concern(sequence=1).about(ISLA).made())
    accept_all(town)
    update = a_concern(sequence=2, kind=EventKind.UPDATED).about(FINLAY).made()
    town.send(update)
    assert town.told(update) == {ACADEMY: "disclose", PRIMARY: "correct"}
    body = json.loads(town.query("select body from delivery where purpose = 'correct'")[0][0])
    told = town.query("select delivery_id::text from delivery where event_id = %s", first.event_id)[0][0]
    assert body["type"] == "uk.concernhub.correction.v1"
    assert body["data"]["corrects"] == [told]
    assert "Isla" not in str(body)
    assert "Finlay" not in str(body)


def test_an_update_about_another_child_cancels_what_was_not_sent_yet(town: Town) -> None:
    town.send(first := a_concern(sequence=1).about(ISLA).made())
    town.send(a_concern(sequence=2, kind=EventKind.UPDATED).about(FINLAY).made())
    assert [(d["status"], d["reason"]) for d in town.story(first)["deliveries"]] == [("cancelled", "corrected")]
    assert town.query("select count(*) from delivery where purpose = 'correct'") == [(0,)]


def test_a_correction_is_said_once(town: Town) -> None:
    town.send(a_concern(sequence=1).about(ISLA).made())
    accept_all(town)
    town.send(a_concern(sequence=2, kind=EventKind.UPDATED).about(FINLAY).made())
    town.send(a_concern(sequence=3, kind=EventKind.UPDATED).about(FINLAY).made())
    assert town.query("select count(*) from delivery where purpose = 'correct'") == [(1,)]


def test_two_updates_of_one_batch_correct_once(town: Town) -> None:
    town.send(a_concern(sequence=1).about(ISLA).made())
    accept_all(town)
    town.send(
        a_concern(sequence=2, kind=EventKind.UPDATED).about(FINLAY).made(),
        a_concern(sequence=3, kind=EventKind.UPDATED).about(FINLAY).made(),
    )
    assert town.query("select count(*) from delivery where purpose = 'correct'") == [(1,)]


def test_an_update_about_the_same_child_corrects_nothing(town: Town) -> None:
    town.send(a_concern(sequence=1).about(ISLA).made())
    accept_all(town)
    town.send(update := a_concern(sequence=2, kind=EventKind.UPDATED).about(ISLA).made())
    assert town.told(update) == {PRIMARY: "disclose"}


def test_an_update_whose_child_is_not_certain_corrects_nothing_until_it_is(town: Town) -> None:
    town.send(a_concern(sequence=1).about(ISLA).made())
    accept_all(town)
    update = a_concern(sequence=2, kind=EventKind.UPDATED).about(CONFUSED).made()
    town.send(update)
    assert town.told(update) == {}
    ask(town, update, answer=(Answer.NOT_ON_REGISTER, None))
    town.decide_anew()
    assert town.told(update) == {"la.glenmore": "disclose", PRIMARY: "correct"}


def test_the_front_door_is_not_corrected_when_an_update_says_who_the_child_is(town: Town) -> None:
    town.send(a_concern(sequence=1).about(STRANGER).made())
    accept_all(town)
    update = a_concern(sequence=2, kind=EventKind.UPDATED).about(ISLA).made()
    town.send(update)
    assert town.told(update) == {PRIMARY: "disclose"}


def test_a_late_update_corrects_nobody_who_heard_a_newer_one(town: Town) -> None:
    town.send(a_concern(sequence=1).about(ISLA).made())
    accept_all(town)
    town.send(a_concern(sequence=3, kind=EventKind.UPDATED).about(ISLA).made())
    accept_all(town)
    town.send(a_concern(sequence=2, kind=EventKind.UPDATED).about(FINLAY).made())
    assert town.query("select count(*) from delivery where purpose = 'correct'") == [(0,)]


# --- deliveries that could not be sealed ------------------------------------------------------------------------------


def test_a_replay_of_what_could_not_be_sealed_decides_anew(town: Town) -> None:
    from hub.people.operating.deliveries import Hand, handle

    concern = a_concern().about(ISLA).made()
    town.send(concern)
    town.change("update delivery set status = 'held', reason = 'no_recipient_key', body = null")
    (delivery_id,) = town.query("select delivery_id from delivery")[0]
    with town.parts.desk() as desk:
        handled = handle(desk, Hand.REPLAY, [delivery_id], act(typed("O. Perator"), "mended", town.now))
    assert handled.changed == (delivery_id,)
    town.decide_anew()
    assert deliveries(town, concern) == [(PRIMARY, "disclose", 1, "cancelled"), (PRIMARY, "disclose", 2, "pending")]


# --- faults -----------------------------------------------------------------------------------------------------------


def test_an_event_that_another_router_has_in_hand_is_left_alone_and_free_when_it_dies(town: Town) -> None:
    from hub.routing.anew_store import AnewStore

    concern = a_concern().about(ISLA).made()
    town.send(concern)
    hold(town, "recipient_key_changed")
    ask(town, concern, cause=Cause.RECHECK)
    with town.parts.connect() as connection:
        connection.autocommit = False
        assert AnewStore(connection).take(town.parts.rules.version) is not None
        assert town.decide_anew() == 0
        connection.rollback()  # as the server does when its router dies
    assert town.decide_anew() == 1
    assert deliveries(town, concern) == [(PRIMARY, "disclose", 1, "cancelled"), (PRIMARY, "disclose", 2, "pending")]


def test_an_event_on_which_the_hub_fails_ends_with_a_person_and_stops_no_other(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hub.routing import anew_loop

    broken, sound = a_concern(reference="VPD-broken").about(ISLA).made(), a_concern().about(FINLAY).made()
    town.send(broken, sound)
    hold(town, "recipient_key_changed")
    hold(town, "recipient_key_changed", ACADEMY)
    ask(town, broken, cause=Cause.RECHECK)
    ask(town, sound, cause=Cause.RECHECK)
    decide = anew_loop.decide_anew

    def failing(asked, *arguments, **reads):
        if asked.record.key == town.sealed(broken)[0]:
            raise RuntimeError("a defect")
        return decide(asked, *arguments, **reads)

    monkeypatch.setattr(anew_loop, "decide_anew", failing)
    town.decide_anew()
    assert deliveries(town, sound)[-1] == (ACADEMY, "disclose", 2, "pending")
    assert [r["owner"] for r in town.story(broken)["reviews"]] == ["hub"]
    assert deliveries(town, broken) == [(PRIMARY, "disclose", 1, "held")]


def test_a_key_that_is_missing_for_one_event_holds_up_no_other(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    from hub.facts.errors import KeyMissing
    from hub.routing import anew_loop

    first, second = a_concern(reference="VPD-first").about(ISLA).made(), a_concern().about(FINLAY).made()
    town.send(first, second)
    hold(town, "recipient_key_changed")
    hold(town, "recipient_key_changed", ACADEMY)
    ask(town, first, cause=Cause.RECHECK)
    ask(town, second, cause=Cause.RECHECK)
    decide = anew_loop.decide_anew

    def lacking(asked, *arguments, **reads):
        if asked.record.key == town.sealed(first)[0]:
            raise KeyMissing("no such key")
        return decide(asked, *arguments, **reads)

    monkeypatch.setattr(anew_loop, "decide_anew", lacking)
    assert town.anew_loop.once() is False
    assert town.anew_loop.once() is True
    assert deliveries(town, second)[-1] == (ACADEMY, "disclose", 2, "pending")
    monkeypatch.setattr(anew_loop, "decide_anew", decide)
    town.decide_anew()
    assert deliveries(town, first)[-1] == (PRIMARY, "disclose", 2, "pending")


def test_a_subject_that_was_merged_into_another_is_still_the_child_who_was_told_of(town: Town) -> None:
    from hub.people.register import Clerk

    concern = a_concern().about(ISLA).made()
    town.send(concern)
    accept_all(town)
    isla = subject_of(town, ISLA)
    town.enrol(ACADEMY, replace(ISLA, given_names="Isla Mary", nhs_number=None, date_of_birth="2017-11-09"))
    [(other,)] = town.query("select subject_id from source_record order by record_id desc limit 1")
    with town.parts.desk() as desk:
        joining = act(typed("R. Viewer"), "one child, by the birth certificate", town.now)
        Clerk(desk, town.parts.register).merge(other, isla, joining)
    ask(town, concern, cause=Cause.RECHECK)
    town.decide_anew()
    purposes = {d["purpose"] for d in town.story(concern)["deliveries"] if d["recipient"] == PRIMARY}
    assert purposes == {"disclose"}, "nobody is called back"


# --- what is taken back, and in which order it came -------------------------------------------------------------------


def test_a_retraction_also_cancels_what_an_operator_holds(town: Town) -> None:
    concern = a_concern().about(ISLA).made()
    town.send(concern)
    hold(town, "by_operator")
    town.send(a_concern(kind=EventKind.RETRACTED, sequence=2).made())
    assert [(d["status"], d["reason"]) for d in town.story(concern)["deliveries"]] == [("cancelled", "retracted")]


def test_what_was_recalled_is_marked_and_what_was_corrected_is_not(town: Town) -> None:
    recalled, corrected = a_concern().about(ISLA).made(), a_concern(reference="VPD-other").about(ISLA).made()
    town.send(recalled, corrected)
    accept_all(town)
    town.send(a_concern(kind=EventKind.RETRACTED, sequence=2).made())
    town.send(a_concern(reference="VPD-other", kind=EventKind.UPDATED, sequence=2).about(FINLAY).made())
    marked = dict(town.query("select event_id, recalled_at is not null from delivery where purpose = 'disclose'"))
    assert marked[recalled.event_id] is True
    assert marked[corrected.event_id] is False


def test_versions_of_one_concern_can_be_told_apart_and_ordered_by_who_reads_them(town: Town) -> None:
    first = a_concern(sequence=1).about(ISLA).made()
    update = a_concern(sequence=2, kind=EventKind.UPDATED).about(ISLA).made()
    town.send(first, update)
    read = [town.read(concern, PRIMARY) for concern in (first, update)]
    assert [one["sequence"] for one in read] == [1, 2]
    assert read[0]["case"] == read[1]["case"]


def test_a_school_that_hears_of_two_siblings_counts_once_in_the_news(town: Town) -> None:
    from hub.routing import recording
    from hub.wire.news import Said

    town.enrol(PRIMARY, replace(STRANGER, postcode="ZG1 1AA"))
    concern = a_concern().about(ISLA).about(replace(STRANGER, postcode="ZG1 1AA")).made()
    original = recording.seal_news

    def spying(*arguments, said: Said, **named):
        seen.append(said.told)
        return original(*arguments, said=said, **named)

    seen: list[int] = []
    recording.seal_news = spying
    try:
        town.send(concern)
    finally:
        recording.seal_news = original
    assert sorted(d["subject"] for d in town.story(concern)["deliveries"]) == ["1", "2"]
    assert seen == [1]


# --- again and again --------------------------------------------------------------------------------------------------


def wrong(town: Town, concern, *, right: UUID) -> None:
    ask(town, concern, cause=Cause.WRONG_MATCH, answer=(Answer.MATCH, right))
    town.decide_anew()
    accept_all(town)


def test_whoever_was_called_back_is_called_back_once(town: Town) -> None:
    concern = a_concern().about(ISLA).made()
    town.send(concern)
    accept_all(town)
    wrong(town, concern, right=subject_of(town, FINLAY))
    ask(town, concern, cause=Cause.RECHECK)
    town.decide_anew()
    assert [d["purpose"] for d in town.story(concern)["deliveries"]].count("recall") == 1


def test_whoever_was_called_back_in_error_is_told_again(town: Town) -> None:
    concern = a_concern().about(ISLA).made()
    town.send(concern)
    accept_all(town)
    isla = subject_of(town, ISLA)
    wrong(town, concern, right=subject_of(town, FINLAY))
    wrong(town, concern, right=isla)
    assert (PRIMARY, "disclose", 3, "accepted") in deliveries(town, concern)


def test_an_update_makes_nothing_readable_again_that_was_called_back(town: Town) -> None:
    concern = a_concern().about(ISLA).made()
    town.send(concern)
    accept_all(town)
    wrong(town, concern, right=subject_of(town, FINLAY))
    town.send(update := a_concern(sequence=2, kind=EventKind.UPDATED).about(FINLAY).made())
    recalled = "select recalled_at is not null from delivery where recipient = %s and purpose = 'disclose'"
    assert town.query(recalled, PRIMARY) == [(True,)]
    assert PRIMARY not in town.told(update), "it was called back already: there is nothing to correct"


def test_an_answer_about_a_sibling_sends_nothing_that_an_update_cancelled(town: Town) -> None:
    concern = a_concern(sequence=1).about(ISLA).about(CONFUSED).made()
    town.send(concern)
    town.send(a_concern(sequence=2, kind=EventKind.UPDATED).about(FINLAY).made())
    ask(town, concern, "2", answer=(Answer.NOT_ON_REGISTER, None))
    town.decide_anew()
    assert not [d for d in deliveries(town, concern) if d[0] == PRIMARY and d[3] == "pending"]


def test_an_answer_that_a_fault_of_the_hub_cost_its_effect_is_not_lost(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hub.routing import anew_loop

    concern = a_concern().about(CONFUSED).made()
    town.send(concern)
    twin = subject_of(town, TWIN)
    [(task_id,)] = town.query("select task_id from review_task where cause = 'match'")
    with town.parts.desk() as desk:
        town.parts.reviewing(desk).answer(task_id, Answer.MATCH, [twin], act(typed("R. Viewer"), "it is she", town.now))
    with monkeypatch.context() as broken:
        broken.setattr(anew_loop, "decide_anew", lambda *_, **__: 1 / 0)
        town.decide_anew()
    [(task_id,)] = town.query("select task_id from review_task where owner = 'hub'")
    with town.parts.desk() as desk:
        town.parts.reviewing(desk).answer(task_id, Answer.AGAIN, [], act(typed("O. Perator"), "mended", town.now))
    town.decide_anew()
    assert town.told(concern) == {PRIMARY: "disclose"}


def test_a_second_thought_before_the_router_got_to_it_is_the_one_that_counts(town: Town) -> None:
    concern = a_concern().about(ISLA).made()
    town.send(concern)
    for child in (TWIN, FINLAY):
        ask(town, concern, cause=Cause.WRONG_MATCH, answer=(Answer.MATCH, subject_of(town, child)))
    town.decide_anew()
    assert town.told(concern) == {ACADEMY: "disclose"}


def test_one_event_is_in_one_router_s_hand_whatever_was_asked_of_it(town: Town) -> None:
    from hub.routing.anew_store import AnewStore

    concern = a_concern().about(CONFUSED).about(replace(OTHER_TWIN, given_names="Orla")).made()
    town.send(concern)
    ask(town, concern, "1", answer=(Answer.NOT_ON_REGISTER, None))
    ask(town, concern, "2", answer=(Answer.NOT_ON_REGISTER, None))
    with town.parts.connect() as connection:
        connection.autocommit = False
        taken = AnewStore(connection).take(town.parts.rules.version)
        assert taken is not None
        assert taken.answered == {"1", "2"}
        assert town.decide_anew() == 0
        connection.rollback()


def test_what_is_under_way_while_it_is_corrected_is_recalled_by_a_retraction(town: Town) -> None:
    concern = a_concern(sequence=1).about(ISLA).made()
    town.send(concern)
    town.change("update delivery set claimed_by = 7")
    town.send(a_concern(sequence=2, kind=EventKind.UPDATED).about(FINLAY).made())
    town.send(retraction := a_concern(kind=EventKind.RETRACTED, sequence=3).made())
    assert town.query("select recalled_at is not null from delivery where event_id = %s", concern.event_id) == [(True,)]
    assert town.told(retraction)[PRIMARY] == "recall"


def test_a_review_that_was_escalated_is_over_too_when_its_case_is_retracted(town: Town) -> None:
    town.send(concern := a_concern().about(CONFUSED).made())
    town.change("update review_task set status = 'escalated'")
    town.send(a_concern(kind=EventKind.RETRACTED, sequence=2).made())
    assert [r["status"] for r in town.story(concern)["reviews"]] == ["decided"]


def test_what_an_operator_holds_unsent_does_not_stand_where_nobody_is_to_hear_any_more(town: Town) -> None:
    concern = a_concern().about(ISLA).about(CONFUSED).made()
    town.send(concern)
    hold(town, "by_operator")
    town.change("delete from blocking_key")
    town.change("delete from source_record where organisation = %s", PRIMARY)
    town.enrol(ACADEMY, ISLA)
    ask(town, concern, "2", answer=(Answer.NOT_ON_REGISTER, None))
    town.decide_anew()
    assert (PRIMARY, "disclose", 1, "cancelled") in deliveries(town, concern)
