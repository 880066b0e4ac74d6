"""The one door to key material. Files serve local work (`hub.keys.files`); a KMS or PKCS#11 fits behind the same door.

Rotation makes a new current key and keeps the old one for opening and verifying.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Use(StrEnum):
    """What a key is for. Those up to REVIEW are the hub's own, the others an organisation's."""

    MATCHING = "matching"  # HPKE: identity parts
    DECIDING = "deciding"  # HPKE: facts
    RELEASE = "release"  # HPKE: the table of content keys
    EVIDENCE = "evidence"  # AES-256: what each decision was made from
    REGISTER = "register"  # AES-256: source records at rest
    BLOCKING = "blocking"  # HMAC: blocking keys of the register
    WEBHOOK = "webhook"  # Ed25519: signs what leaves by webhook
    NEWS = "news"  # Ed25519: signs news to senders
    TOKEN = "token"  # noqa: S105 - the name of a use. HMAC: checks of API keys, by which invented ones are told
    REVIEW = "review"  # HPKE: texts that a reviewer asked to read
    SIGN = "sign"  # Ed25519: a source signs its events, a signatory its ISPs, a recipient its receipts
    RECEIVE = "receive"  # X25519: a recipient's own system
    INBOX = "inbox"  # X25519: a recipient's inbox, held by the hub's key provider
    ENDPOINT = "endpoint"  # HMAC: what leaves for a recipient's webhook is signed with besides, held by the hub
    CASE = "case"  # HMAC: case keys; an adapter's, outlives every rotation


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The public half: raw bytes as the algorithm defines them (hybrid: ML-KEM-768 then X25519)."""

    key_id: str
    owner: str
    use: Use
    algorithm: str  # ed25519 | x25519 | mlkem768-x25519
    raw: bytes
    hosted: bool = False
    """The hub holds the private half for its organisation, which has no software of its own to sign with."""


class KeyProvider(Protocol):
    """Raises `hub.facts.errors.KeyMissing` where a key is not held or may not be used so."""

    def current(self, owner: str, use: Use) -> str:
        """Id of the key to seal, sign or encrypt with now."""

    def holds(self, key_id: str) -> bool:
        """Whether the private half, or the secret, can be used here."""

    def awaits(self, key_id: str) -> bool:
        """Whether this key of the hub's own is not here, and may have been made elsewhere and be on its way."""

    def public(self, key_id: str) -> PublicKey:
        """The public half of any known key."""

    def unseal(self, key_id: str, sealed: bytes, info: bytes) -> bytes:
        """HPKE single-shot open; raises `Unopenable` where the bytes do not open."""

    def sign(self, key_id: str, message: bytes) -> bytes:
        """Ed25519 signature, 64 bytes."""

    def secret(self, key_id: str) -> bytes:
        """A symmetric key of 32 bytes (evidence, register, blocking, case)."""
