"""/events/{event_id}: who was told what, when and why: whole for its source, a recipient's own part for theirs."""

from __future__ import annotations

from typing import Any

from hub.console.pages.frame.front import Answer, Asked, Page
from hub.console.pages.frame.shown import NOT_HERE, Shown
from hub.facts.outcome import Treatment
from hub.people.accounts.permissions import Doing, reach
from hub.people.auditing import note_look
from hub.people.clauses import item_words, treatment_words
from hub.people.desk import Desk, Row
from hub.people.looks import Look
from hub.people.story import seen_by, tell


async def _show(asked: Asked) -> Answer:
    event_id = asked.id("event_id")

    def look(desk: Desk) -> Row | None:
        places = reach(asked.by.posts, Doing.SEE_STORIES)
        found = tell(desk, event_id, places)
        seen = seen_by(found, places) if found else None
        if seen is not None:
            note_look(desk, Look("story", str(event_id), event_id), asked.by.principal(), asked.now)
        return seen

    story = await asked.desk(look)
    if story is None:
        return NOT_HERE
    told = [(one, _told(one["released"]), item_words(one["withheld"])) for one in story["decisions"]]
    return Shown("agreements/story.html", {"story": story, "decisions": told, "whole": story.get("whole", True)})


def _told(released: dict[str, Any]) -> list[tuple[str, str]]:
    found: dict[Treatment, list[str]] = {}
    for item, how in released.items():
        found.setdefault(Treatment.from_json(how), []).append(item)
    return [(treatment_words(treatment), item_words(items)) for treatment, items in found.items()]


PAGE = Page("/events/{event_id:uuid}", Doing.SEE_STORIES, get=_show)
