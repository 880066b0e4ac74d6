"""`hub sign-in`: this terminal asks, whoever is signed in at a page approves, and commands know who they are."""

from __future__ import annotations

import secrets
import socket
from time import monotonic, sleep

import click

from hub.bootstrap.desk import open_desk
from hub.cli.acting import keep_token
from hub.cli.output import document, stop
from hub.keys.files import FileKeys
from hub.people.accounts.sessions import Gone
from hub.people.accounts.terminals import OPEN, ask, collect
from hub.people.callers import TokenChecks
from hub.settings import Settings, read_settings

LOOK_S = 2.0


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def sign_in(*, as_json: bool) -> None:
    """Have a person's token for the commands of this terminal: it holds for ten hours."""
    settings, secret = read_settings(), secrets.token_urlsafe(32)
    with open_desk(settings) as desk:
        code = ask(desk, secret, socket.gethostname(), desk.now())
    address = f"{settings.public_url.rstrip('/')}/sign-in/terminal"
    click.echo(f"Sign in at {address}\nand type this code there: {code}", err=as_json)
    path = keep_token(settings, _collected(settings, secret))
    if as_json:
        document({"file": str(path)})
    else:
        click.echo(f"You are signed in at this terminal: the token lies in {path}.")


def _collected(settings: Settings, secret: str) -> str:
    """The token, once it is approved."""
    checks, until = TokenChecks(FileKeys(settings.keys)), monotonic() + OPEN.total_seconds()
    while monotonic() < until:
        with open_desk(settings) as desk:
            found = collect(desk, secret, checks, desk.now())
        if isinstance(found, str):
            return found
        if isinstance(found, Gone):
            break
        sleep(LOOK_S)
    return stop("Nobody approved this terminal in ten minutes: run `hub sign-in` again.")
