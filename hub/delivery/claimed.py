"""What a dispatcher holds in its hands: a claimed delivery with what it needs to send it, check it and report on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any
from uuid import UUID

from hub.asking.desks import About
from hub.facts.model import Personal, Recipient
from hub.facts.terms import Purpose, Role, Tier


class Rules(IntEnum):
    """The rules that something was decided under, beside those of this process."""

    OLDER = -1
    SAME = 0
    NEWER = 1


@dataclass(frozen=True, slots=True, repr=False)
class Claimed(Personal):
    """A delivery's row, claimed by a session. `body` is what is sent, byte for byte.

    `retracted`, `rule`, `kind` and `registered_as` (the child's present ties to the recipient) serve the re-check.
    `blocked`: its endpoint's circuit is open; it was claimed to go to the next channel. `besides`: another channel took
    it already, and `channel` alone is tried on. `decided_under`: by the event's latest revision.
    """

    delivery_id: UUID
    event_id: UUID
    subject: str
    recipient: Recipient
    purpose: Purpose
    revision: int
    tier: Tier
    isp: str | None
    subject_id: UUID | None
    channel: str | None
    attempts: int
    channel_attempts: int
    due_by: datetime
    since: datetime
    """When it was made, or last replayed."""
    asked: bool
    body: bytes
    source: str
    raised_at: datetime
    retracted: bool
    kind: str | None
    rule: str | None
    registered_as: tuple[str, ...]
    blocked: bool
    besides: bool
    decided_under: Rules
    session: int

    @property
    def about(self) -> About:
        """As a person is asked about it."""
        return About(
            self.delivery_id, self.event_id, self.subject, self.recipient, self.purpose, self.tier, self.source
        )

    @property
    def endpoint(self) -> tuple[str, str]:
        """(organisation, channel tried next), '' until the first attempt."""
        return self.recipient.organisation, self.channel or ""


def read_claimed(row: tuple[Any, ...], session: int) -> Claimed:
    """From the columns of sql/claim.sql, which come in the order of the fields; recipient and role are two of them."""
    (
        delivery_id,
        event_id,
        subject,
        organisation,
        role,
        purpose,
        revision,
        tier,
        *middle,
        ties,
        blocked,
        besides,
        rules,
    ) = row
    who = (delivery_id, event_id, subject, Recipient(organisation, Role(role)), Purpose(purpose), revision, Tier(tier))
    values: tuple[Any, ...] = (*who, *middle, tuple(ties or ()), blocked, besides, Rules(rules), session)
    return Claimed(*values)
