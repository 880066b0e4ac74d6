"""What people write about a delivery: checked, and sealed under the evidence key, bound to the row that keeps it."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from hub.facts.errors import UserError
from hub.keys.evidence import Evidence, SealedWords

LONGEST = 2_000


class Kept(StrEnum):
    """What the words are, so that no sealed words stand for others."""

    DONE = "done"
    HANDOVER = "handover"
    ASK = "ask"
    ANSWER = "answer"


def checked(words: str, *, needed: bool) -> str:
    """The words as they are kept; raises UserError where they are too long, or missing."""
    kept = words.replace("\r\n", "\n").strip()
    if len(kept) > LONGEST:
        raise UserError(f"Write at most {LONGEST} characters.")
    if needed and not kept:
        raise UserError("Write a few words: whoever reads this knows no more than you say.")
    return kept


def seal_words(evidence: Evidence, kept: Kept, row_id: UUID, words: str) -> SealedWords:
    """The words, sealed to their row."""
    return evidence.seal(words, _bound(kept, row_id))


def open_words(evidence: Evidence, kept: Kept, row_id: UUID, key_id: str, sealed: bytes) -> str:
    """The words again; raises as `Evidence.open`."""
    return evidence.open(key_id, sealed, _bound(kept, row_id))


def _bound(kept: Kept, row_id: UUID) -> bytes:
    return f"concern-hub/{kept.value}/1\0".encode() + row_id.bytes
