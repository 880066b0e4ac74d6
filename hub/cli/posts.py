"""The part of `hub people` that changes posts: grant, second, end; leave, cover, training."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import click

from hub.bootstrap.desk import open_desk
from hub.cli.acting import acting
from hub.cli.dates import DAY
from hub.cli.ids import Id
from hub.cli.output import document, stop
from hub.facts.act import HUB, Act
from hub.facts.clock import local_day
from hub.facts.offices import Duty, Office, read_office
from hub.facts.terms import Role
from hub.people.accounts import leave as leaving
from hub.people.accounts import posts
from hub.people.accounts.permissions import Doing, may_grant, may_keep
from hub.people.accounts.persons import by_beginning, find_person
from hub.people.desk import Desk
from hub.settings import read_settings
from hub.sharing import load_rules

_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
_POST = click.argument("post_id", metavar="POST", type=Id())
_KEEPING = acting(Doing.KEEP_PEOPLE, None)
_OFFICES = click.Choice([office.value for kind in (Duty, Role) for office in kind])
_TRAINED = click.option("--trained-until", type=DAY, help="The last day of the training that the post asks for.")


@click.group()
def post() -> None:
    """Posts."""


@post.command()
@click.argument("person_id", metavar="PERSON", type=Id())
@click.argument("office", type=_OFFICES)
@click.option("--organisation", help="Where, if not the person's own.")
@click.option("--since", type=DAY, help="The first day; today, if left out.")
@click.option("--until", type=DAY, help="The first day on which it is no more held.")
@_TRAINED
@_KEEPING
@_JSON
def grant(
    person_id: str,
    office: str,
    *,
    organisation: str | None,
    since: date | None,
    until: date | None,
    trained_until: date | None,
    act: Act,
    as_json: bool,
) -> None:
    """Give a person a post. Reviewers, signatories and coordinators hold it once a second person says so."""
    settings, wanted = read_settings(), read_office(office)
    with open_desk(settings) as desk:
        found = find_person(desk, by_beginning(desk, "person", person_id))
        if found is None or wanted is None:
            stop("There is no such person: `hub people list` shows them.")
        where = organisation or found.organisation
        if organisation and organisation != HUB and organisation not in load_rules(settings.rules).organisations:
            stop("There is no such organisation in the rules folder: see routing_rules/organisations/.")
        _check(desk, where, wanted, act)
        first = since or local_day(desk.now())
        made = posts.grant(desk, found.person_id, where, wanted, first, until, trained_until, None, act)
    waits = wanted in posts.SECONDED
    if as_json:
        document({"post_id": made, "waits": waits})
        return
    second = f" It waits for another person: hub people post second {made} --reason WHY" if waits else ""
    click.echo(f"{made} is granted.{second}")


@post.command()
@_POST
@_KEEPING
@_JSON
def second(post_id: str, *, act: Act, as_json: bool) -> None:
    """Say as the second person that a post which waits shall be held."""
    with open_desk(read_settings()) as desk:
        made = by_beginning(desk, "post", post_id)
        found = posts.find_post(desk, made)
        check_keeps(desk, found.organisation if found else HUB, act)
        posts.second(desk, made, act)
    _told({"seconded": made}, f"{made} is held.", as_json=as_json)


@post.command()
@_POST
@_KEEPING
@_JSON
def end(post_id: str, *, act: Act, as_json: bool) -> None:
    """End a post; whoever holds no other is signed out."""
    with open_desk(read_settings()) as desk:
        ended = _mine(desk, post_id, act)
        done = posts.end(desk, ended, act)
    if not done:
        stop("This post has ended already.")
    _told({"ended": ended}, f"{ended} has ended.", as_json=as_json)


@click.command()
@_POST
@click.option("--since", type=DAY, required=True, help="The first day away.")
@click.option("--until", type=DAY, required=True, help="The first day back.")
@_KEEPING
@_JSON
def leave(post_id: str, *, since: date, until: date, act: Act, as_json: bool) -> None:
    """Say that a post's holder is away: they read nothing for it on these days."""
    with open_desk(read_settings()) as desk:
        away = _mine(desk, post_id, act)
        leaving.leave(desk, away, since, until, act)
    _told({"away": away, "since": since, "until": until}, f"{away} is on leave.", as_json=as_json)


@click.command()
@_POST
@_KEEPING
@_JSON
def back(post_id: str, *, act: Act, as_json: bool) -> None:
    """End a leave today; whoever covered holds the post no more."""
    with open_desk(read_settings()) as desk:
        here = _mine(desk, post_id, act)
        done = leaving.back(desk, here, act)
    if not done:
        stop("Nobody is on leave from this post.")
    _told({"back": here}, f"{here} is held again.", as_json=as_json)


@click.command()
@_POST
@click.argument("person_id", metavar="PERSON", type=Id())
@click.option("--since", type=DAY, required=True, help="The first day.")
@click.option("--until", type=DAY, required=True, help="The first day on which they cover no more.")
@_TRAINED
@_KEEPING
@_JSON
def cover(
    post_id: str,
    person_id: str,
    *,
    since: date,
    until: date,
    trained_until: date | None,
    act: Act,
    as_json: bool,
) -> None:
    """Let another person hold a post for these days."""
    with open_desk(read_settings()) as desk:
        covered, whose = _mine(desk, post_id, act), by_beginning(desk, "person", person_id)
        made = leaving.cover(desk, covered, whose, since, until, act, trained_until=trained_until)
    _told({"post_id": made, "covers": covered}, f"{made} covers {covered}.", as_json=as_json)


@click.command()
@_POST
@click.option("--until", type=DAY, required=True, help="The last day of the training.")
@_KEEPING
@_JSON
def trained(post_id: str, *, until: date, act: Act, as_json: bool) -> None:
    """Keep until when a post's holder is trained; from the day after they read nothing for it."""
    with open_desk(read_settings()) as desk:
        held = _mine(desk, post_id, act)
        leaving.train(desk, held, until, act)
    _told({"post_id": held, "trained_until": until}, f"{held} is in training until {until}.", as_json=as_json)


def check_keeps(desk: Desk, organisation: str, act: Act) -> None:
    """Stop where whoever acts is by account, and keeps nobody of that organisation."""
    if act.by.person_id is None:
        return
    held = posts.held_on(desk, act.by.person_id, local_day(desk.now()), act.by.how)
    if not may_keep(held.posts, organisation):
        stop("You are no coordinator of that organisation: ask its own, or the hub's.")


def _mine(desk: Desk, typed: str, act: Act) -> UUID:
    """The id of a post that whoever acts keeps; raises UserError."""
    post_id = by_beginning(desk, "post", typed)
    found = posts.find_post(desk, post_id)
    if found is not None:
        _check(desk, found.organisation, found.office, act)
    return post_id


def _check(desk: Desk, organisation: str, office: Office, act: Act) -> None:
    """Stop where whoever acts is by account, and does not keep such posts."""
    if act.by.person_id is None:
        return
    held = posts.held_on(desk, act.by.person_id, local_day(desk.now()), act.by.how)
    if not may_grant(held.posts, organisation, office):
        stop("You are no coordinator of that organisation: ask its own. The hub's grant coordinators' posts there.")


def _told(found: dict[str, object], sentence: str, *, as_json: bool) -> None:
    if as_json:
        document(found)
    else:
        click.echo(sentence)
