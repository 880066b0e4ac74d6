"""A source record made ready to be placed and written: normalised, its keys made, its plain text encoded. No I/O."""

from __future__ import annotations

from dataclasses import dataclass

from hub.matching.blocking import Blocker, Key
from hub.matching.child import Child, child_of
from hub.matching.decision import SubjectKey
from hub.matching.records import Sealer, SourceRecord, binding, encode
from hub.matching.store import RecordRow
from hub.model import Personal

_HASH = 16


@dataclass(frozen=True, slots=True, repr=False)
class Prepared(Personal):
    """A record and what is derived from it under the blocking secret."""

    record: SourceRecord
    child: Child
    plain: bytes
    keys: list[Key]
    """To be stored under."""
    asked: list[Key]
    """To ask by, as for a concern about this child."""
    local_key: bytes
    content_key: bytes


def local_key(blocker: Blocker, organisation: str, local_id: str) -> bytes:
    """Look-up hash of a record: one organisation's local id."""
    return blocker.digest("local", f"{organisation}|{local_id}", _HASH)


def prepare(record: SourceRecord, blocker: Blocker) -> Prepared:
    """Derive everything but the seal."""
    child = child_of(record.identity)
    plain = encode(record, child)
    keys = blocker.record_keys(child)
    content = f"{record.relationship}|{record.end or ''}|{plain.decode()}"
    return Prepared(
        record,
        child,
        plain,
        keys,
        blocker.asked_keys(child, keys),
        local_key(blocker, record.organisation, record.local_id),
        blocker.digest("content", content, _HASH),
    )


def row_of(prepared: Prepared, sealer: Sealer, nonce: bytes, record_id: int, subject: SubjectKey) -> RecordRow:
    """The row to write."""
    record = prepared.record
    bound = binding(subject, record.organisation, record.relationship, record.end)
    return RecordRow(
        record_id,
        subject,
        record.organisation,
        record.relationship.value,
        record.end,
        prepared.local_key,
        prepared.content_key,
        sealer.current,
        sealer.seal(prepared.plain, bound, nonce),
        prepared.keys,
    )
