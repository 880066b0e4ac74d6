"""What a webhook is signed with, as Standard Webhooks says: v1a, Ed25519 of the hub's; v1, HMAC of the endpoint's own.

After a rotation the key before signs besides for a while (`hub.keys.overlap`). Source: https://www.standardwebhooks.com.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass

from hub.facts.errors import KeyMissing
from hub.keys.files import HUB
from hub.keys.overlap import Overlap
from hub.keys.provider import Use

SECRET_PREFIX, PUBLIC_PREFIX = "whsec_", "whpk_"


def shown_secret(secret: bytes) -> str:
    """An endpoint's secret as stock libraries of Standard Webhooks take it."""
    return SECRET_PREFIX + b64encode(secret).decode()


def shown_key(raw: bytes) -> str:
    """A public key in the form of Standard Webhooks."""
    return PUBLIC_PREFIX + b64encode(raw).decode()


@dataclass(slots=True)
class WebhookSigner:
    """Signs messages, which are `id.timestamp.body`."""

    overlap: Overlap

    def header(self, organisation: str, named: str | None, message: bytes) -> str:
        """The signatures of one message to an organisation; `named` is the key that its file names, where it does.

        Raises KeyMissing where that one or the hub's current one is not held.
        """
        signing = dict.fromkeys([*([named] if named else []), *self.signing()])
        made = [f"v1a,{b64encode(self.overlap.keys.sign(key_id, message)).decode()}" for key_id in signing]
        made += [
            f"v1,{b64encode(hmac.digest(self.overlap.keys.secret(key_id), message, hashlib.sha256)).decode()}"
            for key_id in self.overlap.in_use(organisation, Use.ENDPOINT)
        ]
        return " ".join(made)

    def signing(self) -> list[str]:
        """Ids of the hub's keys that every message is signed with, the current one first; raises KeyMissing."""
        found = self.overlap.in_use(HUB, Use.WEBHOOK)
        if not found:
            raise KeyMissing("There is no webhook key of hub: make one with `hub keys new`.")
        return found

    def listed(self, named: Iterable[str]) -> list[str]:
        """`signing`, and those besides that organisations' files name and that are held."""
        others = [key_id for key_id in sorted(set(named)) if key_id.startswith(f"{HUB}.{Use.WEBHOOK}.")]
        return list(dict.fromkeys([*self.signing(), *filter(self.overlap.keys.holds, others)]))
