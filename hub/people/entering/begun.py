"""A sign-in under way: what it keeps until its answer comes, for the browser that began it, used once."""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from hub.facts.model import Personal
from hub.people.desk import Desk
from hub.people.entering.openid import Secrets

LASTS = timedelta(minutes=10)
OF_BROWSER, IN_ALL = 20, 10_000
"""Under way at once; the oldest go."""
_SECRET_BYTES, _VERIFIER_BYTES = 32, 48
SECRET_LENGTH = 43
"""Characters of a secret of 32 bytes in base64url."""


class Kind(StrEnum):
    """What began: the trip to a provider, a passkey shown, a passkey made."""

    PROVIDER = "provider"
    PASSKEY = "passkey"
    REGISTER = "register"


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a sign-in is for. `person_id` and `invitation`: of whom comes by a link, or adds a passkey."""

    kind: Kind
    provider: str | None = None
    after: str = "/"
    person_id: UUID | None = None
    invitation: bytes | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Begun(Personal):
    """One that was taken up again."""

    purpose: Purpose
    kept: Secrets


def new_secret(desk: Desk, count: int = _SECRET_BYTES) -> str:
    """Random bytes as base64url: 43 characters of 32."""
    return urlsafe_b64encode(desk.evidence.random(count)).decode().rstrip("=")


def digest_of(secret: str) -> bytes:
    """Under which a secret is kept."""
    return hashlib.sha256(secret.encode()).digest()


def begin(desk: Desk, browser: str, purpose: Purpose, now: datetime) -> Secrets:
    """Keep what the answer will be judged by. `browser`: a secret that this browser alone has, in a cookie."""
    kept = Secrets(new_secret(desk), new_secret(desk), new_secret(desk, _VERIFIER_BYTES))
    state, held_by = digest_of(kept.state), digest_of(browser)
    sealed = desk.evidence.seal(json.dumps({"nonce": kept.nonce, "verifier": kept.verifier}), state)
    desk.do("make_room_for_begun", browser=held_by, at=now, of_browser=OF_BROWSER - 1, in_all=IN_ALL - 1)
    desk.do(
        "keep_begun",
        state=state,
        browser=held_by,
        kind=purpose.kind.value,
        provider=purpose.provider,
        key=sealed.key_id,
        secret=sealed.sealed,
        after=purpose.after,
        person=purpose.person_id,
        invitation=purpose.invitation,
        at=now,
        ends=now + LASTS,
    )
    return kept


def take(
    desk: Desk, state: str, browser: str, kind: Kind, now: datetime, *, provider: str | None = None
) -> Begun | None:
    """The sign-in of that state, once: None where it is unknown, another browser's or provider's, used, or too old."""
    key = digest_of(state)
    row = desk.row("take_begun", state=key, browser=digest_of(browser), kind=kind.value, provider=provider, at=now)
    if row is None:
        return None
    said = json.loads(desk.evidence.open(row["key_id"], row["secret"], key))
    purpose = Purpose(kind, provider, row["after"], row["person_id"], row["invitation"])
    return Begun(purpose, Secrets(state, said["nonce"], said["verifier"]))
