"""/texts/{task}: a text that waits for a person: asked for, read with its marks, masked, previewed, answered.

What is shown was opened by a router for this review; here the review key alone is used.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from hub.console.pages.frame.front import Answer, Asked, Page
from hub.console.pages.frame.shown import NOT_HERE, Sent, Shown
from hub.console.pages.reviewing.doing import MOST_WORDS, OVERTAKEN, done, task_of
from hub.console.pages.reviewing.review import then
from hub.facts.act import Act
from hub.facts.terms import Answer as Word
from hub.facts.terms import Question
from hub.people.accounts.permissions import Doing
from hub.people.desk import Desk, Row
from hub.people.reviewing.sentences import read, sentences_of, write
from hub.people.reviewing.texts import Standing
from hub.redaction.passages import Mask, Passage, masked

_PATH = "/texts/{task_id:uuid}"
_PAGE = "reviewing/text.html"
MOST_TICKED = 150
ORIGINAL = "concern.document"
"""The item whose value is no text: only its title can be read here."""
_WORDS = (Word.RELEASE, Word.MASK, Word.LEAVE_OUT, Word.NEED_MORE, Word.AGAIN)
_AGAIN_S = "2"
"""Seconds after which the page that waits for a router looks again."""


async def _show(asked: Asked) -> Answer:
    found = await _text_of(asked)
    if found is None:
        return NOT_HERE
    standing = await asked.desk(lambda desk: asked.front.texts(desk).standing(found["task_id"]))
    waits = standing is Standing.ASKED and found["status"] != "decided"
    return Shown(_PAGE, _values(found) | {"standing": standing}, headers={"refresh": _AGAIN_S} if waits else {})


async def _ask(asked: Asked) -> Answer:
    """Have a router open it."""
    found = await _text_of(asked)
    if found is None:
        return NOT_HERE
    task_id, act = found["task_id"], _act(asked, found)

    def ask(desk: Desk) -> None:
        texts = asked.front.texts(desk)
        failed = texts.standing(task_id) is Standing.FAILED
        texts.ask_to_read(task_id, act, again=failed)

    return await done(asked, ask, lambda _: Sent(f"/texts/{task_id}"))


async def _open(asked: Asked) -> Answer:
    found = await _text_of(asked)
    return NOT_HERE if found is None else await _read(asked, found, _shown_whole)


async def _preview(asked: Asked) -> Answer:
    """As the recipient would read it."""
    found = await _text_of(asked)
    if found is None:
        return NOT_HERE
    masks = _ticked(asked)
    return await _read(asked, found, _shown_whole if asked.form.faults else lambda one: _shown_masked(one, masks))


async def _answer(asked: Asked) -> Answer:
    found = await _text_of(asked)
    if found is None:
        return NOT_HERE
    word, masks = asked.form.chosen("answer", Word), _ticked(asked)
    words = asked.form.one("words", MOST_WORDS, needed=False)
    if word not in _WORDS:
        asked.form.wrong("answer", "frame.fault.choose")
    if word is None or asked.form.faults:
        return await _read(asked, found, _shown_whole)
    task_id, act = found["task_id"], _act(asked, found, words)
    if word is not Word.MASK:
        masks = []

    def say(desk: Desk) -> object:
        return asked.front.reviewing(desk).answer(task_id, word, (), act, masks)

    return await done(asked, say, lambda _: Sent(f"/texts/{task_id}"))


async def _text_of(asked: Asked) -> Row | None:
    found = await task_of(asked)
    return found if found is not None and found["cause"] == Question.TEXT else None


async def _read(asked: Asked, found: Row, show: Callable[[Sequence[Passage]], dict[str, object]]) -> Answer:
    """What was opened, in the ledger as read; `show` says how much of it."""
    if found["status"] == "decided":
        return OVERTAKEN
    task_id: UUID = found["task_id"]
    act = _act(asked, found)

    def shown(passages: list[Passage]) -> Answer:
        values = _values(found) | {"standing": Standing.OPENED} | show(passages)
        return asked.form.again(_PAGE, **values) if asked.form.faults else Shown(_PAGE, values)

    return await done(asked, lambda desk: asked.front.texts(desk).read(task_id, act), shown)


def _shown_whole(passages: Sequence[Passage]) -> dict[str, object]:
    return {"texts": [(one, one.item == ORIGINAL, sentences_of(one)) for one in passages]}


def _shown_masked(passages: Sequence[Passage], masks: Sequence[Mask]) -> dict[str, object]:
    def lines(one: Passage) -> list[str]:
        text: str = masked(one.text, [mask for mask in masks if mask.part == one.part])
        return text.splitlines()

    return {
        "preview": [(one, one.item == ORIGINAL, lines(one)) for one in passages],
        "masks": [write(mask) for mask in masks],
        "word": Word.MASK if masks else Word.RELEASE,
    }


def _ticked(asked: Asked) -> list[Mask]:
    typed = asked.form.many("mask", MOST_TICKED)
    masks = [mask for one in typed if (mask := read(one)) is not None]
    if len(masks) < len(typed):
        asked.form.wrong("mask", "frame.fault.choose")
    return masks


def _act(asked: Asked, found: Row, words: str = "") -> Act:
    return asked.act(f"to answer review {found['task_id']}" + (f": {words}" if words else ""))


def _values(found: Row) -> dict[str, object]:
    stopped = any(one["verdict"] in {Word.RELEASE, Word.MASK} for one in found["answers"])
    return {"found": found, "then": then(found), "texts": (), "preview": (), "masks": (), "word": "", "again": stopped}


PAGES = (
    Page(_PATH, Doing.READ_TEXT, get=_show, post=_ask),
    Page(_PATH + "/open", Doing.READ_TEXT, post=_open),
    Page(_PATH + "/preview", Doing.READ_TEXT, post=_preview),
    Page(_PATH + "/answer", Doing.READ_TEXT, post=_answer),
)
