"""/reviews/{task}: why a person is asked; opened, the child beside each one proposed; and the answer."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from hub.console.pages.frame.front import Answer, Asked, Page
from hub.console.pages.frame.shown import NOT_HERE, Sent, Shown
from hub.console.pages.reviewing.doing import MOST_WORDS, OVERTAKEN, done, read_id, task_of
from hub.console.pages.reviewing.laid import lay
from hub.console.pages.reviewing.queue import PATH
from hub.facts.terms import Answer as Word
from hub.facts.terms import Question
from hub.matching.register.beside import Beside
from hub.people.accounts.permissions import Doing
from hub.people.desk import Desk, Row
from hub.people.reviewing.queue import OF_READERS
from hub.people.reviewing.reviews import Answered

_OF_OTHERS = (Word.AGAIN, Word.DONE, Word.NEED_MORE)
_PAGE = "reviewing/review.html"


async def _show(asked: Asked) -> Answer:
    found = await task_of(asked)
    if found is None:
        return NOT_HERE
    if found["cause"] == Question.TEXT:
        return Sent(f"/texts/{found['task_id']}")
    return Shown(_PAGE, _values(found))


async def _open(asked: Asked) -> Answer:
    """The child beside those proposed. Asked for by a form alone: it is read, and the ledger says by whom."""
    found = await task_of(asked)
    if found is None or found["cause"] != Question.MATCH:
        return NOT_HERE
    return OVERTAKEN if found["status"] == "decided" else await _opened(asked, found)


async def _opened(asked: Asked, found: Row) -> Answer:
    task_id: UUID = found["task_id"]
    act = asked.act(f"to answer review {task_id}")

    def look(desk: Desk) -> list[Beside]:
        return asked.front.reviewing(desk).side_by_side(task_id, act)

    def show(beside: list[Beside]) -> Answer:
        values = _values(found) | {"laid": lay(beside), "opened": True}
        return asked.form.again(_PAGE, **values) if asked.form.faults else Shown(_PAGE, values)

    return await done(asked, look, show)


async def _answer(asked: Asked) -> Answer:
    found = await task_of(asked)
    if found is None or found["cause"] in {Question.TEXT, *OF_READERS}:
        return NOT_HERE
    if found["status"] == "decided":
        return OVERTAKEN
    word, subjects = _said(asked, of_child=found["cause"] == Question.MATCH)
    words = asked.form.one("words", MOST_WORDS, needed=False)
    if word is None or asked.form.faults:
        if found["cause"] == Question.MATCH:
            return await _opened(asked, found)
        return asked.form.again(_PAGE, **_values(found))
    task_id: UUID = found["task_id"]
    act = asked.act(f"to answer review {task_id}" + (f": {words}" if words else ""))

    def say(desk: Desk) -> Answered:
        return asked.front.reviewing(desk).answer(task_id, word, subjects, act)

    return await done(asked, say, lambda _: Sent(f"{PATH}/{task_id}"))


def _said(asked: Asked, *, of_child: bool) -> tuple[Word | None, Sequence[UUID]]:
    """The answer that was chosen, and whom it names: `match <id>`, `different <id>`, or a word alone."""
    if not of_child:
        word = asked.form.chosen("answer", Word)
        return (word if word in _OF_OTHERS else None), ()
    typed, _, named = asked.form.value("answer").partition(" ")
    subject = read_id(named) if named else None
    allowed = {Word.MATCH, Word.DIFFERENT} if subject else {Word.DIFFERENT, Word.NOT_ON_REGISTER, Word.NEED_MORE}
    if typed not in allowed or bool(named) != bool(subject):
        asked.form.wrong("answer", "frame.fault.choose")
        return None, ()
    return Word(typed), [subject] if subject else ()


def _values(found: Row) -> dict[str, object]:
    return {
        "found": found,
        "laid": (),
        "opened": False,
        "others": () if found["cause"] in OF_READERS else _OF_OTHERS,
        "then": then(found),
    }


def then(found: Row) -> str:
    """What happens next, as a key; empty while nobody has said anything. What was said is not told while it is open."""
    said = found["answers"]
    if found["status"] != "decided":
        if any(one["counts"] for one in said):
            return "second"
        return "need_more" if said else ""
    verdicts = [one["verdict"] for one in said if one["verdict"] != Word.NEED_MORE]
    return str(verdicts[-1]) if verdicts else "settled"


PAGES = (
    Page(PATH + "/{task_id:uuid}", Doing.REVIEW, get=_show, post=_open),
    Page(PATH + "/{task_id:uuid}/answer", Doing.REVIEW, post=_answer),
)
