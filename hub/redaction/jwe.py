"""JWE (RFC 7516) in general JSON serialisation, one entry a key: ECDH-ES+A256KW over X25519, A256GCM; by joserfc.

Classical, not post-quantum: claim no more.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwe import GeneralJSONEncryption
from joserfc.jwk import KeySet, OKPKey

from hub.facts.errors import Unopenable

if TYPE_CHECKING:
    from joserfc.jwe import GeneralJSONSerialization

_ALGORITHM = "ECDH-ES+A256KW"
_ALLOWED = [_ALGORITHM, "A256GCM"]


def seal(payload: bytes, keys: Sequence[tuple[str, bytes]]) -> dict[str, Any]:
    """Encrypt once, for each (key id, X25519 public key)."""
    sealing = GeneralJSONEncryption({"enc": "A256GCM"}, payload)
    for key_id, raw in keys:
        sealing.add_recipient({"alg": _ALGORITHM, "kid": key_id}, _public(raw))
    return dict(jwe.encrypt_json(sealing, None, algorithms=_ALLOWED))


def unseal(sealed: dict[str, Any], key_id: str, private: bytes) -> bytes:
    """Decrypt with one of the keys; raises Unopenable where it is not addressed to this key, or was changed."""
    mine = [entry for entry in sealed.get("recipients", ()) if entry.get("header", {}).get("kid") == key_id]
    if not mine:
        raise Unopenable("The disclosure is not sealed to this key.")
    key = OKPKey.import_key(
        {"kty": "OKP", "crv": "X25519", "kid": key_id, "x": _text(_public_of(private)), "d": _text(private)}
    )
    try:
        addressed = cast("GeneralJSONSerialization", {**sealed, "recipients": mine})
        opened = jwe.decrypt_json(addressed, KeySet([key]), algorithms=_ALLOWED)
    except (JoseError, ValueError) as error:
        raise Unopenable("The disclosure does not open under this key.") from error
    if opened.plaintext is None:
        raise Unopenable("The disclosure does not open under this key.")
    return opened.plaintext


@lru_cache(maxsize=4_096)
def _public(raw: bytes) -> OKPKey:
    return OKPKey.import_key({"kty": "OKP", "crv": "X25519", "x": _text(raw)})


def _public_of(private: bytes) -> bytes:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey  # noqa: PLC0415 - only readers need it

    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
