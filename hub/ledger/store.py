"""Writing entries, in the transaction of what they record; one that is there already stays as it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg

from hub.ledger.entry import Entry

TABLE = "ledger_entry"
_ENTER = b"""
insert into ledger_entry (entry_id, at, kind, leaf, salt, facts)
select * from unnest(%s::uuid[], %s::timestamptz[], %s::text[], %s::bytea[], %s::bytea[], %s::bytea[])
on conflict (entry_id) do nothing
"""


def enter(connection: psycopg.Connection[Any], *entries: Entry) -> None:
    """Write entries. The router copies its own in bulk, as rows of TABLE."""
    if entries:
        connection.execute(_ENTER, _columns(entries))


async def enter_beside(connection: psycopg.AsyncConnection[Any], entries: Sequence[Entry]) -> None:
    """As `enter`, on an asynchronous connection."""
    if entries:
        await connection.execute(_ENTER, _columns(entries), prepare=True)


def _columns(entries: Sequence[Entry]) -> list[list[Any]]:
    return [list(column) for column in zip(*entries, strict=True)]
