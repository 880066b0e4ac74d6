"""/reviews: the questions that wait for somebody's desks, the nearest deadline first. It opens nothing."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from hub.console.pages.frame.front import Answer, Asked, Page
from hub.console.pages.frame.shown import NOT_HERE, Shown
from hub.console.pages.reviewing.doing import owners, read_id
from hub.facts.terms import Question
from hub.people.accounts.permissions import Doing, Place
from hub.people.desk import Desk
from hub.people.reviewing.queue import OF_READERS, PAGE, Counts, Waiting, count_for, group, list_for

PATH = "/reviews"


async def _show(asked: Asked) -> Answer:
    typed = asked.query.get("after", "")
    after = _read_after(typed)
    if typed and after is None:
        return NOT_HERE

    def look(desk: Desk) -> tuple[Counts, list[Waiting]]:
        return count_for(desk, owners(asked), asked.now), list_for(desk, owners(asked), after=after)

    counts, found = await asked.desk(look)
    shown, more = found[:PAGE], found[PAGE:]
    groups = [
        (near, [(one, _where(asked, one)) for one in waiting]) for near, waiting in group(shown, asked.now).items()
    ]
    last = f"{shown[-1].due_by.isoformat()}~{shown[-1].task_id}" if more else None
    register = owners(asked) is None
    return Shown("reviewing/queue.html", {"counts": counts, "groups": groups, "last": last, "register": register})


def _where(asked: Asked, one: Waiting) -> str:
    """The page on which a question is answered; what a reader asks, by whoever holds a role of the desk."""
    if one.question == Question.TEXT:
        return f"/texts/{one.task_id}"
    if one.question in OF_READERS and one.ask_id is not None and asked.may(Doing.ANSWER_ASKED, Place(one.owner)):
        return f"/asked/{one.ask_id}"
    return f"{PATH}/{one.task_id}"


def _read_after(typed: str) -> tuple[datetime, UUID] | None:
    moment, _, task = typed.partition("~")
    task_id = read_id(task)
    try:
        due = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return (due, task_id) if task_id is not None and due.tzinfo is not None else None


PAGES = (Page(PATH, Doing.REVIEW, get=_show),)
