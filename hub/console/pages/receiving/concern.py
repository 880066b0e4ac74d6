"""/concerns/{id}: one concern on one page, which prints on one sheet; and 'I have read this'.

Opening it is noted with who did, each time. It counts as read only once somebody says so.
"""

from __future__ import annotations

from typing import Any

from hub.console.pages.frame.front import Answer, Asked, Page
from hub.console.pages.frame.shown import NOT_HERE, Sent, Shown
from hub.console.pages.receiving.found import Found, find, open_it, told
from hub.console.pages.receiving.phrases import say_entries, say_item, say_when
from hub.facts.terms import Caveat
from hub.people.accounts.permissions import Doing
from hub.people.receipts import Recorded
from hub.people.receiving.acting import Unticked
from hub.people.receiving.content import documents, lay_out
from hub.people.receiving.deadlines import in_words
from hub.people.receiving.opening import Around, see_answers
from hub.people.receiving.ringing import whom_to_ring
from hub.sharing import RuleSet

TICKS = "handling"


async def _show(asked: Asked) -> Answer:
    found = await find(asked, Doing.READ, words=True)
    return NOT_HERE if found is None else await _opened(asked, found)


async def _opened(asked: Asked, found: Found) -> Answer:
    """The page with what is in it, or that it was taken back."""
    event = await open_it(asked, found)
    if not isinstance(event, dict):
        return event
    if any(one.answered_at for one in found.around.asked):
        await asked.desk(lambda desk: see_answers(desk, found.around.delivery_id, asked.now))
    values = told(asked, found) | sheet(asked, found, event)
    return Shown("receiving/concern.html", values, status=422 if asked.form.faults else 200)


def sheet(asked: Asked, found: Found, event: dict[str, Any]) -> dict[str, Any]:
    """What stands on the sheet: on the page, and in the file that is made of it."""
    data, about, rules = event["data"], found.around, asked.front.rules
    items = data.get("items", {})
    sections = {
        section: [(say_item(asked.say, one.item), say_entries(asked.say, one, asked.now)) for one in laid]
        for section, laid in lay_out(items).items()
    }
    return {
        "data": data,
        "sections": sections,
        "documents": documents(items),
        "ring": whom_to_ring(about.source, items, rules),
        "handling": data.get("handling", []),
        "agreement": _agreement(about, rules),
        "deadline": _deadline(asked, about),
        "earlier": [one for verb in ("recalls", "corrects") for one in data.get(verb, ())],
        "to_tick": sorted(about.caveats - about.acknowledged, key=list(Caveat).index),
    }


def _deadline(asked: Asked, about: Around) -> dict[str, str]:
    """By when it is to be read, and when others are told that nobody did."""
    rules = asked.front.rules
    days = rules.school_days.get(about.to.organisation)
    others = about.came_at + rules.tiers[about.tier].acknowledge_within
    by = about.by or others
    return {
        "by": say_when(asked.say, in_words(by, asked.now, days)),
        "overdue": "yes" if by <= asked.now else "",
        "others": say_when(asked.say, in_words(others, asked.now, None)) if others > asked.now else "",
    }


def _agreement(about: Around, rules: RuleSet) -> dict[str, str] | None:
    """The information sharing protocol by which it came, as the rules of today still have it."""
    if about.isp is None:
        return None
    name, _, version = about.isp.partition("@")
    known = next((isp for isp in rules.isps if isp.id == name and str(isp.version) == version), None)
    return {
        "id": name,
        "version": version,
        "clause": about.clause or "",
        "title": (known.title or "") if known else "",
        "purpose": known.purpose if known else "",
    }


async def _say_read(asked: Asked) -> Answer:
    found = await find(asked, Doing.SAY, words=True)
    if found is None:
        return NOT_HERE
    ticked = asked.form.all_chosen(TICKS, Caveat, needed=False)
    said = await asked.front.recipients.say_read(found.reader, found.around.delivery_id, ticked)
    match said:
        case Recorded():
            return Sent(f"{found.path}/next")
        case Unticked(missing):
            for code in sorted(missing, key=list(Caveat).index):
                asked.form.wrong(
                    f"{TICKS}-{code}", "receiving.fault.tick", sentence=asked.say(f"receiving.caveat.{code}")
                )
            return await _opened(asked, found)
        case _:
            return Sent(found.path)


PAGES = (
    Page("/concerns/{delivery_id:uuid}", Doing.READ, get=_show),
    Page("/concerns/{delivery_id:uuid}/read", Doing.SAY, post=_say_read),
)
