"""For which organisations somebody's posts let them do a thing: their own, or every one from the hub itself."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from hub.facts.offices import Duty, Office
from hub.facts.terms import Role
from hub.people.accounts.permissions import Doing, reach
from hub.people.accounts.posts import Post


def post(organisation: str, office: Office) -> Post:
    return Post(uuid4(), organisation, office, date(2026, 1, 1))


def test_posts_of_two_organisations_reach_both_and_no_other():
    held = [post("a.one", Duty.OPERATOR), post("a.two", Duty.OPERATOR), post("a.three", Duty.AUDITOR)]
    assert reach(held, Doing.OPERATE) == {"a.one", "a.two"}


@pytest.mark.parametrize("doing", [Doing.OPERATE, Doing.AUDIT])
def test_a_post_at_the_hub_reaches_every_organisation(doing: Doing):
    duty = Duty.OPERATOR if doing is Doing.OPERATE else Duty.AUDITOR
    assert reach([post("hub", duty), post("a.one", duty)], doing) is None


def test_what_the_hub_does_for_nobody_it_does_for_itself_alone():
    assert reach([post("hub", Duty.IG_OFFICER)], Doing.TRY_RULES) == {"hub"}


def test_a_role_reaches_nothing_that_a_duty_does():
    assert reach([post("hub", Role.HEAD_TEACHER)], Doing.OPERATE) == frozenset()
