"""Whose questions a reviewer sees, and how near each deadline is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from hub.facts.offices import Duty, Office
from hub.facts.terms import Role
from hub.people.accounts.posts import Post
from hub.people.reviewing.queue import When, owners_of, owns, when

SATURDAY = datetime(2026, 3, 7, 23, 12, tzinfo=UTC)


def a_post(organisation: str, office: Office = Duty.REVIEWER) -> Post:
    return Post(UUID(int=1), organisation, office, date(2026, 1, 1))


def test_a_reviewer_sees_the_questions_of_their_organisation() -> None:
    owners = owners_of([a_post("police.caledon"), a_post("nhs.caledon", Duty.OPERATOR)])
    assert owners == {"police.caledon"}
    assert owns(owners, "police.caledon")
    assert not owns(owners, "nhs.caledon")
    assert not owns(owners, "hub")


def test_a_reviewer_of_the_hub_sees_every_desk() -> None:
    owners = owners_of([a_post("police.caledon"), a_post("hub")])
    assert owns(owners, "nhs.caledon")


@pytest.mark.parametrize("office", [Role.DESIGNATED_SAFEGUARDING_LEAD, Duty.AUDITOR, Duty.OPERATOR])
def test_whoever_reviews_nothing_sees_no_question(office: Office) -> None:
    assert not owns(owners_of([a_post("hub", office)]), "hub")


@pytest.mark.parametrize(
    ("due_by", "near"),
    [
        (SATURDAY, When.OVERDUE),
        (datetime(2026, 3, 7, 23, 59, tzinfo=UTC), When.TODAY),
        (datetime(2026, 3, 8, 0, 0, tzinfo=UTC), When.TOMORROW),
        (datetime(2026, 3, 9, 0, 0, tzinfo=UTC), When.LATER),
    ],
    ids=["this moment", "before midnight", "Sunday", "Monday is another week"],
)
def test_how_near_a_deadline_is_on_a_saturday_night(due_by: datetime, near: When) -> None:
    assert when(due_by, SATURDAY) is near


def test_days_are_those_of_london() -> None:
    summer = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)  # a Wednesday, 23:30 in London
    assert when(datetime(2026, 7, 1, 23, 15, tzinfo=UTC), summer) is When.TOMORROW
    assert when(datetime(2026, 7, 5, 22, 0, tzinfo=UTC), summer) is When.THIS_WEEK
