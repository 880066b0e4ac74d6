"""SealedConcern: how a source seals an event, and how the hub checks and opens it, part by part. No I/O.

The source signs the exact bytes of the clear header, which holds the digest of every part. Part 0 holds the facts,
part 1 the keys of the content parts; identity, person and content parts follow. HPKE's info (and the AES-GCM
associated data of content) binds event id, source and part number, so no part fits another event or place.
A content key is used once, for its one part, so its nonce is all zeroes.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hub.facts.bounds import MAX_PARTS, MAX_RECORD
from hub.facts.errors import BadRecord, KeyMissing, KeyUnreadable, Reason, Unopenable
from hub.facts.model import Concern
from hub.facts.terms import PersonRole
from hub.keys import hpke
from hub.keys.files import HUB, verify
from hub.keys.provider import PublicKey, Use
from hub.wire.fitting import Fitted, fit
from hub.wire.records import content_field, facts_record, identity_record, person_record
from hub.wire.schemas import Schemas

FACTS_PART = 0
KEYS_PART = 1
BARRABLE = frozenset({PersonRole.ALLEGED_PERPETRATOR})
_SIGNED = b"concern-hub/signed-header/1\0"
_SEALED = b"concern-hub/sealed-part/1\0"
_NONCE = bytes(12)


@dataclass(frozen=True, slots=True)
class SourceKeys:
    """What a source seals with: its signer and case secret, and the hub's public keys."""

    signing_key: str
    sign: Callable[[bytes], bytes]
    case_secret: bytes
    matching: PublicKey
    deciding: PublicKey
    release: PublicKey


@dataclass(frozen=True, slots=True)
class PartHeader:
    """A part as the signed header names it."""

    number: int
    key_id: str
    digest: bytes


class Clear(NamedTuple):
    """What an event says in clear; of `reference` the case key alone."""

    event_id: UUID
    kind: str
    source: str
    tier: str
    raised_at: datetime
    reference: str
    sequence: int


@dataclass(frozen=True, slots=True)
class SealedEvent:
    """A checked event: signed by `source`, every part the one that was signed. Nothing is opened yet.

    `sent_as` is the event id of its header. No source owns one: the hub keeps the event under `Checked.event_id`.
    """

    sent_as: UUID
    kind: str
    source: str
    tier: str
    raised_at: datetime
    case_key: bytes
    sequence: int
    headers: tuple[PartHeader, ...]
    parts: tuple[bytes, ...]
    digest: bytes
    hosted: bool = False
    """The hub itself holds the key that signed it, for a source without software of its own."""


def case_key(secret: bytes, source: str, reference: str) -> bytes:
    """HMAC-SHA-256 of source and reference; tells nothing without the secret."""
    return hmac.digest(secret, f"{source}\0{reference}".encode(), "sha256")


def part_info(event_id: UUID, source: str, number: int) -> bytes:
    """What binds a sealed part to its place."""
    return _SEALED + event_id.bytes + number.to_bytes(4, "big") + source.encode()


# --- the source's side ----------------------------------------------------------------------------------------------


def seal(concern: Concern, schemas: Schemas, keys: SourceKeys) -> tuple[bytes, bytes]:
    """Seal and sign an event: (Kafka record key, record value).

    Raises ValueError for a concern that these schemas do not hold and that was not fitted to them first.
    """
    if fit(concern, schemas) != Fitted(concern):
        raise ValueError("These schemas do not hold all of the concern.")
    sealer = Sealer(Clear(*(getattr(concern, name) for name in Clear._fields)), keys)
    people = concern.people or ()
    first_person = 2 + len(concern.subjects)
    person_parts: dict[int, int] = {}
    for index, person in enumerate(people):
        if person.role in BARRABLE and person.name:
            person_parts[index] = first_person + len(person_parts)
    first_content = first_person + len(person_parts)
    facts = facts_record(concern, person_parts, first_content)
    sealer.add(keys.deciding, schemas.encode("Facts", facts))
    content_keys = [secrets.token_bytes(32) for _ in concern.content]
    table = [{"part": first_content + n, "key": key} for n, key in enumerate(content_keys)]
    sealer.add(keys.release, schemas.encode("KeyTable", {"keys": table}))
    for subject in concern.subjects:
        sealer.add(keys.matching, schemas.encode("Identity", identity_record(subject.identity)))
    for index in person_parts:
        sealer.add(keys.matching, schemas.encode("PersonIdentity", person_record(people[index])))
    for key, part in zip(content_keys, concern.content, strict=True):
        sealer.add_content(key, schemas.encode("Content", {content_field(part.item): part.value}))
    return sealer.finish(schemas)


class Sealer:
    """Collects the parts of one event in order."""

    def __init__(self, clear: Clear, keys: SourceKeys) -> None:
        self._clear = clear
        self._keys = keys
        self._parts: list[bytes] = []
        self._headers: list[dict[str, Any]] = []

    def add(self, key: PublicKey, plaintext: bytes) -> None:
        """A part under a key of the hub's."""
        self._append(key.key_id, hpke.seal(key, plaintext, self._info()))

    def add_content(self, key: bytes, plaintext: bytes) -> None:
        """A part under a key of its own."""
        self._append("", AESGCM(key).encrypt(_NONCE, plaintext, self._info()))

    def finish(self, schemas: Schemas) -> tuple[bytes, bytes]:
        """Signed: (Kafka record key, record value)."""
        clear, keys = self._clear, self._keys
        record_key = case_key(keys.case_secret, clear.source, clear.reference)
        header = schemas.encode(
            "ConcernHeader",
            {
                "event_id": clear.event_id.bytes,
                "kind": str(clear.kind),
                "source": clear.source,
                "tier": str(clear.tier),
                "raised_at": clear.raised_at,
                "case_key": record_key,
                "sequence": clear.sequence,
                "suite": keys.matching.algorithm,
                "signing_key": keys.signing_key,
                "parts": self._headers,
            },
        )
        value = schemas.encode(
            "SealedConcern", {"header": header, "signature": keys.sign(_SIGNED + header), "parts": self._parts}
        )
        return record_key, value

    def _info(self) -> bytes:
        return part_info(self._clear.event_id, self._clear.source, len(self._parts))

    def _append(self, key_id: str, sealed: bytes) -> None:
        self._headers.append({"number": len(self._parts), "key_id": key_id, "digest": hashlib.sha256(sealed).digest()})
        self._parts.append(sealed)


def header_digest(value: bytes, schemas: Schemas) -> bytes:
    """SHA-256 of the header that a sealed record's signature covers."""
    return hashlib.sha256(schemas.decode("SealedConcern", value)["header"]).digest()


# --- the hub's side -------------------------------------------------------------------------------------------------


def check(
    value: bytes | None, record_key: bytes | None, schemas: Schemas, public_key: Callable[[str], PublicKey]
) -> SealedEvent:
    """Check framing, signature, source, case key and parts of one record; raises BadRecord with the first fault.

    The source is whom the signing key belongs to; the header's own word must agree with it.
    """
    if value is None:
        raise BadRecord(Reason.NOT_FRAMED)
    if len(value) > MAX_RECORD:
        raise BadRecord(Reason.TOO_LARGE)
    sealed = schemas.decode("SealedConcern", value)
    header = schemas.decode("ConcernHeader", sealed["header"])
    key = _signing_key(public_key, header["signing_key"])
    if not verify(key, _SIGNED + sealed["header"], sealed["signature"]):
        raise BadRecord(Reason.BAD_SIGNATURE)
    if key.owner != header["source"]:
        raise BadRecord(Reason.SOURCE_MISMATCH)
    if record_key != header["case_key"]:
        raise BadRecord(Reason.CASE_KEY_MISMATCH)
    headers = tuple(PartHeader(p["number"], p["key_id"], p["digest"]) for p in header["parts"])
    _check_parts(headers, sealed["parts"])
    return SealedEvent(
        UUID(bytes=header["event_id"]),
        header["kind"],
        header["source"],
        header["tier"],
        header["raised_at"],
        header["case_key"],
        header["sequence"],
        headers,
        tuple(sealed["parts"]),
        hashlib.sha256(sealed["header"]).digest(),
        key.hosted,
    )


def _signing_key(public_key: Callable[[str], PublicKey], key_id: str) -> PublicKey:
    try:
        key = public_key(key_id)
    except KeyUnreadable as error:
        raise BadRecord(Reason.UNKNOWN_KEY) from error
    except KeyMissing as error:
        raise BadRecord(Reason.UNKNOWN_SIGNER) from error
    if key.use is not Use.SIGN:
        raise BadRecord(Reason.UNKNOWN_SIGNER)
    return key


def _check_parts(headers: tuple[PartHeader, ...], parts: list[bytes]) -> None:
    if not KEYS_PART < len(headers) <= MAX_PARTS or len(parts) != len(headers):
        raise BadRecord(Reason.PART_MISMATCH)
    for place, (header, part) in enumerate(zip(headers, parts, strict=True)):
        if header.number != place or hashlib.sha256(part).digest() != header.digest:
            raise BadRecord(Reason.PART_MISMATCH)


Unseal = Callable[[str, bytes, bytes], bytes]

_SEALED_FOR = {"Facts": Use.DECIDING, "KeyTable": Use.RELEASE, "Identity": Use.MATCHING, "PersonIdentity": Use.MATCHING}


def open_part(event: SealedEvent, number: int, schema: str, schemas: Schemas, unseal: Unseal) -> dict[str, Any]:
    """Open and decode one HPKE-sealed part; raises BadRecord (unknown_key, unopenable, undecodable, ...)."""
    if not 0 <= number < len(event.parts):
        raise BadRecord(Reason.PART_MISMATCH)
    key_id = event.headers[number].key_id
    if not key_id.startswith(f"{HUB}.{_SEALED_FOR[schema]}."):
        raise BadRecord(Reason.UNKNOWN_KEY)
    try:
        plaintext = unseal(key_id, event.parts[number], part_info(event.sent_as, event.source, number))
    except KeyUnreadable:
        raise  # the hub's own is there and does not serve: a fault of the hub, not of the record
    except KeyMissing as error:
        raise BadRecord(Reason.UNKNOWN_KEY) from error
    except Unopenable as error:
        raise BadRecord(Reason.UNOPENABLE) from error
    return schemas.decode(schema, plaintext)


def open_content(
    event: SealedEvent, numbers: Iterable[int], schemas: Schemas, unseal: Unseal
) -> dict[int, dict[str, Any]]:
    """Open exactly these content parts, by number, with the keys of part 1; no other part is decrypted."""
    wanted = list(numbers)
    if not wanted:
        return {}
    table = {entry["part"]: entry["key"] for entry in open_part(event, KEYS_PART, "KeyTable", schemas, unseal)["keys"]}
    opened: dict[int, dict[str, Any]] = {}
    for number in wanted:
        if number not in table or not KEYS_PART < number < len(event.parts):
            raise BadRecord(Reason.PART_MISMATCH)
        try:
            plaintext = AESGCM(table[number]).decrypt(
                _NONCE, event.parts[number], part_info(event.sent_as, event.source, number)
            )
        except InvalidTag as error:
            raise BadRecord(Reason.UNOPENABLE) from error
        opened[number] = schemas.decode("Content", plaintext)
    return opened
