"""A public key as its owner hands it over: a JSON Web Key (RFC 7517, RFC 8037) over X25519 or Ed25519."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from hub.facts.errors import KeyMissing, UserError
from hub.keys.files import FileKeys
from hub.keys.provider import PublicKey, Use

_USES = {"X25519": (Use.RECEIVE, "x25519"), "Ed25519": (Use.SIGN, "ed25519")}
_CURVES = {algorithm: curve for curve, (_, algorithm) in _USES.items()}
_RAW = 32
_LONGEST = 10_000


def read_jwk(raw: bytes, owner: str, keys: FileKeys) -> PublicKey:
    """The key under its own `kid` where that is `<owner>.<use>.<number>`, else under the owner's next number.

    Raises UserError in one sentence: no JWK, another kind of key, a private one, or a point that no key has.
    """
    try:
        jwk = json.loads(raw[:_LONGEST])
        curve, text = jwk["crv"], jwk["x"]
        point = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (ValueError, KeyError, TypeError, binascii.Error) as error:
        raise UserError('The file is no JWK: {"kty": "OKP", "crv": "X25519", "kid": "...", "x": "..."}.') from error
    if "d" in jwk:
        raise UserError(
            "The file holds a private key: keep it to yourself, make another, and hand over its public half."
        )
    if jwk.get("kty") != "OKP" or curve not in _USES or len(point) != _RAW:
        raise UserError("The key must be an OKP of curve X25519 (to receive with) or Ed25519 (to sign with).")
    use, algorithm = _USES[curve]
    if use is Use.RECEIVE:
        _check_point(point)
    return PublicKey(_key_id(jwk.get("kid"), owner, use, keys), owner, use, algorithm, point)


def thumbprint(key: PublicKey) -> str:
    """RFC 7638, by which two people compare a key."""
    x = base64.urlsafe_b64encode(key.raw).rstrip(b"=").decode()
    canonical = json.dumps({"crv": _CURVES[key.algorithm], "kty": "OKP", "x": x}, separators=(",", ":"), sort_keys=True)
    return base64.urlsafe_b64encode(hashlib.sha256(canonical.encode()).digest()).rstrip(b"=").decode()


def _check_point(point: bytes) -> None:
    try:
        X25519PrivateKey.generate().exchange(X25519PublicKey.from_public_bytes(point))
    except ValueError as error:
        raise UserError("The key's point is one that everybody can compute with: it is no key.") from error


def _key_id(kid: object, owner: str, use: Use, keys: FileKeys) -> str:
    prefix = f"{owner}.{use}."
    if isinstance(kid, str) and kid.startswith(prefix) and kid.removeprefix(prefix).isascii():
        number = kid.removeprefix(prefix)
        if number.isdigit() and len(number) < len("1234567") and not number.startswith("0"):
            return kid
    try:
        return f"{prefix}{int(keys.current(owner, use).removeprefix(prefix)) + 1}"
    except KeyMissing:
        return f"{prefix}1"
