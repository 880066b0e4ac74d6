"""/people/add: a colleague whom the hub does not know yet, with their first post."""

from __future__ import annotations

from uuid import UUID

from hub.console.pages.frame.front import Answer, Asked, Page
from hub.console.pages.frame.shown import NOT_HERE, Sent, Shown
from hub.console.pages.people.found import do, organisations
from hub.console.pages.people.granting import Granted, offices, read_granted
from hub.console.pages.people.person import read_named
from hub.facts.clock import local_day
from hub.people.accounts.permissions import Doing, may_keep
from hub.people.accounts.persons import Named, add_person, check_free
from hub.people.accounts.posts import grant
from hub.people.desk import Desk


def _organisation(asked: Asked) -> str | None:
    """Where somebody is added; None where whoever asks keeps nobody there."""
    given = asked.form.value("organisation") or next(iter(organisations(asked)), "")
    known = given in organisations(asked)
    return given if known and may_keep(asked.by.posts, given) else None


async def _show(asked: Asked) -> Answer:
    organisation = _organisation(asked)
    if organisation is None:
        return NOT_HERE
    values = {"of": organisation, "offices": offices(asked, organisation), "today": local_day(asked.now)}
    return Shown("people/add.html", values, 422 if asked.form.faults else 200)


async def _add(asked: Asked) -> Answer:
    organisation = _organisation(asked)
    if organisation is None:
        return NOT_HERE
    named, granted = read_named(asked), read_granted(asked, organisation)
    if asked.form.faults or granted is None:
        return await _show(asked)
    made = await do(asked, "name", lambda desk: _made(desk, asked, organisation, named, granted))
    return Sent(f"/people/{made}") if made else await _show(asked)


def _made(desk: Desk, asked: Asked, organisation: str, named: Named, granted: Granted) -> UUID:
    """The new person's id; a form that is sent twice adds nobody twice."""
    check_free(desk, organisation, named.name)
    act = asked.act(granted.reason)
    person_id = add_person(desk, organisation, named.name, named.telephone, named.email, act)
    grant(
        desk,
        person_id,
        organisation,
        granted.office,
        granted.since,
        granted.until,
        granted.trained_until,
        None,
        act,
    )
    return person_id


PAGES = (Page("/people/add", Doing.KEEP_PEOPLE, get=_show, post=_add),)
