"""/looked-at: who looked at what and when, by page, API and command alike; and the list to take away."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from uuid import UUID

from hub.console.pages.frame.form import Form
from hub.console.pages.frame.front import Answer, Asked, Page
from hub.console.pages.frame.shown import NOT_HERE, File, Shown
from hub.facts.act import HUB as THE_HUB
from hub.facts.act import LONGEST_REASON
from hub.facts.clock import LONDON
from hub.people.accounts.permissions import Doing, reach
from hub.people.auditing import LISTED, MOST_EXPORTED, AskedLooks, Looked, export, looks, note_look
from hub.people.desk import Desk
from hub.people.looks import Look

_LONGEST_ID = 60


async def _show(asked: Asked) -> Answer:
    """Looking at who looked is a look itself."""
    try:
        before = _before(asked.query.get("before", ""))
    except ValueError:
        return NOT_HERE
    wanted = _wanted(asked, before)
    if wanted is None:
        return _shown(asked, [], 422)

    def look(desk: Desk) -> list[Looked]:
        note_look(desk, Look("looks", asked.by.organisation), asked.by.principal(), asked.now)
        return looks(desk, wanted, reach(asked.by.posts, Doing.AUDIT))

    return _shown(asked, await asked.desk(look))


async def _take(asked: Asked) -> Answer:
    """The same list as a file, at most `MOST_EXPORTED` rows of it."""
    reason, wanted = asked.form.one("reason", LONGEST_REASON), _wanted(asked, None)
    if wanted is None or asked.form.faults:
        return _shown(asked, [], 422)

    def take(desk: Desk) -> bytes:
        found = looks(desk, wanted, reach(asked.by.posts, Doing.AUDIT), MOST_EXPORTED)
        return export(desk, "looks", found, Looked, asked.act(reason))

    return File("who-looked.csv", "text/csv", await asked.desk(take))


def _wanted(asked: Asked, before: tuple[datetime, UUID] | None) -> AskedLooks | None:
    form = asked.form
    since, until = form.day("since", needed=False), form.day("until", needed=False)
    about, event_id = form.one("about", _LONGEST_ID, needed=False), _read_id(form, "event")
    if about != THE_HUB and about not in asked.front.rules.organisations:
        about = str(_read_id(form, "about") or "")
    if form.faults:
        return None
    return AskedLooks(
        about=about or None,
        event_id=event_id,
        since=datetime.combine(since, time(), LONDON) if since else None,
        until=datetime.combine(until + timedelta(days=1), time(), LONDON) if until else None,
        before=before,
    )


def _read_id(form: Form, name: str) -> UUID | None:
    """An id; None where the field is empty, or holds anything else, which it then says."""
    typed = form.one(name, _LONGEST_ID, needed=False)
    try:
        return UUID(typed) if typed else None
    except ValueError:
        form.wrong(name, "auditing.no_id")
        return None


def _shown(asked: Asked, found: list[Looked], status: int = 200) -> Shown:
    last = found[-1] if len(found) == LISTED else None
    more = f"{last.at:%Y-%m-%dT%H:%M:%S.%fZ}_{last.entry_id}" if last else ""
    kept = [(name, value) for name, value in asked.form.pairs() if name not in {"before", "csrf", "reason"}]
    return Shown("auditing/looked_at.html", {"found": found, "more": more, "kept": kept, "most": MOST_EXPORTED}, status)


def _before(said: str) -> tuple[datetime, UUID] | None:
    """Where the page before ended; raises ValueError for what no page says."""
    if not said:
        return None
    at, _, entry = said.partition("_")
    return datetime.fromisoformat(at), UUID(entry)


PAGE = Page("/looked-at", Doing.AUDIT, get=_show, post=_take, notes=True)
