"""`hub sign-in`: a terminal asks to be let in, and whoever is signed in at a page says that it may.

The terminal makes a secret that never leaves it, and shows a code of eight letters; the person types the code into the
page, sees which machine asks, and approves. Then the terminal collects a token of theirs, once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.facts.act import How, Principal, act
from hub.facts.errors import UserError
from hub.people.accounts.persons import find_person
from hub.people.accounts.posts import SignedIn
from hub.people.accounts.sessions import Gone
from hub.people.accounts.tokens import hash_of, make_token
from hub.people.callers import TokenChecks
from hub.people.desk import Desk

OPEN = timedelta(minutes=10)
TRIES = 5
"""Codes that one session may get wrong."""
REQUESTS = 200
"""Open at once."""
LONGEST_MACHINE = 64
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Of Crockford's base 32: none is taken for another."""
_CODE_LENGTH = 8
_MEANT = str.maketrans("OIL", "011", " -")
"""How what somebody typed is read."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A terminal that asks: its name, as it says, and since when."""

    machine: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nobody has approved it yet."""


def ask(desk: Desk, secret: str, machine: str, now: datetime) -> str:
    """Ask for a token for the terminal that made this secret; returns the code to type, `ABCD-2345`.

    Raises UserError where too many ask at once.
    """
    code = "".join(_LETTERS[byte % len(_LETTERS)] for byte in desk.evidence.random(_CODE_LENGTH))
    shown = "".join(letter for letter in machine if letter.isprintable())[:LONGEST_MACHINE]
    hashes = {"code": hash_of(code), "secret": hash_of(secret)}
    if not desk.rows("ask_for_token", **hashes, machine=shown, at=now, ends=now + OPEN, most=REQUESTS):
        raise UserError("Too many terminals ask at once: try again in ten minutes.")
    return f"{code[:4]}-{code[4:]}"


def asking(desk: Desk, code: str, by: SignedIn, now: datetime) -> Asking | None:
    """Which terminal has this code; None for a wrong one, and once a session got five wrong."""
    found = desk.row("asked_for_token", code=_hash(code), at=now) if _may_try(desk, by) else None
    if found is None:
        desk.do("count_wrong_code", session=by.session_id)
        return None
    return Asking(found["machine"], found["asked_at"])


def approve(desk: Desk, code: str, by: SignedIn, now: datetime) -> bool:
    """Let the terminal with this code work as this person; False for a wrong code, as `asking`."""
    approved = _may_try(desk, by) and desk.rows("approve_token", code=_hash(code), person=by.person_id, at=now)
    if not approved:
        desk.do("count_wrong_code", session=by.session_id)
    return bool(approved)


def collect(desk: Desk, secret: str, checks: TokenChecks, now: datetime) -> str | Waiting | Gone:
    """The token for the terminal that made this secret, once it was approved."""
    found = desk.row("collect_token", secret=hash_of(secret), at=now)
    if found is None:
        return Waiting() if desk.row("waits_for_token", secret=hash_of(secret)) else Gone("unknown")
    if found["approved_by"] is None or now >= found["ends_at"]:
        return Gone("too_long")
    person = find_person(desk, found["approved_by"])
    if person is None:
        return Gone("person_ended")
    by = Principal(person.person_id, person.named.name, person.organisation, How.TOKEN)
    return make_token(desk, person.person_id, How.TOKEN, checks, act(by, "to work at a terminal", now))


def _may_try(desk: Desk, by: SignedIn) -> bool:
    found = desk.row("wrong_codes", session=by.session_id)
    return found is not None and found["wrong_codes"] < TRIES


def _hash(code: str) -> bytes:
    """Of a code as somebody typed it: small letters, a hyphen or none, O for 0."""
    return hash_of(code.upper().translate(_MEANT)[: _CODE_LENGTH + 1])
