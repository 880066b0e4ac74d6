"""Who does this, and why: one set of options for every command by which a person acts.

A hub that knows its people asks for a person's token (`hub sign-in`), and whether their posts let them do it: commands
reach every organisation's, so that the post is one at the hub itself. While a hub knows nobody, a name is typed.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from hub.bootstrap.desk import open_desk
from hub.facts.act import HUB, Act, How, Principal, act, typed
from hub.facts.clock import local_day, utc_now
from hub.facts.errors import UserError
from hub.keys.files import FileKeys
from hub.log import configure
from hub.people.accounts.permissions import Doing, Place, may
from hub.people.accounts.posts import Known, knows_people
from hub.people.accounts.tokens import break_glass, who
from hub.people.callers import TokenChecks
from hub.people.desk import Desk
from hub.settings import Settings, read_settings

Command = Callable[..., Any]
TOKEN_FILE = "person-token"  # noqa: S105 - a file's name
_BY = "Who does this: a person's name, while the hub knows nobody by account."
_GLASS = "In an emergency, without a token: a person's name. Everybody hears of it."
_REASON = "Why, for whoever asks later."
AT_THE_HUB = Place(HUB)
_OTHERS = 0o077
_LONGEST_FILE = 1_024
_SIGN_IN = "This hub knows its people: run `hub sign-in`, or in an emergency give --break-glass NAME."
_GONE = {
    "too_long": "Your token has ended: run `hub sign-in`.",
    "revoked": "Your token was ended, or newer ones took its place: run `hub sign-in`.",
    "person_ended": "Your account has ended: ask your coordinator.",
    "post_ended": "You hold no post that commands know, as those by a provider's claim: ask your coordinator.",
}
_UNKNOWN = "The token in HUB_PERSON_TOKEN, or in HUB_HOME, is none that this hub knows: run `hub sign-in`."
_NOT_YOURS = (
    "None of your posts lets you do this by command: that takes one at the hub itself. What your organisation's posts "
    "let you do, the pages do."
)


def acting(doing: Doing, place: Place | None = AT_THE_HUB) -> Callable[[Command], Command]:
    """`--by` and `--reason`, which nobody may leave out, or a token for the first; the command is handed `act`.

    `place`: where the person's post is; None where the command itself asks that.
    """

    def decorate(command: Command) -> Command:
        @click.option("--by", default="", help=_BY)
        @click.option("--break-glass", "glass", default="", help=_GLASS)
        @click.option("--reason", required=True, help=_REASON)
        @functools.wraps(command)
        def run(*args: Any, by: str, glass: str, reason: str, **options: Any) -> Any:
            return command(*args, act=who_acts(doing, by, glass, reason, place=place), **options)

        return run

    return decorate


def opening(doing: Doing) -> Callable[[Command], Command]:
    """`--open`, which asks who and why; the command is handed `act`, or None where all stays sealed."""

    def decorate(command: Command) -> Command:
        @click.option("--open", "opened", is_flag=True, help="Show what is sealed; the ledger keeps who did, and why.")
        @click.option("--by", default="", help=f"With --open: {_BY[0].lower()}{_BY[1:]}")
        @click.option("--break-glass", "glass", default="", help=f"With --open: {_GLASS[0].lower()}{_GLASS[1:]}")
        @click.option("--reason", default="", help=f"With --open: {_REASON[0].lower()}{_REASON[1:]}")
        @functools.wraps(command)
        def run(*args: Any, opened: bool, by: str, glass: str, reason: str, **options: Any) -> Any:
            if not opened and (by or glass or reason):
                raise UserError("--by and --reason go with --open: nothing sealed is shown without it.")
            return command(*args, act=who_acts(doing, by, glass, reason) if opened else None, **options)

        return run

    return decorate


def who_acts(
    doing: Doing, by: str, glass: str, reason: str, *, place: Place | None = AT_THE_HUB, unsaid: str = ""
) -> Act:
    """Whose act it is; raises UserError where they may not do it, or nobody says why.

    `unsaid`: who it is while the hub knows nobody and no name was typed.
    """
    settings = read_settings()
    with open_desk(settings) as desk:
        if not knows_people(desk, local_day(desk.now())):
            return act(typed(by or glass or unsaid), reason, utc_now())
        if by:
            raise UserError(_SIGN_IN)
        if glass:
            configure(settings.log_level)  # its line goes where the logs of processes go
            return break_glass(desk, glass, reason, utc_now())
        known = person_of(desk, settings)
    if not may(known.posts, doing, place):
        raise UserError(_NOT_YOURS)
    return act(known.principal(), reason, utc_now())


def person_of(desk: Desk, settings: Settings) -> Known:
    """Whose token this terminal has; raises UserError where it has none that holds."""
    token = _token(settings)
    if not token:
        raise UserError(_SIGN_IN)
    found = who(desk, token, TokenChecks(FileKeys(settings.keys)), desk.now())
    if isinstance(found, Known):
        return found
    raise UserError(_GONE.get(found.why, _UNKNOWN))


def whoever_looks(desk: Desk, settings: Settings) -> Principal:
    """Who reads what shows nothing personal: whose token this terminal has, else somebody at the hub's own machine."""
    try:
        return person_of(desk, settings).principal()
    except UserError:
        return Principal(None, "", HUB, How.TYPED)


def check_signatory(organisation: str) -> None:
    """Raise UserError where a hub that knows its people is at hand, and whoever is here does not sign for that one.

    At an organisation's own desk no hub is at hand: there its key alone says who signs.
    """
    settings = read_settings()
    if settings.database_url is None:
        return
    with open_desk(settings) as desk:
        if not knows_people(desk, local_day(desk.now())):
            return
        known = person_of(desk, settings)
    if not may(known.posts, Doing.SIGN, Place(organisation)):
        raise UserError(f"You are no signatory of {organisation}: ask its coordinator.")


def keep_token(settings: Settings, token: str) -> Path:
    """Write a token down for the commands of this user; returns where."""
    path = settings.home / TOKEN_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{TOKEN_FILE}.new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(token + "\n")
    beside.replace(path)
    return path


def _token(settings: Settings) -> str:
    if settings.person_token:
        return settings.person_token.strip()
    path = settings.home / TOKEN_FILE
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_mode & _OTHERS:
                raise UserError(f"{path} is open to others than you: `chmod 600` it, and sign in anew.")
            return file.read(_LONGEST_FILE).decode("ascii", errors="replace").strip()
    except FileNotFoundError:
        return ""
