"""Which post may do what: the one table, for pages and commands alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from hub.facts.act import HUB
from hub.facts.offices import Duty, Office
from hub.facts.terms import Role
from hub.people.accounts.posts import Post


class Doing(StrEnum):
    """What a page or a command lets somebody do."""

    READ = "read"
    SAY = "say"
    EXPORT = "export"
    RAISE = "raise"
    ANSWER_ASKED = "answer_asked"
    REVIEW = "review"
    READ_TEXT = "read_text"
    CHANGE_REGISTER = "change_register"
    SEE_RULES = "see_rules"
    TRY_RULES = "try_rules"
    SIGN = "sign"
    SEE_STORIES = "see_stories"
    KEEP_PEOPLE = "keep_people"
    SEE_PEOPLE = "see_people"
    OPERATE = "operate"
    AUDIT = "audit"
    MAKE_KEYS = "make_keys"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is: an organisation, and the role at it where only that role may."""

    organisation: str
    role: Role | None = None


_OF_A_ROLE = frozenset({Doing.READ, Doing.SAY, Doing.EXPORT})
"""What whoever holds the very role at the very organisation may."""
_OF_ANY_ROLE = frozenset({Doing.RAISE, Doing.ANSWER_ASKED})
_OF_A_DUTY: Mapping[Duty, frozenset[Doing]] = {
    Duty.REVIEWER: frozenset({Doing.REVIEW, Doing.READ_TEXT, Doing.CHANGE_REGISTER}),
    Duty.IG_OFFICER: frozenset({Doing.SEE_RULES, Doing.TRY_RULES, Doing.SEE_STORIES, Doing.SEE_PEOPLE}),
    Duty.SIGNATORY: frozenset({Doing.SEE_RULES, Doing.SIGN}),
    Duty.OPERATOR: frozenset({Doing.OPERATE, Doing.MAKE_KEYS}),
    Duty.AUDITOR: frozenset({Doing.AUDIT, Doing.SEE_RULES}),
    Duty.COORDINATOR: frozenset({Doing.KEEP_PEOPLE, Doing.SEE_PEOPLE}),
}
_FROM_THE_HUB = frozenset(
    {Doing.REVIEW, Doing.READ_TEXT, Doing.CHANGE_REGISTER, Doing.OPERATE, Doing.AUDIT, Doing.SEE_STORIES}
)
"""What a post at the hub itself lets somebody do for every organisation."""


def may(posts: Iterable[Post], doing: Doing, place: Place | None = None) -> bool:
    """Whether one of these posts, all in force, lets its holder do this there (None: anywhere at all)."""
    return any(_lets(post, doing, place) for post in posts)


def may_keep(posts: Iterable[Post], organisation: str) -> bool:
    """Whether one of these posts lets its holder make and end persons there, and second what its coordinator grants.

    Its own coordinator's does, and that of the hub's: a small organisation has no two.
    """
    held = tuple(posts)
    return any(may(held, Doing.KEEP_PEOPLE, Place(one)) for one in (organisation, HUB))


def may_grant(posts: Iterable[Post], organisation: str, office: Office) -> bool:
    """Whether one of these posts lets its holder grant this one, or end it, or say who is away from it.

    The hub's own coordinators make those of every organisation, and nobody else there.
    """
    held = tuple(posts)
    return may(held, Doing.KEEP_PEOPLE, Place(organisation)) or (
        office is Duty.COORDINATOR and may(held, Doing.KEEP_PEOPLE, Place(HUB))
    )


def _lets(post: Post, doing: Doing, place: Place | None) -> bool:
    here = place is None or post.organisation == place.organisation
    if isinstance(post.office, Role):
        exactly = place is None or place.role in (None, post.office)
        return here and (doing in _OF_ANY_ROLE or (doing in _OF_A_ROLE and exactly))
    if doing not in _OF_A_DUTY[post.office]:
        return False
    return here or (post.organisation == HUB and doing in _FROM_THE_HUB)


def reach(posts: Iterable[Post], doing: Doing) -> frozenset[str] | None:
    """The organisations for which these posts, all in force, let their holder do this; None: for every one."""
    lending = [post for post in posts if _lets(post, doing, None)]
    if doing in _FROM_THE_HUB and any(post.organisation == HUB and isinstance(post.office, Duty) for post in lending):
        return None
    return frozenset(post.organisation for post in lending)
