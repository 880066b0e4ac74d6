"""/concerns/{id}/not-ours and /concerns/{id}/ask: a question to the source, with a clock. Neither opens the concern."""

from __future__ import annotations

from hub.console.pages.frame.front import Answer, Asked, Handler, Page
from hub.console.pages.frame.shown import NOT_HERE, Sent, Shown
from hub.console.pages.receiving.found import Found, find, told
from hub.facts.terms import Question
from hub.people.accounts.permissions import Doing
from hub.people.receiving.asking_back import Sent as Asking
from hub.people.receiving.asking_back import TooMany, ask_back
from hub.people.receiving.words import LONGEST


def _page(asked: Asked, found: Found, kind: Question) -> Shown:
    values = told(asked, found) | {"kind": kind}
    return Shown("receiving/asking.html", values, status=422 if asked.form.faults else 200)


def _show(kind: Question) -> Handler:
    async def show(asked: Asked) -> Answer:
        found = await find(asked, Doing.SAY)
        if found is None:
            return NOT_HERE
        return Sent(found.path) if found.around.taken_back_at is not None else _page(asked, found, kind)

    return show


def _ask(kind: Question) -> Handler:
    async def ask(asked: Asked) -> Answer:
        found = await find(asked, Doing.SAY)
        if found is None:
            return NOT_HERE
        words = asked.form.one("words", LONGEST)
        if asked.form.faults:
            return _page(asked, found, kind)
        rules = asked.front.rules
        said = await asked.desk(
            lambda desk: ask_back(desk, found.reader, found.around.delivery_id, kind, words, rules, asked.now)
        )
        match said:
            case Asking():
                return Sent(f"{found.path}/next")
            case TooMany():
                asked.form.wrong("words", "receiving.fault.too_many")
                return _page(asked, found, kind)
            case _:
                return Sent(found.path)

    return ask


PAGES = tuple(
    Page(f"/concerns/{{delivery_id:uuid}}/{path}", Doing.SAY, get=_show(kind), post=_ask(kind))
    for path, kind in (("not-ours", Question.NOT_OURS), ("ask", Question.MORE))
)
