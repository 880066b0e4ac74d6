"""Who is away, who covers, whose training ran out: on which days somebody reads for a post; on real PostgreSQL."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from hub.facts.act import How
from hub.facts.clock import local_day
from hub.facts.errors import UserError
from hub.facts.offices import Duty
from hub.facts.terms import Role
from hub.people.accounts import leave, posts
from hub.people.accounts.posts import held_on
from hub.people.desk import Desk
from tests.accounts import MONDAY, PRIMARY, a_person, by, by_person, holding

TODAY = local_day(MONDAY)
TOMORROW, NEXT_MONDAY = TODAY + timedelta(days=1), TODAY + timedelta(days=7)
HEAD = Role.HEAD_TEACHER
COORDINATOR = by("A. Grantor")


@pytest.fixture
def morag(desk: Desk) -> UUID:
    return a_person(desk)


@pytest.fixture
def post(desk: Desk, morag: UUID) -> UUID:
    return holding(desk, morag, HEAD)


def reads(desk: Desk, person_id: UUID, day: date) -> bool:
    return any(one.office is HEAD for one in held_on(desk, person_id, day, How.PASSKEY).posts)


def test_who_is_away_reads_again_on_the_first_day_back(desk: Desk, morag: UUID, post: UUID) -> None:
    leave.leave(desk, post, TOMORROW, NEXT_MONDAY, COORDINATOR)
    days = (TODAY, TOMORROW, NEXT_MONDAY - timedelta(days=1), NEXT_MONDAY)
    assert [reads(desk, morag, day) for day in days] == [True, False, False, True]
    assert held_on(desk, morag, TOMORROW, How.PASSKEY), "who is away may still sign in"


def test_who_covers_reads_for_these_days_alone(desk: Desk, post: UUID) -> None:
    ewan = a_person(desk, "Ewan Grant")
    leave.cover(desk, post, ewan, TOMORROW, NEXT_MONDAY, COORDINATOR)
    assert [reads(desk, ewan, day) for day in (TODAY, TOMORROW, NEXT_MONDAY)] == [False, True, False]


def test_who_is_back_early_reads_and_whoever_covered_no_more(desk: Desk, morag: UUID, post: UUID) -> None:
    ewan = a_person(desk, "Ewan Grant")
    leave.leave(desk, post, TODAY - timedelta(days=3), NEXT_MONDAY, COORDINATOR)
    leave.cover(desk, post, ewan, TODAY - timedelta(days=3), NEXT_MONDAY, COORDINATOR)
    assert (reads(desk, morag, TODAY), reads(desk, ewan, TODAY)) == (False, True)
    assert leave.back(desk, post, COORDINATOR)
    assert (reads(desk, morag, TODAY), reads(desk, ewan, TODAY)) == (True, False)
    assert not leave.back(desk, post, COORDINATOR)


@pytest.mark.parametrize("until", [TODAY, TODAY - timedelta(days=1), TODAY + timedelta(days=401)])
def test_a_leave_has_days_and_an_end(desk: Desk, post: UUID, until: date) -> None:
    with pytest.raises(UserError, match="at most 400 days"):
        leave.leave(desk, post, TODAY, until, COORDINATOR)


def test_nobody_is_on_leave_from_what_they_do_not_hold(desk: Desk, post: UUID) -> None:
    posts.end(desk, post, COORDINATOR)
    for none in (post, uuid4()):
        with pytest.raises(UserError, match="No such post is held"):
            leave.leave(desk, none, TODAY, NEXT_MONDAY, COORDINATOR)
        with pytest.raises(UserError, match="No such post is held"):
            leave.train(desk, none, NEXT_MONDAY, COORDINATOR)
    with pytest.raises(UserError, match="No such post is held"):
        leave.cover(desk, uuid4(), a_person(desk, "Ewan Grant"), TODAY, NEXT_MONDAY, COORDINATOR)


def test_nobody_covers_themselves_or_a_cover_or_for_ever(desk: Desk, morag: UUID, post: UUID) -> None:
    ewan, olga = a_person(desk, "Ewan Grant"), a_person(desk, "Olga Other")
    with pytest.raises(UserError, match="another person"):
        leave.cover(desk, post, morag, TODAY, NEXT_MONDAY, COORDINATOR)
    with pytest.raises(UserError, match="on which day the cover ends"):
        posts.grant(desk, ewan, PRIMARY, HEAD, TODAY, None, None, post, COORDINATOR)
    with pytest.raises(UserError, match="same office"):
        posts.grant(desk, ewan, PRIMARY, Role.CHAIR_OF_GOVERNORS, TODAY, NEXT_MONDAY, None, post, COORDINATOR)
    covering = leave.cover(desk, post, ewan, TODAY, NEXT_MONDAY, COORDINATOR)
    with pytest.raises(UserError, match="for somebody else"):
        leave.cover(desk, covering, olga, TODAY, NEXT_MONDAY, COORDINATOR)


def test_a_reviewer_is_covered_by_two_peoples_word(desk: Desk, morag: UUID) -> None:
    reviewing, ewan = holding(desk, morag, Duty.REVIEWER), a_person(desk, "Ewan Grant")
    leave.cover(desk, reviewing, ewan, TODAY, NEXT_MONDAY, COORDINATOR)
    assert not held_on(desk, ewan, TODAY, How.PASSKEY).posts


# --- training --------------------------------------------------------------------------------------------------------


def test_training_that_was_renewed_counts(desk: Desk, morag: UUID) -> None:
    post = holding(desk, morag, HEAD, trained_until=TODAY - timedelta(days=1))
    assert not reads(desk, morag, TODAY)
    leave.train(desk, post, TODAY + timedelta(days=700), COORDINATOR)
    assert reads(desk, morag, TODAY)


def test_nobody_renews_their_own_training(desk: Desk, morag: UUID) -> None:
    post = holding(desk, morag, HEAD, trained_until=TODAY - timedelta(days=1))
    with pytest.raises(UserError, match="of themselves"):
        leave.train(desk, post, NEXT_MONDAY, by_person(desk, morag))
    assert not reads(desk, morag, TODAY)


def test_a_post_that_nobody_in_training_holds_is_named(desk: Desk, morag: UUID) -> None:
    lapsed = holding(desk, morag, HEAD, trained_until=TODAY)
    holding(desk, morag, Role.CHAIR_OF_GOVERNORS)
    assert leave.untrained(desk, TODAY) == []
    assert leave.untrained(desk, TOMORROW) == [leave.Untrained(PRIMARY, "head_teacher")]
    ewan = a_person(desk, "Ewan Grant")
    other = holding(desk, ewan, HEAD)
    assert leave.untrained(desk, TOMORROW) == []
    leave.leave(desk, other, TOMORROW, NEXT_MONDAY, COORDINATOR)
    assert leave.untrained(desk, TOMORROW) == [leave.Untrained(PRIMARY, "head_teacher")]
    posts.end(desk, lapsed, COORDINATOR)
    posts.end(desk, other, COORDINATOR)
    assert leave.untrained(desk, TOMORROW) == [], "a post that nobody holds is vacant, which the rules say"
