"""A register filled at once, for benches and tests."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from hub.matching.register.records import SourceRecord
from hub.matching.register.register import Register
from hub.matching.register.sealing import prepare
from hub.matching.register.store import Connection
from hub.matching.register.writing_store import insert, next_ids

_CHUNK = 2_000


def bulk_load(connection: Connection, register: Register, records: Iterable[SourceRecord]) -> int:
    """Load source records of children known to be distinct and new, each a subject of its own; returns how many.

    It compares, joins and locks nothing and opens no review; `import_rows` does all that.
    """
    loaded, source = 0, iter(records)
    while chunk := [prepare(one, register.blocker) for one in islice(source, _CHUNK)]:
        ids = next_ids(connection, len(chunk))
        rows = [register.seal(one, number, register.new_subject()) for one, number in zip(chunk, ids, strict=True)]
        insert(connection, rows)
        loaded += len(chunk)
    return loaded
