"""Who is signed in, for how long, with which posts, and why no more; on real PostgreSQL."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from hub.facts.act import How
from hub.facts.errors import UserError
from hub.facts.model import Recipient
from hub.facts.offices import Duty
from hub.facts.terms import Role
from hub.keys.files import FileKeys
from hub.people.accounts import persons, posts, sessions, tokens
from hub.people.accounts.posts import SignedIn
from hub.people.accounts.sessions import Gone
from hub.people.callers import TokenChecks
from hub.people.desk import Desk
from hub.people.entering import letting_in
from hub.people.entering.refusals import Refused, Why
from hub.settings import Settings
from tests.accounts import MONDAY, PRIMARY, a_person, by, holding

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
HEAD = Role.HEAD_TEACHER


@pytest.fixture
def morag(desk: Desk) -> UUID:
    person_id = a_person(desk)
    holding(desk, person_id, HEAD)
    return person_id


def signed_in(desk: Desk, person_id: UUID, at=MONDAY, provider_session: bytes | None = None) -> str:
    return sessions.begin(
        desk,
        person_id,
        How.PASSKEY,
        provider=None,
        provider_session=provider_session,
        second_factor="passkey",
        now=at,
    )


def found(desk: Desk, cookie: str, at=MONDAY) -> SignedIn:
    who = sessions.find(desk, cookie, at)
    assert isinstance(who, SignedIn), who
    return who


def entries(desk: Desk, kind: str) -> int:
    return int(desk.connection.execute("select count(*) from ledger_entry where kind = %s", (kind,)).fetchone()[0])


def test_whoever_signed_in_is_known_by_name_organisation_and_posts(desk: Desk, morag: UUID) -> None:
    who = found(desk, signed_in(desk, morag))
    assert (who.person_id, who.name, who.organisation, who.how) == (morag, "Morag Sim", PRIMARY, How.PASSKEY)
    assert who.recipients() == {Recipient(PRIMARY, HEAD)}
    assert who.principal().person_id == morag
    assert entries(desk, "sign_in") == 1


def test_a_cookie_is_of_256_bits_and_only_its_digest_is_kept(desk: Desk, morag: UUID) -> None:
    cookie = signed_in(desk, morag)
    assert len(cookie) == 43
    [(row,)] = desk.connection.execute("select session::text from session").fetchall()
    assert cookie not in row
    assert "Morag" not in row


@pytest.mark.parametrize("cookie", ["", "x" * 43, "x" * 42, "x" * 10_000, "\u00e9" * 43])
def test_a_guessed_cookie_is_nobodys(desk: Desk, morag: UUID, cookie: str) -> None:
    signed_in(desk, morag)
    assert sessions.find(desk, cookie, MONDAY) == Gone("unknown")


def test_a_session_that_is_used_goes_on(desk: Desk, morag: UUID) -> None:
    cookie = signed_in(desk, morag)
    for minutes in (14, 28, 42):
        assert found(desk, cookie, MONDAY + minutes * MINUTE)


def test_after_fifteen_minutes_idle_a_session_is_over(desk: Desk, morag: UUID) -> None:
    cookie = signed_in(desk, morag)
    assert found(desk, cookie, MONDAY + 15 * MINUTE)
    assert sessions.find(desk, cookie, MONDAY + 30 * MINUTE + SECOND) == Gone("idle", morag)
    assert sessions.find(desk, cookie, MONDAY) == Gone("idle", morag), "it does not come back"
    assert entries(desk, "sign_out") == 1


def test_after_ten_hours_a_session_is_over_however_much_it_is_used(desk: Desk, morag: UUID) -> None:
    cookie = signed_in(desk, morag)
    for minutes in range(10, 600, 10):
        found(desk, cookie, MONDAY + minutes * MINUTE)
    assert sessions.find(desk, cookie, MONDAY + 600 * MINUTE) == Gone("too_long", morag)


def test_that_a_session_is_used_is_written_at_most_every_thirty_seconds(desk: Desk, morag: UUID) -> None:
    cookie = signed_in(desk, morag)
    found(desk, cookie, MONDAY + 29 * SECOND)
    seen = "select seen_at from session"
    assert desk.connection.execute(seen).fetchall() == [(MONDAY,)]
    found(desk, cookie, MONDAY + 30 * SECOND)
    assert desk.connection.execute(seen).fetchall() == [(MONDAY + 30 * SECOND,)]


def test_a_sixth_session_ends_the_oldest(desk: Desk, morag: UUID) -> None:
    cookies = [signed_in(desk, morag, MONDAY + n * SECOND) for n in range(6)]
    now = MONDAY + MINUTE
    assert sessions.find(desk, cookies[0], now) == Gone("replaced", morag)
    assert all(found(desk, cookie, now) for cookie in cookies[1:])
    assert len(sessions.sessions_of(desk, morag, now)) == 5


def test_sessions_that_are_over_take_no_room(desk: Desk, morag: UUID) -> None:
    for n in range(5):
        signed_in(desk, morag, MONDAY + n * SECOND)
    later = MONDAY + 20 * MINUTE
    signed_in(desk, morag, later)
    assert len(sessions.sessions_of(desk, morag, later)) == 1
    assert {row[0] for row in desk.connection.execute("select ended_why from session where ended_at is not null")} == {
        "idle"
    }


def test_whoever_signs_out_is_out_at_once(desk: Desk, morag: UUID) -> None:
    cookie = signed_in(desk, morag)
    sessions.end(desk, found(desk, cookie).session_id, "signed_out", MONDAY)
    assert sessions.find(desk, cookie, MONDAY) == Gone("signed_out", morag)


def test_all_sessions_of_a_person_end_together(desk: Desk, morag: UUID) -> None:
    other = a_person(desk, "Ewan Grant")
    holding(desk, other, Role.DESIGNATED_SAFEGUARDING_LEAD)
    cookies = [signed_in(desk, morag), signed_in(desk, morag)]
    kept = signed_in(desk, other)
    assert sessions.end_those(desk, person_id=morag, why="signed_out", now=MONDAY) == 2
    assert [sessions.find(desk, cookie, MONDAY) for cookie in cookies] == [Gone("signed_out", morag)] * 2
    assert found(desk, kept).person_id == other


def test_what_began_in_one_session_of_a_provider_ends_with_it(desk: Desk, morag: UUID) -> None:
    there, elsewhere = signed_in(desk, morag, provider_session=b"one"), signed_in(desk, morag, provider_session=b"two")
    assert sessions.end_those(desk, provider_session=b"one", why="there", now=MONDAY) == 1
    assert sessions.find(desk, there, MONDAY) == Gone("there", morag)
    assert found(desk, elsewhere)


def test_ending_those_of_nobody_ends_nothing(desk: Desk, morag: UUID) -> None:
    cookie = signed_in(desk, morag)
    assert sessions.end_those(desk, why="there", now=MONDAY) == 0
    assert found(desk, cookie)


# --- posts and sessions ----------------------------------------------------------------------------------------------


def test_losing_the_last_post_ends_the_session(desk: Desk) -> None:
    person_id = a_person(desk)
    first, last = holding(desk, person_id, HEAD), holding(desk, person_id, Duty.IG_OFFICER)
    cookie = signed_in(desk, person_id)
    posts.end(desk, first, by("A. Grantor"))
    assert [post.office for post in found(desk, cookie).posts] == [Duty.IG_OFFICER]
    posts.end(desk, last, by("A. Grantor"))
    assert sessions.find(desk, cookie, MONDAY) == Gone("post_ended", person_id)


def test_a_person_who_ended_is_signed_in_nowhere_and_cannot_sign_in(desk: Desk, morag: UUID) -> None:
    cookie = signed_in(desk, morag)
    assert persons.end_person(desk, morag, by("A. Grantor"))
    assert sessions.find(desk, cookie, MONDAY) == Gone("person_ended", morag)
    with pytest.raises(UserError, match="account has ended"):
        signed_in(desk, morag)


def test_a_post_begins_and_ends_on_londons_days(desk: Desk) -> None:
    person_id = a_person(desk)
    holding(desk, person_id, Duty.IG_OFFICER)
    holding(desk, person_id, HEAD, since=date(2026, 7, 1), until=date(2026, 7, 2))
    before, first, last, after = (MONDAY.replace(month=month, day=day, hour=hour, minute=minute)
                                  for month, day, hour, minute in ((6, 30, 22, 59), (6, 30, 23, 0),
                                                                   (7, 1, 22, 59), (7, 1, 23, 0)))  # fmt: skip
    held = [
        len(found(desk, signed_in(desk, person_id, at), at).recipients())
        for at in (before, first, last, after)
    ]  # fmt: skip
    assert held == [0, 1, 1, 0]


def test_whose_training_ran_out_is_told_and_reads_nothing(desk: Desk) -> None:
    person_id = a_person(desk)
    holding(desk, person_id, HEAD, trained_until=date(2026, 3, 9))
    on_the_day = found(desk, signed_in(desk, person_id))
    assert (len(on_the_day.recipients()), on_the_day.lapsed) == (1, ())
    tomorrow = MONDAY + timedelta(days=1)
    lapsed = found(desk, signed_in(desk, person_id, tomorrow), tomorrow)
    assert (lapsed.posts, lapsed.recipients()) == ((), frozenset())
    assert [post.office for post in lapsed.lapsed] == [HEAD]


def test_a_post_that_waits_for_a_second_person_lets_nobody_in(desk: Desk) -> None:
    person_id = a_person(desk)
    posts.grant(desk, person_id, "hub", Duty.COORDINATOR, MONDAY.date(), None, None, None, by("A. Grantor"))
    cookie = signed_in(desk, person_id)
    assert sessions.find(desk, cookie, MONDAY) == Gone("post_ended", person_id)


def test_what_forms_bear_still_verifies_once_the_session_is_over(desk: Desk, morag: UUID) -> None:
    cookie = signed_in(desk, morag)
    mark = found(desk, cookie).csrf()
    sessions.end_those(desk, person_id=morag, why="signed_out", now=MONDAY)
    assert posts.csrf_of(cookie) == mark
    assert cookie not in mark


def test_a_post_by_claim_is_held_only_by_whom_the_provider_let_in(desk: Desk) -> None:
    left = a_person(desk)
    post = posts.Post(uuid4(), PRIMARY, HEAD, MONDAY.date())
    posts.keep(desk, left, post, by("A. Provider"), from_claim=True)
    assert posts.held_on(desk, left, MONDAY.date(), How.PROVIDER).posts == (post,)
    for how in set(How) - {How.PROVIDER}:
        assert not posts.held_on(desk, left, MONDAY.date(), how), how
    assert sessions.find(desk, signed_in(desk, left), MONDAY) == Gone("post_ended", left)


def test_who_left_their_provider_does_not_come_in_by_a_passkey_of_the_hubs(desk: Desk) -> None:
    left = a_person(desk)
    posts.keep(desk, left, posts.Post(uuid4(), PRIMARY, HEAD, MONDAY.date()), by("A. Provider"), from_claim=True)
    assert letting_in.let_in(desk, left, How.PASSKEY, "passkey", MONDAY) == Refused(Why.NO_POST)


@pytest.mark.parametrize("of", ["person", "provider"])
def test_with_the_sessions_that_end_together_their_persons_tokens_end(
    desk: Desk, morag: UUID, prepared: Settings, of: str
) -> None:
    checks = TokenChecks(FileKeys(prepared.keys))
    token = tokens.make_token(desk, morag, How.PASSKEY, checks, by("A. Grantor"))
    signed_in(desk, morag, provider_session=b"there")
    those = {"person_id": morag} if of == "person" else {"provider_session": b"there"}
    sessions.end_those(desk, **those, why="there", now=MONDAY)
    assert tokens.who(desk, token, checks, MONDAY) == Gone("revoked", morag)
