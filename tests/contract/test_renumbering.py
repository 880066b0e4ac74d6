"""Matches made on superseded numbers, looked at again on real PostgreSQL: who is called back, and who hears nothing."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace

import pytest

from hub.facts.act import act, typed
from hub.facts.errors import UserError
from hub.facts.model import Identity
from hub.facts.outcome import Matched
from hub.facts.terms import Answer, Relationship
from hub.ledger.verify import verify
from hub.matching.register.records import SourceRecord
from hub.matching.rolls.importing import import_rows
from hub.matching.rolls.number_list import open_number_list
from hub.matching.rolls.row import RollRow
from hub.people import renumbering
from hub.people.desk import Desk
from hub.people.register import Clerk
from hub.people.renumbering import Registrar, Renumbered
from hub.people.reviewing.child import Child
from tests.builders import a_concern
from tests.town import ACADEMY, NOW, PRIMARY, Town

OLD, NEW, NEWER, RIGHT = "9990001057", "9990001065", "9990001073", "9990001081"
AILSA = Identity(
    given_names="Ailsa",
    family_name="Drummore",
    date_of_birth="2015-03-30",
    sex="female",
    nhs_number=OLD,
    address="4 Kiln Court",
    postcode="ZG1 4QA",
)
AWAY = {"address": None, "postcode": None}
ASKED = replace(AILSA, **AWAY)
"""As police bring her: by name, birthday and number."""
NAMESAKE = replace(AILSA, nhs_number=NEW, address="81 Quarry Brae", postcode="ZG2 7XY")
"""Another child of her name and birthday, at another school."""
WHO = act(typed("Fergus Registrar"), "the board's monthly list", NOW)


def enrol(town: Town, child: Identity, organisation: str = PRIMARY, local_id: str = "A-1") -> None:
    row = RollRow(2, SourceRecord(organisation, local_id, Relationship.ENROLLED, child))
    with town.parts.connect() as connection:
        list(import_rows(connection, town.parts.register, [row]))


def subject_of(town: Town, child: Identity):
    with town.parts.connect() as connection:
        (match,) = town.parts.register.match(connection, [child])
    assert isinstance(match.outcome, Matched)
    return match.outcome.subject_id


def steps(town: Town, connection, tmp_path, *rows: tuple[str, str, str], sleep=lambda _: None):
    path = tmp_path / "numbers.csv"
    path.write_text("old,new,since\n" + "".join(f"{old},{new},{since}\n" for old, new, since in rows), encoding="utf-8")
    desk = Desk(connection, town.parts.evidence)
    return Registrar(desk, town.parts.context, town.parts.register, sleep).take(open_number_list(path), WHO)


def renumber(town: Town, tmp_path, *rows: tuple[str, str, str], **options) -> Renumbered:
    with town.parts.connect() as connection:
        return list(steps(town, connection, tmp_path, *rows, **options))[-1]


def told(town: Town, concern) -> list[tuple[str, str, int, str]]:
    return sorted((d["recipient"], d["purpose"], d["revision"], d["status"]) for d in town.story(concern)["deliveries"])


def send_and_accept(town: Town, child: Identity = ASKED):
    concern = a_concern().about(child).saying("concern.summary", "On the landing.").made()
    town.send(concern)
    assert told(town, concern) == [(PRIMARY, "disclose", 1, "pending")]
    town.change("update delivery set status = 'accepted', attempts = 1 where status = 'pending'")
    return concern


def entries(town: Town, kind: str) -> list[dict]:
    return [json.loads(facts) for (facts,) in town.query("select facts from ledger_entry where kind = %s", kind)]


def test_where_the_match_stands_nothing_is_decided_or_sent_again(town: Town, tmp_path) -> None:
    enrol(town, AILSA)
    concern = send_and_accept(town)
    done = renumber(town, tmp_path, (OLD, NEW, "2025-04-01"))
    assert (done.kept.added, done.asked, done.wrong, done.doubtful, done.unread) == (1, 0, 0, 0, 0)
    assert town.query("select count(*) from resumption") == [(0,)]
    enrol(town, replace(AILSA, nhs_number=NEW))
    assert told(town, concern) == [(PRIMARY, "disclose", 1, "accepted")]
    assert subject_of(town, ASKED) == subject_of(town, replace(ASKED, nhs_number=NEW))


def test_whoever_was_told_of_a_child_whose_number_was_another_s_is_called_back(town: Town, tmp_path) -> None:
    enrol(town, AILSA)
    concern, was = send_and_accept(town), subject_of(town, AILSA)
    enrol(town, replace(AILSA, nhs_number=RIGHT))  # the school had the namesake's number
    enrol(town, NAMESAKE, ACADEMY)
    assert town.decide_anew() == 0
    done = renumber(town, tmp_path, (OLD, NEW, "2025-04-01"))
    assert (done.wrong, done.doubtful) == (1, 0)
    assert town.decide_anew() == 1
    assert told(town, concern) == [
        (ACADEMY, "disclose", 2, "pending"),
        (PRIMARY, "disclose", 1, "accepted"),
        (PRIMARY, "recall", 2, "pending"),
    ]
    (wrong,) = entries(town, "wrong_match")
    assert (wrong["event_id"], wrong["subject"]) == (str(concern.event_id), "1")
    assert (wrong["was"], wrong["is"]) == (str(was), str(subject_of(town, NAMESAKE)))
    assert wrong["said_key"].startswith("hub.evidence.")
    assert "Fergus" not in json.dumps(wrong)
    assert renumber(town, tmp_path, (OLD, NEW, "2025-04-01")).wrong == 0  # once
    with town.parts.connect() as connection, connection.transaction():
        assert verify(connection).wrong == []


def test_a_twin_s_number_that_a_school_had_by_mistake_calls_back_and_asks_a_person(town: Town, tmp_path) -> None:
    twin = replace(AILSA, given_names="Morven", nhs_number=NEW)
    enrol(town, AILSA)
    concern = send_and_accept(town, AILSA)
    enrol(town, replace(AILSA, nhs_number=RIGHT))
    enrol(town, twin, ACADEMY)
    done = renumber(town, tmp_path, (OLD, NEW, "2025-04-01"))
    assert (done.asked, done.wrong, done.doubtful) == (0, 1, 0)
    town.decide_anew()
    assert told(town, concern) == [(PRIMARY, "disclose", 1, "accepted"), (PRIMARY, "recall", 2, "pending")]
    assert [one["status"] for one in town.story(concern)["reviews"]] == ["open"]


def test_a_twin_s_number_on_a_form_leaves_a_child_who_has_none_in_doubt(town: Town, tmp_path) -> None:
    enrol(town, replace(AILSA, nhs_number=None))
    enrol(town, replace(AILSA, given_names="Morven", nhs_number=NEW), ACADEMY)
    concern = send_and_accept(town, AILSA)
    done = renumber(town, tmp_path, (OLD, NEW, "2025-04-01"))
    assert (done.wrong, done.doubtful) == (0, 1)
    town.decide_anew()
    assert told(town, concern) == [(PRIMARY, "disclose", 1, "accepted")]
    assert [one["status"] for one in town.story(concern)["reviews"]] == ["open"]


def test_a_match_left_in_doubt_is_a_person_s_and_stays_told_until_they_answer(town: Town, tmp_path) -> None:
    enrol(town, AILSA)
    concern = send_and_accept(town)
    done = renumber(town, tmp_path, (OLD, NEW, "2025-04-01"), (OLD, NEWER, "2025-04-01"))
    assert (done.wrong, done.doubtful) == (0, 1)
    town.decide_anew()
    assert told(town, concern) == [(PRIMARY, "disclose", 1, "accepted")]
    story = town.story(concern)
    assert story["outcome"] == "review"
    (task,) = [one for one in story["reviews"] if one["status"] == "open"]
    with town.parts.desk() as desk:
        town.parts.reviewing(desk).answer(task["task_id"], Answer.DIFFERENT, [], WHO)
    town.decide_anew()
    assert (PRIMARY, "recall", 3, "pending") in told(town, concern)
    (noted,) = [one for one in entries(town, "register") if "doubtful" in one]
    assert noted["doubtful"] == [[str(concern.event_id), "1"]]


def test_what_has_not_left_waits_for_the_person(town: Town, tmp_path) -> None:
    enrol(town, AILSA)
    concern = a_concern().about(ASKED).made()
    town.send(concern)
    renumber(town, tmp_path, (OLD, NEW, "2025-04-01"), (OLD, NEWER, "2025-04-01"))
    town.decide_anew()
    assert told(town, concern) == [(PRIMARY, "disclose", 1, "cancelled")]
    assert [one["status"] for one in town.story(concern)["reviews"]] == ["open"]


def test_a_child_whom_a_person_named_is_not_doubted(town: Town, tmp_path) -> None:
    enrol(town, AILSA)
    concern = a_concern().about(replace(ASKED, given_names="Elsie")).made()
    town.send(concern)
    (task,) = town.story(concern)["reviews"]
    with town.parts.desk() as desk:
        town.parts.reviewing(desk).answer(task["task_id"], Answer.MATCH, [subject_of(town, AILSA)], WHO)
    town.decide_anew()
    done = renumber(town, tmp_path, (OLD, NEW, "2025-04-01"), (OLD, NEWER, "2025-04-01"))
    assert (done.wrong, done.doubtful) == (0, 0)
    assert [(one[0], one[3]) for one in told(town, concern)] == [(PRIMARY, "pending")]


def test_a_match_by_a_subject_that_was_merged_since_stands(town: Town, tmp_path) -> None:
    enrol(town, AILSA)
    send_and_accept(town)
    first = subject_of(town, AILSA)
    enrol(town, replace(NAMESAKE, nhs_number=None), ACADEMY)
    ((second,),) = town.query("select subject_id from source_record order by record_id desc limit 1")
    assert first != second
    with town.parts.desk() as desk:
        Clerk(desk, town.parts.register).merge(second, first, WHO)
    done = renumber(town, tmp_path, (OLD, NEW, "2025-04-01"))
    assert (done.wrong, done.doubtful) == (0, 0)


def test_a_record_that_is_not_kept_any_more_is_counted(town: Town, tmp_path) -> None:
    enrol(town, AILSA)
    send_and_accept(town)
    town.change("update event set sealed = null")
    assert renumber(town, tmp_path, (OLD, NEW, "2025-04-01")).unread == 1


def test_what_was_cut_short_between_list_and_look_goes_on(town: Town, tmp_path) -> None:
    enrol(town, AILSA)
    send_and_accept(town)
    both = (OLD, NEW, "2025-04-01"), (OLD, NEWER, "2025-04-01")
    with town.parts.connect() as connection, closing(steps(town, connection, tmp_path, *both)) as cut_short:
        assert next(cut_short).kept.added == 2
    assert town.query("select count(*) from renumbering where looked_at is null") == [(2,)]
    done = renumber(town, tmp_path, *both)
    assert (done.kept.unchanged, done.doubtful) == (2, 1)
    assert renumber(town, tmp_path, *both).doubtful == 0


def test_one_list_is_taken_in_at_a_time(town: Town, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(renumbering, "PATIENCE", 20)
    with (
        town.parts.connect() as connection,
        closing(steps(town, connection, tmp_path, (OLD, NEW, "2025-04-01"))) as one,
    ):
        next(one)
        with pytest.raises(UserError, match="taken in just now"):
            renumber(town, tmp_path, (NEW, NEWER, "2025-04-01"))
    assert renumber(town, tmp_path, (NEW, NEWER, "2025-04-01")).kept.added == 1


def test_whoever_matches_without_knowing_the_list_is_waited_for(town: Town, tmp_path, monkeypatch) -> None:
    enrol(town, AILSA)
    with town.parts.connect() as other:
        other.autocommit = False
        town.parts.register.match(other, [ASKED])  # and its transaction goes on
        slept: list[float] = []

        def sleep(seconds: float) -> None:
            slept.append(seconds)
            if len(slept) == 3:
                other.commit()

        assert renumber(town, tmp_path, (OLD, NEW, "2025-04-01"), sleep=sleep).kept.added == 1
        assert len(slept) == 3
        town.parts.register.match(other, [ASKED])
        monkeypatch.setattr(renumbering, "_LONGEST_S", 0.2)
        with pytest.raises(UserError, match="run the command again"):
            renumber(town, tmp_path, (NEW, NEWER, "2025-04-01"))
    assert town.query("select count(*) from renumbering where looked_at is null") == [(1,)]


def test_who_heard_by_a_record_that_a_person_then_judges_to_be_another_child_s_is_called_back(
    town: Town, tmp_path
) -> None:
    enrol(town, AILSA)
    enrol(town, replace(AILSA, address="30 Far Row", postcode="ZG2 9ZZ"), "nhs.caledon-community")  # by number alone
    child = subject_of(town, AILSA)
    concern = send_and_accept(town)
    named = a_concern(reference="another").about(replace(ASKED, given_names="Elsie")).made()
    town.send(named)
    (task,) = town.story(named)["reviews"]
    with town.parts.desk() as desk:
        town.parts.reviewing(desk).answer(task["task_id"], Answer.MATCH, [child], WHO)
    town.decide_anew()
    done = renumber(town, tmp_path, (OLD, NEW, "2025-04-01"), (OLD, NEWER, "2025-04-01"))
    assert (done.asked, done.left, done.doubtful) == (1, 1, 1)
    ((review,),) = town.query("select review_id from subject_review where status = 'open'")
    with town.parts.desk() as desk:
        made = Clerk(desk, town.parts.register).decide(review, Answer.DIFFERENT, [child], WHO)
    assert set(made.routed) == {Child(concern.event_id, "1"), Child(named.event_id, "1")}
    query = "select event_id, cause, answer, subject_id from resumption where done_at is null order by seq"
    assert town.query(query) == [
        (concern.event_id, "operator", "different", None),
        (concern.event_id, "wrong_match", "different", None),
        (named.event_id, "wrong_match", "match", child),
    ]
