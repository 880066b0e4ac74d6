"""Every source record under the register's current key, batch by batch, beside imports and matching.

A batch locks its rows, and passes over those that somebody is writing: they are written under the current key, or
found by the next pass. So it waits for nobody, and never deadlocks with an import. Cut short, it is run again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from hub.matching.register import changes_store, store
from hub.matching.register.register import Register

BATCH = 500
_PASSES = 5


@dataclass(slots=True)
class Resealed:
    """How far it came."""

    records: int = 0
    left: int = 0
    """Records that are still under another key: somebody wrote them all the while."""
    keys: dict[str, int] = field(default_factory=dict)
    """Key id -> records that it seals; at the end."""


def reseal(connection: store.Connection, register: Register, batch: int = BATCH) -> Iterator[Resealed]:
    """Seal again what is under an older key; yields after each batch's commit, and at the end.

    The connection must not be inside a transaction.
    """
    done = Resealed()
    for _ in range(_PASSES):
        before, after = done.records, 0
        while (last := _reseal_batch(connection, register, after, batch, done)) is not None:
            after = last
            yield done
        if done.records == before:
            break
    with connection.transaction():
        done.keys = changes_store.rows_by_key(connection)
    current = register.sealer().current
    done.left = sum(count for key_id, count in done.keys.items() if key_id != current)
    yield done


def _reseal_batch(
    connection: store.Connection, register: Register, after: int, batch: int, done: Resealed
) -> int | None:
    """The last record id of a batch, or None where no record follows."""
    with connection.transaction():
        rows = changes_store.claim_to_reseal(connection, after, register.sealer().current, batch)
        sealed = [(*register.seal_again(register.open(row), row.subject), row.record_id) for row in rows]
        changes_store.reseal(connection, sealed)
    done.records += len(rows)
    return rows[-1].record_id if rows else None
