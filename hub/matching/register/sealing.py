"""A source record made ready to be placed and written: normalised, its keys made, its plain text encoded. No I/O."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, replace
from typing import NamedTuple

from hub.facts.model import Personal
from hub.matching.deciding.blocking import Blocker, Key
from hub.matching.deciding.child import Child, child_of
from hub.matching.deciding.decision import SubjectKey
from hub.matching.register.records import Sealer, SourceRecord, binding, encode
from hub.matching.register.writing_store import RecordRow

_HASH = 16


class Hashed(NamedTuple):
    """What is stored of a record under one blocking secret."""

    key_id: str
    local_key: bytes
    content_key: bytes


@dataclass(frozen=True, slots=True, repr=False)
class Prepared(Personal):
    """A record and what is derived from it: keys to ask by under all secrets, and what is stored under one."""

    record: SourceRecord
    child: Child
    plain: bytes
    keys: list[Key]
    """To ask by, as for a concern about this child."""
    stored_keys: list[Key]
    stored: Hashed
    others: tuple[Hashed, ...] = ()
    """Under the other secrets, while the secret is changed."""

    @property
    def local_key(self) -> bytes:
        """Look-up hash, as stored."""
        return self.stored.local_key

    @property
    def content_key(self) -> bytes:
        """Hash of the whole row, as stored."""
        return self.stored.content_key

    @property
    def local_keys(self) -> tuple[bytes, ...]:
        """Look-up hashes under all secrets."""
        return (self.stored.local_key, *(one.local_key for one in self.others))

    def asking_also(self, keys: list[Key]) -> Prepared:
        """To be asked for by these keys too."""
        return replace(self, keys=[*self.keys, *keys]) if keys else self

    def as_held(self, held: Container[bytes], blocker: Blocker) -> Prepared:
        """As the register has it, by look-up hash: what changes stays under its secret, whatever is current now."""
        if not self.others or self.stored.local_key in held:
            return self
        found = next((one for one in self.others if one.local_key in held), None)
        if found is None:
            return self
        others = tuple(one for one in (self.stored, *self.others) if one is not found)
        keys = blocker.record_keys(self.child, found.key_id)
        return replace(self, stored=found, others=others, stored_keys=keys)

    def kept_restricted(self, held: Container[bytes], blocker: Blocker) -> Prepared:
        """As held, and restricted: for a child that is, where the roll does not say."""
        return prepare(replace(self.record, restricted=True), blocker).as_held(held, blocker)


def local_keys(blocker: Blocker, organisation: str, local_id: str) -> tuple[bytes, ...]:
    """Look-up hashes of a record, one organisation's local id, under all secrets; the current one's first."""
    return blocker.digests("local", f"{organisation}|{local_id}", _HASH)


def hashed(blocker: Blocker, record: SourceRecord, plain: bytes, key_id: str) -> Hashed:
    """What is stored under a secret."""
    content = f"{record.relationship}|{record.end or ''}|{plain.decode()}"
    return Hashed(
        key_id,
        blocker.digest("local", f"{record.organisation}|{record.local_id}", _HASH, key_id),
        blocker.digest("content", content, _HASH, key_id),
    )


def prepare(record: SourceRecord, blocker: Blocker) -> Prepared:
    """Derive everything but the seal."""
    child = child_of(record.identity)
    plain = encode(record, child)
    stored, *others = (hashed(blocker, record, plain, key_id) for key_id in blocker.key_ids)
    keys = list(dict.fromkeys(blocker.query_keys(child)))
    return Prepared(record, child, plain, keys, blocker.record_keys(child), stored, tuple(others))


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
        prepared.stored_keys,
        prepared.stored.key_id,
    )
