"""Every record under the newest key, and every keyed hash under the newest blocking secret: new keys while serving.

Both go batch by batch, beside imports and matching; each batch is a transaction of its own, so the connection must not
be inside one. Cut short, they are run again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from hub.matching.register import renewing_store, store
from hub.matching.register.register import Register
from hub.matching.register.sealing import hashed

BATCH = 500
_PASSES = 5
"""Of re-sealing, which passes over what somebody is writing."""


@dataclass(slots=True)
class Renewed:
    """How far it came."""

    records: int = 0
    left: int = 0
    """Records that are still under another key: somebody wrote them all the while."""
    keys: dict[str, int] = field(default_factory=dict)
    """Key id -> its records; at the end. Of secrets, under no id: the oldest that is held."""


class _Batch(NamedTuple):
    last: int | None
    """The last record id of it; None where no record follows."""
    renewed: int = 0


def reseal(connection: store.Connection, register: Register, batch: int = BATCH) -> Iterator[Renewed]:
    """Seal again what is under an older key; yields after each batch's commit, and at the end.

    A batch locks its rows, and passes over those that somebody is writing: they are written under the current key, or
    found by the next pass. So it waits for nobody, and never deadlocks with an import.
    """
    yield from _walk(
        connection,
        lambda after: _reseal_batch(connection, register, after, batch),
        renewing_store.rows_by_key,
        lambda: register.sealer().current,
        _PASSES,
    )


def rekey(connection: store.Connection, register: Register, batch: int = BATCH) -> Iterator[Renewed]:
    """Make again what was hashed under another secret; yields after each batch's commit, and at the end.

    While two secrets are held, questions ask and imports lock under both, and a record that changes stays under its
    own; so a record is found whichever of them made its hashes. A batch takes the locks of an import.
    """
    yield from _walk(
        connection,
        lambda after: _rekey_batch(connection, register, after, batch),
        renewing_store.rows_by_secret,
        lambda: register.blocker.current,
    )


def _walk(
    connection: store.Connection,
    renew: Callable[[int], _Batch],
    count: Callable[[store.Connection], dict[str, int]],
    current: Callable[[], str],
    passes: int = 1,
) -> Iterator[Renewed]:
    """Renew batch after batch by record id, till a pass finds nothing more to do; then count what each key has."""
    done = Renewed()
    for _ in range(passes):
        before, after = done.records, 0
        while (batch := renew(after)).last is not None:
            after = batch.last
            done.records += batch.renewed
            yield done
        if done.records == before:
            break
    with connection.transaction():
        done.keys = count(connection)
    done.left = sum(records for key_id, records in done.keys.items() if key_id != current())
    yield done


def _reseal_batch(connection: store.Connection, register: Register, after: int, batch: int) -> _Batch:
    with connection.transaction():
        rows = renewing_store.claim_to_reseal(connection, after, register.sealer().current, batch)
        sealed = [(*register.seal_again(register.open(row), row.subject), row.record_id) for row in rows]
        renewing_store.reseal(connection, sealed)
    return _Batch(rows[-1].record_id if rows else None, len(rows))


def _rekey_batch(connection: store.Connection, register: Register, after: int, batch: int) -> _Batch:
    blocker = register.blocker
    with connection.transaction():
        found = renewing_store.to_rekey(connection, after, blocker.current, batch)
        if not found:
            return _Batch(None)
        keys = [key for row in found for key in (row.local_key, *blocker.lock_keys(register.open(row).child()))]
        store.lock(connection, keys)
        rows = store.records(connection, [row.record_id for row in found])  # as they are under the lock
        changes = [_rekeyed(register, row, blocker.current) for row in rows if row.blocking_key_id != blocker.current]
        renewing_store.rekey(connection, changes)
    return _Batch(max(row.record_id for row in found), len(changes))


def _rekeyed(register: Register, row: store.StoredRow, current: str) -> renewing_store.RekeyedRow:
    blocker, opened = register.blocker, register.open(row)
    child, record = opened.child(), opened.record()
    new = hashed(blocker, record, opened.plain, current)
    return renewing_store.RekeyedRow(
        row.record_id,
        row.local_key,
        new.local_key,
        new.content_key,
        current,
        blocker.record_keys(child, row.blocking_key_id or blocker.oldest),
        blocker.record_keys(child, current),
    )
