"""An authenticator without hardware: makes and shows passkeys as a browser hands them over, honest but for its lies."""

from __future__ import annotations

import hashlib
import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def base64url(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _plain(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Authenticator:
    """Holds one passkey. `lies` are put over what it says: type, challenge, origin, rp_id, flags, user_handle, id."""

    origin: str = "http://localhost:8400"
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential_id: bytes = field(default_factory=lambda: os.urandom(32))
    handle: bytes = b""
    count: int = 0
    counts: bool = True

    def make(self, options: str, **lies: Any) -> str:
        """What `navigator.credentials.create` gives, as JSON."""
        asked = json.loads(options)
        self.handle = _plain(asked["user"]["id"])
        client = self._client("webauthn.create", asked, lies)
        attested = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + self._cose()
        data = self._data(lies.get("rp_id", asked["rp"]["id"]), lies.get("flags", PRESENT | VERIFIED) | ATTESTED)
        statement = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data + attested})
        return self._credential(
            {
                "clientDataJSON": base64url(client),
                "attestationObject": base64url(lies.get("attestation", statement)),
                "transports": ["internal"],
            },
            lies,
        )

    def show(self, options: str, **lies: Any) -> str:
        """What `navigator.credentials.get` gives, as JSON."""
        asked = json.loads(options)
        self.count = lies.get("count", self.count + 1 if self.counts else 0)
        client = self._client("webauthn.get", asked, lies)
        data = self._data(lies.get("rp_id", asked["rpId"]), lies.get("flags", PRESENT | VERIFIED))
        signer = lies.get("signer", self.key)
        signature = signer.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        said = {
            "clientDataJSON": base64url(client),
            "authenticatorData": base64url(data),
            "signature": base64url(signature),
        }
        handle = lies.get("user_handle", self.handle)
        if handle is not None:
            said["userHandle"] = base64url(handle)
        return self._credential(said, lies)

    def _client(self, kind: str, asked: dict[str, Any], lies: dict[str, Any]) -> bytes:
        said = {
            "type": lies.get("type", kind),
            "challenge": lies.get("challenge", asked["challenge"]),
            "origin": lies.get("origin", self.origin),
        }
        return json.dumps(said).encode()

    def _data(self, rp_id: str, flags: int) -> bytes:
        return hashlib.sha256(rp_id.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _cose(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        x, y = (one.to_bytes(32, "big") for one in (numbers.x, numbers.y))
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})

    def _credential(self, response: dict[str, Any], lies: dict[str, Any]) -> str:
        name = base64url(lies.get("id", self.credential_id))
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})
