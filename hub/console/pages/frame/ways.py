"""Where each post leads: the pages that the head of every page, and the start page, link to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from hub.people.accounts.permissions import Doing, may
from hub.people.accounts.posts import Post
from hub.people.raising.handing import Raising, places


class Way(NamedTuple):
    """A page that begins something; `key` is of its words, `frame.way.<key>`."""

    path: str
    needs: Doing
    key: str


WAYS = (
    Way("/waiting", Doing.READ, "waiting"),
    Way("/raise", Doing.RAISE, "raise"),
    Way("/asked", Doing.ANSWER_ASKED, "asked"),
    Way("/reviews", Doing.REVIEW, "reviews"),
    Way("/agreements", Doing.SEE_RULES, "agreements"),
    Way("/who-would-hear", Doing.TRY_RULES, "hearing"),
    Way("/coverage", Doing.SEE_RULES, "coverage"),
    Way("/not-shared", Doing.SEE_STORIES, "not_shared"),
    Way("/operations", Doing.OPERATE, "operations"),
    Way("/children", Doing.AUDIT, "children"),
    Way("/looked-at", Doing.AUDIT, "looked_at"),
    Way("/people", Doing.SEE_PEOPLE, "people"),
)


def ways_of(posts: Iterable[Post], raising: Raising | None) -> tuple[Way, ...]:
    """Those that the holder of these posts, all in force, may go; a concern is raised only where the hub signs."""
    held = tuple(posts)
    raises = bool(places(held, raising))
    return tuple(way for way in WAYS if may(held, way.needs) and (raises or way.needs is not Doing.RAISE))
