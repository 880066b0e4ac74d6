"""Order and repeats within a case: what was decided before, who was told, and what that means for the next event. Pure.

Supersession is per recipient: an older event that arrives late is held back only from recipients already told of the
same child by a newer one. A retraction ends the case: it cancels what is undelivered and tells those already told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID, uuid5

from hub.facts.model import DELIVERY_NAMESPACE, Recipient
from hub.facts.terms import DECIDABLE, DISCLOSING, Purpose, State, Unsent
from hub.wire.sealed import SealedEvent

CaseId = tuple[str, bytes]
"""(source, case key)."""
Known = Mapping[UUID, tuple[str, bytes]]
"""Id that an event is kept under -> (source, digest)."""
_HUBS_OWN = 5
"""UUID version of the ids that the hub makes."""


class Repeat(StrEnum):
    """Whether an event is new."""

    NEW = "new"
    REPEATED = "repeated"
    CONFLICTING = "conflicting"


@dataclass(frozen=True, slots=True)
class Told:
    """A delivery made for an event of the case, as it stands, and all that follows from that.

    `reason`: why it is held or cancelled. `tried`: an attempt was made, or is under way. `caveats`: their codes, as it
    told them.
    """

    delivery_id: UUID
    event_id: UUID
    sequence: int
    subject: str
    subject_id: UUID | None
    recipient: Recipient
    purpose: Purpose
    revision: int = 1
    state: str = State.PENDING
    reason: str | None = None
    tried: bool = False
    caveats: frozenset[str] = frozenset()

    @property
    def untouched(self) -> bool:
        """Never attempted, so nobody has it and it can still be cancelled."""
        return self.state == State.PENDING and not self.tried

    @property
    def live(self) -> bool:
        """It may have reached its recipient, or will."""
        return self.state in {State.PENDING, State.ACCEPTED} or self.tried

    @property
    def stopped(self) -> bool:
        """Held for what deciding anew answers."""
        return self.state == State.HELD and self.reason in DECIDABLE

    @property
    def standing(self) -> bool:
        """On its way, taken, or held for what a new decision would not change."""
        return self.state in {State.PENDING, State.ACCEPTED} or (self.state == State.HELD and not self.stopped)

    @property
    def corrected(self) -> bool:
        """An update cancelled it."""
        return self.state == State.CANCELLED and self.reason == Unsent.CORRECTED


@dataclass(slots=True)
class Case:
    """One case, under its row's lock."""

    events: dict[int, bool] = field(default_factory=dict)
    """Sequence of each event decided -> whether it was a retraction."""
    retracted: int | None = None
    told: list[Told] = field(default_factory=list)

    def newer_told(self, sequence: int, recipient: Recipient, subject_id: UUID | None) -> bool:
        """Whether the recipient was already told of this child by a newer event; never so of a child nobody knows."""
        return subject_id is not None and any(
            t.sequence > sequence
            and t.recipient == recipient
            and t.subject_id == subject_id
            and t.live
            and t.purpose in DISCLOSING
            for t in self.told
        )

    def retracted_after(self, sequence: int) -> bool:
        """Whether a retraction newer than this event is already here."""
        return self.retracted is not None and self.retracted > sequence

    def first(self, sequence: int) -> bool:
        """Whether no earlier event of the case was decided."""
        return not any(known < sequence for known in self.events)

    def disclosed_before(self, sequence: int) -> list[Told]:
        """Disclosures of older events that reached their recipient, or may yet."""
        return [
            t
            for t in self.told
            if t.sequence < sequence and (t.live or t.standing or t.stopped) and t.purpose in DISCLOSING
        ]

    def retract(self, sequence: int) -> list[Told]:
        """Record a retraction; what it undoes."""
        self.retracted = max(sequence, self.retracted or sequence)
        return self.disclosed_before(sequence)

    def called_back(self, told: Told) -> bool:
        """Whether a later revision of its event took this back: its recipient may hear of that child again."""
        return any(
            t.purpose is Purpose.RECALL
            and (t.event_id, t.subject, t.recipient) == (told.event_id, told.subject, told.recipient)
            and t.revision > told.revision
            for t in self.told
        )

    def taken_from(self, sequence: int, recipient: Recipient, subject_id: UUID | None) -> bool:
        """Whether an update took from the recipient what this event told, or would tell, of this child."""
        return subject_id is not None and any(
            t.recipient == recipient
            and t.subject_id == subject_id
            and ((t.purpose is Purpose.CORRECT and t.sequence > sequence) or (t.corrected and t.sequence == sequence))
            for t in self.told
        )

    def corrected_after(self, told: Told) -> bool:
        """Whether a later event of the case already corrected or recalled this."""
        return any(
            t.sequence > told.sequence
            and t.purpose in {Purpose.CORRECT, Purpose.RECALL}
            and t.recipient == told.recipient
            and t.subject_id == told.subject_id
            and (told.subject_id is not None or t.subject == told.subject)
            for t in self.told
        )

    def revision_after(self, event_id: UUID, subject: str, recipient: Recipient, purpose: Purpose) -> int:
        """The number of the next delivery of this kind: 1 for the first."""
        known = (event_id, subject, recipient, purpose)
        return 1 + max(
            (t.revision for t in self.told if (t.event_id, t.subject, t.recipient, t.purpose) == known), default=0
        )


def renamed(source: str, event_id: UUID) -> UUID:
    """UUIDv5 of (source, event id): what the source's event is kept under where its own id is not free."""
    return uuid5(DELIVERY_NAMESPACE, f"event|{source}|{event_id}")


def is_anothers(known: Known, source: str, event_id: UUID) -> bool:
    """Whether another source's event is kept under this id."""
    return event_id in known and known[event_id][0] != source


def is_hubs_own(event_id: UUID) -> bool:
    """Whether the hub alone makes such ids, a dead letter's for one: no source's event is kept under it as it came."""
    return event_id.version == _HUBS_OWN


@dataclass(slots=True)
class Cases:
    """The cases of a batch, and the events known already."""

    known: dict[UUID, tuple[str, bytes]] = field(default_factory=dict)
    """See `Known`."""
    cases: dict[CaseId, Case] = field(default_factory=dict)
    quarantined: frozenset[str] = frozenset()
    """Sources whose events wait in dead letters until an operator releases them."""

    def of(self, source: str, case_key: bytes) -> Case:
        """The case, empty where it is new."""
        return self.cases.setdefault((source, case_key), Case())

    def id_of(self, event: SealedEvent) -> UUID:
        """What the event is kept under: the id that its source gave it, unless that is another's."""
        found = event.sent_as
        if is_hubs_own(found) and found not in self.known:
            found = renamed(event.source, found)
        while is_anothers(self.known, event.source, found):
            found = renamed(event.source, found)
        return found

    def repeat(self, event: SealedEvent, *, retraction: bool) -> Repeat:
        """Whether the event is new. Other content under a known id is a conflict, never passed over.

        So is another kind under a known sequence. Otherwise (source, case key, sequence) is one event however often it
        is sealed: a seal looks different each time, so whether its content changed is the adapter's to see.
        """
        if (known := self.known.get(self.id_of(event))) is not None:
            return Repeat.REPEATED if known[1] == event.digest else Repeat.CONFLICTING
        before = self.of(event.source, event.case_key).events.get(event.sequence)
        if before is None:
            return Repeat.NEW
        return Repeat.REPEATED if before is retraction else Repeat.CONFLICTING

    def remember(self, event: SealedEvent, *, retraction: bool) -> None:
        """An event of this batch was decided."""
        self.known[self.id_of(event)] = (event.source, event.digest)
        self.of(event.source, event.case_key).events[event.sequence] = retraction
