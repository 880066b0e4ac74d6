"""/waiting, /waiting/read, /waiting/done: what came to your posts. The lists open nothing, and name no child."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from hub.console.pages.frame.front import Answer, Asked, Page
from hub.console.pages.frame.shown import Shown
from hub.console.pages.receiving.phrases import say_when
from hub.people.accounts.permissions import Doing
from hub.people.accounts.persons import names_of
from hub.people.desk import Desk
from hub.people.receiving.deadlines import age, in_words
from hub.people.receiving.waiting import Line, Listed, Which, count_waiting, grouped, list_waiting, read_cursor


def _show(which: Which) -> Callable[[Asked], Any]:
    async def show(asked: Asked) -> Answer:
        rules, posts = asked.front.rules, asked.by.recipients()
        after = read_cursor(asked.query.get("after", ""))

        def look(desk: Desk) -> tuple[Listed, int, dict[UUID, str]]:
            found = list_waiting(desk, posts, which, rules, after=after)
            people = {one for line in found.lines for one in (line.handed_by, line.handed_to) if one}
            return found, sum(one.unread for one in count_waiting(desk, posts)), names_of(desk, people)

        listed, unread, names = await asked.desk(look)
        groups = (
            grouped(listed.lines, asked.now, rules).items()
            if which is Which.WAITING
            else [(which, listed.lines)] * bool(listed.lines)
        )
        shown = [(group, [_line(asked, line, names) for line in lines]) for group, lines in groups]
        values = {
            "which": which,
            "groups": shown,
            "unread": unread,
            "after": listed.after.as_text() if listed.after else None,
            "first": after is None,
            "several": len(posts) > 1,
        }
        return Shown("receiving/lists.html", values)

    return show


def _line(asked: Asked, line: Line, names: dict[UUID, str]) -> dict[str, Any]:
    days = asked.front.rules.school_days.get(line.to.organisation)
    return {
        "line": line,
        "came": say_when(asked.say, age(line.came_at, asked.now)),
        "due": say_when(asked.say, in_words(line.deadline, asked.now, days)) if line.deadline else None,
        "handed_to_me": line.handed_to == asked.by.person_id,
        "handed_by": names.get(line.handed_by, "") if line.handed_by else "",
        "handed_to": names.get(line.handed_to, "") if line.handed_to else "",
    }


PAGES = (
    Page("/waiting", Doing.READ, get=_show(Which.WAITING)),
    Page("/waiting/read", Doing.READ, get=_show(Which.READ)),
    Page("/waiting/done", Doing.READ, get=_show(Which.DONE)),
)
