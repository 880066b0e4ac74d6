"""A ledger entry: a hash over salt and canonical facts, so that erasing the facts keeps the proof.

Leaf = SHA-256(0x00 || salt || facts), RFC 9162's leaf prefix over a salted commitment.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from hub.facts.model import DELIVERY_NAMESPACE

_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


class Entry(NamedTuple):
    """One row of `ledger_entry`, its columns in order."""

    entry_id: UUID
    at: datetime
    kind: str
    leaf: bytes
    salt: bytes
    facts: bytes


class Stamp(NamedTuple):
    """When an entry is made, and 16 random bytes of its own."""

    at: datetime
    salt: bytes


def leaf(salt: bytes, facts: bytes) -> bytes:
    """What an entry commits to."""
    return hashlib.sha256(b"\0" + salt + facts).digest()


def make(kind: str, name: str, facts: Mapping[str, Any], stamp: Stamp) -> Entry:
    """An entry. `name` makes its id: the same fact recorded twice is one entry. For `hub.ledger.kinds` alone."""
    body = _CANONICAL.encode(facts).encode()
    entry_id = uuid5(DELIVERY_NAMESPACE, f"{kind}|{name}")
    return Entry(entry_id, stamp.at, kind, leaf(stamp.salt, body), stamp.salt, body)
