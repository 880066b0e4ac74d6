"""A person's tokens: who works at a terminal, for how long, and what they may do; on real PostgreSQL."""

from __future__ import annotations

import stat
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from hub.cli.acting import keep_token, person_of
from hub.facts.act import How
from hub.facts.errors import UserError
from hub.facts.model import Recipient
from hub.facts.terms import Role
from hub.keys.files import FileKeys
from hub.keys.provider import Use
from hub.people.accounts import persons, posts, sessions, terminals
from hub.people.accounts.posts import Known, SignedIn
from hub.people.accounts.sessions import Gone
from hub.people.accounts.terminals import Asking, Waiting, approve, ask, asking, collect
from hub.people.accounts.tokens import break_glass, make_token, revoke_tokens, who
from hub.people.callers import TokenChecks
from hub.people.desk import Desk
from hub.settings import Settings
from tests.accounts import MONDAY, PRIMARY, a_person, by, holding

HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
SECRET = "s" * 43


@pytest.fixture
def checks(prepared: Settings) -> TokenChecks:
    return TokenChecks(FileKeys(prepared.keys))


@pytest.fixture
def morag(desk: Desk) -> UUID:
    person_id = a_person(desk)
    holding(desk, person_id, Role.HEAD_TEACHER)
    return person_id


@pytest.fixture
def at_the_page(desk: Desk, morag: UUID) -> SignedIn:
    return signed_in(desk, morag)


def signed_in(desk: Desk, person_id: UUID) -> SignedIn:
    cookie = sessions.begin(
        desk, person_id, How.PASSKEY, provider=None, provider_session=None, second_factor="passkey", now=MONDAY
    )
    found = sessions.find(desk, cookie, MONDAY)
    assert isinstance(found, SignedIn)
    return found


def made(desk: Desk, person_id: UUID, checks: TokenChecks, at=MONDAY) -> str:
    return make_token(desk, person_id, How.PASSKEY, checks, by("A. Grantor", at))


# --- tokens ----------------------------------------------------------------------------------------------------------


def test_a_token_says_who_works_at_a_terminal(desk: Desk, morag: UUID, checks: TokenChecks) -> None:
    found = who(desk, made(desk, morag, checks), checks, MONDAY)
    assert isinstance(found, Known)
    assert (found.person_id, found.name, found.how) == (morag, "Morag Sim", How.TOKEN)
    assert found.recipients() == {Recipient(PRIMARY, Role.HEAD_TEACHER)}


def test_only_the_digest_of_its_secret_is_kept(desk: Desk, morag: UUID, checks: TokenChecks) -> None:
    secret = made(desk, morag, checks).split(".")[1]
    [(row,)] = desk.connection.execute("select person_token::text from person_token").fetchall()
    assert secret not in row


def test_after_ten_hours_a_token_is_over(desk: Desk, morag: UUID, checks: TokenChecks) -> None:
    token = made(desk, morag, checks)
    assert isinstance(who(desk, token, checks, MONDAY + 10 * HOUR - SECOND), Known)
    assert who(desk, token, checks, MONDAY + 10 * HOUR) == Gone("too_long", morag)


def test_a_fourth_token_ends_the_oldest(desk: Desk, morag: UUID, checks: TokenChecks) -> None:
    tokens = [made(desk, morag, checks, MONDAY + n * SECOND) for n in range(4)]
    assert who(desk, tokens[0], checks, MONDAY + MINUTE) == Gone("revoked", morag)
    assert all(isinstance(who(desk, one, checks, MONDAY + MINUTE), Known) for one in tokens[1:])


def test_tokens_end_with_their_person_with_the_last_post_and_by_hand(
    desk: Desk, morag: UUID, checks: TokenChecks
) -> None:
    token = made(desk, morag, checks)
    [post] = posts.held_on(desk, morag, MONDAY.date(), How.PASSKEY).posts
    posts.end(desk, post.post_id, by("A. Grantor"))
    assert who(desk, token, checks, MONDAY) == Gone("post_ended", morag)
    holding(desk, morag, Role.HEAD_TEACHER)
    assert revoke_tokens(desk, morag, by("A. Grantor", MONDAY + SECOND)) == 1
    assert who(desk, token, checks, MONDAY) == Gone("revoked", morag)
    persons.end_person(desk, morag, by("A. Grantor"))
    assert who(desk, token, checks, MONDAY) == Gone("person_ended", morag)
    with pytest.raises(UserError, match="No such person"):
        made(desk, morag, checks)


def test_an_invented_token_is_known_for_one_before_the_database_is_asked(
    desk: Desk, morag: UUID, checks: TokenChecks
) -> None:
    token_id, secret, check = made(desk, morag, checks).split(".")
    nowhere = replace(desk, connection=None)  # type: ignore[type-var] - whoever asked it would fail
    other = "a" * len(check)
    for invented in (
        f"{token_id}.{secret}.{other}",
        f"{token_id}.{secret}",
        f"{token_id}.{'x' * 43}.{check}",
        f"per-{'a' * 16}.{secret}.{check}",
        f"api-{token_id[4:]}.{secret}.{check}",
        "",
        "x" * 10_000,
        "\u00e9.b.c",
    ):
        assert who(nowhere, invented, checks, MONDAY) == Gone("unknown")


def test_a_token_of_another_hub_is_none(desk: Desk, morag: UUID, checks: TokenChecks, tmp_path: Path) -> None:
    other = FileKeys(tmp_path)
    other.make("hub", Use.TOKEN)
    assert who(desk, made(desk, morag, TokenChecks(other)), checks, MONDAY) == Gone("unknown")


# --- where it lies ---------------------------------------------------------------------------------------------------


def test_a_token_is_kept_for_its_user_alone(desk: Desk, morag: UUID, prepared: Settings, tmp_path: Path) -> None:
    here = Settings(home=tmp_path)
    FileKeys(here.keys).make("hub", Use.TOKEN)
    path = keep_token(here, make_token(desk, morag, How.PASSKEY, TokenChecks(FileKeys(here.keys)), by("A", desk.now())))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert person_of(desk, here).person_id == morag
    path.chmod(0o640)
    with pytest.raises(UserError, match="open to others"):
        person_of(desk, here)
    path.unlink()
    with pytest.raises(UserError, match="run `hub sign-in`"):
        person_of(desk, here)


# --- a terminal that asks --------------------------------------------------------------------------------------------


def test_a_terminal_is_let_in_by_whoever_types_its_code_at_a_page(
    desk: Desk, at_the_page: SignedIn, checks: TokenChecks
) -> None:
    code = ask(desk, SECRET, "desk-4.glenmore.example\n", MONDAY)
    assert collect(desk, SECRET, checks, MONDAY) == Waiting()
    assert asking(desk, code, at_the_page, MONDAY) == Asking("desk-4.glenmore.example", MONDAY)
    assert approve(desk, code, at_the_page, MONDAY)
    token = collect(desk, SECRET, checks, MONDAY + SECOND)
    assert isinstance(token, str)
    found = who(desk, token, checks, MONDAY + MINUTE)
    assert isinstance(found, Known)
    assert found.person_id == at_the_page.person_id
    assert collect(desk, SECRET, checks, MONDAY + SECOND) == Gone("unknown"), "a token is handed out once"


def test_neither_the_code_nor_the_terminals_secret_is_kept(desk: Desk) -> None:
    code = ask(desk, SECRET, "desk-4", MONDAY)
    [(row,)] = desk.connection.execute("select token_request::text from token_request").fetchall()
    assert code.replace("-", "") not in row
    assert SECRET not in row


def test_a_code_may_be_typed_as_people_type(desk: Desk, at_the_page: SignedIn) -> None:
    code = ask(desk, SECRET, "desk-4", MONDAY)
    assert len(code) == 9
    assert set(code) <= set("0123456789ABCDEFGHJKMNPQRSTVWXYZ-")
    typed = f" {code.lower().replace('0', 'o').replace('1', 'l').replace('-', ' ')}"
    assert asking(desk, typed, at_the_page, MONDAY)
    assert asking(desk, f"{code}0", at_the_page, MONDAY) is None


def test_a_code_holds_for_ten_minutes(desk: Desk, at_the_page: SignedIn, checks: TokenChecks) -> None:
    code = ask(desk, SECRET, "desk-4", MONDAY)
    assert not approve(desk, code, at_the_page, MONDAY + 10 * MINUTE)
    assert collect(desk, SECRET, checks, MONDAY + 10 * MINUTE) == Gone("too_long")


def test_what_was_approved_is_collected_within_ten_minutes(
    desk: Desk, at_the_page: SignedIn, checks: TokenChecks
) -> None:
    approve(desk, ask(desk, SECRET, "desk-4", MONDAY), at_the_page, MONDAY)
    assert collect(desk, SECRET, checks, MONDAY + 10 * MINUTE) == Gone("too_long")


def test_a_code_is_approved_once(desk: Desk, at_the_page: SignedIn) -> None:
    code = ask(desk, SECRET, "desk-4", MONDAY)
    assert [approve(desk, code, at_the_page, MONDAY) for _ in range(2)] == [True, False]


def test_after_five_wrong_codes_a_session_may_type_no_other(desk: Desk, at_the_page: SignedIn) -> None:
    code = ask(desk, SECRET, "desk-4", MONDAY)
    for wrong in ("AAAA-0001", "AAAA-0002", "AAAA-0003", "AAAA-0004"):
        assert asking(desk, wrong, at_the_page, MONDAY) is None
    assert asking(desk, code, at_the_page, MONDAY), "a fifth may still be right"
    assert not approve(desk, "AAAA-0005", at_the_page, MONDAY)
    assert asking(desk, code, at_the_page, MONDAY) is None
    assert not approve(desk, code, at_the_page, MONDAY)
    assert asking(desk, code, signed_in(desk, at_the_page.person_id), MONDAY), "the terminal goes on waiting"


def test_whose_account_ended_gives_no_token(desk: Desk, at_the_page: SignedIn, checks: TokenChecks) -> None:
    approve(desk, ask(desk, SECRET, "desk-4", MONDAY), at_the_page, MONDAY)
    persons.end_person(desk, at_the_page.person_id, by("A. Grantor"))
    with pytest.raises(UserError, match="have ended"):
        collect(desk, SECRET, checks, MONDAY + SECOND)


def test_so_many_terminals_ask_at_once_and_no_more(desk: Desk) -> None:
    for n in range(terminals.REQUESTS):
        ask(desk, f"{SECRET}{n}", "desk-4", MONDAY)
    with pytest.raises(UserError, match="Too many terminals"):
        ask(desk, SECRET, "desk-4", MONDAY)
    assert ask(desk, SECRET, "desk-4", MONDAY + 10 * MINUTE)


# --- without a token -------------------------------------------------------------------------------------------------


def test_whoever_breaks_the_glass_is_in_the_ledger_and_counted(desk: Desk) -> None:
    made = break_glass(desk, " N. Ight ", "the pages are down, and a child waits", MONDAY)
    assert (made.by.name, made.by.person_id, made.by.how) == ("N. Ight", None, How.BREAK_GLASS)
    [(key, sealed)] = desk.connection.execute(
        "select convert_from(facts, 'UTF8')::jsonb ->> 'said_key', convert_from(facts, 'UTF8')::jsonb ->> 'said' "
        "from ledger_entry where kind = 'break_glass'"
    ).fetchall()
    words = desk.evidence.open_act(key, bytes.fromhex(sealed), b"break_glass")
    assert (words.by, words.reason) == ("N. Ight", "the pages are down, and a child waits")
    assert desk.connection.execute("select count(*) from broken_glass").fetchone() == (1,)


@pytest.mark.parametrize(("name", "reason"), [(" ", "why"), ("N. Ight", " ")])
def test_nobody_breaks_the_glass_without_name_and_reason(desk: Desk, name: str, reason: str) -> None:
    with pytest.raises(UserError):
        break_glass(desk, name, reason, MONDAY)
