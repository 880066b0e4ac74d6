"""Order and repeats within a case: what was decided before, who was told, and what that means for the next event. Pure.

Supersession is per recipient: an older event that arrives late is held back only from recipients already told of the
same child by a newer one. A retraction ends the case: it cancels what is undelivered and tells those already told.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from hub.model import Purpose, Recipient

CaseId = tuple[str, bytes]
"""(source, case key)."""


class Repeat(StrEnum):
    """Whether an event is new."""

    NEW = "new"
    REPEATED = "repeated"
    CONFLICTING = "conflicting"


@dataclass(frozen=True, slots=True)
class Told:
    """A delivery made for an earlier event of the case. `untouched`: never attempted, so it can still be cancelled."""

    delivery_id: UUID
    event_id: UUID
    sequence: int
    subject: str
    subject_id: UUID | None
    recipient: Recipient
    purpose: Purpose
    untouched: bool
    live: bool


@dataclass(slots=True)
class Case:
    """One case, under its row's lock."""

    events: dict[int, UUID] = field(default_factory=dict)
    retracted: int | None = None
    told: list[Told] = field(default_factory=list)

    def newer_told(self, sequence: int, recipient: Recipient, subject_id: UUID | None) -> bool:
        """Whether the recipient was already told of this child by a newer event; never so of a child nobody knows."""
        return subject_id is not None and any(
            t.sequence > sequence
            and t.recipient == recipient
            and t.subject_id == subject_id
            and t.live
            and t.purpose is Purpose.DISCLOSE
            for t in self.told
        )

    def retracted_after(self, sequence: int) -> bool:
        """Whether a retraction newer than this event is already here."""
        return self.retracted is not None and self.retracted > sequence

    def first(self, sequence: int) -> bool:
        """Whether no earlier event of the case was decided."""
        return not any(known < sequence for known in self.events)

    def retract(self, sequence: int) -> tuple[list[UUID], list[list[Told]]]:
        """Record a retraction: (deliveries to cancel, those told already, grouped by recipient and subject key)."""
        self.retracted = max(sequence, self.retracted or sequence)
        before = [t for t in self.told if t.sequence < sequence and t.live and t.purpose is Purpose.DISCLOSE]
        told: dict[object, list[Told]] = {}
        for t in before:
            if not t.untouched:
                told.setdefault((t.recipient, t.subject), []).append(t)
        return [t.delivery_id for t in before if t.untouched], list(told.values())


@dataclass(slots=True)
class Cases:
    """The cases of a batch, and the events known already."""

    known: dict[UUID, tuple[str, bytes]] = field(default_factory=dict)
    """Event id -> (source, digest)."""
    cases: dict[CaseId, Case] = field(default_factory=dict)
    quarantined: frozenset[str] = frozenset()
    """Sources whose events wait in dead letters until an operator releases them."""

    def of(self, source: str, case_key: bytes) -> Case:
        """The case, empty where it is new."""
        return self.cases.setdefault((source, case_key), Case())

    def repeat(self, event_id: UUID, source: str, case_key: bytes, sequence: int, digest: bytes) -> Repeat:
        """Whether the event is new. Another digest under a known id is a conflict; a known sequence is a repeat."""
        if (known := self.known.get(event_id)) is not None:
            return Repeat.REPEATED if known == (source, digest) else Repeat.CONFLICTING
        return Repeat.REPEATED if sequence in self.of(source, case_key).events else Repeat.NEW

    def remember(self, event_id: UUID, source: str, case_key: bytes, sequence: int, digest: bytes) -> None:
        """An event of this batch was decided."""
        self.known[event_id] = (source, digest)
        self.of(source, case_key).events[sequence] = event_id
