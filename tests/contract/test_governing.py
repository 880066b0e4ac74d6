"""What IG, operators and auditors ask of a hub: stories by whose they are, troubles, refusals to share, who looked."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from hub.facts.act import How, Principal, act
from hub.facts.errors import UserError
from hub.people import auditing
from hub.people.auditing import AskedLooks, EventOf, Looked
from hub.people.ids import Thing
from hub.people.operating import troubles
from hub.people.operating.troubles import Trouble
from hub.people.story import seen_by, tell
from hub.people.unshared import list_unshared
from tests.accounts import a_person
from tests.builders import FINLAY, ISLA, a_concern
from tests.desk import Command
from tests.texts import held_back, read
from tests.town import ACADEMY, NOW, PRIMARY, TWIN, Town

POLICE = "police.caledon"
WHO = ("--by", "R. Viewer", "--reason", "asked by the council")


def told(town: Town, **changes: Any) -> tuple[UUID, UUID]:
    """(event, its one delivery to the primary school)."""
    concern = a_concern(**changes).about(ISLA).made()
    town.send(concern)
    [(delivery_id,)] = town.query("select delivery_id from delivery where event_id = %s", concern.event_id)
    return concern.event_id, delivery_id


def siblings(town: Town) -> UUID:
    """An event of a sister and a brother at two schools, of which both schools have taken theirs."""
    concern = a_concern().about(ISLA).about(FINLAY).made()
    town.send(concern)
    town.change("update delivery set status = 'accepted', settled_at = hub.now()")
    return concern.event_id


# --- stories --------------------------------------------------------------------------------------------------------


def story(town: Town, event_id: UUID, *places: str) -> Any:
    with town.parts.desk() as desk:
        found = tell(desk, event_id)
        assert found is not None
        return seen_by(found, frozenset(places) if places else None)


def test_the_source_sees_the_whole_story_and_a_recipient_its_own_part(town: Town) -> None:
    event_id = siblings(town)
    whole, own = story(town, event_id, POLICE), story(town, event_id, PRIMARY)
    assert {one["recipient"] for one in whole["decisions"]} >= {PRIMARY, ACADEMY}
    assert {one["recipient"] for one in own["decisions"] + own["deliveries"]} == {PRIMARY}
    assert ACADEMY not in str(own)


def test_a_recipient_is_not_told_what_it_misses(town: Town) -> None:
    own = story(town, siblings(town), PRIMARY)
    assert own["decisions"][0]["released"]
    assert not any(one["withheld"] or one["reasons"] for one in own["decisions"])
    assert own["subjects"] == own["history"] == own["revisions"] == []


def test_a_recipients_story_has_no_decision_that_never_reached_it(town: Town) -> None:
    """What an office of theirs was to be told, or a later revision, and was not sent."""
    event_id = siblings(town)
    for role, revision in (("head_teacher", 1), ("designated_safeguarding_lead", 2)):
        town.change(
            "insert into decision select event_id, subject, recipient, %s, %s, kind, outcome, isp, clause, rule,"
            " due_by, tier, released, withheld from decision where event_id = %s and recipient = %s and revision = 1"
            " and role = 'designated_safeguarding_lead'",
            role,
            revision,
            event_id,
            PRIMARY,
        )
    told_to = [(one["role"], one["revision"]) for one in story(town, event_id, PRIMARY)["decisions"]]
    assert told_to == [("designated_safeguarding_lead", 1)]
    assert len(story(town, event_id, POLICE)["decisions"]) == 4


def test_a_source_sees_no_other_sources_records_of_the_same_id(town: Town) -> None:
    event_id = siblings(town)
    own, other = ({"source": source, "reason": "unknown_part_key"} for source in (POLICE, "nhs.elsewhere"))
    same = {"same_id": [{"event_id": uuid4(), "source": "nhs.elsewhere"}], "dead_letters": [own, other]}
    with town.parts.desk() as desk:
        whole = (tell(desk, event_id) or {}) | same
    of_police = seen_by(whole, frozenset({POLICE}))
    assert of_police is not None
    assert (of_police["same_id"], of_police["dead_letters"]) == ([], [own])
    assert seen_by(whole, None) == whole


def test_who_was_told_nothing_sees_no_story(town: Town) -> None:
    event_id = siblings(town)
    assert story(town, event_id, "school.elsewhere") is None
    town.change("update delivery set status = 'held', reason = 'by_operator' where recipient = %s", PRIMARY)
    assert story(town, event_id, PRIMARY) is None


# --- not shared -----------------------------------------------------------------------------------------------------


def test_a_decision_not_to_share_is_listed_with_its_grounds_for_its_source_alone(town: Town) -> None:
    concern = a_concern().about(ISLA).made()
    town.send(concern)
    town.change("update decision set outcome = 'withhold'")
    with town.parts.desk() as desk:
        listed = list_unshared(desk, frozenset({POLICE}))
        assert list_unshared(desk, frozenset({PRIMARY})) == []
        assert list_unshared(desk, None) == listed
        [last] = listed[-1:]
        assert list_unshared(desk, None, before=(last.decided_at, last.event_id)) == []
    assert {one.event_id for one in listed} == {concern.event_id}
    assert all(one.grounds and one.grounds[0] for one in listed)


# --- troubles -------------------------------------------------------------------------------------------------------


def listed(town: Town, trouble: Trouble, *places: str) -> list[troubles.Listed]:
    with town.parts.desk() as desk:
        found = troubles.list_troubles(desk, trouble, frozenset(places) if places else None)
        assert troubles.counts(desk, frozenset(places) if places else None)[trouble] == len(found)
        return found


def test_what_is_held_is_listed_with_its_sentence_and_its_hand(town: Town) -> None:
    _, delivery_id = told(town)
    town.change("update delivery set status = 'held', reason = 'endpoint_refused'")
    [one] = listed(town, Trouble.HELD)
    assert (one.id, one.about, one.hands) == (str(delivery_id), PRIMARY, ("replay",))
    assert one.sentence.startswith("It is held and does not go to")
    town.change("update delivery set reason = 'by_operator'")
    assert listed(town, Trouble.HELD)[0].hands == ("release",)
    assert listed(town, Trouble.LATE) == []


def test_what_is_late_may_be_held_and_is_its_sources_alone(town: Town) -> None:
    told(town)
    town.change("update delivery set due_by = hub.now() - interval '1 minute'")
    [one] = listed(town, Trouble.LATE)
    assert one.hands == ("hold",)
    assert listed(town, Trouble.LATE, POLICE) == [one]
    assert listed(town, Trouble.LATE, PRIMARY) == [], "whom it is for has no hand on it, and is not told of it"


def test_dead_letters_quarantine_and_reviews_are_listed(town: Town) -> None:
    town.route([town.record(b"key", b"rubbish")])
    town.send(a_concern().about(replace(TWIN, given_names="Oona")).made())
    town.change("insert into source_standing values (%s, now(), 9, now())", POLICE)
    [dead], [source], [review] = (listed(town, one) for one in (Trouble.DEAD, Trouble.QUARANTINED, Trouble.WAITING))
    assert (dead.thing, dead.hands) == ("dead_letter", ("replay", "close"))
    assert (source.id, source.hands) == (POLICE, ("release",))
    assert "9 bad records" in source.sentence
    assert (review.thing, review.about, review.hands) == ("review", POLICE, ())
    assert listed(town, Trouble.DEAD, PRIMARY) == listed(town, Trouble.QUARANTINED, PRIMARY) == []


def test_a_batch_is_all_that_is_held_for_one_reason_of_ones_own(town: Town) -> None:
    _, delivery_id = told(town)
    town.change("update delivery set status = 'held', reason = 'no_channel'")
    with town.parts.desk() as desk:
        assert troubles.batches(desk, None) == [troubles.Batch(Thing.DELIVERY, "no_channel", 1)]
        assert troubles.batch(desk, Thing.DELIVERY, "no_channel", frozenset({POLICE})) == [delivery_id]
        assert troubles.batch(desk, Thing.DELIVERY, "no_channel", frozenset({PRIMARY})) == []
        assert troubles.belongs(desk, delivery_id, frozenset({POLICE}))
        assert not troubles.belongs(desk, delivery_id, frozenset({PRIMARY}))
        assert not troubles.belongs(desk, uuid4(), frozenset({POLICE}))


def test_no_hand_reaches_more_than_the_limit_at_once(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.send(a_concern().about(ISLA).about(FINLAY).made())
    town.change("update delivery set status = 'held', reason = 'no_channel'")
    monkeypatch.setattr(troubles, "MOST", 1)
    with town.parts.desk() as desk:
        assert len(troubles.batch(desk, Thing.DELIVERY, "no_channel", None)) == 1
        assert troubles.counts(desk, None)[Trouble.HELD] == 1
        assert len(troubles.list_troubles(desk, Trouble.HELD, None, 1)) == 1


# --- who looked -----------------------------------------------------------------------------------------------------


def looks(town: Town, *places: str, **asked: Any) -> list[Looked]:
    with town.parts.desk() as desk:
        return auditing.looks(desk, AskedLooks(**asked), frozenset(places) if places else None)


def test_every_reading_by_a_command_is_a_look(at_the_desk: Town) -> None:
    concern, task = held_back(at_the_desk)
    read(at_the_desk, task)
    [(subject_id,)] = at_the_desk.query("select subject_id from event_subject where event_id = %s", concern.event_id)
    Command("subjects").done("show", subject_id, "--open", *WHO)
    subject, text = looks(at_the_desk)
    assert (subject.what, subject.about, subject.subject_id) == ("subject", str(subject_id), subject_id)
    assert (text.what, text.about, text.event_id) == ("text", task, concern.event_id)
    assert {subject.who, text.who} == {auditing.AT_THE_HUB}
    assert looks(at_the_desk, about=task) == looks(at_the_desk, event_id=concern.event_id) == [text]
    assert looks(at_the_desk, before=(subject.at, subject.entry_id)) == [text]
    Command("concern").done("show", concern.event_id)
    assert [one.what for one in looks(at_the_desk, about=str(concern.event_id))] == ["story"]


def test_a_reading_that_a_release_before_made_is_a_look_too(town: Town) -> None:
    """It writes the ledger's entry alone, beside this release."""
    event_id, delivery_id = told(town)
    facts = f'{{"caller":"key-1","delivery_id":"{delivery_id}","event_id":"{event_id}","organisation":"{PRIMARY}"}}'
    town.change(
        "insert into ledger_entry (entry_id, at, kind, leaf, salt, facts) values (gen_random_uuid(), now(), 'read', "
        "'', '', convert_to(%s, 'UTF8'))",
        facts,
    )
    [one] = looks(town)
    assert (one.what, one.about, one.key_id, one.who) == ("delivery", str(delivery_id), "key-1", auditing.BY_KEY)


def test_a_source_sees_that_others_looked_at_its_events_and_not_who(town: Town) -> None:
    event_id, delivery_id = told(town)
    with town.parts.desk() as desk:
        person_id = a_person(desk, "Morag Sim", PRIMARY)
        desk.connection.execute(
            "insert into look (entry_id, at, person_id, organisation, what, about, event_id) "
            "values (gen_random_uuid(), now(), %s, %s, 'delivery', %s, %s)",
            (person_id, PRIMARY, str(delivery_id), event_id),
        )
    [own], [others] = looks(town, PRIMARY), looks(town, POLICE)
    assert (own.who, own.person_id) == ("Morag Sim", person_id)
    assert (others.organisation, others.who, others.person_id) == (PRIMARY, auditing.ELSEWHERE, None)
    assert looks(town, ACADEMY) == []


# --- a child's concerns ---------------------------------------------------------------------------------------------


def test_a_childs_concerns_are_found_across_events_and_looking_is_kept(town: Town) -> None:
    first, _ = told(town)
    town.now = NOW + timedelta(hours=1)
    second, _ = told(town, reference="VPD-2", raised_at=NOW + timedelta(minutes=30))
    with town.parts.desk() as desk:
        keys = town.parts.register.local_keys(PRIMARY, f"{PRIMARY}-0-{ISLA.given_names}")
        subject_id = auditing.subject_by(desk, keys)
        assert [one.subject_id for one in auditing.children_of(desk, first, None)] == [subject_id]
        assert auditing.children_of(desk, first, frozenset({PRIMARY})) == []
        person_id = a_person(desk, "A. Uditor", "hub")
        by = act(Principal(person_id, "A. Uditor", "hub", How.PASSKEY), "a request for access", NOW)
        found = auditing.events_of(desk, subject_id, None, by)
        assert auditing.events_of(desk, subject_id, frozenset({PRIMARY}), by) == [], "nothing has arrived there"
        exported = auditing.export(desk, "child", found, EventOf, by)
        of_source = auditing.events_of(desk, subject_id, frozenset({POLICE}), by)
        desk.connection.execute("update delivery set status = 'accepted', settled_at = hub.now()")
        of_recipient = auditing.events_of(desk, subject_id, frozenset({PRIMARY}), by)
    assert [one.event_id for one in found] == [second, first]
    assert {(one.source, one.told, one.not_told) for one in found} == {(POLICE, 1, 0)}
    assert of_source == found
    kept_back = ("subject", "outcome", "revision", "told", "not_told", "asked", "looks")
    assert [one.event_id for one in of_recipient] == [second, first]
    assert {getattr(one, name) for one in of_recipient for name in kept_back} == {None}
    rows = list(csv.DictReader(io.StringIO(exported.decode())))
    assert [row["event_id"] for row in rows] == [str(second), str(first)]
    assert sorted((one.what, one.who) for one in looks(town)) == [
        *[("child", "A. Uditor")] * 4,
        ("export", "A. Uditor"),
    ]
    assert town.query("select count(*) from ledger_entry where kind = 'exported'") == [(1,)]


def test_a_child_that_no_record_bears_is_refused(town: Town) -> None:
    with town.parts.desk() as desk, pytest.raises(UserError, match="No record of this organisation"):
        auditing.subject_by(desk, town.parts.register.local_keys(PRIMARY, "nobody"))


def test_no_cell_of_an_export_is_a_formula() -> None:
    body = auditing.as_csv(["a"], [{"a": "=1+1"}, {"a": "@x"}, {"a": None}, {"a": "plain"}])
    assert body.decode().split("\r\n") == ["a", "'=1+1", "'@x", '""', "plain", ""]
