"""/: who you are here, and what waits in each of your posts. It counts, and opens nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.console.pages.frame.front import Answer, Asked, Page
from hub.console.pages.frame.shown import Shown
from hub.people.accounts.permissions import Doing, reach
from hub.people.desk import Desk
from hub.people.entering.passkeys import passkeys_of
from hub.people.operating.troubles import Trouble
from hub.people.operating.troubles import counts as troubles
from hub.people.receiving.asking_back import asked_of
from hub.people.receiving.waiting import count_waiting
from hub.people.reviewing.queue import count_for, owners_of

_TOLD = timedelta(days=7)
"""For how long the start page says that a passkey was added."""


@dataclass(frozen=True, slots=True)
class Waits:
    """How much waits on a page: lines of words by key and number; whether some of it is late."""

    lines: tuple[tuple[str, int], ...]
    late: bool = False

    @property
    def count(self) -> int:
        """Together."""
        return sum(count for _, count in self.lines)


async def _show(asked: Asked) -> Answer:
    waits = await asked.desk(lambda desk: dict(_counted(desk, asked)))
    added = await asked.desk(lambda desk: _passkey_added(desk, asked))
    held = [(post, "") for post in asked.by.posts] + [(post, "lapsed") for post in asked.by.lapsed]
    return Shown("home/start.html", {"held": held, "lapsed": asked.by.lapsed, "waits": waits, "added": added})


def _passkey_added(desk: Desk, asked: Asked) -> datetime | None:
    """When the newest passkey of whoever asks was made, for as long as they should hear of it."""
    newest = max((one.made_at for one in passkeys_of(desk, asked.by.person_id)), default=None)
    return newest if newest is not None and asked.now - newest < _TOLD else None


def _counted(desk: Desk, asked: Asked) -> Iterator[tuple[str, Waits]]:
    """By the key of the page that it waits on."""
    posts = asked.by.posts
    if asked.may(Doing.READ):
        counts = count_waiting(desk, asked.by.recipients())
        unread, answered = sum(one.unread for one in counts), sum(one.answered for one in counts)
        yield "waiting", Waits((("unread", unread), ("answered", answered)))
    if asked.may(Doing.ANSWER_ASKED):
        open_ones = asked_of(desk, reach(posts, Doing.ANSWER_ASKED) or ())
        yield "asked", Waits((("open", len(open_ones)),), late=any(one.due_by < asked.now for one in open_ones))
    if asked.may(Doing.REVIEW):
        found = count_for(desk, owners_of(posts), asked.now)
        yield "reviews", Waits(tuple(found._asdict().items()), late=found.overdue > 0)
    if asked.may(Doing.OPERATE):
        by_kind = troubles(desk, reach(posts, Doing.OPERATE))
        lines = tuple((trouble.value, count) for trouble, count in by_kind.items())
        yield "operations", Waits(lines, late=by_kind[Trouble.LATE] > 0)


PAGE = Page("/", None, get=_show)
