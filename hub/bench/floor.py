"""The unavoidable work alone, on the same bytes, tables and recipients: what the router is measured against.

Fetch, signature, open identity, facts and released parts, decode, one look-up a batch, seal to the recipients (the
sender, who reads its news, is one), binary COPY of the rows, commits. Nothing is decided, checked or explained: rows
are copies of one real event's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hub.bootstrap.parts import Parts
from hub.facts.model import Identity
from hub.keys import hpke
from hub.keys.files import verify
from hub.keys.provider import PublicKey
from hub.matching.deciding.child import child_of
from hub.matching.register import store as register_store
from hub.redaction import jwe
from hub.routing.batch_store import BatchStore
from hub.routing.context import Record
from hub.routing.recording import EventRows
from hub.wire import sealed as wire
from hub.wire.records import identity_from
from hub.wire.sealed import part_info

_PAYLOAD = b"x" * 1_800
_NEWS, _INFO = 60, b"bench"


@dataclass(slots=True)
class Floor:
    """Handles batches as `Router.process` does, doing only what nothing could leave out."""

    parts: Parts
    store: BatchStore
    template: EventRows
    opened: Sequence[int]
    person_parts: Sequence[int]
    recipients: Sequence[Sequence[tuple[str, bytes]]]
    sender: PublicKey

    def process(self, records: Sequence[Record]) -> None:
        """One batch."""
        connection = self.store.connection
        with connection.transaction():
            identities = [self._open(record) for record in records]
            blocker = self.parts.register.blocker
            keys = dict.fromkeys(key for identity in identities for key in blocker.query_keys(child_of(identity)))
            register_store.find(connection, keys, (), ())
            self.store.write([self._rows(record) for record in records], self.template.event.decided_at)

    def _open(self, record: Record) -> Identity:
        schemas, unseal = self.parts.schemas, self.parts.keys.unseal
        assert record.value is not None  # the bench wrote it
        event = schemas.decode("SealedConcern", record.value)
        header = schemas.decode("ConcernHeader", event["header"])
        assert verify(
            self.parts.keys.public(header["signing_key"]),
            wire._SIGNED + event["header"],  # noqa: SLF001 - the very bytes
            event["signature"],
        )
        event_id, parts = UUID(bytes=header["event_id"]), event["parts"]

        def opened(number: int, schema: str) -> dict[str, object]:
            info = part_info(event_id, header["source"], number)
            return schemas.decode(schema, unseal(header["parts"][number]["key_id"], parts[number], info))

        opened(wire.FACTS_PART, "Facts")
        for number in self.person_parts:
            opened(number, "PersonIdentity")
        table = {entry["part"]: entry["key"] for entry in opened(wire.KEYS_PART, "KeyTable")["keys"]}  # type: ignore[attr-defined]  # a list of records
        for number in self.opened:
            schemas.decode(
                "Content",
                AESGCM(table[number]).decrypt(bytes(12), parts[number], part_info(event_id, header["source"], number)),
            )
        return identity_from(opened(2, "Identity"))

    def _rows(self, record: Record) -> EventRows:
        """The template's rows under new ids, with this record's bytes and a body sealed for each recipient."""
        made, event_id = self.template, uuid4()
        for keys in self.recipients:
            jwe.seal(_PAYLOAD, keys)
        for row in made.outbox:
            hpke.seal(self.sender, row.value[:_NEWS], _INFO)
        return EventRows(
            made.event._replace(
                event_id=event_id,
                case_key=event_id.bytes * 2,
                sealed=record.value,
                partition=record.partition,
                record_offset=record.offset,
            ),
            [row._replace(event_id=event_id) for row in made.subjects],
            [row._replace(event_id=event_id) for row in made.decisions],
            [row._replace(event_id=event_id, delivery_id=uuid4()) for row in made.deliveries],
            [row._replace(event_id=event_id, task_id=uuid4()) for row in made.tasks],
            [row._replace(entry_id=uuid4()) for row in made.ledger],
            list(made.outbox),
        )
