"""What a reviewer asked to read, sealed by the router to the hub's review key: the one key of whoever shows it.

HPKE, bound to the review that it belongs to.
"""

from __future__ import annotations

from uuid import UUID

from hub.facts.errors import KeyMissing
from hub.keys import hpke
from hub.keys.evidence import SealedWords
from hub.keys.files import HUB
from hub.keys.provider import KeyProvider, Use

_FOR_REVIEW = b"concern-hub/review-text/1\0"


def seal_to_read(keys: KeyProvider, text: str, task_id: UUID) -> SealedWords:
    """Sealed to the current review key; raises KeyMissing where there is none."""
    key_id = keys.current(HUB, Use.REVIEW)
    return SealedWords(key_id, hpke.seal(keys.public(key_id), text.encode(), _FOR_REVIEW + task_id.bytes))


def open_to_read(keys: KeyProvider, key_id: str, sealed: bytes, task_id: UUID) -> str:
    """Opened for a reviewer; raises KeyMissing where it names no review key, Unopenable where it was changed."""
    if not key_id.startswith(f"{HUB}.{Use.REVIEW}."):
        raise KeyMissing("What was to be read is sealed to no review key.")
    return keys.unseal(key_id, sealed, _FOR_REVIEW + task_id.bytes).decode()
