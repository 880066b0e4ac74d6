"""A ledger entry: a hash over salt and canonical facts, so that erasing the facts keeps the proof.

Leaf = SHA-256(0x00 || salt || facts), RFC 9162's leaf prefix over a salted commitment. Facts name events, recipients,
ISPs, items and layers by id; never a child.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from hub.facts.model import DELIVERY_NAMESPACE

_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One row of `ledger_entry`."""

    entry_id: UUID
    at: datetime
    kind: str
    leaf: bytes
    salt: bytes
    facts: bytes


def entry(kind: str, name: str, facts: Mapping[str, Any], *, at: datetime, salt: bytes) -> LedgerEntry:
    """Make an entry. `name` makes its id: the same fact recorded twice is one entry. `salt` is 16 random bytes."""
    body = _CANONICAL.encode(facts).encode()
    return LedgerEntry(
        uuid5(DELIVERY_NAMESPACE, f"{kind}|{name}"), at, kind, hashlib.sha256(b"\0" + salt + body).digest(), salt, body
    )


INSERT = (
    "insert into ledger_entry (entry_id, at, kind, leaf, salt, facts) values (%s, %s, %s, %s, %s, %s) "
    "on conflict (entry_id) do nothing"
)
"""For single entries; the router copies its entries in bulk."""


def row(made: LedgerEntry) -> tuple[UUID, datetime, str, bytes, bytes, bytes]:
    """Parameters of INSERT, in order; also the columns of the router's COPY."""
    return made.entry_id, made.at, made.kind, made.leaf, made.salt, made.facts
