"""/children: a child's concerns across events, by reference, never content. No address names a child."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from hub.console.pages.frame.front import Answer, Asked, Page
from hub.console.pages.frame.shown import File, Shown
from hub.facts.act import LONGEST_REASON
from hub.facts.errors import UserError
from hub.people.accounts.permissions import Doing, reach
from hub.people.auditing import ChildOf, EventOf, children_of, events_of, export, subject_by
from hub.people.desk import Desk

_LONGEST = 200


@dataclass(frozen=True, slots=True)
class _Found:
    """Whom the reference means, and their events; several children of one event where nobody said which."""

    choose: tuple[ChildOf, ...] = ()
    events: tuple[EventOf, ...] = ()
    file: bytes | None = None


async def _ask(_: Asked) -> Answer:
    return Shown("auditing/children.html", {"found": None})


async def _find(asked: Asked) -> Answer:
    reason = asked.form.one("reason", LONGEST_REASON)
    by_record = asked.form.one("local_id", _LONGEST, needed=False)
    organisation = asked.form.one("organisation", _LONGEST, needed=bool(by_record))
    event = asked.form.one("event", _LONGEST, needed=not by_record)
    if asked.form.faults:
        return Shown("auditing/children.html", {"found": None}, 422)

    def find(desk: Desk) -> _Found:
        if by_record:
            return _events(desk, asked, _of_record(desk, asked, organisation, by_record), reason)
        return _of_event(desk, asked, event, reason)

    try:
        found = await asked.desk(find)
    except UserError:
        field = "local_id" if by_record else "event"
        asked.form.wrong(field, f"auditing.children.unknown_{field}")
        return Shown("auditing/children.html", {"found": None}, 422)
    if found.file is not None:
        return File("events-of-a-child.csv", "text/csv", found.file)
    return Shown("auditing/children.html", {"found": found})


def _of_record(desk: Desk, asked: Asked, organisation: str, local_id: str) -> UUID:
    """The child that an organisation knows by this id; raises UserError, also where the organisation is not theirs."""
    places = reach(asked.by.posts, Doing.AUDIT)
    if places is not None and organisation not in places:
        raise UserError("No record of this organisation bears this local id on the register.")
    return subject_by(desk, asked.front.clerk(desk).register.local_keys(organisation, local_id))


def _of_event(desk: Desk, asked: Asked, event: str, reason: str) -> _Found:
    try:
        event_id = UUID(event)
    except ValueError as error:
        raise UserError("This is no id of an event.") from error
    children = children_of(desk, event_id, reach(asked.by.posts, Doing.AUDIT))
    chosen = [one for one in children if asked.form.value("child") in {"", one.subject} and one.subject_id]
    if len({one.subject_id for one in chosen}) > 1:
        return _Found(choose=tuple(chosen))
    if not chosen or chosen[0].subject_id is None:
        raise UserError("There is no such event of yours, or none of its children is on the register.")
    return _events(desk, asked, chosen[0].subject_id, reason)


def _events(desk: Desk, asked: Asked, subject_id: UUID, reason: str) -> _Found:
    act = asked.act(reason)
    found = events_of(desk, subject_id, reach(asked.by.posts, Doing.AUDIT), act)
    file = export(desk, "child", found, EventOf, act) if asked.form.ticked("take") else None
    return _Found(events=tuple(found), file=file)


PAGE = Page("/children", Doing.AUDIT, get=_ask, post=_find)
