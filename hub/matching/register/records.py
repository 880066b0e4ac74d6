"""A source record: what one organisation's roll says of a child, and its sealed form at rest.

Sealed, under AES-256-GCM with a random nonce of 12 bytes: nonce, ciphertext, tag. It is bound to the subject and to
what the row says in clear, so that nobody without the key can move a record to another child or change whose roll it
is. Inside, fields in a fixed order parted by U+001F, because a batch opens thousands: see `_FIELDS`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hub.facts.errors import KeyMissing, Unopenable
from hub.facts.model import Identity, Personal
from hub.facts.terms import Relationship
from hub.matching.deciding.child import Child, known_as, sex_of, surnames
from hub.matching.values.identifiers import KINDS, LETTERS
from hub.matching.values.names import given_names, unnamed

_PART, _ITEM = "\x1f", "\x1e"
_NO_CONTROLS = dict.fromkeys([*range(0x20), 0x7F])
NONCE = 12
"""Bytes."""
_FORMAT = "1"
_FIELDS = 14
"""Format, local id, restricted, start, given, family, known as, previous, birth, sex, postcode, tokens of identifiers,
identifiers as given that fail their check, address."""
_UNUSABLE = "~"
"""Before a date or postcode that is none, kept as it was given for people to read."""


@dataclass(frozen=True, slots=True, repr=False)
class SourceRecord(Personal):
    """One row of one organisation's roll. `end` is the last day of the relationship; None means it goes on.

    `restricted` None: the roll does not say, and a child who was restricted stays so.
    """

    organisation: str
    local_id: str
    relationship: Relationship
    identity: Identity
    start: date | None = None
    end: date | None = None
    restricted: bool | None = False


class OpenedRecord(NamedTuple):
    """A source record out of the store, its fields not yet told apart but for what a decision needs."""

    organisation: str
    relationship: str
    end: date | None
    fields: list[str]

    def __repr__(self) -> str:
        return "<OpenedRecord redacted>"

    @property
    def local_id(self) -> str:
        """The organisation's own id of the child."""
        return self.fields[1]

    @property
    def restricted(self) -> bool:
        """Adopted, protected or fleeing."""
        return self.fields[2] == "r"

    @property
    def start(self) -> date | None:
        """First day of the relationship."""
        return date.fromisoformat(self.fields[3]) if self.fields[3] else None

    @property
    def plain(self) -> bytes:
        """What is sealed, as `encode` made it."""
        return encode_fields(self.fields)

    def child(self) -> Child:
        """As compared. What the record holds in canonical form is not normalised again."""
        f = self.fields
        family = surnames(f[5], _items(f[7]) if f[7] else ())
        return Child(
            given_names(f[4]),
            known_as(f[6], family),
            family,
            _usable(f[8]),
            sex_of(f[9]),
            _usable(f[10]),
            _items(f[11]) if f[11] else (),
            (),
            f[13],
            unnamed=unnamed(f[4]),
        )

    def record(self) -> SourceRecord:
        """All of it."""
        f = self.fields
        numbers = {KINDS[token[0]].value: token[1:] for token in (*_items(f[11]), *_items(f[12]))}
        identity = Identity(
            given_names=f[4] or None,
            family_name=f[5] or None,
            known_as=f[6] or None,
            previous_family_names=_items(f[7]),
            date_of_birth=f[8].removeprefix(_UNUSABLE) or None,
            sex=f[9] or None,
            postcode=f[10].removeprefix(_UNUSABLE) or None,
            address=f[13] or None,
            **numbers,
        )
        return SourceRecord(
            self.organisation,
            self.local_id,
            Relationship(self.relationship),
            identity,
            self.start,
            self.end,
            self.restricted,
        )


@dataclass(frozen=True, slots=True)
class RegisterKeys:
    """The register's secrets: one for blocking keys and look-up, and AES-256 keys of records by id.

    `current` names the one to seal with. While the blocking secret is changed there are `others`, by id, the oldest
    first: what was hashed under them is still found.
    """

    blocking: bytes = field(repr=False)
    current: str
    records: Mapping[str, bytes] = field(repr=False)
    blocking_id: str = "hub.blocking.1"
    others: Mapping[str, bytes] = field(repr=False, default_factory=dict)


class Sealer:
    """Seals and opens records under `RegisterKeys`."""

    def __init__(self, keys: RegisterKeys) -> None:
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keys.records.items()}
        self.current = keys.current
        if keys.current not in self._ciphers:
            raise KeyMissing(f"The register's current key {keys.current} is not among its keys.")

    def seal(self, plain: bytes, bound_to: bytes, nonce: bytes) -> bytes:
        """Seal with the current key. A nonce is 12 random bytes, never used twice."""
        return nonce + self._ciphers[self.current].encrypt(nonce, plain, bound_to)

    def open(self, key_id: str, sealed: bytes, bound_to: bytes) -> list[str]:
        """Open; raises KeyMissing, or Unopenable where bytes or binding were changed."""
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise KeyMissing(f"The register's key {key_id} is not held here.")
        try:
            return decode(cipher.decrypt(sealed[:NONCE], sealed[NONCE:], bound_to))
        except InvalidTag as error:
            raise Unopenable("A source record of the register does not open under the key that it names.") from error


def binding(subject: bytes, organisation: str, relationship: str, end: date | None) -> bytes:
    """What a sealed record is bound to."""
    return subject + f"{organisation}|{relationship}|{end or ''}".encode()


def encode(record: SourceRecord, child: Child) -> bytes:
    """The plain text that is sealed, and hashed to see whether a row changed. Control characters are dropped.

    `child` is the record's identity as normalised.
    """
    who = record.identity
    fields = [
        _cleaned(text) if text else ""
        for text in (
            _FORMAT,
            record.local_id,
            "r" if record.restricted else "",
            record.start.isoformat() if record.start else "",
            who.given_names,
            who.family_name,
            who.known_as,
            None,
            child.birth or _unusable(who.date_of_birth),
            who.sex,
            child.postcode or _unusable(who.postcode),
            None,
            None,
            who.address,
        )
    ]
    fields[7] = _joined(who.previous_family_names)
    fields[11] = _joined(child.identifiers)
    fields[12] = _joined(LETTERS[kind] + getattr(who, kind) for kind in child.failed)
    return encode_fields(fields)


def encode_fields(fields: Iterable[str]) -> bytes:
    """The fields of `decode`, as they were."""
    return _PART.join(fields).encode(errors="replace")


def decode(plain: bytes) -> list[str]:
    """The fields of `encode`; raises Unopenable for a form of another release."""
    fields = plain.decode().split(_PART)
    if fields[0] != _FORMAT or len(fields) != _FIELDS:
        raise Unopenable("A source record of the register is in a form that this release does not know.")
    return fields


def _cleaned(text: str) -> str:
    return text if text.isprintable() else text.translate(_NO_CONTROLS)


def _joined(texts: Iterable[str]) -> str:
    return _ITEM.join([_cleaned(text) for text in texts])


def _unusable(text: str | None) -> str:
    return _UNUSABLE + text if text and text.strip() else ""


def _usable(text: str) -> str:
    return "" if text.startswith(_UNUSABLE) else text


def _items(text: str) -> tuple[str, ...]:
    return tuple(text.split(_ITEM)) if text else ()
