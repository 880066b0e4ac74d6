"""What somebody is about to raise: kept sealed from page to page, theirs alone, for three days, then gone."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from hub.facts.model import Personal
from hub.people.desk import Desk, Row
from hub.people.raising.questions import NOTHING_YET, Answers, unanswered

KEPT = timedelta(days=3)
MOST = 10
"""That one person may have begun and not sent."""
LARGEST = 262_144
"""Bytes of answers."""


class TooMany(Exception):
    """Somebody has begun as many as they may, and sent none of them."""


class Settled(Exception):
    """It was sent, or is being sent: its answers stay as they are."""


class TooLong(Exception):
    """The answers are longer than one concern may be."""


@dataclass(frozen=True, slots=True, repr=False)
class Begun(Personal):
    """One that somebody began: what was answered so far; `event_id` once it was sent. `sent_at` fixes its bytes."""

    raising_id: UUID
    organisation: str
    began_at: datetime
    answers: Answers
    sent_at: datetime | None
    event_id: UUID | None


def begin(desk: Desk, raising_id: UUID, person_id: UUID, organisation: str) -> UUID:
    """Begin one, and return its id; raises TooMany where the person has too many open."""
    if len(begun_by(desk, person_id)) >= MOST:
        raise TooMany
    now = desk.now()
    said = desk.evidence.seal("{}", raising_id.bytes)
    desk.do(
        "begin_raising",
        raising=raising_id,
        person=person_id,
        organisation=organisation,
        key=said.key_id,
        sealed=said.sealed,
        now=now,
        ends=now + KEPT,
    )
    return raising_id


def begun_by(desk: Desk, person_id: UUID) -> Sequence[Begun]:
    """What the person began and did not send, the newest first."""
    return [_opened(desk, row) for row in desk.rows("raisings_of", person=person_id)]


def find(desk: Desk, raising_id: UUID, person_id: UUID) -> Begun | None:
    """One of the person's own; None where there is none, or its time is over."""
    row = desk.row("raising", raising=raising_id, person=person_id)
    return _opened(desk, row) if row else None


def change(desk: Desk, raising_id: UUID, person_id: UUID, how: Callable[[Answers], Answers]) -> Answers:
    """Keep other answers, made of those that are kept now; raises TooLong, or Settled where it is being sent."""
    row = desk.row("lock_raising", raising=raising_id, person=person_id)
    if row is None or row["sent_at"] is not None:
        raise Settled
    answers = how(_opened(desk, row).answers)
    text = json.dumps(answers.as_json(), ensure_ascii=False)
    if len(text.encode()) > LARGEST:
        raise TooLong
    said = desk.evidence.seal(text, raising_id.bytes)
    desk.do("keep_raising", raising=raising_id, key=said.key_id, sealed=said.sealed)
    return answers


def settle(desk: Desk, raising_id: UUID, person_id: UUID) -> Begun | None:
    """Fix what is sent, and when: asked again, it is the same record. None where there is none any more.

    One in which something is unanswered stays open.
    """
    row = desk.row("settle_raising", raising=raising_id, person=person_id)
    if row is None:
        return None
    found = _opened(desk, row)
    if found.event_id is None and unanswered(found.answers):
        reopen(desk, raising_id)
        return replace(found, sent_at=None)
    return found


def reopen(desk: Desk, raising_id: UUID) -> None:
    """It was refused: what is mended goes at another time."""
    desk.do("reopen_raising", raising=raising_id)


def drop(desk: Desk, raising_id: UUID) -> bool:
    """Forget one that was not sent; whether it is gone."""
    return bool(desk.rows("drop_raising", raising=raising_id))


def _opened(desk: Desk, row: Row) -> Begun:
    sealed = row["sealed"]
    answers = (
        Answers(json.loads(desk.evidence.open(row["key"], sealed, row["raising_id"].bytes))) if sealed else NOTHING_YET
    )
    return Begun(row["raising_id"], row["organisation"], row["began_at"], answers, row["sent_at"], row["event_id"])
