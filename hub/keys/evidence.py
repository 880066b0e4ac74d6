"""The one sealed envelope for evidence: what a decision was made from; who said something, and why.

AES-256-GCM under the hub's evidence key: nonce, ciphertext, tag. Bound to the row that it belongs to, it opens nowhere
else.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hub.facts.act import HUB as HUB_ITSELF
from hub.facts.act import Act, How, Principal
from hub.facts.errors import Unopenable
from hub.facts.model import Personal
from hub.keys.files import HUB
from hub.keys.provider import KeyProvider, Use

_NONCE = 12


class SealedWords(NamedTuple):
    """A key id, and what was sealed under it."""

    key_id: str
    sealed: bytes

    def as_facts(self) -> dict[str, str]:
        """As a ledger entry's facts hold it."""
        return {"said": self.sealed.hex(), "said_key": self.key_id}


@dataclass(frozen=True, slots=True, repr=False)
class Words(Personal):
    """Who said something, and why, opened again."""

    who: Principal
    reason: str

    @property
    def by(self) -> str:
        """Their name."""
        return self.who.name


@dataclass(frozen=True, slots=True)
class Evidence:
    """Seals under the current key, or under `key_id`, and opens under any that is held. `random` gives n bytes."""

    keys: KeyProvider
    random: Callable[[int], bytes] = secrets.token_bytes
    key_id: str | None = None
    """A process that seals much names its key once."""

    def current(self) -> str:
        """Id of the key to seal under now."""
        return self.key_id or self.keys.current(HUB, Use.EVIDENCE)

    def seal(self, text: str, bound_to: bytes) -> SealedWords:
        """The text, sealed."""
        key_id, nonce = self.current(), self.random(_NONCE)
        cipher = AESGCM(self.keys.secret(key_id))
        return SealedWords(key_id, nonce + cipher.encrypt(nonce, text.encode(errors="replace"), bound_to))

    def open(self, key_id: str, sealed: bytes, bound_to: bytes) -> str:
        """The text; raises KeyMissing, or Unopenable where bytes or place were changed."""
        try:
            return AESGCM(self.keys.secret(key_id)).decrypt(sealed[:_NONCE], sealed[_NONCE:], bound_to).decode()
        except InvalidTag as error:
            raise Unopenable("What was said does not open under the key that it names.") from error

    def seal_act(self, act: Act, bound_to: bytes) -> SealedWords:
        """Who and why."""
        by = act.by
        said = {
            "by": by.name,
            "reason": act.reason,
            "person": str(by.person_id) if by.person_id else None,
            "organisation": by.organisation,
            "how": by.how.value,
        }
        return self.seal(json.dumps(said, ensure_ascii=False), bound_to)

    def open_act(self, key_id: str, sealed: bytes, bound_to: bytes) -> Words:
        """Who and why; raises as `open`. Words of earlier releases bear a typed name alone."""
        said = json.loads(self.open(key_id, sealed, bound_to))
        person = said.get("person")
        who = Principal(
            UUID(person) if person else None,
            said["by"],
            said.get("organisation", HUB_ITSELF),
            How(said.get("how", How.TYPED)),
        )
        return Words(who, said["reason"])
