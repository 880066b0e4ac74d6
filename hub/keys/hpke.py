"""HPKE (RFC 9180) through `cryptography`: the one place that turns key bytes into objects and names suites.

Default: ML-KEM-768 + X25519 hybrid; X25519 alone is a setting. Both with HKDF-SHA-256 and AES-256-GCM.
"""

from __future__ import annotations

from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from hub.facts.errors import ConfigurationError, Unopenable
from hub.keys.provider import PublicKey

X25519 = "x25519"
HYBRID = "mlkem768-x25519"

_SUITES = {
    X25519: hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM),
    HYBRID: hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM),
}
_MLKEM_SEED = 64
_MLKEM_PUBLIC = 1184

Private = X25519PrivateKey | hpke.MLKEM768X25519PrivateKey
Public = X25519PublicKey | hpke.MLKEM768X25519PublicKey


def generate(algorithm: str) -> tuple[bytes, bytes]:
    """A new key: (private, public) raw bytes. Hybrid is ML-KEM seed (64) or key (1184), then X25519 (32)."""
    classic = X25519PrivateKey.generate()
    private, public = classic.private_bytes_raw(), classic.public_key().public_bytes_raw()
    if algorithm == X25519:
        return private, public
    quantum = MLKEM768PrivateKey.generate()
    return quantum.private_bytes_raw() + private, quantum.public_key().public_bytes_raw() + public


def private_key(algorithm: str, raw: bytes) -> Private:
    """Load a private key from `generate`'s bytes."""
    if algorithm == X25519:
        return X25519PrivateKey.from_private_bytes(raw)
    if algorithm == HYBRID:
        return hpke.MLKEM768X25519PrivateKey(
            MLKEM768PrivateKey.from_seed_bytes(raw[:_MLKEM_SEED]),
            X25519PrivateKey.from_private_bytes(raw[_MLKEM_SEED:]),
        )
    raise ConfigurationError(f"HPKE suite {algorithm} is unknown: use {HYBRID} or {X25519}.")


@lru_cache(maxsize=4096)
def _public_key(algorithm: str, raw: bytes) -> Public:
    if algorithm == X25519:
        return X25519PublicKey.from_public_bytes(raw)
    return hpke.MLKEM768X25519PublicKey(
        MLKEM768PublicKey.from_public_bytes(raw[:_MLKEM_PUBLIC]), X25519PublicKey.from_public_bytes(raw[_MLKEM_PUBLIC:])
    )


def seal(key: PublicKey, plaintext: bytes, info: bytes) -> bytes:
    """Encapsulated key followed by ciphertext."""
    return _SUITES[key.algorithm].encrypt(plaintext, _public_key(key.algorithm, key.raw), info)


def unseal(algorithm: str, key: Private, sealed: bytes, info: bytes) -> bytes:
    """The plaintext; raises Unopenable where the bytes, the key or the info are not those that sealed it."""
    try:
        return _SUITES[algorithm].decrypt(sealed, key, info)
    except (InvalidTag, ValueError) as error:
        raise Unopenable("Sealed bytes do not open under the key that they name.") from error
