"""/people/{person}/post: one more post for a colleague."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from hub.console.pages.frame.front import Answer, Asked, Page
from hub.console.pages.frame.shown import NOT_HERE, Sent, Shown
from hub.console.pages.people.found import LONGEST_REASON, do, find
from hub.facts.clock import local_day
from hub.facts.offices import Duty, Office, read_office
from hub.facts.terms import Role
from hub.people.accounts.permissions import Doing, may_grant
from hub.people.accounts.posts import grant


@dataclass(frozen=True, slots=True)
class Granted:
    """A post as the form says it."""

    office: Office
    since: date
    until: date | None
    trained_until: date | None
    reason: str


def offices(asked: Asked, organisation: str) -> list[tuple[str, str]]:
    """What whoever asks may grant there, in words; those who read concerns come first."""
    every: tuple[Office, ...] = (*Role, *Duty)
    return [
        (office.value, asked.say.term("office", office))
        for office in every
        if may_grant(asked.by.posts, organisation, office)
    ]


def read_granted(asked: Asked, organisation: str) -> Granted | None:
    """The form's post; None where something is wrong with it, which the form then says."""
    form, today = asked.form, local_day(asked.now)
    office = read_office(form.value("office"))
    if office is None or not may_grant(asked.by.posts, organisation, office):
        form.wrong("office", "frame.fault.choose")
    since = form.day("since", needed=False) or today
    until, trained_until = form.day("until", needed=False), form.day("trained_until", needed=False)
    if until is not None and until <= since:
        form.wrong("until", "people.fault.until")
    reason = form.one("reason", LONGEST_REASON)
    return Granted(office, since, until, trained_until, reason) if office and not form.faults else None


async def _show(asked: Asked) -> Answer:
    found = await find(asked, to_keep=True)
    if found is None or found.person_id == asked.by.person_id:
        return NOT_HERE
    values = {
        "person": found.listed.person,
        "offices": offices(asked, found.organisation),
        "today": local_day(asked.now),
    }
    return Shown("people/granting.html", values, 422 if asked.form.faults else 200)


async def _grant(asked: Asked) -> Answer:
    found = await find(asked, to_keep=True)
    if found is None or found.person_id == asked.by.person_id:
        return NOT_HERE
    given = read_granted(asked, found.organisation)
    if given is not None:
        act = asked.act(given.reason)
        days = (given.since, given.until, given.trained_until)
        await do(
            asked,
            "office",
            lambda desk: grant(desk, found.person_id, found.organisation, given.office, *days, None, act),
        )
    return await _show(asked) if asked.form.faults else Sent(found.path)


PAGES = (Page("/people/{person_id:uuid}/post", Doing.KEEP_PEOPLE, get=_show, post=_grant),)
