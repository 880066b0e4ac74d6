"""Sessions: who is signed in at pages, for how long, and why no more.

A cookie is 32 random bytes, of which only SHA-256 is kept. Posts are read anew each time that a session is found, so
that a post which ended, or a person who did, ends what their sessions may do with the next request.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from hub.facts.act import How
from hub.facts.clock import local_day
from hub.facts.errors import UserError
from hub.ledger import kinds
from hub.ledger.entry import Stamp
from hub.ledger.store import enter
from hub.people.accounts.persons import new_id, open_named
from hub.people.accounts.posts import SignedIn, held_on
from hub.people.desk import Desk, Row

IDLE = timedelta(minutes=15)
WHOLE = timedelta(hours=10)
SESSIONS = 5
"""Of one person at once; who begins another ends the oldest."""
SEEN_EVERY = timedelta(seconds=30)
"""That a session is used is written down at most so often."""
_SECRET_BYTES, COOKIE_LENGTH = 32, 43


@dataclass(frozen=True, slots=True)
class Gone:
    """Nobody is signed in by that. `why`: unknown, or a code of the table's; `person_id`: who was."""

    why: str
    person_id: UUID | None = None


def begin(
    desk: Desk,
    person_id: UUID,
    how: How,
    *,
    provider: str | None,
    provider_session: bytes | None,
    second_factor: str,
    now: datetime,
) -> str:
    """Sign a person in; returns the cookie, 43 base64url characters. Raises UserError where their account has ended."""
    if not desk.rows("lock_person", person=person_id):
        raise UserError("This account has ended: ask your coordinator.")
    _make_room(desk, person_id, now)
    session_id, cookie = new_id(desk), _cookie(desk)
    desk.do(
        "keep_session",
        session=session_id,
        hash=_hash(cookie),
        person=person_id,
        how=how.value,
        provider=provider,
        provider_session=provider_session,
        second_factor=second_factor,
        at=now,
        ends=now + WHOLE,
    )
    enter(desk.connection, kinds.sign_in(session_id, person_id, how.value, _stamp(desk, now)))
    return cookie


def find(desk: Desk, cookie: str, now: datetime) -> SignedIn | Gone:
    """Who is signed in by that cookie, with the posts that they hold today; a session that is over is ended here."""
    if len(cookie) != COOKIE_LENGTH or not cookie.isascii():
        return Gone("unknown")
    row = desk.row("find_session", hash=_hash(cookie))
    if row is None:
        return Gone("unknown")
    if row["ended_why"] is not None:
        return Gone(row["ended_why"], row["person_id"])
    held = held_on(desk, row["person_id"], local_day(now), How(row["how"]))
    why = _over(row, now) or (None if held else "post_ended")
    if why is not None:
        end(desk, row["session_id"], why, now)
        return Gone(why, row["person_id"])
    if now - row["seen_at"] >= SEEN_EVERY:
        desk.do("touch_session", session=row["session_id"], at=now)
    return SignedIn(
        person_id=row["person_id"],
        name=open_named(desk, row).name,
        organisation=row["organisation"],
        how=How(row["how"]),
        posts=held.posts,
        lapsed=held.lapsed,
        language=row["language"],
        session_id=row["session_id"],
        began_at=row["began_at"],
        secret=cookie,
    )


def end(desk: Desk, session_id: UUID, why: str, now: datetime) -> None:
    """End one session; one that has ended stays as it is."""
    _note(desk, desk.rows("end_session", session=session_id, why=why, at=now), why, now)


def end_those(
    desk: Desk,
    *,
    person_id: UUID | None = None,
    provider_session: bytes | None = None,
    why: str,
    now: datetime,
) -> int:
    """End the sessions of a person, or those that began there in one session of the provider's; how many ended.

    Their persons' tokens end with them: a terminal was let in by such a session.
    """
    ended = desk.rows("end_sessions", person=person_id, provider_session=provider_session, why=why, at=now)
    _note(desk, ended, why, now)
    for whose in {person_id, *(row["person_id"] for row in ended)} - {None}:
        desk.do("revoke_person_tokens", person=whose, at=now)
    return len(ended)


def sessions_of(desk: Desk, person_id: UUID, now: datetime) -> list[Row]:
    """Those that go on, the newest first: session_id, how, provider, began_at, seen_at, ends_at."""
    return [row for row in desk.rows("sessions_of", person=person_id) if _over(row, now) is None]


def _make_room(desk: Desk, person_id: UUID, now: datetime) -> None:
    """End those that are over; and of those that go on, the oldest, so that one more is not one too many."""
    going_on = []
    for row in desk.rows("sessions_of", person=person_id):
        why = _over(row, now)
        if why is None:
            going_on.append(row["session_id"])
        else:
            end(desk, row["session_id"], why, now)
    for session_id in going_on[SESSIONS - 1 :]:
        end(desk, session_id, "replaced", now)


def _over(row: Row, now: datetime) -> str | None:
    if row["person_ended_at"] is not None:
        return "person_ended"
    if now >= row["ends_at"]:
        return "too_long"
    return "idle" if now - row["seen_at"] > IDLE else None


def _note(desk: Desk, ended: list[Row], why: str, now: datetime) -> None:
    for row in ended:
        enter(desk.connection, kinds.sign_out(row["session_id"], row["person_id"], why, _stamp(desk, now)))


def _cookie(desk: Desk) -> str:
    return urlsafe_b64encode(desk.evidence.random(_SECRET_BYTES)).decode().rstrip("=")


def _hash(cookie: str) -> bytes:
    return hashlib.sha256(cookie.encode()).digest()


def _stamp(desk: Desk, now: datetime) -> Stamp:
    return Stamp(now, desk.evidence.random(16))
