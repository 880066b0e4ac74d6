"""A test of an adapter's connection: sealed and signed as an event, about nobody; a part for each key of the hub."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from hub.facts.model import Identity
from hub.facts.terms import CONNECTION_TESTED, Tier
from hub.wire.records import identity_record
from hub.wire.schemas import Schemas
from hub.wire.sealed import FACTS_PART, KEYS_PART, Clear, Sealer, SourceKeys

_TEST_PART = 2
PARTS = ((FACTS_PART, "Facts"), (KEYS_PART, "KeyTable"), (_TEST_PART, "Identity"))
"""Number and schema of each."""


def seal_test(event_id: UUID, source: str, at: datetime, schemas: Schemas, keys: SourceKeys) -> tuple[bytes, bytes]:
    """(Kafka record key, record value); all tests of a source are one case.

    Written under the first version of each schema, for whoever answers has yet to say what it reads.
    """
    first = schemas.as_read_by({one.name: 1 for one in schemas.versions})
    sequence = int(at.timestamp() * 1000)
    sealer = Sealer(Clear(event_id, CONNECTION_TESTED, source, Tier.ROUTINE, at, CONNECTION_TESTED, sequence), keys)
    sealer.add(keys.deciding, first.encode("Facts", {"reference": CONNECTION_TESTED, "subjects": [], "content": []}))
    sealer.add(keys.release, first.encode("KeyTable", {"keys": []}))
    sealer.add(keys.matching, first.encode("Identity", identity_record(Identity())))
    return sealer.finish(first)
