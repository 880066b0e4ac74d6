"""/asked and /asked/{id}: what readers ask of your organisation about what it told them, and your answer."""

from __future__ import annotations

from hub.console.pages.frame.front import Answer, Asked, Page
from hub.console.pages.frame.shown import NOT_HERE, Sent, Shown
from hub.console.pages.receiving.phrases import say_when
from hub.people.accounts.permissions import Doing, Place, may
from hub.people.receiving.asking_back import answer_asked, asked_of, open_asked
from hub.people.receiving.deadlines import age, in_words
from hub.people.receiving.words import LONGEST


def _organisations(asked: Asked) -> frozenset[str]:
    """Those for which somebody may answer."""
    return frozenset(
        post.organisation for post in asked.by.posts if may([post], Doing.ANSWER_ASKED, Place(post.organisation))
    )


async def _list(asked: Asked) -> Answer:
    found = await asked.desk(lambda desk: asked_of(desk, _organisations(asked)))
    lines = [
        (one, say_when(asked.say, age(one.at, asked.now)), say_when(asked.say, in_words(one.due_by, asked.now, None)))
        for one in found
    ]
    return Shown("receiving/asked_list.html", {"lines": lines})


async def _show(asked: Asked) -> Answer:
    ask_id, by = asked.id("ask_id"), asked.by.principal()
    found = await asked.desk(lambda desk: open_asked(desk, ask_id, _organisations(asked), by, asked.now))
    if found is None:
        return NOT_HERE
    due = say_when(asked.say, in_words(found.due_by, asked.now, None))
    return Shown(
        "receiving/asked.html",
        {"asked": found, "due": due},
        status=422 if asked.form.faults else 200,
    )


async def _answer(asked: Asked) -> Answer:
    ask_id, by = asked.id("ask_id"), asked.by.principal()
    words = asked.form.one("answer", LONGEST)
    if asked.form.faults:
        return await _show(asked)
    said = await asked.desk(lambda desk: answer_asked(desk, ask_id, _organisations(asked), words, by, asked.now))
    return NOT_HERE if said is None else Sent(f"/asked/{ask_id}")


PAGES = (
    Page("/asked", Doing.ANSWER_ASKED, get=_list),
    Page("/asked/{ask_id:uuid}", Doing.ANSWER_ASKED, get=_show, post=_answer),
)
