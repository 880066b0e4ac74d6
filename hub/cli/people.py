"""`hub people`: who is known by account, what posts they hold, who is away, and whose training ran out."""

from __future__ import annotations

import getpass
from datetime import date
from typing import Any

import click

from hub.bootstrap.desk import open_desk
from hub.cli import links, posts
from hub.cli.acting import acting, opening
from hub.cli.ids import Id
from hub.cli.output import details, document, lines, stop, table
from hub.facts.act import HUB, Act, How, act, typed
from hub.facts.clock import local_day, utc_now
from hub.keys.files import FileKeys
from hub.ledger import kinds
from hub.people.accounts import persons
from hub.people.accounts.holders import import_holders
from hub.people.accounts.leave import untrained
from hub.people.accounts.listing import Listed, list_people, show_person
from hub.people.accounts.permissions import Doing
from hub.people.accounts.tokens import broken_glass, make_token, revoke_tokens
from hub.people.callers import TokenChecks
from hub.people.desk import Desk
from hub.people.looks import Look, look
from hub.settings import Settings, read_settings
from hub.sharing import load_rules

_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
_PERSON = click.argument("person_id", metavar="PERSON", type=Id())
_LIMIT = 1_000


@click.group()
def people() -> None:
    """People by account, and their posts."""


people.add_command(posts.post)
people.add_command(posts.leave)
people.add_command(posts.cover)
people.add_command(posts.back)
people.add_command(posts.trained)
people.add_command(links.invite)
people.add_command(links.recover)
people.add_command(links.second_recovery)


@people.command(name="list")
@click.option("--organisation", help="Only those of this organisation.")
@click.option("--untrained", "lapsed", is_flag=True, help="Instead, posts that nobody in training holds.")
@opening(Doing.SEE_PEOPLE)
@_JSON
def list_(*, organisation: str | None, lapsed: bool, act: Act | None, as_json: bool) -> None:
    """List people and what they hold; no names without --open."""
    with open_desk(read_settings()) as desk:
        day = local_day(desk.now())
        if lapsed:
            _print_untrained(desk, day, as_json=as_json)
            return
        found = list_people(desk, organisation, day, _LIMIT)
        if act is not None:
            _note(desk, organisation or "all", act)
    shown = [_row(one, opened=act is not None) for one in found]
    if as_json:
        lines(shown)
        return
    columns = list(shown[0]) if shown else []
    table("People", columns, [list(row.values()) for row in shown], empty="Nobody is known by account yet.")


@people.command()
@_PERSON
@opening(Doing.SEE_PEOPLE)
@_JSON
def show(person_id: str, *, act: Act | None, as_json: bool) -> None:
    """Show one person, their posts and their leave; no name without --open."""
    with open_desk(read_settings()) as desk:
        found = show_person(desk, persons.by_beginning(desk, "person", person_id), local_day(desk.now()))
        if act is not None:
            _note(desk, str(found.person.person_id), act)
    shown = _row(found, opened=act is not None) | {"ended_at": found.person.ended_at, "language": found.person.language}
    held = [one._asdict() for one in found.posts]
    if as_json:
        document(shown | {"posts": held})
        return
    details("Person", shown)
    table("Posts", list(held[0]) if held else [], [list(row.values()) for row in held], empty="They hold no post.")


@people.command()
@click.argument("organisation")
@click.option("--name", required=True, help="As colleagues know them.")
@click.option("--telephone", default="", help="On which whoever hears of a concern can ring them.")
@click.option("--email", default="", help="Their address at work.")
@acting(Doing.KEEP_PEOPLE, None)
@_JSON
def add(organisation: str, *, name: str, telephone: str, email: str, act: Act, as_json: bool) -> None:
    """Make a person of an organisation, or of the hub itself (`hub`); they hold nothing yet."""
    settings = read_settings()
    check_organisation(organisation, settings)
    with open_desk(settings) as desk:
        posts.check_keeps(desk, organisation, act)
        persons.check_free(desk, organisation, name)
        person_id = persons.add_person(desk, organisation, name, telephone, email, act)
    if as_json:
        document({"person_id": person_id})
    else:
        click.echo(f"{person_id} is known. Give them a post: hub people post grant {person_id} OFFICE --reason WHY")


@people.command()
@_PERSON
@acting(Doing.KEEP_PEOPLE, None)
@_JSON
def end(person_id: str, *, act: Act, as_json: bool) -> None:
    """End a person, with their posts: from now on they are signed in nowhere, and their tokens hold no more."""
    with open_desk(read_settings()) as desk:
        ended = persons.by_beginning(desk, "person", person_id)
        found = persons.find_person(desk, ended)
        posts.check_keeps(desk, found.organisation if found else HUB, act)
        revoke_tokens(desk, ended, act)
        done = persons.end_person(desk, ended, act)
    if not done:
        stop("This person has ended already.")
    if as_json:
        document({"ended": ended})
    else:
        click.echo(f"{ended} has ended. Take them out of the rules' files too, where a holders list names them.")


@people.command(name="import")
@acting(Doing.KEEP_PEOPLE)
@_JSON
def import_(*, act: Act, as_json: bool) -> None:
    """Make the holders of the rules' files persons with posts; whom they name no more holds those no more."""
    settings = read_settings()
    with open_desk(settings) as desk:
        told = import_holders(desk, load_rules(settings.rules).organisations, act)
    found = {"added": told.added, "unchanged": told.unchanged, "ended": told.ended, "left_out": told.left_out}
    if as_json:
        document({name: [_line(one) for one in lines] for name, lines in found.items()})
        return
    for name in ("added", "ended"):
        rows = [list(_line(one).values()) for one in found[name]]
        table(f"{name.capitalize()}", ["person", "organisation", "office"], rows, empty=f"None {name}.")
    click.echo(f"{len(told.unchanged)} unchanged.")
    if told.left_out:
        click.echo(
            f"{len(told.left_out)} left out: ended here, made by hand, or of one name with another. "
            "Correct the files, or grant the post by hand."
        )


@people.command()
@opening(Doing.SEE_PEOPLE)
@_JSON
def glass(*, act: Act | None, as_json: bool) -> None:
    """List acts by a name alone; no names without --open."""
    with open_desk(read_settings()) as desk:
        found = broken_glass(desk, 100, opened=act is not None)
        if act is not None:
            _note(desk, "glass", act)
    if as_json:
        lines(found)
        return
    columns = list(found[0]) if found else []
    table("Acts by a name alone", columns, [list(row.values()) for row in found], empty="There is none.")


@people.command()
@_PERSON
@click.option("--reason", default="to work at a terminal", show_default=True, help="Why, for whoever asks later.")
@_JSON
def token(person_id: str, *, reason: str, as_json: bool) -> None:
    """A person's token without a page, on the embedded database alone: for trying the hub on one machine."""
    settings = read_settings()
    if settings.database_url is not None or settings.providers is not None:
        stop("Here people sign in: run `hub sign-in`. This is for the embedded database, where nobody else may look.")
    with open_desk(settings) as desk:
        by = act(typed(getpass.getuser()), reason, utc_now())
        whose = persons.by_beginning(desk, "person", person_id)
        made = make_token(desk, whose, How.TYPED, TokenChecks(FileKeys(settings.keys)), by)
    if as_json:
        document({"person_id": whose, "token": made})
    else:
        click.echo(f"This token is shown once, and holds for ten hours:\nexport HUB_PERSON_TOKEN={made}")


def check_organisation(organisation: str, settings: Settings) -> None:
    """Stop where the rules know no such organisation."""
    if organisation != HUB and organisation not in load_rules(settings.rules).organisations:
        stop("There is no such organisation in the rules folder: see routing_rules/organisations/.")


def _row(one: Listed, *, opened: bool) -> dict[str, Any]:
    person = one.person
    offices = [f"{held.office} ({held.state})" if held.state else held.office for held in one.posts]
    named = {"name": person.named.name, "telephone": person.named.telephone} if opened else {}
    return {"person": person.person_id, "organisation": person.organisation, **named, "holds": offices}


def _line(one: Any) -> dict[str, Any]:
    return {"person": one.person_id, "organisation": one.organisation, "office": one.office}


def _note(desk: Desk, about: str, act: Act) -> None:
    by = act.by
    reader = {"person": str(by.person_id) if by.person_id else None, "organisation": by.organisation}
    look(desk, Look("people", about), by, kinds.looked("people", about, reader, desk.stamp(act)))


def _print_untrained(desk: Desk, day: date, *, as_json: bool) -> None:
    found = [one._asdict() for one in untrained(desk, day)]
    if as_json:
        lines(found)
        return
    rows = [list(row.values()) for row in found]
    table("Posts that nobody in training holds", ["organisation", "office"], rows, empty="There is none.")
