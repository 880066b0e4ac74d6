"""Posts: two people grant what is much, nobody grants anything to themselves; on real PostgreSQL."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from hub.facts.act import How
from hub.facts.clock import local_day
from hub.facts.errors import UserError
from hub.facts.offices import Duty, Office
from hub.facts.terms import Role
from hub.people.accounts import leave, persons, posts
from hub.people.accounts.posts import held_on
from hub.people.desk import Desk
from tests.accounts import MONDAY, PRIMARY, a_person, by, by_person, holding

TODAY = local_day(MONDAY)


@pytest.fixture
def coordinator(desk: Desk) -> UUID:
    person_id = a_person(desk, "Una Coordinator")
    holding(desk, person_id, Duty.COORDINATOR)
    return person_id


def granted(desk: Desk, person_id: UUID, office: Office, by_whom: UUID) -> UUID:
    return posts.grant(desk, person_id, PRIMARY, office, TODAY, None, None, None, by_person(desk, by_whom))


def offices(desk: Desk, person_id: UUID) -> list[Office]:
    return [post.office for post in held_on(desk, person_id, TODAY, How.PASSKEY).posts]


def actions(desk: Desk, post_id: UUID) -> list[str]:
    return [
        row[0]
        for row in desk.connection.execute(
            "select convert_from(facts, 'UTF8')::jsonb ->> 'action' from ledger_entry "
            "where kind = 'post' and convert_from(facts, 'UTF8')::jsonb ->> 'post_id' = %s order by at, 1",
            (str(post_id),),
        )
    ]


def test_a_coordinator_grants_a_post_that_is_held_at_once(desk: Desk, coordinator: UUID) -> None:
    morag = a_person(desk)
    post_id = granted(desk, morag, Role.HEAD_TEACHER, coordinator)
    assert offices(desk, morag) == [Role.HEAD_TEACHER]
    assert actions(desk, post_id) == ["granted"]


@pytest.mark.parametrize("office", [Duty.REVIEWER, Duty.SIGNATORY, Duty.COORDINATOR])
def test_what_two_people_grant_is_held_once_a_second_said_so(desk: Desk, coordinator: UUID, office: Duty) -> None:
    morag, other = a_person(desk), a_person(desk, "Olga Other")
    post_id = granted(desk, morag, office, coordinator)
    assert offices(desk, morag) == []
    posts.second(desk, post_id, by_person(desk, other))
    assert offices(desk, morag) == [office]
    assert actions(desk, post_id) == ["granted", "seconded"]


@pytest.mark.parametrize("office", [Duty.IG_OFFICER, Duty.OPERATOR, Duty.AUDITOR, *Role])
def test_every_other_office_is_granted_by_one(desk: Desk, coordinator: UUID, office: Office) -> None:
    morag = a_person(desk)
    granted(desk, morag, office, coordinator)
    assert offices(desk, morag) == [office]


def test_neither_the_grantor_nor_the_holder_is_the_second_person(desk: Desk, coordinator: UUID) -> None:
    morag = a_person(desk)
    post_id = granted(desk, morag, Duty.REVIEWER, coordinator)
    for one in (coordinator, morag):
        with pytest.raises(UserError, match="neither who granted the post nor who is to hold it"):
            posts.second(desk, post_id, by_person(desk, one))
    assert offices(desk, morag) == []


def test_a_typed_name_of_the_grantors_is_no_second_person(desk: Desk) -> None:
    morag = a_person(desk)
    post_id = posts.grant(desk, morag, "hub", Duty.COORDINATOR, TODAY, None, None, None, by("R. Root"))
    for name in ("r.  ROOT", "morag sim"):
        with pytest.raises(UserError, match="neither who granted"):
            posts.second(desk, post_id, by(name))
    posts.second(desk, post_id, by("S. Second"))
    assert offices(desk, morag) == [Duty.COORDINATOR]


def test_the_glass_is_not_broken_for_a_second_persons_word(desk: Desk, coordinator: UUID) -> None:
    post_id = granted(desk, a_person(desk), Duty.REVIEWER, coordinator)
    with pytest.raises(UserError, match="breaking the glass"):
        posts.second(desk, post_id, by_person(desk, a_person(desk, "Olga Other"), how=How.BREAK_GLASS))


def test_a_post_is_seconded_once(desk: Desk, coordinator: UUID) -> None:
    post_id = granted(desk, a_person(desk), Duty.REVIEWER, coordinator)
    other = by_person(desk, a_person(desk, "Olga Other"))
    posts.second(desk, post_id, other)
    for unknown in (post_id, uuid4()):
        with pytest.raises(UserError, match="No such post waits"):
            posts.second(desk, unknown, other)


@pytest.mark.parametrize("office", [Duty.OPERATOR, Role.HEAD_TEACHER, Duty.REVIEWER])
def test_nobody_grants_themselves_anything(desk: Desk, coordinator: UUID, office: Office) -> None:
    with pytest.raises(UserError, match="to themselves"):
        granted(desk, coordinator, office, coordinator)


def test_the_first_post_of_a_hub_is_a_coordinators(desk: Desk) -> None:
    morag = a_person(desk)
    with pytest.raises(UserError, match="first coordinator"):
        posts.grant(desk, morag, PRIMARY, Role.HEAD_TEACHER, TODAY, None, None, None, by("R. Root"))
    assert not posts.knows_people(desk, TODAY)
    post_id = posts.grant(desk, morag, "hub", Duty.COORDINATOR, TODAY, None, None, None, by("R. Root"))
    assert not posts.knows_people(desk, TODAY), "it waits for a second person"
    posts.second(desk, post_id, by("S. Second"))
    assert posts.knows_people(desk, TODAY)


def test_nobody_is_granted_what_they_hold(desk: Desk, coordinator: UUID) -> None:
    morag = a_person(desk)
    first = granted(desk, morag, Role.HEAD_TEACHER, coordinator)
    with pytest.raises(UserError, match="hold that post already"):
        granted(desk, morag, Role.HEAD_TEACHER, coordinator)
    assert posts.end(desk, first, by_person(desk, coordinator))
    granted(desk, morag, Role.HEAD_TEACHER, coordinator)


def test_whoever_ended_is_granted_nothing(desk: Desk, coordinator: UUID) -> None:
    morag = a_person(desk)
    persons.end_person(desk, morag, by_person(desk, coordinator))
    with pytest.raises(UserError, match="have ended"):
        granted(desk, morag, Role.HEAD_TEACHER, coordinator)


def test_a_post_of_no_day_is_none(desk: Desk, coordinator: UUID) -> None:
    with pytest.raises(UserError, match="later --until"):
        posts.grant(
            desk, a_person(desk), PRIMARY, Role.HEAD_TEACHER, TODAY, TODAY, None, None, by_person(desk, coordinator)
        )


def test_a_post_ends_once(desk: Desk, coordinator: UUID) -> None:
    post_id = granted(desk, a_person(desk), Role.HEAD_TEACHER, coordinator)
    act = by_person(desk, coordinator)
    assert (posts.end(desk, post_id, act), posts.end(desk, post_id, act)) == (True, False)


def test_with_a_person_their_posts_end(desk: Desk, coordinator: UUID) -> None:
    morag = a_person(desk)
    granted(desk, morag, Role.HEAD_TEACHER, coordinator)
    act = by_person(desk, coordinator)
    assert (persons.end_person(desk, morag, act), persons.end_person(desk, morag, act)) == (True, False)
    assert offices(desk, morag) == []


def test_one_person_holds_at_most_fifty_posts(desk: Desk, coordinator: UUID) -> None:
    morag = a_person(desk)
    for n in range(50):
        holding(desk, morag, Role.FRONT_DOOR, f"la.number-{n}")
    with pytest.raises(UserError, match="at most 50"):
        granted(desk, morag, Role.HEAD_TEACHER, coordinator)


def test_names_lie_sealed_and_open_for_whoever_asks_by_id(desk: Desk) -> None:
    morag, ewan = a_person(desk), a_person(desk, "Ewan Grant")
    assert persons.names_of(desk, [morag, ewan, uuid4()]) == {morag: "Morag Sim", ewan: "Ewan Grant"}
    rows = "".join(row[0] for row in desk.connection.execute("select person::text from person"))
    rows += "".join(row[0] for row in desk.connection.execute("select convert_from(facts, 'UTF8') from ledger_entry"))
    assert "Morag" not in rows
    assert "900123" not in rows


@pytest.mark.parametrize("name", ["", "  ", "M" * 201, "Morag\nSim", "Morag \u202emiS"])
def test_a_name_that_cannot_be_read_is_none(desk: Desk, name: str) -> None:
    with pytest.raises(UserError, match="person's name"):
        a_person(desk, name)


def test_a_person_is_shown_as_they_are_called_now(desk: Desk) -> None:
    morag = a_person(desk)
    persons.rename(desk, morag, persons.Named("Morag Sim-Grant", "07700 900124"), by("A. Grantor"))
    persons.speak(desk, morag, "cy")
    found = persons.find_person(desk, morag)
    assert found is not None
    assert (found.named.name, found.named.telephone, found.language) == ("Morag Sim-Grant", "07700 900124", "cy")
    with pytest.raises(UserError, match="languages"):
        persons.speak(desk, morag, "xx")


def test_persons_of_an_organisation_are_listed_without_those_who_ended(desk: Desk) -> None:
    morag, ewan = a_person(desk), a_person(desk, "Ewan Grant", "la.glenmore")
    gone = a_person(desk, "Gone Away")
    persons.end_person(desk, gone, by("A. Grantor", MONDAY + timedelta(days=1)))
    assert [one.person_id for one in persons.persons_of(desk, PRIMARY, 50)] == [morag]
    assert {one.person_id for one in persons.persons_of(desk, None, 50)} == {morag, ewan}


def test_days_of_a_post_are_kept(desk: Desk) -> None:
    morag = a_person(desk)
    holding(desk, morag, Role.HEAD_TEACHER, until=date(2026, 4, 1), trained_until=date(2027, 1, 1))
    [post] = held_on(desk, morag, TODAY, How.PASSKEY).posts
    assert (post.since, post.until, post.trained_until) == (date(2026, 3, 9), date(2026, 4, 1), date(2027, 1, 1))


def test_nobody_changes_their_own_name_or_takes_a_colleagues(desk: Desk, coordinator: UUID) -> None:
    morag = a_person(desk)
    with pytest.raises(UserError, match="their own name"):
        persons.rename(desk, coordinator, persons.Named("Fiona Lockhart"), by_person(desk, coordinator))
    assert persons.rename(
        desk, coordinator, persons.Named("Una Coordinator", "07700 900999"), by_person(desk, coordinator)
    )
    with pytest.raises(UserError, match="works there already"):
        persons.rename(desk, coordinator, persons.Named("morag  SIM"), by_person(desk, morag))
    a_person(desk, "Morag Sim", "la.glenmore")
    assert persons.rename(desk, morag, persons.Named("Morag Sim", "07700 900124"), by_person(desk, coordinator))


@pytest.mark.parametrize("office", sorted(posts.SECONDED))
def test_the_glass_is_not_broken_for_the_first_of_two_words(desk: Desk, coordinator: UUID, office: Duty) -> None:
    glass = by_person(desk, coordinator, how=How.BREAK_GLASS)
    with pytest.raises(UserError, match="breaking the glass"):
        posts.grant(desk, a_person(desk), PRIMARY, office, TODAY, None, None, None, glass)


def test_what_asked_for_training_asks_for_it_of_whoever_covers_and_when_it_is_granted_again(
    desk: Desk, coordinator: UUID
) -> None:
    morag, ewan, act = a_person(desk), a_person(desk, "Ewan Grant"), by_person(desk, coordinator)
    lapsed, trained = TODAY - timedelta(days=1), TODAY + timedelta(days=300)
    first = holding(desk, morag, Role.HEAD_TEACHER, trained_until=lapsed)
    cover = (desk, first, ewan, TODAY, TODAY + timedelta(days=7), act)
    with pytest.raises(UserError, match="asks for training"):
        leave.cover(*cover)
    leave.cover(*cover, trained_until=trained)
    posts.end(desk, first, act)
    with pytest.raises(UserError, match="asks for training"):
        granted(desk, morag, Role.HEAD_TEACHER, coordinator)
    posts.grant(desk, morag, PRIMARY, Role.HEAD_TEACHER, TODAY, None, trained, None, act)
    assert offices(desk, morag) == [Role.HEAD_TEACHER]
