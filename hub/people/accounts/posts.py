"""Posts: what somebody holds, where, and on which days; granted by one person, and where it is much by two.

Whoever calls has asked whether the grantor's own posts allow it (`permissions.may_grant`). Here it is seen to that
nobody grants anything to themselves, and that whoever seconds is neither the grantor nor the holder.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from hub.facts.act import Act, How, Principal, same_person
from hub.facts.clock import local_day
from hub.facts.errors import UserError
from hub.facts.model import Personal, Recipient
from hub.facts.offices import Duty, Office, read_office
from hub.facts.terms import Role
from hub.ledger import kinds
from hub.ledger.store import enter
from hub.people.accounts.persons import find_person, new_id
from hub.people.desk import Desk, Row

POSTS = 50
"""Of one person at once."""
SECONDED = frozenset({Duty.REVIEWER, Duty.SIGNATORY, Duty.COORDINATOR})
"""Offices that two people grant."""


@dataclass(frozen=True, slots=True)
class Post:
    """One office at one organisation; days are London's, `until` is the first on which it is no more held."""

    post_id: UUID
    organisation: str
    office: Office
    since: date
    until: date | None = None
    trained_until: date | None = None
    covers: UUID | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Known(Personal):
    """Somebody whom the hub knows: who, and the posts that they hold today.

    `lapsed`: those whose training has run out, which let their holder read nothing.
    """

    person_id: UUID
    name: str
    organisation: str
    how: How
    posts: tuple[Post, ...]
    lapsed: tuple[Post, ...]
    language: str

    def principal(self) -> Principal:
        """As acts bear them."""
        return Principal(self.person_id, self.name, self.organisation, self.how)

    def recipients(self) -> frozenset[Recipient]:
        """As whom they read what was disclosed."""
        return frozenset(
            Recipient(post.organisation, post.office) for post in self.posts if isinstance(post.office, Role)
        )


@dataclass(frozen=True, slots=True, repr=False)
class SignedIn(Known):
    """The same, by a session of pages."""

    session_id: UUID
    began_at: datetime
    secret: str
    """The session's cookie."""

    def csrf(self) -> str:
        """What forms of this session bear; it still verifies once the session has ended."""
        return csrf_of(self.secret)


def csrf_of(cookie: str) -> str:
    """What forms of the session with this cookie bear."""
    digest = hmac.digest(cookie.encode(), b"csrf", "sha256")
    return urlsafe_b64encode(digest).decode().rstrip("=")


class Held(NamedTuple):
    """Posts of one person on one day."""

    posts: tuple[Post, ...]
    """In force: not on leave, and in training."""
    lapsed: tuple[Post, ...]
    away: tuple[Post, ...]
    """On leave."""

    def __bool__(self) -> bool:
        return bool(self.posts or self.lapsed or self.away)


def held_on(desk: Desk, person_id: UUID, day: date, how: How) -> Held:
    """What a person known in this way holds on a day in London. What waits for a second person's word is not held yet.

    Posts by claim are held only by whom the provider let in: it alone knows who left.
    """
    kept: dict[str, list[Post]] = {"posts": [], "lapsed": [], "away": []}
    for row in desk.rows("posts_held", person=person_id, day=day, by_provider=how is How.PROVIDER):
        post = post_of(row)
        if post is not None:
            state = "away" if row["away"] else "lapsed" if lapsed(post, day) else "posts"
            kept[state].append(post)
    return Held(**{state: tuple(posts) for state, posts in kept.items()})


def lapsed(post: Post, day: date) -> bool:
    """Whether the training that the post asks for has run out by that day."""
    return post.trained_until is not None and post.trained_until < day


def post_of(row: Row) -> Post | None:
    """A row of the table; None where another release wrote an office that this one does not know."""
    office = read_office(row["office"])
    names = ("post_id", "organisation", "since", "until", "trained_until", "covers")
    values: dict[str, Any] = {name: row[name] for name in names}
    return Post(office=office, **values) if office else None


def find_post(desk: Desk, post_id: UUID) -> Post | None:
    """One post, ended or not."""
    row = desk.row("find_post", post=post_id)
    return post_of(row) if row else None


def knows_people(desk: Desk, day: date) -> bool:
    """Whether anybody holds a post: from then on nobody acts by a typed name."""
    return desk.row("anybody_holds", day=day) is not None


def grant(
    desk: Desk,
    person_id: UUID,
    organisation: str,
    office: Office,
    since: date,
    until: date | None,
    trained_until: date | None,
    covers: UUID | None,
    act: Act,
) -> UUID:
    """Give a person a post, which waits for a second person's word where two grant it; raises UserError.

    The first post of a hub is a coordinator's: whoever came before would lock the others out.
    """
    if office is not Duty.COORDINATOR and not knows_people(desk, local_day(act.at)):
        raise UserError("The hub knows nobody yet: grant the first coordinator's post first.")
    post = Post(new_id(desk), organisation, office, since, until, trained_until, covers)
    _check_covering(desk, person_id, post)
    _check_training(desk, person_id, post)
    if office in SECONDED and act.by.how is How.BREAK_GLASS:
        raise UserError("What two people grant is not granted by breaking the glass: sign in.")
    if _is(desk, person_id, act.by):
        raise UserError("Nobody grants a post to themselves: ask another coordinator.")
    keep(desk, person_id, post, act, waits=office in SECONDED)
    return post.post_id


def _check_training(desk: Desk, person_id: UUID, post: Post) -> None:
    """A post that asks for training asks for it of whoever covers, and of the same person when it is granted anew."""
    asked = {"covers": post.covers, "person": person_id, "organisation": post.organisation, "office": post.office.value}
    if post.trained_until is None and desk.rows("trained_before", **asked):
        raise UserError("This post asks for training: say until when theirs lasts.")


def _check_covering(desk: Desk, person_id: UUID, post: Post) -> None:
    """Whoever covers holds the same office at the same place, for days that are said, and nobody covers a cover."""
    if post.covers is None:
        return
    found = desk.row("find_post", post=post.covers)
    if found is None or found["ended_at"] is not None or found["covers"] is not None:
        raise UserError("No such post is held by anybody but for somebody else: `hub people show` names posts.")
    if (found["organisation"], found["office"]) != (post.organisation, post.office) or found["person_id"] == person_id:
        raise UserError("A cover holds the same office at the same organisation, and is another person.")
    if post.until is None:
        raise UserError("Say on which day the cover ends: --until DAY.")


def keep(
    desk: Desk,
    person_id: UUID,
    post: Post,
    act: Act,
    *,
    waits: bool = False,
    from_claim: bool = False,
    from_rules: bool = False,
) -> None:
    """Write a post down; raises UserError where the person has ended, or holds it, or holds too many."""
    _check_new(desk, person_id, post)
    said = desk.evidence.seal_act(act, post.post_id.bytes)
    desk.do(
        "keep_post",
        post=post.post_id,
        person=person_id,
        organisation=post.organisation,
        office=post.office.value,
        since=post.since,
        until=post.until,
        trained_until=post.trained_until,
        covers=post.covers,
        by=act.by.person_id,
        said_key=said.key_id,
        said=said.sealed,
        waits=waits,
        from_claim=from_claim,
        from_rules=from_rules,
        at=act.at,
    )
    facts = {"person_id": str(person_id), "organisation": post.organisation, "office": post.office.value}
    note(desk, post.post_id, "granted", facts, act)


def _check_new(desk: Desk, person_id: UUID, post: Post) -> None:
    if not desk.rows("lock_person", person=person_id):
        raise UserError("No such person is known, or they have ended: see `hub people list`.")
    if post.until is not None and post.until <= post.since:
        raise UserError("A post ends after the day on which it begins: give a later --until.")
    held = desk.rows("posts_unended", person=person_id, day=post.since)
    if len(held) >= POSTS:
        raise UserError(f"One person holds at most {POSTS} posts: end one first.")
    if any((one["organisation"], one["office"]) == (post.organisation, post.office) for one in held):
        raise UserError("They hold that post already: end it first.")


def second(desk: Desk, post_id: UUID, act: Act) -> None:
    """Say as the second person that a post which waits shall be held; raises UserError."""
    found = desk.row("post_waiting", post=post_id)
    if found is None:
        raise UserError("No such post waits for a second person's word.")
    if act.by.how is How.BREAK_GLASS:
        raise UserError("A second person's word is not given by breaking the glass: sign in.")
    grantor = desk.evidence.open_act(found["said_key"], found["said"], post_id.bytes).who
    if same_person(act.by, grantor) or _is(desk, found["person_id"], act.by):
        raise UserError("The second person is neither who granted the post nor who is to hold it.")
    desk.do("second_post", post=post_id, by=act.by.person_id)
    note(desk, post_id, "seconded", {"person_id": str(found["person_id"])}, act)


def is_own(desk: Desk, post_id: UUID, by: Principal) -> bool:
    """Whether a post is that of whoever acts."""
    found = desk.row("find_post", post=post_id)
    return found is not None and _is(desk, found["person_id"], by)


def _is(desk: Desk, person_id: UUID, by: Principal) -> bool:
    """Whether whoever acts is this person; by name, where one was typed."""
    found = find_person(desk, person_id)
    return found is not None and same_person(by, Principal(person_id, found.named.name, found.organisation, How.TOKEN))


def end(desk: Desk, post_id: UUID, act: Act, *, shown: bool = True) -> bool:
    """End a post; whether there was one to end. Whoever holds no other is signed out with their next request.

    `shown`: False where the claim or the file that gave it shows it no more; once it does, it may be given again. What
    a person ended, it does not give again.
    """
    ended = desk.row("end_post", post=post_id, at=act.at, why="by_hand" if shown else "shown_no_more")
    if ended is None:
        return False
    note(desk, post_id, "ended", {"person_id": str(ended["person_id"])}, act)
    return True


def ended_by_hand(desk: Desk, person_id: UUID | None = None) -> set[tuple[UUID, str, str]]:
    """Posts by claim or of the rules' files, of a person or of all, that people ended: person, organisation, office."""
    rows = desk.rows("ended_by_hand", person=person_id)
    return {(row["person_id"], row["organisation"], row["office"]) for row in rows}


def note(desk: Desk, post_id: UUID, action: str, facts: Mapping[str, Any], act: Act) -> None:
    """Write what was done with a post into the ledger."""
    said = desk.evidence.seal_act(act, f"{post_id}|{action}".encode())
    enter(desk.connection, kinds.post(post_id, action, facts, said, desk.stamp(act)))
