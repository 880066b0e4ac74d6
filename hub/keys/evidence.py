"""Small texts sealed under the hub's evidence key: who said something and why. AES-256-GCM; nonce, ciphertext, tag."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hub.facts.errors import Unopenable
from hub.keys.files import HUB
from hub.keys.provider import KeyProvider, Use

_NONCE = 12


@dataclass(frozen=True, slots=True)
class Evidence:
    """Seals under the current key, and opens under any that is held. `random` gives n bytes."""

    keys: KeyProvider
    random: Callable[[int], bytes] = secrets.token_bytes

    def seal(self, text: str, bound_to: bytes) -> tuple[str, bytes]:
        """(key id, sealed text). `bound_to` is the row that it belongs to: it opens nowhere else."""
        key_id, nonce = self.keys.current(HUB, Use.EVIDENCE), self.random(_NONCE)
        return key_id, nonce + AESGCM(self.keys.secret(key_id)).encrypt(nonce, text.encode(errors="replace"), bound_to)

    def open(self, key_id: str, sealed: bytes, bound_to: bytes) -> str:
        """The text; raises KeyMissing, or Unopenable where bytes or place were changed."""
        try:
            return AESGCM(self.keys.secret(key_id)).decrypt(sealed[:_NONCE], sealed[_NONCE:], bound_to).decode()
        except InvalidTag as error:
            raise Unopenable("What was said does not open under the key that it names.") from error
