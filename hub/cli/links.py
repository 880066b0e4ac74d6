"""`hub people invite`, `recover` and `second`: links by which somebody comes in, for the first time or again."""

from __future__ import annotations

from uuid import UUID

import click

from hub.bootstrap.desk import open_desk
from hub.cli.acting import acting
from hub.cli.ids import Id
from hub.cli.output import document, stop
from hub.facts.act import Act
from hub.facts.clock import local_day
from hub.people.accounts import persons
from hub.people.accounts.permissions import Doing, may_keep
from hub.people.accounts.posts import held_on
from hub.people.desk import Desk
from hub.people.entering import invitations
from hub.settings import Settings, read_settings

_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
_PERSON = click.argument("person_id", metavar="PERSON", type=Id())


@click.command()
@_PERSON
@acting(Doing.KEEP_PEOPLE, None)
@_JSON
def invite(person_id: str, *, act: Act, as_json: bool) -> None:
    """Print a link by which PERSON makes a passkey or links their provider's account: shown once, good for three days.

    Carry it by your own means; the hub sends no e-mail. A link that was made for them before opens no more.
    """
    settings = read_settings()
    with open_desk(settings) as desk:
        whose = persons.by_beginning(desk, "person", person_id)
        check_keeps(desk, whose, act)
        path = invitations.invite(desk, whose, act)
    _tell(settings, path, "Give this link to them alone, by your own means. It works once, within three days:", as_json)


@click.command()
@_PERSON
@acting(Doing.KEEP_PEOPLE, None)
@_JSON
def recover(person_id: str, *, act: Act, as_json: bool) -> None:
    """Start the recovery of PERSON, who lost every passkey. Nothing opens until a second person says so."""
    with open_desk(read_settings()) as desk:
        whose = persons.by_beginning(desk, "person", person_id)
        check_keeps(desk, whose, act)
        recovery = invitations.recover(desk, whose, act)
    if as_json:
        document({"recovery": recovery})
    else:
        click.echo(
            f"A second person rings them back, and then runs: hub people second-recovery {recovery} --reason WHY"
        )


@click.command(name="second-recovery")
@click.argument("recovery", type=click.UUID)
@acting(Doing.KEEP_PEOPLE, None)
@_JSON
def second_recovery(recovery: UUID, *, act: Act, as_json: bool) -> None:
    """Say as the second person that RECOVERY goes on, once you rang whom it is for; prints the link for them."""
    settings = read_settings()
    with open_desk(settings) as desk:
        path = invitations.second(desk, recovery, act)
    _tell(settings, path, "Give this link to whom you rang, to nobody else. It works once, within an hour:", as_json)


def check_keeps(desk: Desk, person_id: UUID, act: Act) -> None:
    """Stop where whoever acts is by account, and keeps nobody of that person's organisation."""
    found = persons.find_person(desk, person_id)
    if found is None or act.by.person_id is None:
        return
    if not may_keep(held_on(desk, act.by.person_id, local_day(desk.now()), act.by.how).posts, found.organisation):
        stop("You are no coordinator of that organisation: ask its own, or the hub's.")


def _tell(settings: Settings, path: str, sentence: str, as_json: bool) -> None:  # noqa: FBT001 - as in all commands
    address = settings.public_url.rstrip("/") + path
    if as_json:
        document({"link": address})
    else:
        click.echo(f"{sentence}\n{address}")
