"""Subjects split, merged and joined by a person, and each of these undone.

Every change holds the locks that imports take for the records it is about, so that no import undoes or doubles it. The
seal of a record is bound to its subject: a record that moves is sealed again. Who may do this, and the ledger, are the
caller's (`hub.people.register`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import product
from typing import Any, NamedTuple
from uuid import UUID

from hub.facts.errors import Overtaken, UserError
from hub.matching.deciding.decision import DECISION_VERSION
from hub.matching.deciding.guards import Guard
from hub.matching.register import changes_store, store, writing_store
from hub.matching.register.changes_store import ChangeRow
from hub.matching.register.records import OpenedRecord
from hub.matching.register.register import Register
from hub.matching.register.reviews_after_changes import Move, touch_reviews

MOST_RECORDS = 1_000
"""Of the subjects of one change."""
_HASH = 16


class Kind(StrEnum):
    """What a person did."""

    SPLIT = "split"
    MERGE = "merge"
    JOIN = "join"
    DIFFERENT = "different"
    NEED_MORE = "need_more"
    UNDO = "undo"
    PROPOSE = "propose"
    """Two subjects are one child, by the word of the first of two people: nothing moves yet."""


class Member(NamedTuple):
    """A record of a subject, opened."""

    record_id: int
    local_key: bytes
    subject: UUID
    opened: OpenedRecord

    def __repr__(self) -> str:
        return "<Member redacted>"


@dataclass(frozen=True, slots=True)
class Change:
    """A change that was made and is not kept yet. Ids alone: no personal data."""

    change_id: int
    kind: Kind
    records: tuple[int, ...]
    before: Mapping[str, list[int]]
    after: Mapping[str, list[int]]
    restricted: bytes
    undoes: int | None = None
    review_id: int | None = None
    reviews: Mapping[str, Any] = field(default_factory=dict)
    given_up: tuple[UUID, UUID] | None = None
    """A subject id that no record bears any more, and the one that follows it."""
    divided: UUID | None = None
    """The subject under which records lay together that are apart now: what was routed by it may be wrong."""
    divided_since: datetime | None = None
    """When they came together, where a change says so."""
    asked: int = 0
    """Reviews opened because of it."""


def split(
    connection: store.Connection,
    register: Register,
    subject_id: UUID,
    named: Collection[tuple[str, str]],
    now: datetime,
) -> Change:
    """Make the named records (organisation, local id) a subject of their own, judged apart from the rest."""
    held = hold(connection, register, [subject_id])[subject_id]
    moved = [one for one in held if (one.opened.organisation, one.opened.local_id) in named]
    rest = [one for one in held if one not in moved]
    if not held:
        raise UserError("There is no subject of this id on the register.")
    if not moved or len(moved) != len(set(named)):
        raise UserError("A record that was named is not this subject's: `hub subjects show --open` lists its records.")
    if not rest:
        raise UserError("These are all of the subject's records: leave at least one where it is.")
    change_id, new = changes_store.next_change(connection), UUID(bytes=register.new_subject())
    moves = [(one.record_id, subject_id, new) for one in moved]
    _move(connection, register, moved, new)
    judge_apart(connection, moved, rest, change_id, now)
    reviews = touch_reviews(connection, moves)
    return made(register, change_id, Kind.SPLIT, held, moves, reviews=reviews, divided=subject_id)


def merge(connection: store.Connection, register: Register, into: UUID, other: UUID, *, anyway: bool = False) -> Change:
    """Make two subjects one, under the first one's id. `anyway`: although a person or a roll says that they are two."""
    if into == other:
        raise UserError("These are one subject already: name two.")
    held = hold(connection, register, [into, other])
    if not held[into] or not held[other]:
        raise UserError("There is no subject of one of these ids on the register.")
    change_id = changes_store.next_change(connection)
    tie(connection, held[into], held[other], change_id, anyway=anyway)
    moves = [(one.record_id, other, into) for one in held[other]]
    _move(connection, register, held[other], into)
    reviews = touch_reviews(connection, moves)
    everyone = [*held[into], *held[other]]
    return made(register, change_id, Kind.MERGE, everyone, moves, reviews=reviews, given_up=(other, into))


def propose(connection: store.Connection, register: Register, tried: Change) -> Change:
    """That two subjects are one child, by the word of the first of two people. `tried`: so made, and rolled back."""
    held = [one for some in hold(connection, register, map(UUID, tried.before)).values() for one in some]
    made_id = changes_store.next_change(connection)
    return made(register, made_id, Kind.PROPOSE, held, [], review_id=tried.review_id)


def undo(connection: store.Connection, register: Register, change_id: int) -> Change:
    """Put back what a change moved, judged and answered; not where it was undone or a later change lies over it."""
    old = changes_store.change(connection, change_id)
    if old is None:
        raise UserError("There is no change of this id: `hub subjects show` lists a subject's changes.")
    if old.kind in {Kind.UNDO, Kind.NEED_MORE}:
        raise UserError("There is nothing to undo in this: split or merge anew.")
    _check_not_undone(old)
    moves = [(record_id, there, here) for record_id, here, there in moves_of(old.before, old.after)]
    held = hold(connection, register, {*map(UUID, old.before), *map(UUID, old.after)})
    members = {one.record_id: one for some in held.values() for one in some}
    _check_undoable(register, old, moves, members, held)
    made_id = changes_store.next_change(connection)
    for record_id, _, here in moves:
        _move(connection, register, [members[record_id]], here)
    changes_store.withdraw_change(connection, made_id, change_id)
    reviews = touch_reviews(connection, moves, old.reviews)
    given_up, divided = None, None
    if old.kind == Kind.SPLIT:
        given_up = (moves[0][1], moves[0][2])
    elif moves:
        divided = moves[0][1]
    asked = _ask_about_newcomers(connection, old, held, moves) if divided else 0
    return made(
        register,
        made_id,
        Kind.UNDO,
        [*members.values()],
        moves,
        undoes=change_id,
        reviews=reviews,
        given_up=given_up,
        divided=divided,
        divided_since=old.changed_at if divided else None,
        asked=asked,
    )


def keep(
    connection: store.Connection, change: Change, deliveries: Sequence[UUID], told: tuple[str, bytes], now: datetime
) -> None:
    """Write a change down for good. `told`: key id and sealed word of who did it and why."""
    row = ChangeRow(
        change.change_id,
        change.kind.value,
        change.undoes,
        change.review_id,
        list(change.records),
        change.before,
        change.after,
        change.reviews,
        list(deliveries),
        now,
        change.restricted,
        *told,
        undone=False,
    )
    if not changes_store.keep_change(connection, row):
        raise Overtaken("This change was undone already.")


# --- what the kinds of change share ---------------------------------------------------------------------------------


def hold(connection: store.Connection, register: Register, subject_ids: Iterable[UUID]) -> dict[UUID, list[Member]]:
    """Lock all records of these subjects against imports and other changes; returns them, opened."""
    wanted = list(dict.fromkeys(subject_ids))
    seen = _members(connection, register, wanted)
    keys = [key for one in seen for key in (one.local_key, *register.blocker.lock_keys(one.opened.child()))]
    if len(seen) > MOST_RECORDS:
        raise UserError(f"These subjects have more than {MOST_RECORDS} records: that is no child; look at the rolls.")
    store.lock(connection, keys)
    if _members(connection, register, wanted) != seen:
        raise Overtaken(
            "These records were changed at this moment by somebody else: look at them again, and run the command again."
        )
    return {subject: [one for one in seen if one.subject == subject] for subject in wanted}


def tie(
    connection: store.Connection,
    some: Sequence[Member],
    others: Sequence[Member],
    change_id: int,
    *,
    anyway: bool,
    restricted: bool = False,
) -> None:
    """Refuse to make one child of these, or take back what speaks against it. `restricted`: that was looked at."""
    if not restricted and any(one.opened.restricted for one in (*some, *others)):
        raise UserError("One of these records is restricted: it is never tied to another identity.")
    apart = changes_store.judged_of(connection, [one.local_key for one in some])
    if any(other.local_key in apart.get(one.local_key, ()) for one, other in product(some, others)) and not anyway:
        raise UserError("A person judged these to be two children: undo that, or give --anyway if it was wrong.")
    lists = {one.opened.organisation for one in some} & {one.opened.organisation for one in others}
    if lists and not anyway:
        raise UserError("One organisation lists these as two children: give --anyway if its roll is wrong.")
    changes_store.withdraw(connection, change_id, [one.local_key for one in some], [one.local_key for one in others])


def judge_apart(
    connection: store.Connection, some: Iterable[Member], others: Iterable[Member], change_id: int, now: datetime
) -> None:
    """Keep that these are two children, whichever of the two asks."""
    keys = [(one.local_key, other.local_key) for one, other in product(list(some), list(others))]
    changes_store.judge_apart(connection, [*keys, *((other, one) for one, other in keys)], change_id, now)


def join(connection: store.Connection, register: Register, moved: Sequence[Member], to: UUID) -> list[Move]:
    """Give records to a subject."""
    _move(connection, register, moved, to)
    return [(one.record_id, one.subject, to) for one in moved]


def made(
    register: Register, change_id: int, kind: Kind, held: Sequence[Member], moves: Sequence[Move], **facts: Any
) -> Change:
    """A change from who was where, and who moved."""
    to = {record_id: there for record_id, _, there in moves}
    before: dict[str, list[int]] = {}
    after: dict[str, list[int]] = {}
    for one in held:
        before.setdefault(str(one.subject), []).append(one.record_id)
        after.setdefault(str(to.get(one.record_id, one.subject)), []).append(one.record_id)
    records = tuple(sorted(one.record_id for one in held))
    return Change(change_id, kind, records, before, after, restricted_hashes(register, held)[0], **facts)


def moves_of(before: Mapping[str, Sequence[int]], after: Mapping[str, Sequence[int]]) -> list[Move]:
    """Records that a change moved, with the subjects that they left and joined."""
    was = {record_id: UUID(subject) for subject, records in before.items() for record_id in records}
    return [
        (record_id, was[record_id], UUID(subject))
        for subject, records in after.items()
        for record_id in records
        if was[record_id] != UUID(subject)
    ]


def restricted_hashes(register: Register, held: Iterable[Member]) -> tuple[bytes, ...]:
    """Which of these records are restricted, in a form that tells only whether that changed: under each secret.

    The current secret's first, which is kept; a change may have been kept under one of the others.
    """
    text = "|".join(f"{one.record_id}{'r' if one.opened.restricted else ''}" for one in sorted(held))
    return register.blocker.digests("restricted", text, _HASH)


def _members(connection: store.Connection, register: Register, subject_ids: Sequence[UUID]) -> list[Member]:
    return [
        Member(row.record_id, row.local_key, UUID(bytes=row.subject), register.open(row))
        for row in store.members(connection, subject_ids)
    ]


def _move(connection: store.Connection, register: Register, members: Sequence[Member], to: UUID) -> None:
    writing_store.move(
        connection, [(one.record_id, to.bytes, *register.seal_again(one.opened, to.bytes)) for one in members]
    )


def _check_not_undone(old: ChangeRow) -> None:
    if old.undone:
        raise Overtaken("This change was undone already.")


def _check_undoable(
    register: Register,
    old: ChangeRow,
    moves: Sequence[Move],
    members: Mapping[int, Member],
    held: Mapping[UUID, Sequence[Member]],
) -> None:
    for record_id, there, here in moves:
        if (
            record_id not in members
            or members[record_id].subject != there
            or (old.kind == Kind.SPLIT and not held[here])
        ):
            raise UserError("A later change lies over this one: undo that first.")
    if old.kind != Kind.SPLIT:
        return
    together = [*(members[record_id] for record_id, _, _ in moves), *held[moves[0][2]]]
    if not any(one.opened.restricted for one in together):
        return
    same = [members[record_id] for record_id in old.records if record_id in members]
    if len(same) != len(together) or old.restricted not in restricted_hashes(register, same):
        raise UserError("One of these records is restricted now: it is never tied to another identity.")


def _ask_about_newcomers(
    connection: store.Connection, old: ChangeRow, held: Mapping[UUID, Sequence[Member]], moves: Sequence[Move]
) -> int:
    """Records that joined the merged subject in the meantime stay in it, and may belong to the other."""
    there, here = moves[0][1], moves[0][2]
    known = set(old.records)
    newcomers = [one for one in held[there] if one.record_id not in known and not one.opened.restricted]
    why = [Guard.DIVIDED.value]
    writing_store.open_reviews(
        connection,
        [writing_store.NewReview(one.record_id, there.bytes, [here], why, DECISION_VERSION, 0.0) for one in newcomers],
    )
    return len(newcomers)
