"""How far a concern came that somebody raised on a page: in a word, and to how many; never to whom."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from hub.people.desk import Desk


class Word(StrEnum):
    """Where it stands."""

    ON_ITS_WAY = "on_its_way"
    ASKING = "asking"
    """A person decides: which child it is, or who may hear."""
    TOLD = "told"
    DECIDED = "decided"
    """Decided, and nobody has it yet."""


@dataclass(frozen=True, slots=True)
class Stands:
    """The word, and how many recipients have it."""

    word: Word
    told: int = 0


def how_far(desk: Desk, event_id: UUID, organisation: str) -> Stands:
    """Of an event of this organisation's own."""
    row = desk.row("raised_stands", event=event_id, source=organisation)
    if row is None:
        return Stands(Word.ON_ITS_WAY)
    if row["told"]:
        return Stands(Word.TOLD, row["told"])
    return Stands(Word.ASKING if row["asking"] else Word.DECIDED)
