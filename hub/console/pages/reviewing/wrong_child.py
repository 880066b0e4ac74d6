"""/wrong-child/{event}/{child}: a child of a decided concern was taken for another; who was told is shown first."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from hub.console.pages.frame.front import Answer, Asked, Page
from hub.console.pages.frame.shown import NOT_HERE, Sent, Shown
from hub.console.pages.reviewing.doing import MOST_WORDS, done, owners, read_id
from hub.facts.terms import Tier
from hub.people.accounts.permissions import Doing
from hub.people.desk import Desk
from hub.people.reviewing.child import Child
from hub.people.reviewing.following import Told, told_of
from hub.people.reviewing.queue import owns

_PATH = "/wrong-child/{event_id:uuid}/{subject}"
_PAGE = "reviewing/wrong_child.html"


class _Found(NamedTuple):
    """Who was told, and whether it takes two reviewers to name the right child."""

    told: tuple[Told, ...]
    two: bool


async def _show(asked: Asked) -> Answer:
    found = await _found(asked)
    if found is None:
        return NOT_HERE
    return Shown(_PAGE, _values(asked, found))


async def _say(asked: Asked) -> Answer:
    found = await _found(asked)
    if found is None:
        return NOT_HERE
    words = asked.form.one("words", MOST_WORDS)
    typed = asked.form.value("right").strip()
    right = read_id(typed) if typed else None
    if typed and right is None:
        asked.form.wrong("right", "reviewing.fault.id")
    if not asked.form.ticked("sure"):
        asked.form.wrong("sure", "reviewing.fault.sure")
    if asked.form.faults:
        return asked.form.again(_PAGE, **_values(asked, found))
    child, act = _child(asked), asked.act(words)

    def say(desk: Desk) -> None:
        asked.front.reviewing(desk).mistaken(child, right, act)

    return await done(asked, say, lambda _: Sent(f"/wrong-child/{child.event_id}/{child.subject}?said=yes"))


async def _found(asked: Asked) -> _Found | None:
    """Who was told of this child; None where there is no such child, or its source is another's desk."""
    child = _child(asked)

    def look(desk: Desk) -> _Found | None:
        found = desk.row("source_of_child", event=child.event_id, subject=child.subject)
        if found is None or not owns(owners(asked), found["source"]):
            return None
        two = Tier(found["tier"]) in asked.front.reviewing(desk).seconded
        return _Found(told_of(desk, [child]), two)

    return await asked.desk(look)


def _child(asked: Asked) -> Child:
    return Child(asked.id("event_id"), asked.path["subject"])


def _values(asked: Asked, found: _Found) -> dict[str, object]:
    event: UUID = asked.id("event_id")
    called_back = [one for one in found.told if one.arrived]
    stopped = [one for one in found.told if not one.arrived]
    said = asked.query.get("said") == "yes"
    return {
        "event_id": event,
        "child": asked.path["subject"],
        "called_back": called_back,
        "stopped": stopped,
        "said": said,
        "two": found.two,
    }


PAGES = (Page(_PATH, Doing.REVIEW, get=_show, post=_say),)
