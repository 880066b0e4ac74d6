"""A person's answers to reviews, by the public commands, on real PostgreSQL with the shipped rules."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from hub.facts.terms import EventKind, Tier
from tests.builders import FINLAY, ISLA, a_concern
from tests.desk import Command
from tests.town import ACADEMY, PRIMARY, TWIN, Town

REVIEWS = Command("reviews")
CONFUSED = replace(TWIN, given_names="Oona")
WHO = ("--by", "R. Viewer", "--reason", "the address and the mother's name agree")


def answered(*arguments: object) -> dict[str, Any]:
    return REVIEWS.done("decide", *arguments)


def refused(*arguments: object) -> str:
    return REVIEWS.refused("decide", *arguments)


def a_twin_in_review(town: Town, tier: Tier = Tier.URGENT, **changes: Any):
    concern = a_concern(tier=tier, **changes).about(CONFUSED).saying("concern.summary", "Awake on the stairs.").made()
    town.send(concern)
    [(task_id,)] = town.query(
        "select task_id from review_task where event_id = %s and cause = 'match'", concern.event_id
    )
    return concern, task_id


def orla(town: Town) -> UUID:
    with town.parts.connect() as connection:
        (match,) = town.parts.register.match(connection, [TWIN])
    return match.outcome.subject_id


def test_a_match_resumes_the_concern_and_reaches_the_school(at_the_desk: Town) -> None:
    concern, task = a_twin_in_review(at_the_desk)
    done = answered(task, "--verdict", "match", "--subject-id", orla(at_the_desk), *WHO)
    assert done == {"task_id": str(task), "closed": True, "resumes": True, "second_needed": False}
    at_the_desk.decide_anew()
    assert at_the_desk.told(concern) == {PRIMARY: "disclose"}
    assert at_the_desk.story(concern)["reviews"][0]["status"] == "decided"


def test_not_on_the_register_reaches_the_front_door(at_the_desk: Town) -> None:
    concern, task = a_twin_in_review(at_the_desk)
    answered(task, "--verdict", "not_on_register", *WHO)
    at_the_desk.decide_anew()
    assert at_the_desk.told(concern) == {"la.glenmore": "disclose"}


def test_who_was_judged_another_child_is_not_proposed_again(at_the_desk: Town) -> None:
    concern, task = a_twin_in_review(at_the_desk)
    answered(task, "--verdict", "different", *WHO)
    at_the_desk.decide_anew()
    assert at_the_desk.story(concern)["outcome"] == "not_found"
    again = a_concern(reference="VPD-again").about(CONFUSED).made()
    at_the_desk.send(again)
    assert at_the_desk.story(again)["outcome"] == "not_found", "the same child again asks nobody twice"


def test_need_more_keeps_the_review_open(at_the_desk: Town) -> None:
    concern, task = a_twin_in_review(at_the_desk)
    assert answered(task, "--verdict", "need_more", *WHO)["closed"] is False
    assert at_the_desk.decide_anew() == 0
    assert at_the_desk.story(concern)["reviews"][0]["status"] == "open"


def test_a_review_is_answered_once(at_the_desk: Town) -> None:
    _, task = a_twin_in_review(at_the_desk)
    answered(task, "--verdict", "not_on_register", *WHO)
    assert "was answered already" in refused(task, "--verdict", "match", "--subject-id", orla(at_the_desk), *WHO)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--verdict", "match", *WHO), "Name the one subject"),
        (("--verdict", "match", "--subject-id", UUID(int=9), *WHO), "no such subject"),
        (("--verdict", "done", *WHO), "can be answered with"),
        (("--verdict", "not_on_register", "--subject-id", UUID(int=9), *WHO), "only with match or different"),
        (("--verdict", "need_more", "--by", " ", "--reason", "x"), "Say who does this"),
        (("--verdict", "need_more", "--by", "x", "--reason", ""), "Say why"),
    ],
    ids=["nobody named", "unknown subject", "done", "named beside", "no name", "no reason"],
)
def test_an_answer_without_sense_is_refused_in_a_sentence(
    at_the_desk: Town, arguments: tuple[object, ...], says: str
) -> None:
    _, task = a_twin_in_review(at_the_desk)
    assert says in refused(task, *arguments)
    assert at_the_desk.query("select count(*) from review_answer") == [(0,)]


def test_an_unknown_review_is_refused_in_a_sentence(at_the_desk: Town) -> None:
    assert "no review of this id" in refused(uuid4(), "--verdict", "need_more", *WHO)
    assert "neither the UUID" in refused("everything", "--verdict", "need_more", *WHO)


def test_two_reviewers_of_one_mind_name_an_immediate_concern_s_child(
    at_the_desk: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUB_SECOND_REVIEWER", "immediate")
    concern, task = a_twin_in_review(at_the_desk, Tier.IMMEDIATE)
    match = (task, "--verdict", "match", "--subject-id", orla(at_the_desk))
    assert answered(*match, *WHO) == {"task_id": str(task), "closed": False, "resumes": False, "second_needed": True}
    assert "must be another person" in refused(*match, "--by", "r.  viewer", "--reason", "still sure")
    other = ("--by", "S. Econd", "--reason", "same here")
    assert answered(task, "--verdict", "not_on_register", *other)["second_needed"], "of another mind: begun anew"
    assert at_the_desk.decide_anew() == 0
    assert answered(*match, "--by", "T. Hird", "--reason", "the number is hers")["second_needed"]
    assert answered(*match, "--by", "U. Fourth", "--reason", "so it is")["closed"]
    at_the_desk.decide_anew()
    assert PRIMARY in at_the_desk.told(concern)


def test_what_stood_in_the_way_and_is_mended_is_decided_again(at_the_desk: Town) -> None:
    town = at_the_desk
    concern = a_concern().about(ISLA).made()
    town.send(concern)
    town.change("update delivery set status = 'held', reason = 'recipient_key_changed'")
    town.change(
        "insert into review_task (task_id, event_id, subject, cause, why, owner, owner_role, tier, opened_at, due_by, "
        "status) values (%s, %s, '1', 'recheck', '{}', 'hub', 'operator', 'urgent', now(), now(), 'open')",
        task := uuid4(),
        concern.event_id,
    )
    assert answered(task, "--verdict", "again", *WHO)["resumes"]
    town.decide_anew()
    assert [(d["revision"], d["status"]) for d in town.story(concern)["deliveries"]] == [
        (1, "cancelled"),
        (2, "pending"),
    ]


def test_who_answered_and_why_lie_in_clear_nowhere(at_the_desk: Town) -> None:
    _, task = a_twin_in_review(at_the_desk)
    answered(task, "--verdict", "not_on_register", *WHO)
    assert "Viewer" not in at_the_desk.dump()
    assert "mother" not in at_the_desk.dump()
    kinds = [kind for (kind,) in at_the_desk.query("select kind from ledger_entry order by seq")]
    assert kinds[-1] == "review_answer"


def test_the_list_shows_no_personal_data_and_show_opens_it_on_the_record(at_the_desk: Town) -> None:
    _, task = a_twin_in_review(at_the_desk)
    listed = [json.loads(line) for line in REVIEWS.run("list", "--json").output.splitlines()]
    assert [(row["task_id"], row["of"], row["cause"]) for row in listed] == [(str(task), "concern", "match")]
    closed = REVIEWS.run("show", task)
    assert "Brannock" not in closed.output + REVIEWS.run("list").output
    assert at_the_desk.query("select count(*) from ledger_entry where kind = 'review_opened'") == [(0,)]
    opened = json.loads(REVIEWS.run("show", task, "--open", *WHO, "--json").output)
    names = {field["name"]: field for field in opened["beside"][0]["fields"]}
    assert names["given_names"] == {
        "name": "given_names",
        "asked": "Oona",
        "held": ["Orla"],
        "level": names["given_names"]["level"],
        "differs": True,
    } or names["given_names"]["held"] == ["Oona"]
    assert {one["subject_id"] for one in opened["beside"]} >= {str(orla(at_the_desk))}
    assert at_the_desk.query("select count(*) from ledger_entry where kind = 'review_opened'") == [(1,)]


def test_a_wrong_child_is_called_back_and_never_matched_so_again(at_the_desk: Town) -> None:
    town = at_the_desk
    concern = a_concern().about(ISLA).made()
    town.send(concern)
    town.change("update delivery set status = 'accepted', attempts = 1")
    result = REVIEWS.run("wrong-child", concern.event_id, *WHO, "--json")
    assert result.exit_code == 0, result.output
    town.decide_anew()
    purposes = sorted((d["recipient"], d["purpose"]) for d in town.story(concern)["deliveries"])
    assert purposes == [("la.glenmore", "disclose"), (PRIMARY, "disclose"), (PRIMARY, "recall")]
    again = a_concern(reference="VPD-again").about(ISLA).made()
    town.send(again)
    assert town.story(again)["outcome"] != "matched"


def test_a_wrong_child_whose_right_one_is_known_reaches_their_school(at_the_desk: Town) -> None:
    town = at_the_desk
    concern = a_concern().about(ISLA).made()
    town.send(concern)
    with town.parts.connect() as connection:
        (finlay,) = town.parts.register.match(connection, [FINLAY])
    REVIEWS.run("wrong-child", concern.event_id, "--subject-id", finlay.outcome.subject_id, *WHO)
    town.decide_anew()
    assert town.told(concern) == {ACADEMY: "disclose"}


def test_a_child_who_was_never_matched_cannot_be_mistaken(at_the_desk: Town) -> None:
    concern, _ = a_twin_in_review(at_the_desk)
    result = REVIEWS.run("wrong-child", concern.event_id, *WHO)
    assert result.exit_code != 0
    assert "No child of this key was matched" in str(result.exception)


def test_an_answer_that_comes_after_the_retraction_is_too_late(at_the_desk: Town) -> None:
    concern, task = a_twin_in_review(at_the_desk)
    at_the_desk.send(a_concern(kind=EventKind.RETRACTED, sequence=2).made())
    assert "was answered already" in refused(task, "--verdict", "not_on_register", *WHO)
    assert at_the_desk.told(concern) == {}
