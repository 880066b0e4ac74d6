"""A delivery as it is made, and the one way to tell somebody without content. Pure; `hub.asking.store` writes it.

A notice holds ids, a reason code and where to look: it goes past rules and ISPs. Its id is made from what it is about
(`hub.facts.model.DeliveryKey`); each further one about the same child to the same desk has the next revision.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from hub.facts.model import DeliveryKey
from hub.facts.terms import Caveat, State, Tier, Unsent
from hub.ledger import kinds
from hub.ledger.entry import Entry, Stamp
from hub.redaction.disclosure import notice_body


class DeliveryRow(NamedTuple):
    """A row of table delivery, as created."""

    delivery_id: UUID
    event_id: UUID
    subject: str
    recipient: str
    role: str
    purpose: str
    revision: int
    tier: str
    isp: str | None
    subject_id: UUID | None
    status: str
    reason: str | None
    next_attempt_at: datetime
    due_by: datetime
    created_at: datetime
    body: bytes | None
    caveats: list[str]
    rule: str | None = None


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """A delivery to make, due at once. `body` None: there is no key to seal it to, so it is held.

    `caveats`: how what it tells is to be handled, as its body says too.
    `rule`: by which it goes, where that is not as its revision was decided.
    """

    key: DeliveryKey
    tier: Tier
    made_at: datetime
    due_by: datetime
    body: bytes | None
    isp: str | None = None
    subject_id: UUID | None = None
    caveats: frozenset[Caveat] = frozenset()
    rule: str | None = None

    def row(self) -> DeliveryRow:
        """As it is written."""
        key, sealed = self.key, self.body is not None
        return DeliveryRow(
            key.delivery_id,
            key.event_id,
            key.subject,
            key.recipient.organisation,
            key.recipient.role,
            key.purpose,
            key.revision,
            self.tier,
            self.isp,
            self.subject_id,
            State.PENDING if sealed else State.HELD,
            None if sealed else Unsent.NO_RECIPIENT_KEY,
            self.made_at,
            self.due_by,
            self.made_at,
            self.body,
            sorted(self.caveats),
            self.rule,
        )

    def entry(self, salt: bytes) -> Entry:
        """The ledger's word that it was made."""
        return kinds.delivery(self.key, self.isp, Stamp(self.made_at, salt))


class When(NamedTuple):
    """When a notice is made, of which tier it is, and by when it must have arrived."""

    tier: Tier
    at: datetime
    due_by: datetime


def notice(
    key: DeliveryKey,
    reason: str,
    more: Mapping[str, Any],
    when: When,
    *,
    subject_id: UUID | None = None,
    caveats: frozenset[Caveat] = frozenset(),
) -> NewDelivery:
    """Word without content: to a desk, or to whoever was told before. `more` is ids, commands and handling alone."""
    data = {"delivery_id": str(key.delivery_id), "role": key.recipient.role, "reason": reason, **more}
    body = notice_body(key.delivery_id, key.purpose, data, at=when.at)
    return NewDelivery(key, when.tier, when.at, when.due_by, body, subject_id=subject_id, caveats=caveats)
