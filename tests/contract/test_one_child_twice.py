"""Two children of one notice who are taken for one registered child: a person is asked, and nobody hears till then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

import pytest

from hub.facts.act import act, typed
from hub.facts.model import Concern, Identity
from hub.facts.terms import Answer
from hub.routing.distinct import ONE_CHILD
from tests.builders import FINLAY, a_concern
from tests.town import ACADEMY, OTHER_TWIN, PRIMARY, TWIN, Town

COPIED = replace(TWIN, sex="male")
"""Another child's account, written on a copy of Orla's line."""
NEITHER = replace(OTHER_TWIN, given_names="Orla")
"""Oona's number under Orla's name: a person is asked which twin it is."""
BOTH_ASKED = [("1", "match", [ONE_CHILD]), ("2", "match", [ONE_CHILD])]
FRONT_DOOR = "la.glenmore"


def notice(*children: Identity) -> Concern:
    made = a_concern()
    for child in children:
        made.about(child)
    return made.saying("concern.summary", "He stood between the adults.").made()


def asked(town: Town, concern: Concern) -> list[tuple[str, str, Sequence[str]]]:
    return town.query(
        "select subject, cause, why from review_task where event_id = %s and status = 'open' order by subject",
        concern.event_id,
    )


def told(town: Town, concern: Concern, *statuses: str) -> list[tuple[str, str]]:
    return town.query(
        "select subject, recipient from delivery where event_id = %s and status = any(%s) order by 1, 2",
        concern.event_id,
        list(statuses or ("pending", "accepted")),
    )


def orla(town: Town) -> UUID:
    with town.parts.connect() as connection:
        (match,) = town.parts.register.match(connection, [TWIN])
    return match.outcome.subject_id


def say(town: Town, concern: Concern, subject: str, answer: Answer, *children: UUID) -> None:
    """A reviewer answers the open question about one child, and the event is decided anew."""
    [(task_id,)] = town.query(
        "select task_id from review_task where event_id = %s and subject = %s and status = 'open'",
        concern.event_id,
        subject,
    )
    with town.parts.desk() as desk:
        said = act(typed("R. Viewer"), "the force was asked", town.now)
        town.parts.reviewing(desk).answer(task_id, answer, children, said)
    town.decide_anew()


def test_a_copied_identity_sends_neither_account(town: Town) -> None:
    concern = notice(TWIN, COPIED, FINLAY)
    town.send(concern)
    assert asked(town, concern) == BOTH_ASKED
    assert told(town, concern) == [("3", ACADEMY)]


def test_two_notices_of_one_batch_about_one_child_are_no_contradiction(town: Town) -> None:
    first, second = notice(TWIN), a_concern(reference="VPD-2026-000124").about(TWIN).made()
    town.send(first, second)
    assert told(town, first) == told(town, second) == [("1", PRIMARY)]


def test_a_child_whom_a_reviewer_names_and_who_is_a_sister_already_is_asked_about_with_her(town: Town) -> None:
    concern = notice(TWIN, NEITHER)
    town.send(concern)
    assert told(town, concern) == [("1", PRIMARY)]
    say(town, concern, "2", Answer.MATCH, orla(town))
    assert asked(town, concern) == BOTH_ASKED
    assert told(town, concern) == []


def test_what_reached_the_school_is_not_called_back_before_a_person_said_whose_it_is(town: Town) -> None:
    concern = notice(TWIN, NEITHER)
    town.send(concern)
    town.change("update delivery set status = 'accepted', attempts = 1 where status = 'pending'")
    say(town, concern, "2", Answer.MATCH, orla(town))
    assert asked(town, concern) == BOTH_ASKED
    assert told(town, concern) == [("1", PRIMARY)]


@pytest.mark.parametrize("order", [("1", "2"), ("2", "1")])
def test_a_person_who_says_of_both_that_they_are_one_child_is_not_asked_for_ever(
    town: Town, order: tuple[str, str]
) -> None:
    concern = notice(TWIN, COPIED)
    town.send(concern)
    for subject in order:
        say(town, concern, subject, Answer.MATCH, orla(town))
    assert asked(town, concern) == []
    assert told(town, concern) == [("1", PRIMARY), ("2", PRIMARY)]


def test_a_person_who_says_that_one_is_another_child_has_each_told_of_alone(town: Town) -> None:
    concern = notice(TWIN, COPIED)
    town.send(concern)
    say(town, concern, "2", Answer.NOT_ON_REGISTER)
    say(town, concern, "1", Answer.MATCH, orla(town))
    assert asked(town, concern) == []
    assert told(town, concern) == [("1", PRIMARY), ("2", FRONT_DOOR)]
