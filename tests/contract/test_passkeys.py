"""Passkeys and the links that lead to them: whose they are, when they hold no more, and what no lie opens."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from hub.facts.act import How, Principal, act
from hub.facts.errors import UserError
from hub.facts.offices import Duty
from hub.facts.terms import Role
from hub.people.accounts import persons, posts, sessions
from hub.people.accounts.posts import SignedIn
from hub.people.accounts.sessions import Gone
from hub.people.desk import Desk
from hub.people.entering import begun, invitations, letting_in, passkeys
from hub.people.entering.begun import Begun, Kind, Purpose
from hub.people.entering.invitations import Invited
from hub.people.entering.mapping import Entrant
from hub.people.entering.openid import Secrets
from hub.people.entering.refusals import Refused, Why
from tests.accounts import MONDAY, PRIMARY, a_person, by, by_person, holding
from tests.authenticator import PRESENT, VERIFIED, Authenticator

SITE = passkeys.site_of("http://localhost:8400")
BROWSER, ANOTHER = "b" * 43, "c" * 43
MINUTE = timedelta(minutes=1)


@pytest.fixture
def morag(desk: Desk) -> UUID:
    person_id = a_person(desk)
    holding(desk, person_id, Role.HEAD_TEACHER)
    return person_id


def secret_of(path: str) -> str:
    return path.removeprefix("/sign-in/invitation/")


def make(desk: Desk, person_id: UUID, key: Authenticator, label: str = "My telephone", **lies: Any) -> bytes | Refused:
    """A browser makes a passkey for somebody."""
    kept = begun.begin(desk, BROWSER, Purpose(Kind.REGISTER, person_id=person_id), MONDAY)
    person = persons.find_person(desk, person_id)
    assert person is not None
    options = passkeys.ask_to_make(desk, SITE, person, kept)
    if isinstance(options, Refused):
        return options
    made = passkeys.read_new(SITE, key.make(options, **lies), kept)
    if isinstance(made, Refused):
        return made
    return passkeys.keep(desk, made, label, by_person(desk, person_id)) or made.credential_id


def show(desk: Desk, key: Authenticator, **lies: Any) -> UUID | Refused:
    """A browser shows it."""
    kept = begun.begin(desk, BROWSER, Purpose(Kind.PASSKEY), MONDAY)
    return passkeys.show(desk, SITE, key.show(passkeys.ask_to_show(SITE, kept), **lies), kept, MONDAY)


@pytest.fixture
def key(desk: Desk, morag: UUID) -> Authenticator:
    made = Authenticator()
    assert make(desk, morag, made) == made.credential_id
    return made


def test_whoever_made_a_passkey_signs_in_with_it_and_is_known(desk: Desk, morag: UUID, key: Authenticator) -> None:
    assert show(desk, key) == morag
    cookie = letting_in.let_in(desk, morag, How.PASSKEY, "passkey", MONDAY)
    assert isinstance(cookie, str)
    who = sessions.find(desk, cookie, MONDAY)
    assert isinstance(who, SignedIn)
    assert (who.person_id, who.how) == (morag, How.PASSKEY)
    [held] = passkeys.passkeys_of(desk, morag)
    assert (held.label, held.credential_id, held.last_at) == ("My telephone", key.credential_id, MONDAY)


def test_an_authenticator_that_does_not_count_may_sign_in_again(desk: Desk, morag: UUID) -> None:
    still = Authenticator(counts=False)
    make(desk, morag, still)
    assert show(desk, still) == morag
    assert show(desk, still) == morag


@pytest.mark.parametrize(
    "lies",
    [
        pytest.param({"origin": "https://evil.example"}, id="another origin"),
        pytest.param({"origin": "http://localhost:8401"}, id="another port"),
        pytest.param({"rp_id": "evil.example"}, id="another party"),
        pytest.param({"challenge": "x" * 43}, id="another challenge"),
        pytest.param({"flags": PRESENT}, id="nobody verified"),
        pytest.param({"flags": VERIFIED}, id="nobody present"),
        pytest.param({"signer": ec.generate_private_key(ec.SECP256R1())}, id="another key"),
        pytest.param({"user_handle": None}, id="no handle"),
        pytest.param({"user_handle": b"h" * 64}, id="a handle of another"),
        pytest.param({"type": "webauthn.create"}, id="made in place of shown"),
    ],
)
def test_a_passkey_opens_nothing_with(desk: Desk, key: Authenticator, lies: dict[str, Any]) -> None:
    assert show(desk, key, **lies) == Refused(Why.PASSKEY)


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", "{" * 5_000, '{"id": 7, "rawId": []}', "x" * 100_000])
def test_what_is_no_passkey_opens_nothing(desk: Desk, key: Authenticator, text: str) -> None:
    kept = begun.begin(desk, BROWSER, Purpose(Kind.PASSKEY), MONDAY)
    assert passkeys.show(desk, SITE, text, kept, MONDAY) == Refused(Why.PASSKEY)
    assert passkeys.read_new(SITE, text, kept) == Refused(Why.PASSKEY)


def test_one_that_nobody_made_opens_nothing(desk: Desk, morag: UUID) -> None:
    assert show(desk, Authenticator(handle=b"h" * 64)) == Refused(Why.PASSKEY_UNKNOWN)


@pytest.mark.parametrize("count", [0, 4, 5])
def test_a_passkey_whose_count_goes_back_or_stays_was_copied_and_ends(
    desk: Desk, morag: UUID, key: Authenticator, count: int
) -> None:
    assert show(desk, key, count=5) == morag
    cookie = letting_in.let_in(desk, morag, How.PASSKEY, "passkey", MONDAY)
    assert show(desk, key, count=count) == Refused(Why.PASSKEY_COUNT)
    assert passkeys.passkeys_of(desk, morag) == []
    assert sessions.find(desk, str(cookie), MONDAY) == Gone("passkey_ended", morag)
    assert show(desk, key, count=9) == Refused(Why.PASSKEY_UNKNOWN)


def test_the_passkey_of_somebody_who_left_opens_nothing(desk: Desk, morag: UUID, key: Authenticator) -> None:
    persons.end_person(desk, morag, by("A. Grantor"))
    assert show(desk, key) == Refused(Why.PASSKEY_UNKNOWN)


def test_who_holds_no_post_today_does_not_come_in(desk: Desk, key: Authenticator, morag: UUID) -> None:
    [post] = posts.held_on(desk, morag, MONDAY.date(), How.PASSKEY).posts
    posts.end(desk, post.post_id, by("A. Grantor"))
    assert show(desk, key) == morag
    assert letting_in.let_in(desk, morag, How.PASSKEY, "passkey", MONDAY) == Refused(Why.NO_POST)


@pytest.mark.parametrize(
    "lies",
    [
        {"origin": "https://evil.example"},
        {"rp_id": "evil.example"},
        {"challenge": "x" * 43},
        {"flags": PRESENT},
        {"type": "webauthn.get"},
        {"id": b"another"},
        {"attestation": b"\x9f" * 9_000},
        {"attestation": b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff"},
        {"attestation": b"\x81" * 9_000},
        {"attestation": cbor2.dumps({"fmt": "none", "authData": b"short"})},
    ],
    ids=["origin", "party", "challenge", "unverified", "shown", "id", "endless", "huge", "deep", "short"],
)
def test_a_passkey_is_not_kept_with_another(desk: Desk, morag: UUID, lies: dict[str, Any]) -> None:
    assert make(desk, morag, Authenticator(), **lies) == Refused(Why.PASSKEY)
    assert passkeys.passkeys_of(desk, morag) == []


def test_anothers_passkey_is_not_taken_over(desk: Desk, morag: UUID, key: Authenticator) -> None:
    other = a_person(desk, "Eve Sim")
    assert make(desk, other, Authenticator(credential_id=key.credential_id)) == Refused(Why.PASSKEY)
    assert show(desk, key) == morag


def test_a_person_has_five_at_most(desk: Desk, morag: UUID) -> None:
    for number in range(5):
        assert isinstance(make(desk, morag, Authenticator(), f"Key {number}"), bytes)
    assert make(desk, morag, Authenticator()) == Refused(Why.PASSKEYS_FULL)


def test_a_name_that_nobody_can_see_is_not_kept(desk: Desk, morag: UUID) -> None:
    with pytest.raises(UserError, match="at most 60"):
        make(desk, morag, Authenticator(), "k" * 61)


def test_who_ends_one_of_their_passkeys_is_signed_out_everywhere(desk: Desk, morag: UUID, key: Authenticator) -> None:
    cookie = letting_in.let_in(desk, morag, How.PASSKEY, "passkey", MONDAY)
    other = a_person(desk, "Eve Sim")
    assert not passkeys.end(desk, key.credential_id, by_person(desk, other))
    assert passkeys.end(desk, key.credential_id, by_person(desk, morag))
    assert sessions.find(desk, str(cookie), MONDAY) == Gone("passkey_ended", morag)


# --- a sign-in under way ----------------------------------------------------------------------------------------------


def test_what_began_is_taken_up_once_by_the_browser_that_began_it_within_ten_minutes(desk: Desk) -> None:
    purpose = Purpose(Kind.PROVIDER, "caledon", "/waiting")
    kept = begun.begin(desk, BROWSER, purpose, MONDAY)

    def taken(state=kept.state, browser=BROWSER, kind=Kind.PROVIDER, at=MONDAY, provider="caledon"):
        return begun.take(desk, state, browser, kind, at, provider=provider)

    assert taken(state="s" * 43) is None
    assert taken(browser=ANOTHER) is None
    assert taken(provider="another") is None
    assert taken(kind=Kind.PASSKEY) is None
    assert taken(at=MONDAY + 10 * MINUTE) is None
    found = taken(at=MONDAY + 9 * MINUTE)
    assert isinstance(found, Begun)
    assert (found.purpose, found.kept) == (purpose, kept)
    assert taken() is None


def test_of_more_than_twenty_in_one_browser_the_oldest_is_forgotten(desk: Desk) -> None:
    second = timedelta(seconds=1)
    all_of = [begun.begin(desk, BROWSER, Purpose(Kind.PASSKEY), MONDAY + n * second) for n in range(21)]
    at = MONDAY + MINUTE
    assert begun.take(desk, all_of[0].state, BROWSER, Kind.PASSKEY, at) is None
    assert begun.take(desk, all_of[1].state, BROWSER, Kind.PASSKEY, at) is not None


# --- links ------------------------------------------------------------------------------------------------------------


def test_an_invitation_opens_once_for_whom_it_is(desk: Desk, morag: UUID) -> None:
    secret = secret_of(invitations.invite(desk, morag, by("A. Coordinator")))
    invited = invitations.look(desk, secret, MONDAY + timedelta(hours=71))
    assert isinstance(invited, Invited)
    assert (invited.person_id, invited.name, invited.organisation) == (morag, "Morag Sim", PRIMARY)
    assert invitations.look(desk, secret, MONDAY + timedelta(hours=72)) == Refused(Why.INVITATION)
    assert invitations.take(desk, invited, MONDAY) is None
    assert invitations.take(desk, invited, MONDAY) == Refused(Why.INVITATION)
    assert invitations.look(desk, secret, MONDAY) == Refused(Why.INVITATION)


@pytest.mark.parametrize("secret", ["", "x", "x" * 43, "\u00e9" * 43, "x" * 10_000])
def test_a_guessed_link_opens_nothing(desk: Desk, secret: str) -> None:
    assert invitations.look(desk, secret, MONDAY) == Refused(Why.INVITATION)


def test_a_link_opens_no_more_after_five_tries(desk: Desk, morag: UUID) -> None:
    secret = secret_of(invitations.invite(desk, morag, by("A. Coordinator")))
    for _ in range(4):
        invitations.try_once(desk, begun.digest_of(secret))
    assert isinstance(invitations.look(desk, secret, MONDAY), Invited)
    invitations.try_once(desk, begun.digest_of(secret))
    assert invitations.look(desk, secret, MONDAY) == Refused(Why.INVITATION)


def test_a_new_link_closes_the_one_before(desk: Desk, morag: UUID) -> None:
    first = secret_of(invitations.invite(desk, morag, by("A. Coordinator")))
    invitations.invite(desk, morag, by("A. Coordinator"))
    assert invitations.look(desk, first, MONDAY) == Refused(Why.INVITATION)


def test_nobody_makes_a_link_for_themselves_or_for_somebody_who_left(desk: Desk, morag: UUID) -> None:
    with pytest.raises(UserError, match="for themselves"):
        invitations.invite(desk, morag, by_person(desk, morag))
    persons.end_person(desk, morag, by("A. Grantor"))
    with pytest.raises(UserError, match="ended"):
        invitations.invite(desk, morag, by("A. Coordinator"))


def test_whoever_ever_had_a_passkey_is_recovered_and_never_invited_by_one_alone(
    desk: Desk, morag: UUID, key: Authenticator
) -> None:
    with pytest.raises(UserError, match="start their recovery"):
        invitations.invite(desk, morag, by("A. Coordinator"))
    assert passkeys.end(desk, key.credential_id, by_person(desk, morag))
    with pytest.raises(UserError, match="start their recovery"):
        invitations.invite(desk, morag, by("A. Coordinator"))


def test_whoever_is_known_by_a_providers_account_is_never_invited_by_one_alone(desk: Desk, morag: UUID) -> None:
    desk.do("keep_subject", subject=b"s" * 32, person=morag, provider="caledon", at=MONDAY)
    with pytest.raises(UserError, match="start their recovery"):
        invitations.invite(desk, morag, by("A. Coordinator"))


def test_an_invitation_opens_no_more_once_its_person_came_in_another_way(desk: Desk, morag: UUID) -> None:
    secret = secret_of(invitations.invite(desk, morag, by("A. Coordinator")))
    invited = invitations.look(desk, secret, MONDAY)
    assert isinstance(invited, Invited)
    make(desk, morag, Authenticator())
    assert invitations.take(desk, invited, MONDAY) == Refused(Why.INVITATION)


def test_the_link_of_the_demonstration_opens_again_and_again(desk: Desk, morag: UUID) -> None:
    secret = secret_of(invitations.demonstration_link(desk, morag, MONDAY))
    for _ in range(7):
        invitations.try_once(desk, begun.digest_of(secret))
        invited = invitations.look(desk, secret, MONDAY)
        assert isinstance(invited, Invited)
        assert invitations.take(desk, invited, MONDAY) is None
        assert invited.principal() == Principal(morag, "Morag Sim", PRIMARY, How.DEMONSTRATION)


# --- recovery ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def coordinator(desk: Desk) -> UUID:
    person_id = a_person(desk, "Catriona Sim")
    holding(desk, person_id, Duty.COORDINATOR)
    return person_id


@pytest.fixture
def other(desk: Desk) -> UUID:
    person_id = a_person(desk, "Iain Sim")
    holding(desk, person_id, Duty.COORDINATOR)
    return person_id


def test_a_recovery_needs_two_and_ends_every_way_in_of_before(
    desk: Desk, morag: UUID, key: Authenticator, coordinator: UUID, other: UUID
) -> None:
    cookie = letting_in.let_in(desk, morag, How.PASSKEY, "passkey", MONDAY)
    started = invitations.recover(desk, morag, by_person(desk, coordinator))
    assert [one.invitation_id for one in invitations.recoveries_waiting(desk, PRIMARY, MONDAY, 50)] == [started]
    assert show(desk, key) == morag  # nothing has ended yet
    secret = secret_of(invitations.second(desk, started, by_person(desk, other)))
    assert invitations.look(desk, secret, MONDAY + timedelta(hours=1)) == Refused(Why.INVITATION)
    invited = invitations.look(desk, secret, MONDAY + timedelta(minutes=59))
    assert isinstance(invited, Invited)
    assert invitations.take(desk, invited, MONDAY) is None
    assert show(desk, key) == Refused(Why.PASSKEY_UNKNOWN)
    assert isinstance(sessions.find(desk, str(cookie), MONDAY), Gone)
    assert make(desk, morag, Authenticator()) != Refused(Why.PASSKEY)


def test_nobody_alone_recovers_an_account(desk: Desk, morag: UUID, coordinator: UUID) -> None:
    holding(desk, morag, Duty.COORDINATOR)
    started = invitations.recover(desk, morag, by_person(desk, coordinator))
    for alone in (coordinator, morag):
        with pytest.raises(UserError, match="neither who started"):
            invitations.second(desk, started, by_person(desk, alone))


@pytest.mark.parametrize(
    ("office", "organisation", "may"),
    [
        (Duty.COORDINATOR, PRIMARY, True),
        (Duty.COORDINATOR, "hub", True),
        (Duty.IG_OFFICER, PRIMARY, False),
        (Duty.OPERATOR, "hub", False),
        (Duty.OPERATOR, PRIMARY, False),
        (Duty.COORDINATOR, "school.glenmore-academy", False),
        (Role.HEAD_TEACHER, PRIMARY, False),
        (Duty.REVIEWER, "hub", False),
    ],
)
def test_a_recovery_is_seconded_by_who_answers_for_that_organisation(
    desk: Desk, morag: UUID, coordinator: UUID, office, organisation: str, may: bool
) -> None:
    other = a_person(desk, "Ann Sim", organisation)
    holding(desk, other, office, organisation)
    started = invitations.recover(desk, morag, by_person(desk, coordinator))
    if may:
        assert invitations.second(desk, started, by_person(desk, other)).startswith("/sign-in/invitation/")
    else:
        with pytest.raises(UserError, match="seconded by"):
            invitations.second(desk, started, by_person(desk, other))


def test_whoever_was_made_or_granted_their_post_by_who_started_a_recovery_does_not_second_it(
    desk: Desk, morag: UUID, coordinator: UUID, other: UUID
) -> None:
    started = invitations.recover(desk, morag, by_person(desk, coordinator))
    invented = persons.add_person(desk, PRIMARY, "Nobody Sim", "", "", by_person(desk, coordinator))
    holding(desk, invented, Duty.COORDINATOR)
    granted = a_person(desk, "Ann Sim")
    days = (MONDAY.date(), None, None, None)
    post = posts.grant(desk, granted, PRIMARY, Duty.COORDINATOR, *days, by_person(desk, coordinator))
    posts.second(desk, post, by_person(desk, other))
    for one in (invented, granted):
        with pytest.raises(UserError, match="owes nothing"):
            invitations.second(desk, started, by_person(desk, one))


def test_a_name_alone_neither_starts_nor_seconds_a_recovery(
    desk: Desk, morag: UUID, coordinator: UUID, other: UUID
) -> None:
    with pytest.raises(UserError, match="signed in"):
        invitations.recover(desk, morag, by("A. Stranger"))
    started = invitations.recover(desk, morag, by_person(desk, coordinator))
    broken = act(Principal(None, "Iain Sim", PRIMARY, How.BREAK_GLASS), "she asked", MONDAY)
    with pytest.raises(UserError, match="signed in"):
        invitations.second(desk, started, broken)
    with pytest.raises(UserError, match="signed in"):
        invitations.second(desk, started, by_person(desk, other, how=How.BREAK_GLASS))


def test_a_recovery_that_nobody_seconded_in_three_days_is_over(desk: Desk, morag: UUID, coordinator, other) -> None:
    started = invitations.recover(desk, morag, by_person(desk, coordinator))
    with pytest.raises(UserError, match="No such recovery"):
        invitations.second(desk, started, by_person(desk, other, at=MONDAY + timedelta(hours=72)))


def test_a_post_by_claim_that_people_ended_does_not_come_back_with_the_next_sign_in(desk: Desk) -> None:
    morag = a_person(desk)
    holding(desk, morag, Role.NAMED_PERSON)
    desk.do("keep_subject", subject=b"s" * 32, person=morag, provider="caledon", at=MONDAY)

    def comes_in(*offices: Role) -> dict[Role, UUID]:
        entrant = Entrant("caledon", b"s" * 32, None, PRIMARY, frozenset(offices), "Morag Sim", "mfa", may_be_new=False)
        begun_there = Begun(Purpose(Kind.PROVIDER, "caledon"), Secrets("", "", ""))
        assert isinstance(letting_in.enter(desk, entrant, begun_there, MONDAY), str)
        return {one.office: one.post_id for one in posts.held_on(desk, morag, MONDAY.date(), How.PROVIDER).posts}

    nurse = Role.SCHOOL_NURSE
    assert nurse in comes_in(nurse)
    assert nurse not in comes_in(), "the claim shows it no more"
    posts.end(desk, comes_in(nurse)[nurse], by("A. Coordinator"))
    assert nurse not in comes_in(nurse)
