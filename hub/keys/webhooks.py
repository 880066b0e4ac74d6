"""What a webhook is signed with, as Standard Webhooks says: v1a, Ed25519 of the hub's; v1, HMAC of the endpoint's own.

After a rotation the key before signs besides for a while, so that recipients change over when they can. A running
process notices a new key within a second. Source: https://www.standardwebhooks.com.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hub.facts.errors import KeyMissing
from hub.keys.files import HUB, FileKeys
from hub.keys.provider import Use

GRACE = timedelta(days=14)
"""After a rotation the key before signs on for so long."""
NOTICED = timedelta(seconds=1)
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

    keys: FileKeys
    clock: Callable[[], datetime]
    _known: dict[tuple[str, Use], tuple[datetime, list[str]]] = field(default_factory=dict)

    def header(self, organisation: str, named: str | None, message: bytes) -> str:
        """The signatures of one message to an organisation; `named` is the key that its file names, where it does.

        Raises KeyMissing where that one or the hub's current one is not held.
        """
        signing = dict.fromkeys([*([named] if named else []), *self.signing()])
        made = [f"v1a,{b64encode(self.keys.sign(key_id, message)).decode()}" for key_id in signing]
        made += [
            f"v1,{b64encode(hmac.digest(self.keys.secret(key_id), message, hashlib.sha256)).decode()}"
            for key_id in self._in_use(organisation, Use.ENDPOINT)
        ]
        return " ".join(made)

    def signing(self) -> list[str]:
        """Ids of the hub's keys that every message is signed with, the current one first; raises KeyMissing."""
        found = self._in_use(HUB, Use.WEBHOOK)
        if not found:
            raise KeyMissing("There is no webhook key of hub: make one with `hub keys new`.")
        return found

    def listed(self, named: Iterable[str]) -> list[str]:
        """`signing`, and those besides that organisations' files name and that are held."""
        others = [key_id for key_id in sorted(set(named)) if key_id.startswith(f"{HUB}.{Use.WEBHOOK}.")]
        return list(dict.fromkeys([*self.signing(), *filter(self.keys.holds, others)]))

    def _in_use(self, owner: str, use: Use) -> list[str]:
        """The newest key, and the one before while the newest is young."""
        now = self.clock()
        at, found = self._known.get((owner, use), (None, []))
        if at is None or not timedelta() <= now - at < NOTICED:
            newest = self.keys.held(owner, use)[-2:][::-1]
            young = bool(newest) and now.timestamp() - self.keys.made_at(newest[0]) < GRACE.total_seconds()
            found = newest if young else newest[:1]
            self._known[owner, use] = now, found
        return found
