"""/posts/{post}/...: leave and back, cover, training, the second person's word, and the end of a post."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from uuid import UUID

from hub.console.pages.frame.front import Answer, Asked, Page
from hub.console.pages.frame.shown import NOT_HERE, Sent, Shown
from hub.console.pages.people.found import LONGEST_REASON, MOST, Holding, do, find_post
from hub.facts.clock import local_day
from hub.people.accounts import posts
from hub.people.accounts.leave import LONGEST_DAYS, back, cover, leave, train
from hub.people.accounts.permissions import Doing
from hub.people.accounts.persons import persons_of
from hub.people.desk import Desk

Work = Callable[[Desk], object]
Read = Callable[[Asked, Holding], Awaitable[Work | None]]
"""What a form says is to be done; None where something is wrong with it, which the form then says."""


async def _leave(asked: Asked, holding: Holding) -> Work | None:
    since, until = asked.form.day("since"), asked.form.day("until")
    if since and until and not 0 < (until - since).days <= LONGEST_DAYS:
        asked.form.wrong("until", "people.fault.leave", most=LONGEST_DAYS)
    if asked.form.faults or since is None or until is None:
        return None
    return lambda desk: leave(desk, holding.post.post, since, until, asked.act("leave entered by the coordinator"))


async def _back(asked: Asked, holding: Holding) -> Work | None:
    return lambda desk: back(desk, holding.post.post, asked.act("back at work"))


async def _cover(asked: Asked, holding: Holding) -> Work | None:
    form, who = asked.form, asked.form.value("who")
    since, until = form.day("since", needed=False) or local_day(asked.now), form.day("until")
    trained_until = form.day("trained_until", needed=False)
    if who not in {value for value, _ in await _colleagues(asked, holding)}:
        form.wrong("who", "frame.fault.choose")
    if until and until <= since:
        form.wrong("until", "people.fault.until")
    if form.faults or until is None:
        return None
    act, person_id = asked.act("cover while the holder is away"), UUID(who)
    return lambda desk: cover(desk, holding.post.post, person_id, since, until, act, trained_until=trained_until)


async def _train(asked: Asked, holding: Holding) -> Work | None:
    until = asked.form.day("trained_until")
    if until is None:
        return None
    return lambda desk: train(desk, holding.post.post, until, asked.act("training entered by the coordinator"))


async def _end(asked: Asked, holding: Holding) -> Work | None:
    reason = asked.form.one("reason", LONGEST_REASON)
    return None if asked.form.faults else lambda desk: posts.end(desk, holding.post.post, asked.act(reason))


async def _second(asked: Asked, holding: Holding) -> Work | None:
    return lambda desk: posts.second(desk, holding.post.post, asked.act("the second person's word"))


async def _colleagues(asked: Asked, holding: Holding) -> list[tuple[str, str]]:
    """Who may cover: everybody of the organisation but the holder, and whoever asks."""
    out = {holding.found.person_id, asked.by.person_id}
    found = await asked.desk(lambda desk: persons_of(desk, holding.post.organisation, MOST))
    return [(str(one.person_id), one.named.name) for one in found if one.person_id not in out]


def _pages(name: str, read: Read) -> Page:
    """The form of one change, and the change. Nobody changes their own post."""

    async def shown(asked: Asked, holding: Holding) -> Answer:
        values = {
            "name": name,
            "post": holding.post,
            "person": holding.found.listed.person,
            "colleagues": await _colleagues(asked, holding) if read is _cover else [],
        }
        return Shown("people/holding.html", values, 422 if asked.form.faults else 200)

    async def show(asked: Asked) -> Answer:
        holding = await _others(asked)
        return NOT_HERE if holding is None else await shown(asked, holding)

    async def change(asked: Asked) -> Answer:
        holding = await _others(asked)
        if holding is None:
            return NOT_HERE
        work = await read(asked, holding)
        if work is not None:
            await do(asked, "reason", work)
        return await shown(asked, holding) if asked.form.faults else Sent(holding.found.path)

    return Page(f"/posts/{{post_id:uuid}}/{name}", Doing.KEEP_PEOPLE, get=show, post=change)


async def _others(asked: Asked) -> Holding | None:
    holding = await find_post(asked)
    return None if holding is None or holding.found.person_id == asked.by.person_id else holding


PAGES = (
    _pages("leave", _leave),
    _pages("back", _back),
    _pages("cover", _cover),
    _pages("training", _train),
    _pages("end", _end),
    _pages("second", _second),
)
