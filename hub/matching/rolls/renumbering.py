"""Superseded numbers into the register, and what was joined on them looked at again; in the caller's transaction.

First all rows of a list are kept, chunk by chunk, so that each later look knows all that it says; then what waits is
looked at, batch by batch. Cut short, it is run again: what is known is passed over, what waits still waits.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple
from uuid import UUID

from hub.facts.model import Personal
from hub.matching.deciding.blocking import KEY_BYTES, Key
from hub.matching.deciding.decision import DECISION_VERSION, Rule, SubjectKey
from hub.matching.deciding.renumbered import MOST_TIED, Number, Renumbering, Ties
from hub.matching.register import changes_store, numbers_store, reviews_store, store, writing_store
from hub.matching.register.numbers_store import HeldRow, NewRow, Waiting
from hub.matching.register.pool import Pool
from hub.matching.register.records import OpenedRecord
from hub.matching.register.register import Register
from hub.matching.register.sealing import Prepared, prepare
from hub.matching.register.writing_store import NewReview
from hub.matching.rolls.joining import Placement, revisit
from hub.matching.rolls.number_list import Superseded
from hub.matching.rolls.row import Rejected

CHUNK = 500
_Pair = tuple[Number, Number]
_TOO_MANY = f"its numbers are tied to more than {MOST_TIED} others, and no child has so many"


@dataclass(slots=True)
class Kept:
    """What became of the rows. Each row is counted once, so the other counts and the rejected add up to `rows`."""

    rows: int = 0
    added: int = 0
    updated: int = 0
    """Known already, with another day."""
    unchanged: int = 0
    rejected: list[Rejected] = field(default_factory=list)


@dataclass(frozen=True, slots=True, repr=False)
class Held(Personal):
    """What the register holds under some numbers, locked and opened."""

    numbers: frozenset[Number]
    """Those asked, and all that are tied to them."""
    rows: Sequence[store.StoredRow]
    records: Sequence[Prepared]
    """Of these rows."""
    pool: Pool

    @property
    def subjects(self) -> list[UUID]:
        """Children who hold one of the numbers, and whoever is like them."""
        return [_id(subject) for subject in self.pool.subjects()]


class Settled(NamedTuple):
    """What came of looking at records again."""

    asked: int = 0
    """Records that a person is asked about."""
    left: tuple[int, ...] = ()
    """Those of them that left a subject which they had joined by a number alone."""


def chunks(rows: Iterable[Superseded | Rejected], kept: Kept) -> Iterator[list[Superseded]]:
    """Rows in chunks; what is wrong with one goes into `kept`. A pair given again with another day is rejected."""
    seen: dict[tuple[str, str], tuple[int, int]] = {}
    source = iter(rows)
    while chunk := list(islice(source, CHUNK)):
        kept.rows += len(chunk)
        fresh: list[Superseded] = []
        for row in chunk:
            if isinstance(row, Rejected):
                kept.rejected.append(row)
                continue
            day = row.since.toordinal()
            line, first = seen.setdefault((row.old, row.new), (row.line, day))
            if first == day:
                fresh.append(row)
            else:
                kept.rejected.append(Rejected(row.line, f"old and new were given with another day on line {line}"))
        yield fresh


def keep(connection: store.Connection, register: Register, rows: Sequence[Superseded], kept: Kept) -> list[int]:
    """Keep these rows under every secret; returns the ids of those that are new or have another day."""
    blocker = register.blocker
    listed = [
        _Row(row, tuple(zip(blocker.number_keys(row.old), blocker.number_keys(row.new), strict=True))) for row in rows
    ]
    fresh = _not_held(listed, _held(connection, listed), kept)
    every = {number for one in fresh for pair in one.pairs for number in pair}
    if not every:
        return []
    store.lock(connection, _keys(every, numbers_store.tied(connection, every)))
    ties = Ties(numbers_store.tied(connection, every))  # as it is under the lock
    held = _held(connection, fresh)
    ids = iter(numbers_store.next_ids(connection, len(fresh)))
    changed: list[int] = []
    written: dict[_Pair, NewRow] = {}
    for one in fresh:
        if not all(ties.add(*pair) for pair in one.pairs):
            kept.rejected.append(Rejected(one.row.line, _TOO_MANY))
            continue
        known = next((held[pair] for pair in one.pairs if pair in held), None)
        same = known is not None and known.since == one.row.since
        kept.added += known is None
        kept.unchanged += same
        kept.updated += known is not None and not same
        number = known.renumbering_id if known else next(ids)
        for key_id, pair in zip(blocker.key_ids, one.pairs, strict=True):
            held[pair] = HeldRow(number, *pair, one.row.since)
            written[pair] = NewRow(number, key_id, *pair, one.row.since)
        changed += [] if same else [number]
    numbers_store.add(connection, list(written.values()))
    return changed


def hold(connection: store.Connection, register: Register, waiting: Sequence[Waiting]) -> Held:
    """Lock and open the records that hold numbers which wait, or numbers that these are tied to."""
    asked = {number for one in waiting for number in (*one.old, *one.new)}
    tied = numbers_store.tied(connection, asked)
    numbers = frozenset(asked.union(*(one[:2] for one in tied)))
    rows = _locked(connection, register, numbers, tied)
    records = [_prepared(register, row) for row in rows]
    followed = register.follow(connection, [one.child for one in records])
    records = [one.asking_also(followed.keys(one.child)) for one in records]
    pool = register.pool(
        connection,
        [one.keys for one in records],
        [key for one in records for key in one.local_keys],
        register.blocker.name_keys(one.child for one in records),
        followed,
    )
    return Held(numbers, rows, records, pool)


def settle(connection: store.Connection, register: Register, held: Held) -> Settled:
    """Records stay where they are, unless they joined by a number that tells nothing any more.

    Where a renumbering ties one to another subject, a person is asked. Nothing of a restricted subject is looked at.
    """
    pool = held.pool
    by_number = _joined_by_number(connection, held.rows)
    asked_of = _asked_of(connection, held.rows)
    placed: list[tuple[store.StoredRow, OpenedRecord, Placement]] = []
    for row, record in zip(held.rows, held.records, strict=True):
        own = pool.records(row.subject)
        if any(one.opened.restricted for one in own):
            continue
        found = revisit(
            record,
            row.subject,
            pool,
            register.new_subject,
            by_number=row.record_id in by_number,
            asked=asked_of.get(row.subject, set()),
        )
        if found.review is not None:
            placed.append((row, register.open(row), found))
            for candidate in found.review.candidates:
                asked_of.setdefault(candidate.bytes, set()).add(row.subject)
    return Settled(len(placed), _write(connection, register, placed))


# --- steps ----------------------------------------------------------------------------------------------------------


class _Row(NamedTuple):
    """A row, and what stands for its two numbers under each secret."""

    row: Superseded
    pairs: tuple[_Pair, ...]

    def __repr__(self) -> str:
        return "<_Row redacted>"


def _held(connection: store.Connection, rows: Iterable[_Row]) -> dict[_Pair, HeldRow]:
    known = numbers_store.held(connection, {old for one in rows for old, _ in one.pairs})
    return {(one.old, one.new): one for one in known}


def _not_held(rows: Sequence[_Row], held: Mapping[_Pair, HeldRow], kept: Kept) -> list[_Row]:
    """Rows that are not known as they are under every secret; the others are counted as unchanged."""
    fresh = [one for one in rows if any(pair not in held or held[pair].since != one.row.since for pair in one.pairs)]
    kept.unchanged += len(rows) - len(fresh)
    return fresh


def _id(subject: SubjectKey) -> UUID:
    return UUID(bytes=subject)


def _keys(numbers: Iterable[Number], tied: Iterable[Renumbering]) -> set[Key]:
    """Keys of these numbers, and of all that are tied to them: what an import of a child with one of them locks."""
    return {number[:KEY_BYTES] for number in {*numbers, *(number for one in tied for number in one[:2])}}


def _locked(
    connection: store.Connection, register: Register, numbers: Collection[Number], tied: Iterable[Renumbering]
) -> list[store.StoredRow]:
    """Records that hold one of these numbers, under the locks of an import.

    One that an import wrote while this waited for the locks was placed by it with these numbers known.
    """
    keys = _keys(numbers, tied)
    seen: dict[int, store.StoredRow] = {}
    locks = set(keys)
    for row in numbers_store.holders(connection, keys):
        child = register.open(row).child()
        if any(number in numbers for token in child.identifiers for number in register.blocker.number_keys(token)):
            seen[row.record_id] = row
            locks |= {row.local_key, *register.blocker.lock_keys(child)}
    store.lock(connection, locks)
    return [row for row in store.records(connection, list(seen)) if row == seen[row.record_id]]


def _prepared(register: Register, row: store.StoredRow) -> Prepared:
    return prepare(register.open(row).record(), register.blocker).as_held({row.local_key}, register.blocker)


def _joined_by_number(connection: store.Connection, rows: Sequence[store.StoredRow]) -> set[int]:
    """Ids of the records that last joined the subject that they are in by an identifier."""
    last = {one.record_id: one for one in changes_store.joins(connection, [row.record_id for row in rows])}
    return {
        row.record_id
        for row in rows
        if (one := last.get(row.record_id)) and (one.subject_id, one.rule) == (_id(row.subject), Rule.IDENTIFIER)
    }


def _asked_of(connection: store.Connection, rows: Sequence[store.StoredRow]) -> dict[SubjectKey, set[SubjectKey]]:
    """Subject -> those of which a person is asked already whether they are the same child, whichever of both asks."""
    subjects = {_id(row.subject) for row in rows}
    open_ = reviews_store.claim_reviews(connection, (), [row.record_id for row in rows], subjects)
    owners = {one.record_id: one.subject for one in store.records(connection, {one.record_id for one in open_})}
    found: dict[SubjectKey, set[SubjectKey]] = {}
    for one in open_:
        for candidate in one.candidates:
            if own := owners.get(one.record_id):
                found.setdefault(own, set()).add(candidate.bytes)
                found.setdefault(candidate.bytes, set()).add(own)
    return found


def _write(
    connection: store.Connection, register: Register, placed: Sequence[tuple[store.StoredRow, OpenedRecord, Placement]]
) -> tuple[int, ...]:
    """Write who left and what a person is asked; returns ids of the records that left."""
    gone = [(row, opened, found.subject) for row, opened, found in placed if found.subject != row.subject]
    writing_store.move(
        connection, [(row.record_id, subject, *register.seal_again(opened, subject)) for row, opened, subject in gone]
    )
    writing_store.open_reviews(
        connection,
        [
            NewReview(
                row.record_id,
                found.subject,
                found.review.candidates,
                found.review.guards,
                DECISION_VERSION,
                found.review.score,
            )
            for row, _, found in placed
            if found.review is not None
        ],
    )
    return tuple(row.record_id for row, _, _ in gone)
