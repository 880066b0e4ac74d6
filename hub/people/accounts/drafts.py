"""Drafts: what somebody had typed when their session ended, kept for an hour and given back once to the same person."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from hub.people.accounts.persons import new_id
from hub.people.desk import Desk

KEPT = timedelta(hours=1)
LARGEST = 65_536
"""Bytes of a form, names and values."""
DRAFTS = 5
"""Of a person at once, one a page; the oldest goes."""
Form = Mapping[str, Sequence[str]]


def keep_draft(desk: Desk, person_id: UUID, path: str, form: Form, now: datetime) -> bool:
    """Keep what was typed into the form of a page; whether it is kept, which it is unless it is too large."""
    typed = (part for name, values in form.items() for value in values for part in (name, value))
    if sum(len(part.encode(errors="replace")) for part in typed) > LARGEST:
        return False
    text = json.dumps({name: list(values) for name, values in form.items()}, ensure_ascii=False)
    draft_id = new_id(desk)
    sealed = desk.evidence.seal(text, _bound(draft_id, person_id, path))
    desk.do("drop_drafts", person=person_id, path=path, others=DRAFTS - 1)
    desk.do(
        "keep_draft",
        draft=draft_id,
        person=person_id,
        path=path,
        key=sealed.key_id,
        sealed=sealed.sealed,
        at=now,
        ends=now + KEPT,
    )
    return True


def take_draft(desk: Desk, person_id: UUID, path: str, now: datetime) -> dict[str, list[str]] | None:
    """What that person had typed there, for the last time; None where there is nothing, or it is too old."""
    row = desk.row("take_draft", person=person_id, path=path)
    if row is None or now >= row["ends_at"]:
        return None
    text = desk.evidence.open(row["key_id"], row["sealed"], _bound(row["draft_id"], person_id, path))
    form: dict[str, list[str]] = json.loads(text)
    return form


def _bound(draft_id: UUID, person_id: UUID, path: str) -> bytes:
    return draft_id.bytes + person_id.bytes + path.encode()
