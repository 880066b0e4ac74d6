"""A child who is not yet born, through the whole way: looked up by nobody, told of by its own rules, never silent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from hub.facts.model import Concern, Identity
from hub.facts.terms import Cause, EventKind, Flag
from hub.matching.register.register import Register
from hub.routing.anew_requests import ask_anew
from tests.builders import ISLA, ConcernBuilder, a_concern
from tests.town import PRIMARY, Town

UNBORN = frozenset({Flag.UNBORN})
TOLD = {"due_date": "2026-06", "mother": "Una Tarrant", "mother_postcode": "ZG1 2CD"}
FRONT_DOOR, MIDWIVES = "la.glenmore", "nhs.caledon-community"


def of_unborn(**changes: Any) -> ConcernBuilder:
    return a_concern(**changes).about(Identity(), flags=UNBORN).saying("child.unborn", TOLD, "1")


def beside_isla() -> Concern:
    both = a_concern().about(ISLA).about(Identity(), flags=UNBORN)
    return both.saying("child.unborn", TOLD, "2").saying("child.voice", "I hid.", "1").made()


def shares(town: Town, concern: Concern) -> dict[tuple[str, str], str]:
    """(child, recipient) -> rule of each who is told."""
    return {
        (one["subject"], one["recipient"]): one["rule"]
        for one in town.story(concern)["decisions"]
        if one["outcome"] == "share"
    }


def test_its_own_rules_tell_of_it_and_its_sibling_s_school_hears_of_the_sibling_alone(town: Town) -> None:
    concern = beside_isla()
    town.send(concern)
    assert shares(town, concern) == {
        ("1", PRIMARY): "da-school",
        ("2", FRONT_DOOR): "unborn-child",
        ("2", MIDWIVES): "unborn-child",
    }
    assert town.read(concern, MIDWIVES)["items"]["child.unborn"] == TOLD | dict.fromkeys(
        ("mother_date_of_birth", "mother_nhs_number", "mother_address", "mother_telephone")
    )
    assert "child.unborn" not in town.read(concern, PRIMARY)["items"]
    subjects = {one["key"]: one["outcome"] for one in town.story(concern)["subjects"]}
    assert subjects == {"1": "matched", "2": "not_found"}
    assert town.story(concern)["reviews"] == []


def test_it_is_looked_up_by_nobody(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Identity] = []
    match = Register.match

    def noted(self: Register, connection: Any, queries: Sequence[Identity]) -> Any:
        asked.extend(queries)
        return match(self, connection, queries)

    monkeypatch.setattr(Register, "match", noted)
    town.send(beside_isla())
    assert asked == [ISLA]


def test_where_no_agreement_reaches_the_source_s_own_desk_is_told(town: Town) -> None:
    concern = of_unborn(home_district=None).made()
    town.send(concern)
    assert shares(town, concern) == {}
    [review] = town.story(concern)["reviews"]
    assert (review["cause"], review["owner"]) == ("sharing", "police.caledon")
    assert "duty officer of police.caledon" in " ".join(review["why"])


def taken_back(town: Town, purpose: str) -> set[tuple[str, str]]:
    return set(town.query("select subject, recipient from delivery where purpose = %s", purpose))


def test_a_retraction_calls_back_whoever_was_told_of_it(town: Town) -> None:
    town.send(beside_isla())
    town.change("update delivery set status = 'accepted', channel = 'webhook', reason = null")
    town.send(a_concern(kind=EventKind.RETRACTED, sequence=2).made())
    assert taken_back(town, "recall") == {("1", PRIMARY), ("2", FRONT_DOOR), ("2", MIDWIVES)}


def test_an_update_without_it_tells_once_whoever_was_told_of_it(town: Town) -> None:
    town.send(beside_isla())
    town.change("update delivery set status = 'accepted', channel = 'webhook', reason = null")
    for sequence in (2, 3):
        town.send(a_concern(kind=EventKind.UPDATED, sequence=sequence).about(ISLA).made())
    assert taken_back(town, "correct") == {("2", FRONT_DOOR), ("2", MIDWIVES)}
    assert town.query("select count(*) from delivery where purpose = 'correct'") == [(2,)]


def test_an_update_that_still_tells_of_it_takes_nothing_back(town: Town) -> None:
    town.send(beside_isla())
    town.change("update delivery set status = 'accepted', channel = 'webhook', reason = null")
    town.send(of_unborn(kind=EventKind.UPDATED, sequence=2).made())
    assert taken_back(town, "correct") == {("1", PRIMARY)}


def test_a_child_who_is_said_to_be_unborn_and_has_a_name_is_a_record_that_cannot_be_used(town: Town) -> None:
    town.send(a_concern().about(ISLA, flags=UNBORN).made())
    assert town.dead() == ["invalid_fact"]


def test_decided_anew_it_stays_what_it_is(town: Town) -> None:
    concern = beside_isla()
    town.send(concern)
    with town.parts.connect() as connection, connection.transaction():
        ask_anew(connection, Cause.OPERATOR, [(concern.event_id, "2")])
    assert town.decide_anew() == 1
    assert {one["key"]: one["outcome"] for one in town.story(concern)["subjects"]}["2"] == "not_found"
    assert set(shares(town, concern)) == {("1", PRIMARY), ("2", FRONT_DOOR), ("2", MIDWIVES)}


def test_a_child_of_whom_only_the_looks_are_known_is_nobody_on_the_register_and_goes_to_the_front_door(
    town: Town,
) -> None:
    concern = a_concern().about(Identity()).saying("child.estimated_age", {"youngest": 7, "oldest": 9}).made()
    town.send(concern)
    assert shares(town, concern) == {("1", FRONT_DOOR): "duty-desk"}
    assert {one["outcome"] for one in town.story(concern)["subjects"]} == {"not_found"}
