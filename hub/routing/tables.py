"""One NamedTuple a table, its fields the table's columns: what the pipeline makes and the store copies in."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from hub.facts.terms import Outcome, RulingKind


class EventRow(NamedTuple):
    """Table event. `sent_as`: the id that its source gave it, where that is not the one that it is kept under."""

    event_id: UUID
    source: str
    kind: str
    tier: str
    case_key: bytes
    sequence: int
    digest: bytes
    raised_at: datetime
    raised_ahead: bool
    broker_at: datetime
    decided_at: datetime
    topic: str
    partition: int
    record_offset: int
    outcome: Outcome
    rules_version: str
    evidence_key: str
    evidence: bytes
    sealed: bytes | None
    sent_as: UUID | None = None


class WaitingText(NamedTuple):
    """Table waiting_text, as created: texts of one child that wait until a person says whether a recipient may read.

    `parts`: part number -> how it would be shown. `beside`: content parts that were open when they were looked through.
    `by` and `due_by` are those of the disclosure that went without them.
    """

    task_id: UUID
    event_id: UUID
    subject: str
    recipient: str
    role: str
    revision: int
    isp: str | None
    clause: str
    subject_id: UUID | None
    parts: Any
    beside: list[int]
    by: datetime | None
    due_by: datetime


class RevisionRow(NamedTuple):
    """Table event_revision: what an event came to when it was decided anew."""

    event_id: UUID
    revision: int
    cause: str
    outcome: Outcome
    rules_version: str
    evidence_key: str
    evidence: bytes
    decided_at: datetime


class SubjectRow(NamedTuple):
    """Table event_subject."""

    event_id: UUID
    subject: str
    outcome: Outcome
    subject_id: UUID | None


class DecisionRow(NamedTuple):
    """Table decision."""

    event_id: UUID
    subject: str
    recipient: str
    role: str
    revision: int
    kind: str
    outcome: RulingKind
    isp: str | None
    clause: str | None
    rule: str | None
    due_by: datetime | None
    tier: str
    released: Any
    withheld: list[str]


class DeadLetterRow(NamedTuple):
    """Table dead_letter."""

    dead_letter_id: UUID
    topic: str
    partition: int
    record_offset: int
    event_id: UUID | None
    source: str | None
    reason: str
    owner: str
    owner_role: str
    opened_at: datetime
    due_by: datetime
    status: str
    record_key: bytes | None
    body: bytes | None
    whole: bool
    body_bytes: int
    body_digest: bytes
    records: int


class OutboxRow(NamedTuple):
    """Table outbox."""

    topic: str
    record_key: bytes | None
    value: bytes
