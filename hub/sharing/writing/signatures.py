"""Detached sign-off of ISPs: an ISP is in force between two organisations only where both have signed this version.

A signature covers the bytes of the ISP file, so that a change of the file undoes it. Ed25519 (RFC 8032) over a
statement that begins with a domain of its own, so that it can be taken for nothing else.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Annotated, Any, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import Field, StrictInt

from hub.facts.errors import KeyMissing
from hub.written.entry import Entry, Identifier, Instant, Sentence

SignedBy = frozenset[tuple[str, str]]
"""(ISP id@version, organisation) of each signature that verified."""


class Signer(Protocol):
    """Who holds an organisation's signing key; `hub.keys.provider.KeyProvider` is one."""

    def current(self, owner: str, use: Any) -> str: ...
    def sign(self, key_id: str, message: bytes) -> bytes: ...


class VerifyingKey(Protocol):
    """What must be known of a public key; `hub.keys.provider.PublicKey` is one."""

    @property
    def owner(self) -> str: ...
    @property
    def use(self) -> str: ...
    @property
    def algorithm(self) -> str: ...
    @property
    def raw(self) -> bytes: ...


DOMAIN = b"concern-hub isp sign-off v1\n"


class Signature(Entry):
    """One file of routing_rules/signatures/. `content` is the SHA-256 of the ISP file, in hexadecimal."""

    isp: Identifier
    version: Annotated[StrictInt, Field(ge=1)]
    content: str = Field(pattern=r"^[0-9a-f]{64}$")
    organisation: Identifier
    key: Identifier
    role: Sentence
    signed_at: Instant
    signature: str = Field(pattern=r"^[A-Za-z0-9_-]{86}$")

    @property
    def ref(self) -> str:
        """The ISP version that is signed: `ISP-POL-EDU-001@3`."""
        return f"{self.isp}@{self.version}"

    @property
    def file(self) -> str:
        """Where it lies in the rules folder."""
        return f"signatures/{self.ref}.{self.organisation}.json"

    def as_json(self) -> dict[str, str | int]:
        """As the file holds it."""
        return {**_stated(self), "signature": self.signature}


def content_hash(content: bytes) -> str:
    """SHA-256 of a file in hexadecimal; line ends count as one byte, so that a checkout on Windows is the same file."""
    return sha256(content.replace(b"\r\n", b"\n")).hexdigest()


def sign(unsigned: Signature, sign_with: Callable[[str, bytes], bytes]) -> Signature:
    """The signature filled in by `sign_with(key id, message)`, which raises `KeyMissing` where it may not sign."""
    raw = sign_with(unsigned.key, statement(unsigned))
    return unsigned.model_copy(update={"signature": urlsafe_b64encode(raw).rstrip(b"=").decode()})


def unsigned(ref: tuple[str, int], content: str, organisation: str, key: str, *, role: str, at: datetime) -> Signature:
    """What is about to be signed; the signature is still blank."""
    stated = {
        "isp": ref[0],
        "version": ref[1],
        "content": content,
        "organisation": organisation,
        "key": key,
        "role": role,
    }
    signed_at = at.astimezone(UTC).replace(microsecond=0).isoformat()
    return Signature.model_validate({**stated, "signed_at": signed_at, "signature": "A" * 86})


def statement(signature: Signature) -> bytes:
    """The bytes that are signed: the domain, then canonical JSON of all but the signature itself."""
    return DOMAIN + json.dumps(_stated(signature), sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


PublicKeyOf = Callable[[str], VerifyingKey | None]
"""The public key of an id; may answer None or raise `KeyMissing`."""


def verified(signatures: Iterable[Signature], contents: Mapping[str, str], public_key_of: PublicKeyOf) -> SignedBy:
    """The signatures that hold: right key of the right organisation, over the file as it now is.

    `contents` maps id@version to the file's hash.
    """
    return frozenset(
        (signature.ref, signature.organisation)
        for signature in signatures
        if flaw(signature, contents, public_key_of) is None
    )


def flaw(signature: Signature, contents: Mapping[str, str], public_key_of: PublicKeyOf) -> str | None:
    """Why a signature does not hold, for people; None where it does."""
    content = contents.get(signature.ref)
    if content is None:
        return f"there is no {signature.ref} in this set"
    if content != signature.content:
        return f"the file of {signature.ref} was changed since"
    try:
        key = public_key_of(signature.key)
    except KeyMissing:
        key = None
    if key is None:
        return f"the public half of {signature.key} is not among the keys here (see --keys)"
    if key.owner != signature.organisation or key.use != "sign" or key.algorithm != "ed25519":
        return f"{signature.key} is no signing key of {signature.organisation}"
    return None if _verifies(signature, key) else f"it was not made with {signature.key}, or was changed since"


def _verifies(signature: Signature, key: VerifyingKey) -> bool:
    try:
        raw = urlsafe_b64decode(signature.signature + "==")
        Ed25519PublicKey.from_public_bytes(key.raw).verify(raw, statement(signature))
    except (InvalidSignature, ValueError):
        return False
    return True


def _stated(signature: Signature) -> dict[str, str | int]:
    return {
        "isp": signature.isp,
        "version": signature.version,
        "content": signature.content,
        "organisation": signature.organisation,
        "key": signature.key,
        "role": signature.role,
        "signed_at": signature.signed_at.isoformat(),
    }
