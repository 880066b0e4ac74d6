"""Every keyed hash of the register under the current blocking secret, batch by batch, beside imports and matching.

While two secrets are held, questions ask and imports lock under both, and a record that changes stays under its own; so
a record is found whichever of them made its hashes. A batch takes the locks of an import. Cut short, it is run again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from hub.matching.register import changes_store, store
from hub.matching.register.register import Register
from hub.matching.register.sealing import hashed

BATCH = 500


@dataclass(slots=True)
class Rekeyed:
    """How far it came."""

    records: int = 0
    left: int = 0
    secrets: dict[str, int] = field(default_factory=dict)
    """Secret's id -> records whose hashes it made; at the end. Under none: the oldest that is held."""


def rekey(connection: store.Connection, register: Register, batch: int = BATCH) -> Iterator[Rekeyed]:
    """Make again what was hashed under another secret; yields after each batch's commit, and at the end.

    The connection must not be inside a transaction.
    """
    done, after = Rekeyed(), 0
    while (last := _rekey_batch(connection, register, after, batch, done)) is not None:
        after = last
        yield done
    with connection.transaction():
        done.secrets = changes_store.rows_by_secret(connection)
    done.left = sum(count for key_id, count in done.secrets.items() if key_id != register.blocker.current)
    yield done


def _rekey_batch(connection: store.Connection, register: Register, after: int, batch: int, done: Rekeyed) -> int | None:
    """The last record id of a batch, or None where no record follows."""
    blocker = register.blocker
    with connection.transaction():
        found = changes_store.to_rekey(connection, after, blocker.current, batch)
        if not found:
            return None
        keys = [key for row in found for key in (row.local_key, *blocker.lock_keys(register.open(row).child()))]
        store.lock(connection, keys)
        rows = changes_store.records(connection, [row.record_id for row in found])  # as they are under the lock
        changes = [_changed(register, row, blocker.current) for row in rows if row.blocking_key_id != blocker.current]
        changes_store.rekey(connection, changes)
    done.records += len(changes)
    return max(row.record_id for row in found)


def _changed(register: Register, row: store.StoredRow, current: str) -> changes_store.RekeyedRow:
    blocker, opened = register.blocker, register.open(row)
    child, record = opened.child(), opened.record()
    new = hashed(blocker, record, opened.plain, current)
    old_keys: Sequence[bytes] = blocker.record_keys(child, row.blocking_key_id or blocker.oldest)
    return changes_store.RekeyedRow(
        row.record_id,
        row.local_key,
        new.local_key,
        new.content_key,
        current,
        old_keys,
        blocker.record_keys(child, current),
    )
