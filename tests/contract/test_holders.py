"""Holders of the rules' files become persons with posts, once; on real PostgreSQL."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub.facts.act import How
from hub.facts.clock import local_day
from hub.facts.errors import UserError
from hub.facts.offices import Duty
from hub.facts.terms import OrganisationKind, Role
from hub.people.accounts import persons, posts
from hub.people.accounts.holders import Imported, import_holders
from hub.people.accounts.persons import Person
from hub.people.accounts.posts import held_on
from hub.people.desk import Desk
from hub.sharing.writing.organisations import Holder, Jurisdiction, Organisation
from tests.accounts import MONDAY, PRIMARY, a_person, by, holding

TODAY = local_day(MONDAY)
SIGNED = by("A. Officer", why="the files as signed")
FIONA, MARGARET = (
    Holder(name="Fiona Lockhart", contact="01632 960152"),
    Holder(name="Margaret Sim", contact="m@a.example"),
)
BOTH = {
    Role.DESIGNATED_SAFEGUARDING_LEAD: (FIONA,),
    Role.NAMED_PERSON: (Holder(name="fiona  LOCKHART", contact="01632 960154"),),
    Role.HEAD_TEACHER: (MARGARET,),
}


@pytest.fixture(autouse=True)
def coordinator(desk: Desk) -> None:
    holding(desk, a_person(desk, "Una Coordinator", "hub"), Duty.COORDINATOR, "hub")


def imported(desk: Desk, holders: dict[Role, tuple[Holder, ...]]) -> Imported:
    school = Organisation(
        id=PRIMARY,
        name="Glenmore Primary",
        kinds=frozenset({OrganisationKind.SCHOOL}),
        jurisdiction=Jurisdiction.SCOTLAND,
        holders=holders,
    )
    return import_holders(desk, {PRIMARY: school}, SIGNED)


def known(desk: Desk) -> list[Person]:
    return sorted(persons.persons_of(desk, PRIMARY, 10), key=lambda one: one.named.name)


def counts(told: Imported) -> tuple[int, int, int, int]:
    return len(told.added), len(told.unchanged), len(told.ended), len(told.left_out)


def test_each_holder_is_one_person_with_a_post_for_each_role(desk: Desk) -> None:
    assert counts(imported(desk, BOTH)) == (3, 0, 0, 0)
    fiona, margaret = known(desk)
    assert (fiona.named.name, fiona.named.telephone) == ("Fiona Lockhart", "01632 960152")
    assert (margaret.named.telephone, margaret.named.email) == ("", "m@a.example")
    assert {post.office for post in held_on(desk, fiona.person_id, TODAY, How.PASSKEY).posts} == {
        Role.DESIGNATED_SAFEGUARDING_LEAD,
        Role.NAMED_PERSON,
    }


def test_said_again_nothing_changes(desk: Desk) -> None:
    imported(desk, BOTH)
    assert counts(imported(desk, BOTH)) == (0, 3, 0, 0)
    assert len(persons.persons_of(desk, PRIMARY, 10)) == 2


def test_whom_the_files_name_no_more_holds_the_post_no_more(desk: Desk) -> None:
    imported(desk, BOTH)
    told = imported(desk, {Role.DESIGNATED_SAFEGUARDING_LEAD: (FIONA,), Role.HEAD_TEACHER: ()})
    assert counts(told) == (0, 1, 2, 0)
    assert {line.office for line in told.ended} == {"named_person", "head_teacher"}


def test_what_people_granted_is_left_alone(desk: Desk) -> None:
    margaret = a_person(desk, "Margaret Sim")
    holding(desk, margaret, Role.HEAD_TEACHER)
    holding(desk, margaret, Duty.IG_OFFICER)
    assert counts(imported(desk, BOTH)) == (2, 1, 0, 0)
    assert counts(imported(desk, {})) == (0, 0, 2, 0)
    assert len(held_on(desk, margaret, TODAY, How.PASSKEY).posts) == 2


def test_whoever_was_ended_is_not_made_again(desk: Desk) -> None:
    imported(desk, BOTH)
    _, margaret = known(desk)
    persons.end_person(desk, margaret.person_id, by("A. Officer", MONDAY + timedelta(minutes=1)))
    assert counts(imported(desk, BOTH)) == (0, 2, 0, 1)


def test_nobody_is_imported_before_there_is_a_coordinator(desk: Desk) -> None:
    desk.connection.execute("delete from post")
    with pytest.raises(UserError, match="first coordinator"):
        imported(desk, BOTH)
    assert not posts.knows_people(desk, TODAY)


def test_a_holders_post_is_not_given_to_somebody_of_their_name_whom_no_file_made(desk: Desk) -> None:
    namesake = a_person(desk, "Fiona Lockhart")
    told = imported(desk, BOTH)
    assert counts(told) == (1, 0, 0, 2)
    assert {line.person_id for line in told.left_out} == {namesake}
    assert not held_on(desk, namesake, TODAY, How.PASSKEY)


def test_where_two_bear_a_holders_name_neither_is_given_anything_and_what_was_given_stays(desk: Desk) -> None:
    imported(desk, {Role.HEAD_TEACHER: (MARGARET,)})
    [margaret] = known(desk)
    a_person(desk, "margaret sim")
    told = imported(desk, {Role.HEAD_TEACHER: (MARGARET,), Role.NAMED_PERSON: (MARGARET,)})
    assert counts(told) == (0, 1, 0, 1)
    assert [one.office for one in held_on(desk, margaret.person_id, TODAY, How.PASSKEY).posts] == [Role.HEAD_TEACHER]


def test_a_post_that_people_ended_is_not_given_again_by_a_file(desk: Desk) -> None:
    imported(desk, {Role.HEAD_TEACHER: (MARGARET,)})
    [margaret] = known(desk)
    [post] = held_on(desk, margaret.person_id, TODAY, How.PASSKEY).posts
    posts.end(desk, post.post_id, by("A. Officer"))
    assert counts(imported(desk, {Role.HEAD_TEACHER: (MARGARET,)})) == (0, 0, 0, 1)


def test_a_post_that_a_file_named_no_more_is_given_again_once_it_does(desk: Desk) -> None:
    imported(desk, {Role.HEAD_TEACHER: (MARGARET,)})
    assert counts(imported(desk, {})) == (0, 0, 1, 0)
    assert counts(imported(desk, {Role.HEAD_TEACHER: (MARGARET,)})) == (1, 0, 0, 0)
