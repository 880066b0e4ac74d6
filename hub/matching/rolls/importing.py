"""Rolls into the register, chunk by chunk, each in a transaction of its own.

An import that was cut short is run again: what it did is found unchanged, and what did not change is not written. Who
is absent from a full roll ends only after all its rows were placed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice

from hub.facts.errors import UserError
from hub.facts.terms import Relationship
from hub.matching.deciding.blocking import Blocker
from hub.matching.deciding.decision import DECISION_VERSION, TOO_LITTLE
from hub.matching.register import store, writing_store
from hub.matching.register.numbers import Followed
from hub.matching.register.pool import HeldRecord, Pool
from hub.matching.register.register import Register
from hub.matching.register.sealing import Prepared, prepare
from hub.matching.register.writing_store import NewJoin, NewReview, RecordRow
from hub.matching.rolls.joining import Placement, place, replace
from hub.matching.rolls.leaving import Allowance, end, find_absent
from hub.matching.rolls.row import Rejected, Roll, RollRow

CHUNK = 500
PATIENCE = 5_000
"""Milliseconds that an import waits for another of the same organisation's."""

_Held = dict[bytes, tuple[store.StoredRow, HeldRecord]]
"""Look-up hash -> a record as the register has it."""


@dataclass(slots=True)
class Tally:
    """What became of the rows. Each row is counted once, so the other counts and the rejected add up to `rows`."""

    rows: int = 0
    added: int = 0
    """New records that are a subject of their own."""
    linked: int = 0
    """New records that joined a subject."""
    updated: int = 0
    unchanged: int = 0
    review: int = 0
    """New or changed records that a person is asked about; till then each is a subject of its own or stays in it."""
    rejected: list[Rejected] = field(default_factory=list)
    unused: dict[str, list[int]] = field(default_factory=dict)
    """Column -> lines of rows that were taken without it, because nothing could be made of what it holds."""
    reopened: int = 0
    """Of the updated and for review: those whose relationship had ended and goes on again."""
    ended: int = 0
    """Records absent from a full roll, whose relationship ended with the day before."""
    kept: int = 0
    """Records absent from it that were not ended, because a row that names nobody may be theirs."""
    unspoken: dict[str, int] = field(default_factory=dict)
    """Relationship of pupils -> open records that were not ended, because a full roll lists nobody of that one."""


def import_roll(
    connection: store.Connection,
    register: Register,
    roll: Roll,
    organisation: str,
    usual: Relationship | None,
    allowance: Allowance | None,
    patience: int = PATIENCE,
) -> Iterator[Tally]:
    """Import an organisation's roll; yields the running tally after each commit.

    With an `allowance` the roll is full: who is absent from it ends, or UserError refuses the roll before anything
    changes. Without one it is a list of changes. An organisation imports one roll at a time: UserError for the second.
    """
    with store.importing(connection, organisation, patience) as alone:
        if not alone:
            raise UserError(f"A roll of {organisation} is being imported just now: try again when that has ended.")
        today, tally = register.today(), Tally()
        gone: list[int] = []
        if allowance is not None:
            listed = roll.listed(usual)
            absent = find_absent(connection, register.blocker, listed, organisation, allowance, today)
            gone, tally.unspoken = absent.record_ids, dict(absent.unspoken)
            if absent.nameless:
                gone, tally.kept = [], len(gone)
        yield from import_rows(connection, register, roll.rows(organisation, usual, today), tally)
        for start in range(0, len(gone), CHUNK):
            with connection.transaction():
                tally.ended += end(connection, register, gone[start : start + CHUNK], today)
            yield tally


def import_rows(
    connection: store.Connection,
    register: Register,
    rows: Iterable[RollRow | Rejected],
    tally: Tally | None = None,
) -> Iterator[Tally]:
    """Import; yields the running tally after each chunk's commit. A local id that comes again is rejected.

    The connection must not be inside a transaction. Several imports may run at once.
    """
    tally, today = tally or Tally(), register.today()
    # By keyed hashes, of which a row has one for each secret: one may be made in the midst of this.
    seen: dict[bytes, int] = {}
    source = iter(rows)
    while chunk := list(islice(source, CHUNK)):
        tally.rows += len(chunk)
        fresh: list[Prepared] = []
        for row in chunk:
            if isinstance(row, Rejected):
                tally.rejected.append(row)
                continue
            prepared = prepare(row.record, register.blocker)
            before = next((seen[key] for key in prepared.local_keys if key in seen), None)
            if before is not None:  # perhaps on the same line: a Common Transfer File may be all one line
                tally.rejected.append(Rejected(row.line, f"local_id was used before, on line {before}"))
            else:
                seen[prepared.local_key] = row.line
                fresh.append(prepared)
                for column in row.unused:
                    tally.unused.setdefault(column, []).append(row.line)
        with connection.transaction():
            _import_chunk(connection, register, fresh, tally, today)
        yield tally


def _import_chunk(
    connection: store.Connection, register: Register, rows: Sequence[Prepared], tally: Tally, today: date
) -> None:
    rows = _changed(connection, register, rows, tally)
    if not rows:
        return
    followed = register.follow(connection, [row.child for row in rows])
    store.lock(connection, _lock_keys(register, rows, followed))
    rows = _changed(connection, register, rows, tally)  # another import may have written them while this one waited
    blocker = register.blocker
    held = _held(connection, register, rows)
    rows = [row.kept_restricted(held, blocker) if _stays_restricted(row, held) else row for row in rows]
    old_keys = {
        key: blocker.record_keys(old.child, row.blocking_key_id or blocker.oldest) for key, (row, old) in held.items()
    }
    rows, pool = _pool_of(connection, register, rows, old_keys.values())
    ids = iter(writing_store.next_ids(connection, len(rows) - len(held)))
    added: list[RecordRow] = []
    placed: list[tuple[int, Placement]] = []
    changed: list[tuple[RecordRow, Sequence[bytes]]] = []
    for row in rows:
        if row.local_key in held:
            stored, old = held[row.local_key]
            placement = replace(row, stored.subject, old, pool, register.new_subject)
            changed.append((register.seal(row, stored.record_id, placement.subject), old_keys[row.local_key]))
            placed.append((stored.record_id, placement))
            tally.updated += placement.review is None
            tally.reopened += _has_ended(stored.end_date, today) and not _has_ended(row.record.end, today)
        else:
            placement = place(row, pool, register.new_subject)
            added.append(register.seal(row, next(ids), placement.subject))
            placed.append((added[-1].record_id, placement))
            tally.added += placement.joined is None and placement.review is None
            tally.linked += placement.joined is not None
        tally.review += placement.review is not None
    writing_store.insert(connection, added)
    writing_store.update(connection, changed)
    _note(connection, placed)


def _pool_of(
    connection: store.Connection, register: Register, rows: Sequence[Prepared], old_keys: Iterable[Sequence[bytes]]
) -> tuple[list[Prepared], Pool]:
    """Whoever the rows may be, as the register stands under the lock; and the rows as they ask for them."""
    followed = register.follow(connection, [row.child for row in rows])
    asking = [row.asking_also(followed.keys(row.child)) for row in rows]
    local_keys = [key for row in asking for key in row.local_keys]
    names = register.blocker.name_keys(row.child for row in asking)
    return asking, register.pool(connection, [*(row.keys for row in asking), *old_keys], local_keys, names, followed)


def _changed(
    connection: store.Connection, register: Register, rows: Sequence[Prepared], tally: Tally
) -> list[Prepared]:
    """Rows that the register lacks or has otherwise; the rest is counted as unchanged."""
    known = store.content_keys(connection, [key for row in rows for key in row.local_keys])
    rows = [row.as_held(known, register.blocker) for row in rows]
    changed = [row for row in rows if not _is_known(row, known, register.blocker)]
    tally.unchanged += len(rows) - len(changed)
    return changed


def _is_known(row: Prepared, known: Mapping[bytes, bytes], blocker: Blocker) -> bool:
    content = known.get(row.local_key)
    if content is None or content == row.content_key:
        return content is not None
    return row.record.restricted is None and content == row.kept_restricted(known, blocker).content_key


def _held(connection: store.Connection, register: Register, rows: Sequence[Prepared]) -> _Held:
    return {
        key: (row, HeldRecord(opened := register.open(row), opened.child()))
        for key, row in store.stored(connection, [row.local_key for row in rows]).items()
    }


def _stays_restricted(row: Prepared, held: _Held) -> bool:
    """Whether its child is restricted, and the roll does not say whether it still is."""
    return row.record.restricted is None and row.local_key in held and held[row.local_key][1].opened.restricted


def _has_ended(end: date | None, today: date) -> bool:
    return end is not None and end < today


def _lock_keys(register: Register, rows: Sequence[Prepared], followed: Followed) -> Iterator[bytes]:
    for row in rows:
        yield from row.local_keys
        yield from register.blocker.lock_keys(row.child)
        yield from followed.keys(row.child)


def _note(connection: store.Connection, placed: Sequence[tuple[int, Placement]]) -> None:
    """Write down why records joined, and what a person is asked."""
    joins, reviews = [], []
    for record_id, placement in placed:
        if (joined := placement.joined) is not None and joined.rule is not None:
            joins.append(NewJoin(record_id, placement.subject, joined.rule.value, DECISION_VERSION, joined.score))
        if (review := placement.review) is not None:
            why = review.guards or (TOO_LITTLE,)
            reviews.append(
                NewReview(record_id, placement.subject, review.candidates, why, DECISION_VERSION, review.score)
            )
    writing_store.note_joins(connection, joins)
    writing_store.open_reviews(connection, reviews)
